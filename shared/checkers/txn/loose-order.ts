import { Closure, topologicalOrder } from './closure.ts'
import { addLooseOrder } from './dependencies.ts'
import type { DependencyGraph } from './dependencies.ts'
import { mendedOrder } from './mend.ts'
import type { Budget, OrderOutcome, OrderProblem, Orders } from './order-problem.ts'
import { allPairs, guessed, OrderSearch } from './order-search.ts'
import type { Contradiction } from './order-search.ts'

/** Pairs of versions that are tried; more take too much room. */
const PAIRS_MAX = 2_000_000

/**
 * Whether loose versions can be put in some order that the level allows. First by guesses, from the instants
 * at which transactions began and ended; then by saturation: of two versions one comes first,
 * and if that closes a cycle it is the other (as in Papadimitriou's "The Serializability of Concurrent Database
 * Updates", JACM 1979, and in Tan et al.: "Cobra", OSDI 2020); last by trying what is still open, within the budget.
 */
export function findLooseOrder(problem: OrderProblem, budget: Budget): OrderOutcome {
  const mended = likelyOrder(problem, budget)
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

/** An order that is likely and allowed, or null if none was found quickly. */
export function likelyOrder(problem: OrderProblem, budget: Budget): Orders | null {
  return mendedOrder(problem, budget, findLooseOrder)
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
