import { topologicalOrder } from './closure.ts'
import type { Closure } from './closure.ts'
import { addLooseOrder } from './dependencies.ts'
import type { DependencyGraph } from './dependencies.ts'
import { KIND } from './graph.ts'
import type { TxnHistory } from './history.ts'
import type { Budget, OrderOutcome, OrderProblem } from './order-problem.ts'

/**
 * Two ways to go on from all that is certain, neither of which the level allows: the same pair of versions in one
 * order and in the other.
 */
export interface Contradiction {
  readonly one: DependencyGraph
  readonly other: DependencyGraph
}

/** Two loose versions of a key, by their indices, `first < second`. */
interface Pair {
  readonly key: number
  readonly first: number
  readonly second: number
}

/** Depth of the search for orders: each level copies the closure. */
const DEPTH_MAX = 64

/** All pairs of loose versions. */
export function allPairs({ keys }: TxnHistory): Pair[] {
  return keys.flatMap(({ key, loose }) =>
    // Neighbours first: what is further apart mostly follows.
    loose.flatMap((_, second) =>
      loose.slice(0, second).map((__, i) => ({ key, first: second - 1 - i, second })),
    ),
  )
}

/** Orders of the loose versions of each key by a topological order of what is known, or null if there is none. */
export function guessed(problem: OrderProblem, graph: DependencyGraph): number[][] | null {
  const { ops, rows, keys } = problem.history
  const order = topologicalOrder(graph, (node) => {
    const txn = graph.txnOf(node)
    if (txn === -1) return -1
    const row = rows[txn]
    return ops.endedAt[row] < Infinity ? ops.endedAt[row] : ops.invokedAt[row]
  })
  if (order === null) return null
  const place = new Uint32Array(graph.nodeCount)
  order.forEach((node, i) => {
    place[node] = i
  })
  const placeOf = (txn: number): number => place[graph.source(txn, KIND.ww)]
  return keys.map(({ loose }) => {
    return [...loose.keys()].sort((a, b) => placeOf(loose[a]) - placeOf(loose[b]))
  })
}

export interface State {
  readonly closure: Closure
  /** Pairs of nodes, flat: the first must not reach the second. */
  readonly forbidden: number[]
  pairs: Pair[]
}

/** The search for orders: saturation, and a choice where that says nothing. */
export class OrderSearch {
  private readonly problem: OrderProblem
  private readonly graph: DependencyGraph
  private readonly budget: Budget
  /** The pair that stopped the last saturation. */
  private conflict: Pair | null = null
  /** Order edges adopted so far on the way to the present state. */
  private readonly adopted: { key: number; before: number; after: number }[] = []

  constructor(problem: OrderProblem, graph: DependencyGraph, budget: Budget) {
    this.problem = problem
    this.graph = graph
    this.budget = budget
  }

  run(state: State, depth: number): OrderOutcome {
    const start = this.adopted.length
    if (!this.saturate(state)) {
      this.adopted.length = start
      return this.budget.steps < 0 ? 'gave-up' : 'impossible'
    }
    const guess = guessed(this.problem, this.graphNow())
    const allowed = guess !== null && this.problem.allows(guess)
    if (guess !== null && allowed !== false) return allowed === true ? guess : 'too-large'
    if (state.pairs.length === 0) {
      // All is ordered, and yet the level does not allow it.
      this.adopted.length = start
      return 'impossible'
    }
    if (depth === DEPTH_MAX || state.closure.size * (depth + 2) > 2 * 100_000_000) return 'gave-up'
    const pair = state.pairs[0]
    let outcome: OrderOutcome = 'impossible'
    for (const [before, after] of [
      [pair.first, pair.second],
      [pair.second, pair.first],
    ]) {
      const next = {
        closure: state.closure.copy(),
        forbidden: [...state.forbidden],
        pairs: state.pairs.slice(1),
      }
      const mark = this.adopted.length
      if (this.adopt(next, pair.key, before, after)) {
        const found = this.run(next, depth + 1)
        if (typeof found !== 'string') return found
        if (found !== 'impossible') outcome = found
      }
      this.adopted.length = mark
      if (this.budget.steps < 0) return 'gave-up'
    }
    this.adopted.length = start
    return outcome
  }

