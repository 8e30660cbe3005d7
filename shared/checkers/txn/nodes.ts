import { MICRO } from '../contract.ts'
import type { MicroOperations } from '../contract.ts'

/** Numbers the rows that take part. */
export function nodesOf(happened: Uint8Array): { rows: Uint32Array; node: Int32Array } {
  let count = 0
  for (const one of happened) count += one
  const rows = new Uint32Array(count)
  const node = new Int32Array(happened.length).fill(-1)
  let next = 0
  for (let row = 0; row < happened.length; row++) {
    if (happened[row] === 0) continue
    node[row] = next
    rows[next++] = row
  }
  return { rows, node }
}

/** Whether the transaction writes or appends the value to the key of its read at `read`, later than that. */
export function writesLater(txns: MicroOperations, row: number, read: number, value: number): boolean {
  for (let at = read + 1; at < txns.from[row + 1]; at++)
    if (txns.f[at] !== MICRO.read && txns.key[at] === txns.key[read] && txns.value[at] === value) return true
  return false
}
