import { strategies } from '../../../shared/protocols/registry.ts'
import { checkTopology } from '../../../shared/topology/parse.ts'
import { fileOf } from '../../../shared/topology/stringify.ts'
import type { FaultSpec, Topology } from '../../../shared/topology/types.ts'

/**
 * Why a fault cannot be done to a run of this topology, as a sentence, or null. The rules are those of a planned
 * fault: the file is checked as if this were its only one.
 */
export function refusalOf(topology: Topology, fault: FaultSpec): string | null {
  const [planned] = fileOf({ ...topology, faults: [{ ...fault, atMs: 0 }] }, strategies).faults as unknown[]
  const checked = checkTopology({ ...fileOf(topology, strategies), faults: [planned] }, strategies)
  if (checked.ok) return null
  const found = checked.error.find(({ path }) => path.startsWith('$.faults')) ?? checked.error[0]
  return found.sentence
}
