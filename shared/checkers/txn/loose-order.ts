import { Closure, topologicalOrder } from './closure.ts'
import type { KeyReads } from './dependencies.ts'
import { addLooseOrder } from './dependencies.ts'
import type { DependencyGraph } from './dependencies.ts'
import { components, KIND } from './graph.ts'
import { likelyOrders } from './guess.ts'
import { INITIAL } from './history.ts'
import type { TxnHistory } from './history.ts'
import type { TxnIndex } from './part.ts'

/**
 * One level's view of the question in which order versions were made that no read puts in order: a graph that has to stay
 * acyclic, and pairs of nodes of which the first must not reach the second.
 */
export interface OrderProblem {
  readonly history: TxnHistory
  readonly byKey: readonly KeyReads[]
  /** A graph of all that is known; made anew at each call. */
  known(): DependencyGraph
  /** The same with the known anti-dependencies, whether they are edges or not. */
  knownWithMisses(): DependencyGraph
  /** Whether anti-dependencies are edges; if not, they are forbidden ways back (parallel snapshot isolation). */
  readonly missesAreEdges: boolean
  /** Whether the level allows the history with all orders in place. */
  allows(orders: Orders): boolean | 'too-large'
  index(): TxnIndex
  /** The same level's view of some of the transactions. */
  part(txns: readonly number[]): OrderProblem
}

/** By key: indices of its loose versions, in order. */
export type Orders = readonly (readonly number[])[]

/** Orders that the level allows, or why there are none. */
export type OrderOutcome = Orders | 'impossible' | 'too-large' | 'gave-up'

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

/** Pairs of versions that are tried; more take too much room. */
const PAIRS_MAX = 2_000_000

/** Depth of the search for orders: each level copies the closure. */
const DEPTH_MAX = 64

/**
 * Whether loose versions can be put in some order that the level allows. First by guesses, from the instants
 * at which transactions began and ended; then by saturation: of two versions one comes first,
 * and if that closes a cycle it is the other (as in Papadimitriou's "The Serializability of Concurrent Database
 * Updates", JACM 1979, and in Tan et al.: "Cobra", OSDI 2020); last by trying what is still open, within `stepsMax`.
 */
export function findLooseOrder(problem: OrderProblem, budget: Budget): OrderOutcome {
  const mended = mendedOrder(problem, budget)
  if (mended !== null) return mended
  const graph = problem.known()
  budget.steps -= graph.edgeCount
  const guess = guessed(problem, graph)
  if (guess !== null && problem.allows(guess) === true) return guess
  if (!Closure.fits(graph.nodeCount)) return 'too-large'
  const order = topologicalOrder(graph, (node) => node)
  if (order === null) return 'impossible'
  let pairCount = 0
  for (const { loose } of problem.history.keys) pairCount += (loose.length * (loose.length - 1)) / 2
  if (pairCount > Math.min(budget.steps, PAIRS_MAX)) return 'gave-up'
  const pairs = allPairs(problem.history)
  const search = new OrderSearch(problem, graph, budget)
  return search.run({ closure: Closure.of(graph, order), forbidden: search.knownForbidden(), pairs }, 0)
}

/** The pair of versions on which saturation fails, or null if it takes a search to see that no order is possible. */
export function contradictionOf(problem: OrderProblem, stepsMax: number): Contradiction | null {
  const graph = problem.known()
  const order = Closure.fits(graph.nodeCount) ? topologicalOrder(graph, (node) => node) : null
  if (order === null) return null
  const search = new OrderSearch(problem, graph, { steps: stepsMax })
  return search.contradiction({
    closure: Closure.of(graph, order),
    forbidden: search.knownForbidden(),
    pairs: allPairs(problem.history),
  })
}

/** What is known, with the versions in the order that is guessed first; null if there is a cycle in what is known. */
export function guessedGraph(problem: OrderProblem): DependencyGraph | null {
  const orders = guessed(problem, problem.known())
  if (orders === null) return null
  const graph = problem.knownWithMisses()
  for (const versions of problem.history.keys)
    addLooseOrder(graph, versions, problem.byKey[versions.key], orders[versions.key])
  return graph
}

function allPairs({ keys }: TxnHistory): Pair[] {
  return keys.flatMap(({ key, loose }) =>
    // Neighbours first: what is further apart mostly follows.
    loose.flatMap((_, second) =>
      loose.slice(0, second).map((__, i) => ({ key, first: second - 1 - i, second })),
    ),
  )
}

