import { MICRO, OUTCOME } from '../contract.ts'
import type { MicroOperations, Operations } from '../contract.ts'
import { PairTable } from '../causal/pair-table.ts'

/** The writer of a value that several wrote. */
export const SEVERAL = -2

/** Which transaction wrote (or appended) which value to which key. */
export class Writers {
  private readonly pairs: PairTable
  private readonly rows: Int32Array
  private readonly failed: Int32Array
  /** By value of a key: whether its writer wrote the key again later. */
  private readonly intermediate: Uint8Array

  constructor(ops: Operations, txns: MicroOperations) {
    let count = 0
    for (const f of txns.f) if (f !== MICRO.read) count++
    this.pairs = new PairTable(count)
    this.rows = new Int32Array(count).fill(-1)
    this.failed = new Int32Array(count).fill(-1)
    this.intermediate = new Uint8Array(count)
    const last = new Map<number, number>()
    for (let row = 0; row < ops.count; row++) {
      last.clear()
      for (let at = txns.from[row]; at < txns.from[row + 1]; at++) {
        if (txns.f[at] === MICRO.read) continue
        const pair = this.pairs.insert(txns.key[at], txns.value[at])
        if (ops.status[row] === OUTCOME.fail) {
          if (this.failed[pair] === -1) this.failed[pair] = row
          continue
        }
        this.rows[pair] = this.rows[pair] === -1 ? row : SEVERAL
        const before = last.get(txns.key[at])
        if (before !== undefined) this.intermediate[before] = 1
        last.set(txns.key[at], pair)
      }
    }
  }

  /** Row of the transaction that wrote the value and may have committed; −1 if there is none, or SEVERAL. */
  rowOf(key: number, value: number): number {
    const pair = this.pairs.find(key, value)
    return pair === -1 ? -1 : this.rows[pair]
  }

  /** A transaction that failed to write the value, or −1. */
  failedRowOf(key: number, value: number): number {
    const pair = this.pairs.find(key, value)
    return pair === -1 ? -1 : this.failed[pair]
  }

  /** Whether the writer overwrote (or appended after) the value itself. */
  isIntermediate(key: number, value: number): boolean {
    const pair = this.pairs.find(key, value)
    return pair !== -1 && this.intermediate[pair] === 1
  }
}