  contradiction(state: State): Contradiction | null {
    if (this.saturate(state) || this.conflict === null) return null
    const { key, first, second } = this.conflict
    const decided = [...this.adopted]
    const graphs = [
      { key, before: first, after: second },
      { key, before: second, after: first },
    ].map((last) => {
      this.adopted.splice(0, this.adopted.length, ...decided, last)
      return this.graphNow(true)
    })
    return { one: graphs[0], other: graphs[1] }
  }

  /** Pairs that known anti-dependencies forbid. */
  knownForbidden(): number[] {
    if (this.problem.missesAreEdges) return []
    const { history, byKey } = this.problem
    const forbidden: number[] = []
    for (const { key, loose } of history.keys) {
      this.budget.steps -= byKey[key].last.length * loose.length
      if (this.budget.steps < 0) return forbidden
      for (const reader of byKey[key].last)
        for (const writer of loose) if (writer !== reader) forbidden.push(writer, reader)
    }
    for (const { reader, key, length } of history.reads) {
      const { order } = history.keys[key]
      if (length < order.length && order[length] !== reader) forbidden.push(order[length], reader)
    }
    return forbidden
  }

  /** Adopts all orders whose opposites are impossible; false if there is a pair of which both are. */
  private saturate(state: State): boolean {
    for (let changed = true; changed;) {
      changed = false
      const open: Pair[] = []
      for (const pair of state.pairs) {
        const { key, first, second } = pair
        const forwards = this.isPossible(state, key, first, second)
        const backwards = this.isPossible(state, key, second, first)
        if (this.budget.steps < 0) return false
        if (!forwards && !backwards) {
          this.conflict = pair
          return false
        }
        if (forwards && backwards) open.push(pair)
        else {
          const [before, after] = forwards ? [first, second] : [second, first]
          if (!this.adopt(state, key, before, after)) {
            this.adopted.pop()
            this.conflict = pair
            return false
          }
          changed = true
        }
      }
      state.pairs = open
      for (let i = 0; i < state.forbidden.length; i += 2)
        if (state.closure.reaches(state.forbidden[i], state.forbidden[i + 1])) return false
      this.budget.steps -= state.forbidden.length
    }
    return true
  }

  private isPossible({ closure }: State, key: number, before: number, after: number): boolean {
    const { graph } = this
    const { loose } = this.problem.history.keys[key]
    const [one, other] = [loose[before], loose[after]]
    const readers = this.problem.byKey[key].ofLoose[before]
    this.budget.steps -= 1 + readers.length
    if (closure.reaches(graph.target(other, KIND.ww), graph.source(one, KIND.ww))) return false
    for (const reader of readers) {
      if (reader === other) continue
      if (closure.reaches(graph.target(other, KIND.rw), graph.source(reader, KIND.rw))) return false
    }
    return true
  }

  /** Adds an order to the state; false if its edges close a cycle together. */
  private adopt(state: State, key: number, before: number, after: number): boolean {
    const { graph } = this
    const { closure } = state
    const { loose } = this.problem.history.keys[key]
    const [one, other] = [loose[before], loose[after]]
    const spent = closure.steps
    const add = (from: number, to: number): boolean => {
      if (closure.reaches(to, from)) return false
      closure.add(from, to)
      return true
    }
    let possible = add(graph.source(one, KIND.ww), graph.target(other, KIND.ww))
    for (const reader of this.problem.byKey[key].ofLoose[before]) {
      if (reader === other || !possible) continue
      if (this.problem.missesAreEdges)
        possible = add(graph.source(reader, KIND.rw), graph.target(other, KIND.rw))
      else state.forbidden.push(other, reader)
    }
    this.budget.steps -= closure.steps - spent
    this.adopted.push({ key, before, after })
    return possible
  }

  /** What is known and adopted; with all anti-dependencies, if asked for, even where they are no edges. */
  private graphNow(withMisses = false): DependencyGraph {
    const graph = withMisses ? this.problem.knownWithMisses() : this.problem.known()
    for (const { key, before, after } of this.adopted) {
      const { keys } = this.problem.history
      const { missesAreEdges, byKey } = this.problem
      const reads =
        missesAreEdges || withMisses ? byKey[key] : { last: [], ofLoose: keys[key].loose.map(() => []) }
      addLooseOrder(graph, keys[key], reads, [before, after])
    }
    return graph
  }
}
