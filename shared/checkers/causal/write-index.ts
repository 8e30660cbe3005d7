import { FUNCTIONS, OUTCOME } from '../contract.ts'
import type { Operations } from '../contract.ts'
import { PairTable } from './pair-table.ts'

const WRITE = FUNCTIONS.indexOf('write')
const CAS = FUNCTIONS.indexOf('cas')

/** Whether the row put its value there, or may have, or would have had it not failed. */
export function isWrite(ops: Operations, row: number): boolean {
  const f = ops.f[row]
  return f === WRITE || (f === CAS && !(ops.status[row] === OUTCOME.ok && ops.result[row] === 0))
}

/** The writes of each (key, value). */
export class WriteIndex {
  private readonly pairs: PairTable
  /** First write that happened or may have; -1 if all failed. */
  readonly first: Int32Array
  /** A failed write of the value; -1 if there is none. */
  readonly failed: Int32Array
  /** How many writes happened or may have. */
  readonly writes: Uint32Array

  constructor(ops: Operations) {
    let count = 0
    for (let row = 0; row < ops.count; row++) if (isWrite(ops, row)) count++
    this.pairs = new PairTable(count)
    this.first = new Int32Array(count).fill(-1)
    this.failed = new Int32Array(count).fill(-1)
    this.writes = new Uint32Array(count)
    for (let row = 0; row < ops.count; row++) if (isWrite(ops, row)) this.add(ops, row)
  }

  /** Entry of a key's value, or -1 if nobody tried to write it. */
  entryOf(key: number, value: number): number {
    return this.pairs.find(key, value)
  }

  private add(ops: Operations, row: number): void {
    const entry = this.pairs.insert(ops.key[row], ops.value[row])
    if (ops.status[row] === OUTCOME.fail) {
      if (this.failed[entry] === -1) this.failed[entry] = row
      return
    }
    if (this.first[entry] === -1) this.first[entry] = row
    this.writes[entry]++
  }
}
