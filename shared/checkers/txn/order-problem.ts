import type { DependencyGraph, KeyReads } from './dependencies.ts'
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

/** What is left of the steps that a check may take. */
export interface Budget {
  steps: number
}
