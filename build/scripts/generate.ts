import { paletteSheet } from '../../renderer/styles/palette-sheet.ts'
import { strategies } from '../../shared/protocols/registry.ts'
import { topologyJsonSchema } from '../../shared/topology/json-schema.ts'
import type { StrategyIndex } from '../../shared/topology/strategy.ts'
import { fidelityReference } from './fidelity.ts'
import { guaranteesReference } from './guarantees.ts'
import { landModule } from './land.ts'
import { levelsReference } from './levels.ts'
import { plantedBugsReference } from './planted-bugs.ts'
import { topologyReference } from './reference.ts'

export interface GeneratedFile {
  /** From the root of the repository. */
  path: string
  text: string
}

/** Files that are derived from the sources and kept in the repository for readers and editors. */
export function generatedFiles(index: StrategyIndex = strategies): GeneratedFile[] {
  const schema = topologyJsonSchema(index)
  return [
    { path: 'schemas/topology.schema.json', text: `${JSON.stringify(schema, null, 2)}\n` },
    { path: 'docs/reference/topology-file.md', text: topologyReference(schema, index) },
    { path: 'docs/reference/guarantees.md', text: guaranteesReference() },
    { path: 'docs/reference/consistency-levels.md', text: levelsReference() },
    { path: 'docs/reference/planted-bugs.md', text: plantedBugsReference() },
    { path: 'docs/fidelity.md', text: fidelityReference() },
    { path: 'renderer/styles/palette.css', text: paletteSheet() },
    { path: 'renderer/canvas/land.ts', text: landModule() },
  ]
}
