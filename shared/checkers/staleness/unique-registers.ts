import { OUTCOME } from '../contract.ts'
import type { Evidence, Operations } from '../contract.ts'
import { keyWords } from '../evidence/index.ts'
import { explainConflict, explainFinding } from '../linearizable/explain.ts'
import { F } from '../linearizable/key-rows.ts'
import { RegisterReader } from '../linearizable/unique.ts'
import { VersionTable } from '../linearizable/versions.ts'
import { rowsByKey } from '../operations/index.ts'

export type VersionsOutcome =
  | { readonly status: 'ok' }
  /** A read that no amount of staleness explains. */
  | { readonly status: 'impossible'; readonly evidence: Evidence }
  | { readonly status: 'unsuited'; readonly reason: string }

/**
 * Calls `visit` with the versions of each key of a history of registers in which what was read was written once, and
 * with the key's rows; the table is used again for the next key.
 */
export function forEachKey(
  ops: Operations,
  visit: (table: VersionTable, rows: Uint32Array, versionOfRead: (row: number) => number) => void,
): VersionsOutcome {
  const { rows, starts } = rowsByKey(ops)
  let rowsMax = 0
  for (let key = 0; key < ops.keyCount; key++) rowsMax = Math.max(rowsMax, starts[key + 1] - starts[key])
  const table = new VersionTable(ops, rowsMax)
  const reader = new RegisterReader(ops, rowsMax)
  for (let key = 0; key < ops.keyCount; key++) {
    const ofKey = rows.subarray(starts[key], starts[key + 1])
    if (ofKey.length === 0) continue
    const reading = reader.read(ofKey, table)
    if (reading.kind === 'impossible')
      return { status: 'impossible', evidence: explainFinding(ops, reading.finding) }
    if (reading.kind === 'ambiguous' || reading.chained)
      return {
        status: 'unsuited',
        reason: `some value${keyWords(ops, 'of', key)} was written more than once, or by a cas, so that reads do not name their writes`,
      }
    for (let version = 1; version < table.count; version++) {
      const writer = table.writer[version]
      if (table.firstEnd[version] >= ops.invokedAt[writer]) continue
      const precedes = [[table.firstEndRow[version], writer]] as const
      const evidence = explainConflict(ops, table, { kind: 'future-read', precedes, versions: [version] })
      return { status: 'impossible', evidence }
    }
    visit(table, ofKey, (row) => reader.versionOf(ops.result[row]))
  }
  return { status: 'ok' }
}

export function isRead(ops: Operations, row: number): boolean {
  return ops.f[row] === F.read && ops.status[row] === OUTCOME.ok
}
