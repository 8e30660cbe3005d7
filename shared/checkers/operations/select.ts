import type { MicroOperations, Operations } from '../contract.ts'

/**
 * The operations of these rows alone (ascending), numbered anew; keys, values and processes keep their numbers. Row i
 * of the outcome is `rows[i]` of `ops`.
 */
export function selectRows(ops: Operations, rows: Uint32Array | readonly number[]): Operations {
  const count = rows.length
  const u32 = (column: Uint32Array): Uint32Array =>
    column.length === 0 ? column : Uint32Array.from(rows, (row) => column[row])
  const u8 = (column: Uint8Array): Uint8Array => Uint8Array.from(rows, (row) => column[row])
  const f64 = (column: Float64Array): Float64Array =>
    column.length === 0 ? column : Float64Array.from(rows, (row) => column[row])
  const siblings = new Map<number, Uint32Array>()
  for (let at = 0; at < count && ops.siblings.size > 0; at++) {
    const several = ops.siblings.get(rows[at])
    if (several !== undefined) siblings.set(at, several)
  }
  const { versionRank } = ops
  return {
    ...ops,
    count,
    process: u32(ops.process),
    key: u32(ops.key),
    f: u8(ops.f),
    status: u8(ops.status),
    invokedAt: f64(ops.invokedAt),
    endedAt: f64(ops.endedAt),
    value: u32(ops.value),
    expected: u32(ops.expected),
    result: u32(ops.result),
    amount: f64(ops.amount),
    siblings,
    txns: ops.txns === null ? null : selectTxns(ops.txns, rows),
    line: ops.line === null ? null : u32(ops.line),
    versionRank: versionRank === null ? null : u32(versionRank),
  }
}

function selectTxns(txns: MicroOperations, rows: Uint32Array | readonly number[]): MicroOperations {
  const from = new Uint32Array(rows.length + 1)
  for (let at = 0; at < rows.length; at++)
    from[at + 1] = from[at] + txns.from[rows[at] + 1] - txns.from[rows[at]]
  const f = new Uint8Array(from[rows.length])
  const key = new Uint32Array(from[rows.length])
  const value = new Uint32Array(from[rows.length])
  for (let at = 0; at < rows.length; at++) {
    const start = txns.from[rows[at]]
    const end = txns.from[rows[at] + 1]
    f.set(txns.f.subarray(start, end), from[at])
    key.set(txns.key.subarray(start, end), from[at])
    value.set(txns.value.subarray(start, end), from[at])
  }
  return { from, f, key, value, readsLists: txns.readsLists }
}
