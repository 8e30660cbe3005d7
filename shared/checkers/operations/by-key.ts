import type { Operations } from '../contract.ts'

/** Rows by key: those of key k are `rows[starts[k] … starts[k + 1])`, ascending. */
export interface RowsByKey {
  readonly rows: Uint32Array
  readonly starts: Uint32Array
}

/** Groups by counting: 4 bytes per row and per key. */
export function rowsByKey({ count, key, keyCount }: Operations): RowsByKey {
  const starts = new Uint32Array(keyCount + 1)
  for (let row = 0; row < count; row++) starts[key[row] + 1]++
  for (let k = 0; k < keyCount; k++) starts[k + 1] += starts[k]
  const next = starts.slice(0, keyCount)
  const rows = new Uint32Array(count)
  for (let row = 0; row < count; row++) rows[next[key[row]]++] = row
  return { rows, starts }
}
