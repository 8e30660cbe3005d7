import { addLooseOrder } from './dependencies.ts'
import { components } from './graph.ts'
import { zoneOrders } from './guess.ts'
import { INITIAL } from './history.ts'
import type { TxnHistory } from './history.ts'
import type { Budget, OrderOutcome, OrderProblem, Orders } from './order-problem.ts'

/** How a part of a problem is solved. */
export type Solve = (problem: OrderProblem, budget: Budget) => OrderOutcome

/** A likely order, mended until the level allows it; null if that does not succeed. */
export function mendedOrder(problem: OrderProblem, budget: Budget, solve: Solve): Orders | null {
  const likely = zoneOrders(problem.history, problem.byKey)
  return likely === null ? null : mend(problem, likely, budget, solve)
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
function mend(problem: OrderProblem, orders: Orders, budget: Budget, solve: Solve): Orders | null {
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
      const found = solve(part, budget)
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
