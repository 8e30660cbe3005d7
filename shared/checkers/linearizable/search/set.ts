import { OUTCOME } from '../../contract.ts'
import type { Operations } from '../../contract.ts'
import { counts, F } from '../key-rows.ts'
import { StateTable, StepMemo } from './machine.ts'
import { relevantRows, searchInput } from './problem.ts'
import type { Problem } from './problem.ts'

/** A set of which reads return everything. States are sets, written as one character per 16 elements. */
export function setProblem(ops: Operations, keyRows: ArrayLike<number>): Problem {
  const { f, status, value, result, lists } = ops
  const place = new Map<number, number>()
  const placeOf = (element: number): number => {
    const known = place.get(element)
    if (known !== undefined) return known
    place.set(element, place.size)
    return place.size - 1
  }
  const seen = new Set<number>()
  for (let at = 0; at < keyRows.length; at++) {
    const row = keyRows[at]
    if (!counts(ops, row)) continue
    if (f[row] === F.read) for (const element of lists[result[row]]) seen.add(element)
    else placeOf(value[row])
  }
  for (const element of seen) placeOf(element)
  // What never was seen in the set needs no add of unknown outcome, nor a remove while no add of it is certain.
  const added = new Set<number>()
  for (let at = 0; at < keyRows.length; at++) {
    const row = keyRows[at]
    if (f[row] === F.add && counts(ops, row) && (status[row] === OUTCOME.ok || seen.has(value[row])))
      added.add(value[row])
  }
  const rows = relevantRows(ops, keyRows, (row) =>
    f[row] === F.add ? !seen.has(value[row]) : !added.has(value[row]),
  )
  const characters = Math.ceil(place.size / 16)
  const sets = new StateTable<string>()
  const blank = Array.from({ length: characters }, () => 0)
  const textOf = (units: readonly number[]): string => units.map((unit) => String.fromCharCode(unit)).join('')
  const target = rows.map((row) => {
    if (f[row] !== F.read) return -1
    const units = [...blank]
    const list = lists[result[row]]
    for (const element of list) units[placeOf(element) >>> 4] |= 1 << (placeOf(element) & 15)
    // A set does not hold an element twice.
    const repeats = list.some((element, at) => at > 0 && list[at - 1] === element)
    return repeats ? -2 : sets.idOf(textOf(units))
  })
  const element = rows.map((row) => (f[row] === F.read ? -1 : placeOf(value[row])))
  const changes = changesDuring(ops, rows, element)
  const adds = rows.map((row) => f[row] === F.add)
  const open = rows.map((row) => status[row] === OUTCOME.info)
  const memo = new StepMemo(rows.length)
  const changed = (state: number, op: number): number => {
    const set = sets.contents[state]
    const at = element[op] >>> 4
    const bit = 1 << (element[op] & 15)
    const unit = set.charCodeAt(at)
    const next = adds[op] ? unit | bit : unit & ~bit
    return next === unit ? state : sets.idOf(set.slice(0, at) + String.fromCharCode(next) + set.slice(at + 1))
  }
  const input = searchInput(ops, rows, (row) => ({
    type: f[row] === F.read ? `r${result[row]}` : `${f[row] === F.add ? '+' : '-'}${value[row]}`,
    observer: f[row] === F.read,
    blind: false,
  }))
  const machine = {
    initial: sets.idOf(textOf(blank)),
    needs: null,
    makes: null,
    values: 0,
    apply(state: number, op: number): number {
      if (element[op] < 0) return state === target[op] ? state : -1
      const next = memo.step(state, op, changed)
      return open[op] && next === state ? -1 : next
    },
    /** Elements that are there and should not be, or the other way round, need somebody who can still change that. */
    mayReach(state: number, op: number): boolean {
      if (target[op] < 0) return false
      const [now, then] = [sets.contents[state], sets.contents[target[op]]]
      for (let at = 0; at < characters; at++) {
        const [is, wanted] = [now.charCodeAt(at), then.charCodeAt(at)]
        if (is === wanted) continue
        const { added, removed } = changes[op]
        if ((wanted & ~is & ~(added[at] ?? 0)) !== 0 || (is & ~wanted & ~(removed[at] ?? 0)) !== 0)
          return false
      }
      return true
    },
    bytes: () => sets.bytes + memo.bytes,
    concerns(state: number, op: number, other: number): boolean {
      if (element[other] >= 0) return element[other] === element[op]
      if (target[other] < 0) return false
      const at = element[op] >>> 4
      const bit = 1 << (element[op] & 15)
      const missed = sets.contents[state].charCodeAt(at) ^ sets.contents[target[other]].charCodeAt(at)
      return (missed & bit) !== 0
    },
  }
  return { rows, input, machine }
}

/** By read: the elements that others may add or remove while it runs, as bits of 16 per place. */
function changesDuring(
  ops: Operations,
  rows: readonly number[],
  element: readonly number[],
): { added: readonly number[]; removed: readonly number[] }[] {
  const { f, invokedAt, endedAt } = ops
  /** Those that had not ended when the read at hand began. */
  let running: number[] = []
  return rows.map((read, op) => {
    const added: number[] = []
    const removed: number[] = []
    if (element[op] >= 0) {
      running.push(op)
      return { added, removed }
    }
    const note = (other: number): void => {
      const list = f[rows[other]] === F.add ? added : removed
      const at = element[other] >>> 4
      list[at] = (list[at] ?? 0) | (1 << (element[other] & 15))
    }
    running = running.filter((other) => endedAt[rows[other]] >= invokedAt[read])
    for (const other of running) note(other)
    for (let other = op + 1; other < rows.length && invokedAt[rows[other]] <= endedAt[read]; other++)
      if (element[other] >= 0) note(other)
    return { added, removed }
  })
}
