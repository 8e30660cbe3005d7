import { FUNCTIONS, OUTCOME } from '../contract.ts'
import type { FunctionName, Operations } from '../contract.ts'

const code = (name: FunctionName): number => FUNCTIONS.indexOf(name)

/** Codes in `Operations.f`. */
export const F = {
  read: code('read'),
  write: code('write'),
  cas: code('cas'),
  append: code('append'),
  increment: code('increment'),
  add: code('add'),
  remove: code('remove'),
  scan: code('scan'),
} as const

/** Whether the row can have an effect or tell something: reads that did not end ok and failed operations have neither. */
export function counts(ops: Operations, row: number): boolean {
  const f = ops.f[row]
  if (f === F.scan) return false
  return f === F.read ? ops.status[row] === OUTCOME.ok : ops.status[row] !== OUTCOME.fail
}

/** Value id that the key holds before its first write. */
export function initialOf(ops: Operations, key: number): number {
  return key < ops.initialKeys ? ops.initial : 0
}

/**
 * Finds operations of one process that meet in one instant: the earlier ended when the later began, so that their times
 * alone do not order them.
 */
export class Ties {
  readonly #last: Int32Array
  readonly #ops: Operations

  constructor(ops: Operations) {
    this.#ops = ops
    this.#last = new Int32Array(ops.processCount).fill(-1)
  }

  /** The row of the same process and key that meets this one, or -1. Rows must come key by key, ascending. */
  before(row: number): number {
    const { process, key, endedAt, invokedAt } = this.#ops
    const last = this.#last[process[row]]
    this.#last[process[row]] = row
    return last >= 0 && key[last] === key[row] && endedAt[last] === invokedAt[row] ? last : -1
  }
}
