import { OUTCOME } from '../../contract.ts'
import type { Operations } from '../../contract.ts'
import { F, initialOf } from '../key-rows.ts'
import { relevantRows, searchInput } from './problem.ts'
import type { Problem } from './problem.ts'
import { MAP_ENTRY_BYTES, StateTable, StepMemo } from './machine.ts'

/**
 * A list that is appended to, or a string that is written and appended to (kv; an absent key is an empty string). States
 * are contents, each kept as what it was before and the piece that came last.
 */
export function appendProblem(ops: Operations, keyRows: ArrayLike<number>): Problem {
  return ops.model === 'kv' ? stringProblem(ops, keyRows) : listProblem(ops, keyRows)
}

function listProblem(ops: Operations, keyRows: ArrayLike<number>): Problem {
  const { f, value, result, lists } = ops
  const rows = relevantRows(ops, keyRows, () => false)
  const seen = new Set<number>()
  for (const row of rows) if (f[row] === F.read) for (const id of lists[result[row]]) seen.add(id)
  const kept = rows.filter(
    (row) => f[row] === F.read || ops.status[row] !== OUTCOME.info || seen.has(value[row]),
  )
  const children = new Map<number, number>()
  const parents = [-1]
  const child = (state: number, id: number): number => {
    const memo = state * ops.valueCount + id
    let next = children.get(memo)
    if (next === undefined) {
      next = parents.length
      parents.push(state)
      children.set(memo, next)
    }
    return next
  }
  const target = kept.map((row) => (f[row] === F.read ? lists[result[row]].reduce(child, 0) : -1))
  const depth = [0]
  for (let state = 1; state < parents.length; state++) depth.push(depth[parents[state]] + 1)
  // A list only grows: up to the length of the longest that was read it must be a beginning of that one, and no longer
  // than the shortest that is yet to be read.
  const longest = target.reduce((best, state) => (state >= 0 && depth[state] > depth[best] ? state : best), 0)
  const onPath = new Set<number>()
  for (let state = longest; state >= 0; state = parents[state]) onPath.add(state)
  const leastDepth = new Float64Array(kept.length + 1).fill(Infinity)
  for (let op = kept.length - 1; op >= 0; op--)
    leastDepth[op] = Math.min(leastDepth[op + 1], target[op] >= 0 ? depth[target[op]] : Infinity)
  const depthOf = (state: number): number => (depth[state] ??= depthOf(parents[state]) + 1)
  const element = kept.map((row) => value[row])
  const input = searchInput(ops, kept, (row, op) => ({
    type: f[row] === F.read ? `r${target[op]}` : `+${value[row]}`,
    observer: f[row] === F.read,
    blind: false,
  }))
  const machine = {
    initial: 0,
    needs: null,
    makes: null,
    values: 0,
    apply: (state: number, op: number): number =>
      target[op] < 0 ? child(state, element[op]) : state === target[op] ? state : -1,
    isViable: (state: number, called: number): boolean =>
      depthOf(state) <= leastDepth[called] && (depthOf(state) > depth[longest] || onPath.has(state)),
    mayReach: (state: number, op: number): boolean => depthOf(state) <= depth[target[op]],
    bytes: () => children.size * (MAP_ENTRY_BYTES + 16),
  }
  return { rows: kept, input, machine }
}

/** State of a string that goes on with nothing that a read returned: whatever is appended to it, no read will tell. */
const LOST = '\u0000lost'

function stringProblem(ops: Operations, keyRows: ArrayLike<number>): Problem {
  const { f, value, result, status } = ops
  const textOf = (id: number): string => {
    const raw = ops.rawValue(id)
    return typeof raw === 'string' ? raw : ''
  }
  const all = relevantRows(ops, keyRows, (row) => f[row] === F.append && textOf(value[row]) === '')
  const reads = [...new Set(all.filter((row) => f[row] === F.read).map((row) => textOf(result[row])))].sort()
  const isSeen = (row: number): boolean => reads.some((text) => text.includes(textOf(value[row])))
  const rows = all.filter((row) => f[row] === F.read || status[row] !== OUTCOME.info || isSeen(row))
  const texts = new StateTable<string>()
  const lost = texts.idOf(LOST)
  /** The state of a text: of those that begin no read's result, one stands for all. */
  const stateOf = (text: string): number => {
    let low = 0
    let high = reads.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (reads[middle] < text) low = middle + 1
      else high = middle
    }
    return low < reads.length && reads[low].startsWith(text) ? texts.idOf(text) : lost
  }
  const memo = new StepMemo(rows.length)
  const piece = rows.map((row) => textOf(f[row] === F.read ? result[row] : value[row]))
  const target = rows.map((row, op) => (f[row] === F.append ? -1 : stateOf(piece[op])))
  const isRead = rows.map((row) => f[row] === F.read)
  const appended = (state: number, op: number): number => stateOf(texts.contents[state] + piece[op])
  const hasWrites = rows.some((row) => f[row] === F.write)
  const last = isRead.lastIndexOf(true)
  const key = keyRows.length === 0 ? 0 : ops.key[keyRows[0]]
  const input = searchInput(ops, rows, (row, op) => ({
    type: `${f[row]} ${f[row] === F.write ? target[op] : piece[op]}`,
    observer: isRead[op] || (f[row] === F.append && piece[op] === ''),
    blind: f[row] === F.write,
    unseen: f[row] === F.write && target[op] === lost,
  }))
  const machine = {
    initial: stateOf(textOf(initialOf(ops, key))),
    needs: null,
    makes: null,
    values: 0,
    apply(state: number, op: number): number {
      if (isRead[op]) return state === target[op] ? state : -1
      if (target[op] >= 0) return target[op]
      if (piece[op] === '' || state === lost) return state
      return memo.step(state, op, appended)
    },
    // Without writes a string only grows.
    isViable: (state: number, called: number): boolean =>
      hasWrites || last < called || (state !== lost && piece[last].startsWith(texts.contents[state])),
    mayReach: (state: number, op: number): boolean =>
      hasWrites || !isRead[op] || (state !== lost && piece[op].startsWith(texts.contents[state])),
    bytes: () => texts.bytes + memo.bytes,
  }
  return { rows, input, machine }
}
