import { OUTCOME } from '../../contract.ts'
import type { Operations } from '../../contract.ts'
import { counts, F, initialOf } from '../key-rows.ts'
import { sortByKey } from '../zones.ts'
import { relevantRows, searchInput } from './problem.ts'
import type { OperationKind, Problem } from './problem.ts'

/** State of a register whose value nobody looks for: all such values are alike. */
const UNSEEN = 0

const READ = 0
const WRITE = 1
const CAS = 2
const MISMATCH = 3

/** A register or cas-register. States are the values that some operation looks for, numbered from 1. */
export function registerProblem(ops: Operations, keyRows: ArrayLike<number>, inRealTime: boolean): Problem {
  const { f, status, value, expected, result } = ops
  const { sought, anyMismatch } = soughtValues(ops, keyRows)
  const codeOf = (row: number): number => {
    if (f[row] === F.read) return READ
    if (f[row] === F.write) return WRITE
    return status[row] === OUTCOME.ok && result[row] === 0 ? MISMATCH : CAS
  }
  const stateOf = (id: number): number => sought.get(id) ?? UNSEEN
  // What nobody looks for matters at most to a cas that found something else than it expected.
  const rows = relevantRows(
    ops,
    keyRows,
    (row) => (!anyMismatch && !sought.has(value[row])) || (f[row] === F.cas && value[row] === expected[row]),
  )
  const count = rows.length
  const code = Uint8Array.from(rows, codeOf)
  // A read that returned several values at once looks for a state that nobody makes.
  const impossible = sought.size + 1
  const from = Int32Array.from(rows, (row) => {
    if (ops.siblings.has(row)) return impossible
    return stateOf(f[row] === F.read ? result[row] : expected[row])
  })
  const to = Int32Array.from(rows, (row) => stateOf(value[row]))
  if (inRealTime) markUnseen(ops, rows, code, from, to)
  const needs = new Int32Array(count).fill(-1)
  const makes = new Int32Array(count).fill(-1)
  for (let op = 0; op < count; op++) {
    if (code[op] === READ || (code[op] === CAS && status[rows[op]] === OUTCOME.ok)) needs[op] = from[op]
    if ((code[op] === WRITE || code[op] === CAS) && to[op] !== UNSEEN) makes[op] = to[op]
  }
  const kindOf = (_row: number, op: number): OperationKind => ({
    type: `${code[op]} ${code[op] === WRITE ? '' : from[op]} ${code[op] === WRITE || code[op] === CAS ? to[op] : ''}`,
    observer:
      code[op] === READ ||
      code[op] === MISMATCH ||
      (code[op] === CAS && from[op] === to[op] && from[op] !== UNSEEN),
    blind: code[op] === WRITE,
    unseen: code[op] === WRITE && to[op] === UNSEEN && !anyMismatch,
  })
  const input = searchInput(ops, rows, kindOf)
  const open = Uint8Array.from(rows, (row) => (status[row] === OUTCOME.info ? 1 : 0))
  const machine = {
    initial: stateOf(keyRows.length === 0 ? 0 : initialOf(ops, ops.key[keyRows[0]])),
    needs,
    makes,
    values: sought.size + 2,
    apply(state: number, op: number): number {
      switch (code[op]) {
        case READ:
          return state === from[op] ? state : -1
        case WRITE:
          return open[op] === 1 && state === to[op] ? -1 : to[op]
        case CAS:
          return state === from[op] ? to[op] : -1
        default:
          return state !== from[op] ? state : -1
      }
    },
  }
  return { rows, input, machine }
}

/** Values that reads returned, that a cas expected, or that one of unknown outcome must have found to make such a value. */
function soughtValues(
  ops: Operations,
  rows: ArrayLike<number>,
): { sought: Map<number, number>; anyMismatch: boolean } {
  const { f, status, value, expected, result } = ops
  const sought = new Map<number, number>()
  const seek = (id: number): void => {
    if (!sought.has(id)) sought.set(id, sought.size + 1)
  }
  const open: number[] = []
  let anyMismatch = false
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]
    if (!counts(ops, row)) continue
    if (f[row] === F.read) seek(result[row])
    else if (f[row] === F.cas && status[row] === OUTCOME.ok) {
      seek(expected[row])
      if (result[row] === 0) anyMismatch = true
    } else if (f[row] === F.cas) open.push(row)
  }
  for (let news = true; news;) {
    news = false
    for (const row of open) {
      if ((!anyMismatch && !sought.has(value[row])) || sought.has(expected[row])) continue
      seek(expected[row])
      news = true
    }
  }
  return { sought, anyMismatch }
}

/**
 * Lets completed writes that nobody can have observed make UNSEEN, although others made that value too: those that were
 * certainly overwritten before anyone who looks for the value began. A write is overwritten by the time that one
 * invoked after its return has returned.
 */
function markUnseen(
  ops: Operations,
  rows: readonly number[],
  code: Uint8Array,
  from: Int32Array,
  to: Int32Array,
): void {
  const { invokedAt, endedAt, status } = ops
  const count = rows.length
  // Who looks for which value, in the order of invocation.
  const seekers = new Map<number, number[]>()
  for (let op = 0; op < count; op++) {
    if (code[op] === WRITE) continue
    const list = seekers.get(from[op])
    if (list === undefined) seekers.set(from[op], [op])
    else list.push(op)
  }
  const lastEnd = new Map<number, Float64Array>()
  for (const [value, list] of seekers) {
    let latest = -Infinity
    lastEnd.set(
      value,
      Float64Array.from(list, (op) => (latest = Math.max(latest, endedAt[rows[op]]))),
    )
  }
  /** Whether somebody looks for the value who began no later than `until` and had not returned at `from`. */
  const isSought = (value: number, from: number, until: number): boolean => {
    const list = seekers.get(value) ?? []
    let low = 0
    let high = list.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (invokedAt[rows[list[middle]]] <= until) low = middle + 1
      else high = middle
    }
    return low > 0 && (lastEnd.get(value) as Float64Array)[low - 1] >= from
  }
  const ends = Float64Array.from(rows, (row) => endedAt[row])
  const byEnd = Int32Array.from({ length: count }, (_, op) => op)
  sortByKey(byEnd, ends)
  /** By operation, in the order of invocation: the first return of a completed write from there on. */
  const firstOverwrite = new Float64Array(count + 1).fill(Infinity)
  for (let op = count - 1; op >= 0; op--) {
    const overwrites = code[op] === WRITE && status[rows[op]] === OUTCOME.ok
    firstOverwrite[op] = Math.min(firstOverwrite[op + 1], overwrites ? ends[op] : Infinity)
  }
  let next = 0
  for (const op of byEnd) {
    if (ends[op] === Infinity) break
    while (next < count && invokedAt[rows[next]] <= ends[op]) next++
    if (code[op] !== WRITE || to[op] === UNSEEN) continue
    if (!isSought(to[op], invokedAt[rows[op]], firstOverwrite[next])) to[op] = UNSEEN
  }
}
