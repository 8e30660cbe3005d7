import { crossCheckCausal, crossCheckConvergent, crossCheckMemory } from '../causal/cross-check.ts'
import type { CrossCheck as ByDefinition } from '../causal/cross-check.ts'
import { CONVERGENCE_CROSS_CHECKS } from '../convergence/cross-check.ts'
import { crossCheckPrefix } from '../prefix/cross-check.ts'
import { SESSION_CROSS_CHECKS } from '../sessions/cross-check.ts'
import { crossCheckTxns, TXN_CHECKERS } from '../txn/cross-check.ts'
import {
  crossCheckLinearizable,
  crossCheckRecorded,
  crossCheckSequential,
  crossCheckStaleness,
} from './cross-check.ts'
import type { CrossCheck as BySearch } from './cross-check.ts'

/** How often a guarantee was held against brute force, and with what outcome. */
export interface Agreement {
  holds: number
  violated: number
  /** The checker would not say, though brute force does. */
  undecided: number
  /** Of which the definition itself says nothing: the checker must not either. */
  unknowable: number
  /** Seeds on which the two disagree. */
  wrong: number[]
}

type Run = (seedFrom: number, count: number) => Agreement

const bySearch =
  (crossCheck: (seedFrom: number, count: number) => BySearch): Run =>
  (seedFrom, count) => {
    const { held, violated, undecided, disagreements } = crossCheck(seedFrom, count)
    const wrong = [
      ...new Set(disagreements.filter(({ status }) => status !== 'undecided').map(({ seed }) => seed)),
    ]
    return { holds: held, violated, undecided, unknowable: 0, wrong }
  }

const byDefinition =
  (crossCheck: (seedFrom: number, count: number) => ByDefinition): Run =>
  (seedFrom, count) =>
    crossCheck(seedFrom, count)

/** Histories whose values repeat are for neither checker. */
const staleness: Run = (seedFrom, count) => {
  const agreement = bySearch(crossCheckStaleness)(seedFrom, count)
  return { ...agreement, undecided: 0, unknowable: agreement.undecided }
}

/** Every comparison with brute force, by guarantee and, where there are several, what its histories are like. */
export const CROSS_CHECKS: ReadonlyMap<string, Run> = new Map<string, Run>([
  ['linearizable', bySearch(crossCheckLinearizable)],
  ['sequential', bySearch(crossCheckSequential)],
  ['causal-convergent', byDefinition(crossCheckConvergent)],
  ['causal-memory', byDefinition(crossCheckMemory)],
  ['causal', byDefinition(crossCheckCausal)],
  ['consistent-prefix', byDefinition(crossCheckPrefix)],
  ...[...SESSION_CROSS_CHECKS].map(([name, make]) => [name, byDefinition(make)] as const),
  ['k-atomic and bounded-staleness', staleness],
  ...[...CONVERGENCE_CROSS_CHECKS].map(([name, crossCheck]) => [name, byDefinition(crossCheck)] as const),
  ...TXN_CHECKERS.map(([checker, txnsMax]): [string, Run] => [
    checker.name,
    byDefinition((seedFrom, count) => crossCheckTxns(checker, txnsMax, seedFrom, count)),
  ]),
  ['linearizable, many timeouts', bySearch(crossCheckRecorded)],
])
