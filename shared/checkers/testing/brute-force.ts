import { FUNCTIONS, OUTCOME } from '../contract.ts'
import type { Operations } from '../contract.ts'

/**
 * Reference checkers for histories of a few operations: they try every order, and share no code with the checkers that
 * they judge. `precedes(a, b)`: row a must stand before row b.
 */
export function someLegalOrder(
  ops: Operations,
  rows: readonly number[],
  precedes: (a: number, b: number) => boolean,
  object: SequentialObject = { initial: initialState, step: stepped },
): boolean {
  const relevant = rows.filter(
    (row) =>
      ops.status[row] !== OUTCOME.fail &&
      FUNCTIONS[ops.f[row]] !== 'scan' &&
      !(FUNCTIONS[ops.f[row]] === 'read' && ops.status[row] === OUTCOME.info),
  )
  const certain = relevant.filter((row) => ops.status[row] === OUTCOME.ok).length
  const placed = new Set<number>()
  const dead = new Set<string>()
  const search = (states: ReadonlyMap<number, State>, certainPlaced: number): boolean => {
    if (certainPlaced === certain) return true
    const memo = `${[...placed].sort((a, b) => a - b).join()}|${JSON.stringify([...states].sort((a, b) => a[0] - b[0]))}`
    if (dead.has(memo)) return false
    for (const row of relevant) {
      if (placed.has(row)) continue
      if (
        relevant.some(
          (other) => !placed.has(other) && ops.status[other] === OUTCOME.ok && precedes(other, row),
        )
      )
        continue
      const key = ops.key[row]
      const after = object.step(ops, states.get(key) ?? object.initial(ops, key), row)
      if (after === null) continue
      placed.add(row)
      const isCertain = ops.status[row] === OUTCOME.ok
      const found = search(new Map(states).set(key, after), certainPlaced + (isCertain ? 1 : 0))
      placed.delete(row)
      if (found) return true
    }
    dead.add(memo)
    return false
  }
  return search(new Map(), 0)
}

/** What the operations of one key do: the state after a row, or null if its recorded outcome is impossible. */
interface SequentialObject {
  initial(ops: Operations, key: number): State
  step(ops: Operations, state: State, row: number): State | null
}

/** A register: value id. A counter: sum. A set or list: sorted or ordered ids. kv: text. */
type State = number | string | readonly number[]

function initialState(ops: Operations, key: number): State {
  const initial = key < ops.initialKeys ? ops.initial : 0
  if (ops.model === 'counter') return key < ops.initialKeys ? ops.initialAmount : 0
  if (ops.model === 'set' || ops.model === 'append-list') return []
  return ops.model === 'kv' ? ((ops.rawValue(initial) as string | null) ?? '') : initial
}

function stepped(ops: Operations, state: State, row: number): State | null {
  const isOk = ops.status[row] === OUTCOME.ok
  const value = ops.value[row]
  const equal = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
  switch (FUNCTIONS[ops.f[row]]) {
    case 'read': {
      if (ops.siblings.has(row)) return null
      if (ops.model === 'counter') return state === ops.amount[row] ? state : null
      if (ops.model === 'set' || ops.model === 'append-list')
        return equal(state, [...ops.lists[ops.result[row]]]) ? state : null
      if (ops.model === 'kv') return state === (ops.rawValue(ops.result[row]) ?? '') ? state : null
      return state === ops.result[row] ? state : null
    }
    case 'write':
      return ops.model === 'kv' ? ((ops.rawValue(value) as string | null) ?? '') : value
    case 'cas': {
      const matches = state === ops.expected[row]
      if (!isOk) return matches ? value : state
      return matches === (ops.result[row] === 1) ? (matches ? value : state) : null
    }
    case 'append':
      return ops.model === 'kv'
        ? (state as string) + (ops.rawValue(value) as string)
        : [...(state as readonly number[]), value]
    case 'increment':
      return (state as number) + ops.amount[row]
    case 'add':
      return [...new Set([...(state as readonly number[]), value])].sort((a, b) => a - b)
    case 'remove':
      return (state as readonly number[]).filter((id) => id !== value)
    default:
      return state
  }
}

/** Real time, and the order of a process within one key. */
export function precedesInRealTime(ops: Operations): (a: number, b: number) => boolean {
  return (a, b) => ops.endedAt[a] < ops.invokedAt[b] || (ops.process[a] === ops.process[b] && a < b)
}

/** Key by key, as linearizability is local. */
export function bruteLinearizable(ops: Operations): boolean {
  return everyKey(ops, (rows) => someLegalOrder(ops, rows, precedesInRealTime(ops)))
}

export function bruteSequential(ops: Operations): boolean {
  const rows = Array.from({ length: ops.count }, (_, row) => row)
  return someLegalOrder(ops, rows, (a, b) => ops.process[a] === ops.process[b] && a < b)
}

/** Whether every read can return one of the k latest values, key by key. */
export function bruteKAtomic(ops: Operations, k: number): boolean {
  const object: SequentialObject = {
    initial: (_, key) => [initialState(ops, key) as number],
    step(_, state, row) {
      const latest = state as readonly number[]
      if (FUNCTIONS[ops.f[row]] === 'read') return latest.includes(ops.result[row]) ? state : null
      return [...latest, ops.value[row]].slice(-k)
    },
  }
  return everyKey(ops, (rows) =>
    someLegalOrder(ops, rows, (a, b) => ops.endedAt[a] < ops.invokedAt[b], object),
  )
}

/** The least whole Δ up to `deltaMax` that makes the history Δ-atomic; Infinity if none does. */
export function bruteDelta(ops: Operations, deltaMax: number): number {
  for (let delta = 0; delta <= deltaMax; delta++) {
    const began = (row: number): number => ops.invokedAt[row] - (FUNCTIONS[ops.f[row]] === 'read' ? delta : 0)
    if (everyKey(ops, (rows) => someLegalOrder(ops, rows, (a, b) => ops.endedAt[a] < began(b)))) return delta
  }
  return Infinity
}

function everyKey(ops: Operations, holds: (rows: readonly number[]) => boolean): boolean {
  const rows = Array.from({ length: ops.count }, (_, row) => row)
  return Array.from({ length: ops.keyCount }, (_, key) => key).every((key) =>
    holds(rows.filter((row) => ops.key[row] === key)),
  )
}