/** Orders of the loose versions of each key by a topological order of what is known, or null if there is none. */
function guessed(problem: OrderProblem, graph: DependencyGraph): number[][] | null {
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
    const indices = [...loose.keys()].sort((a, b) => placeOf(loose[a]) - placeOf(loose[b]))
    return indices
  })
}

interface State {
  readonly closure: Closure
  /** Pairs of nodes, flat: the first must not reach the second. */
  readonly forbidden: number[]
  pairs: Pair[]
}

/** What is left of the steps that a check may take. */
export interface Budget {
  steps: number
}

/** A likely order, mended until the level allows it; null if that does not succeed. */
export function mendedOrder(problem: OrderProblem, budget: Budget): Orders | null {
  const likely = likelyOrders(problem.history, problem.byKey)
  return likely === null ? null : mend(problem, likely, budget)
}

/** Histories of fewer transactions are not mended in parts: to search them whole is as quick. */
const MENDED_MIN = 40

/** Rounds of mending; each merges groups, so that few suffice. */
const ROUNDS_MAX = 24

/**
 * Orders near the given ones that the level allows, or null if none were found. Where they close cycles, the transactions
 * of each strongly connected component become a group, which is put in order for itself; where that closes others, groups
 * grow together and are tried again.
 */
function mend(problem: OrderProblem, orders: Orders, budget: Budget): Orders | null {
  const { history, byKey } = problem
  const better = orders.map((indices) => [...indices])
  const groups = new Groups(history.rows.length)
  const { reads } = problem.index()
  const keyOf = new Map(history.keys.map(({ id, key }) => [id, key]))
  for (let round = 0; round < ROUNDS_MAX; round++) {
    if (problem.allows(better) === true) return better
    if (history.rows.length < MENDED_MIN || budget.steps < 0) return null
    const graph = problem.knownWithMisses()
    budget.steps -= graph.edgeCount
    for (const versions of history.keys)
      addLooseOrder(graph, versions, byKey[versions.key], better[versions.key])
    const changed = new Set<number>()
    for (const component of components(graph)) {
      const txns = component.map((node) => graph.txnOf(node)).filter((txn) => txn !== -1)
      if (txns.length === 0) continue
      changed.add(txns[0])
      let grew = false
      for (const txn of txns) grew = groups.join(txns[0], txn) || grew
      if (grew) continue
      // It was in order by itself: then a version that it read and did not make takes part in the cycle.
      for (const txn of txns)
        for (const { writer } of reads[txn]) if (writer !== INITIAL) groups.join(txns[0], writer)
    }
    for (const txns of groups.members(changed)) {
      if (txns.length === history.rows.length) return null
      const part = problem.part(txns)
      const found = findLooseOrder(part, budget)
      if (typeof found === 'string') return null
      splice(history, better, part.history, found, txns, keyOf)
    }
  }
  return null
}

/** Disjoint groups that grow together (Tarjan: "Efficiency of a Good But Not Linear Set Union Algorithm", JACM 1975). */
class Groups {
  private readonly parent: Uint32Array

  constructor(count: number) {
    this.parent = Uint32Array.from({ length: count }, (_, i) => i)
  }

  private find(item: number): number {
    const { parent } = this
    while (parent[item] !== item) {
      parent[item] = parent[parent[item]]
      item = parent[item]
    }
    return item
  }

  /** Whether they were in different groups. */
  join(one: number, other: number): boolean {
    const [first, second] = [this.find(one), this.find(other)]
    this.parent[second] = first
    return first !== second
  }

  /** The groups of these items, of more than one member each, ascending. */
  members(items: Iterable<number>): number[][] {
    const found = new Map<number, number[]>()
    for (const item of items) found.set(this.find(item), [])
    this.parent.forEach((_, item) => found.get(this.find(item))?.push(item))
    return [...found.values()].filter((group) => group.length > 1)
  }
}

/** Puts the versions of a part's transactions into their new order, at the places that they held together. */
function splice(
  { keys }: TxnHistory,
  orders: number[][],
  part: TxnHistory,
  found: Orders,
  txns: readonly number[],
  keyOf: ReadonlyMap<number, number>,
): void {
  const isInPart = new Set(txns)
  for (const { key: partKey, id, loose } of part.keys) {
    if (loose.length < 2) continue
    const key = keyOf.get(id) as number
    const indexOf = new Map(keys[key].loose.map((txn, index) => [txn, index]))
    const renewed = found[partKey].map((index) => indexOf.get(txns[loose[index]]) as number)
    let next = 0
    orders[key] = orders[key].map((index) => (isInPart.has(keys[key].loose[index]) ? renewed[next++] : index))
  }
}

class OrderSearch {
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
