import { OUTCOME } from '../../contract.ts'
import type { Operations } from '../../contract.ts'
import { counts, Ties } from '../key-rows.ts'
import type { Machine } from './machine.ts'
import type { SearchInput } from './timeline.ts'

/** Operations on one object, and the object, ready to be searched; `rows[op]` is the row of an operation. */
export interface Problem {
  readonly rows: readonly number[]
  readonly input: SearchInput
  readonly machine: Machine
}

/** What a model says of one operation. */
export interface OperationKind {
  /** Equal for operations with the same effect and outcome. */
  readonly type: string
  readonly observer: boolean
  readonly blind: boolean
  readonly unseen?: boolean
}

/** The rows of one key that can have an effect or tell something, less those that `isUseless` says. */
export function relevantRows(
  ops: Operations,
  rows: ArrayLike<number>,
  isUseless: (row: number) => boolean,
): number[] {
  const relevant: number[] = []
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]
    if (counts(ops, row) && !(ops.status[row] === OUTCOME.info && isUseless(row))) relevant.push(row)
  }
  return relevant
}

export function searchInput(
  ops: Operations,
  rows: readonly number[],
  kindOf: (row: number, op: number) => OperationKind,
): SearchInput {
  const count = rows.length
  const start = new Float64Array(count)
  const end = new Float64Array(count)
  const type = new Int32Array(count)
  const observer = new Uint8Array(count)
  const blind = new Uint8Array(count)
  const unseen = new Uint8Array(count)
  const before = new Int32Array(count).fill(-1)
  const types = new Map<string, number>()
  const ties = new Ties(ops)
  const opOf = new Map<number, number>()
  for (let op = 0; op < count; op++) {
    const row = rows[op]
    const kind = kindOf(row, op)
    start[op] = ops.invokedAt[row]
    end[op] = ops.endedAt[row]
    observer[op] = kind.observer ? 1 : 0
    blind[op] = kind.blind ? 1 : 0
    unseen[op] = kind.unseen === true ? 1 : 0
    const known = types.get(kind.type)
    if (known === undefined) types.set(kind.type, types.size)
    type[op] = known ?? types.size - 1
    opOf.set(row, op)
    const earlier = ties.before(row)
    if (earlier >= 0) before[op] = opOf.get(earlier) as number
  }
  // Operations that the order of a process binds are no equals of others that their times alone bind.
  let unlike = types.size
  for (let op = 0; op < count; op++) {
    if (before[op] < 0) continue
    type[op] = unlike++
    type[before[op]] = unlike++
  }
  return { count, start, end, type, observer, blind, unseen, before }
}
