import { causal, causalConvergent, causalMemory } from './causal/index.ts'
import type { Checker, ModelName } from './contract.ts'
import { acknowledgedWrites, convergence, setFull, totalOrder } from './convergence/index.ts'
import { linearizable } from './linearizable/index.ts'
import { consistentPrefix } from './prefix/index.ts'
import { sequential } from './sequential/index.ts'
import { monotonicReads, monotonicWrites, readYourWrites, writesFollowReads } from './sessions/index.ts'
import { boundedStaleness, kAtomic } from './staleness/index.ts'
import { PARAMETRIC_GUARANTEE } from '../topology/metric-names.ts'
import {
  parallelSnapshotIsolation,
  readAtomic,
  readCommitted,
  serializable,
  snapshotIsolation,
  strictSerializable,
} from './txn/index.ts'

/** What a checker with a parameter is asked for if nobody says. */
const DEFAULT_K = 2
const DEFAULT_STALENESS_MS = 1_000

const ALL: readonly Checker[] = [
  strictSerializable,
  serializable,
  snapshotIsolation,
  parallelSnapshotIsolation,
  readAtomic,
  readCommitted,
  linearizable,
  sequential,
  causalConvergent,
  causalMemory,
  causal,
  consistentPrefix,
  readYourWrites,
  monotonicReads,
  monotonicWrites,
  writesFollowReads,
  kAtomic(DEFAULT_K),
  boundedStaleness(DEFAULT_STALENESS_MS),
  convergence,
  acknowledgedWrites,
  setFull,
  totalOrder,
]

/** All checkers by name, stronger ones before weaker ones. */
export const CHECKERS: ReadonlyMap<string, Checker> = new Map(ALL.map((checker) => [checker.name, checker]))

/** The checkers that can judge records of a model, in the order of `CHECKERS`. */
export function checksFor(model: ModelName): readonly Checker[] {
  return ALL.filter(({ models }) => models.includes(model))
}

const WITH_PARAMETER: ReadonlyMap<string, (parameter: number) => Checker> = new Map([
  ['k-atomic', kAtomic],
  ['bounded-staleness', boundedStaleness],
])

/**
 * The checker of a name, which may carry a parameter: "causal", "k-atomic:3", "bounded-staleness:250" (ms). Undefined for a
 * name or parameter that is none.
 */
export function checkerNamed(text: string): Checker | undefined {
  if (!PARAMETRIC_GUARANTEE.test(text)) return CHECKERS.get(text)
  const [name, parameter] = text.split(':')
  return WITH_PARAMETER.get(name)?.(Number(parameter))
}
