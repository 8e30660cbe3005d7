import type { Rng } from '../../base/rng.ts'
import { crossChecked } from '../causal/cross-check.ts'
import type { CrossCheck } from '../causal/cross-check.ts'
import { randomRegisters } from '../causal/random-registers.ts'
import { FUNCTIONS, NO_RANK } from '../contract.ts'
import type { Checker, Operations } from '../contract.ts'
import type { SessionGuarantee } from './guarantee.ts'
import { monotonicReads, monotonicWrites, readYourWrites, writesFollowReads } from './index.ts'
import { keepsByCausality, keepsByRank } from './reference.ts'

const CHECKERS: readonly Checker[] = [readYourWrites, monotonicReads, monotonicWrites, writesFollowReads]

/** Records whose order of versions is not known. */
const unordered = (rng: Rng): Operations =>
  randomRegisters(rng, { operationsMax: 16, processesMax: 3, keysMax: 2, cas: rng.below(4) === 0 })

/** Records with versions, ordered just anyhow. */
function ordered(rng: Rng): Operations {
  const ops = randomRegisters(rng, { operationsMax: 8, processesMax: 3, keysMax: 2, cas: false })
  const shuffled = Array.from({ length: ops.valueCount }, (_, value) => value)
  for (let i = shuffled.length - 1; i > 1; i--) {
    // Mostly near the order of writing, or hardly any history would hold.
    const j = Math.max(1, i - rng.below(3))
    const other = shuffled[j]
    shuffled[j] = shuffled[i]
    shuffled[i] = other
  }
  const versionRank = Uint32Array.from({ length: ops.count }, (_, row) =>
    rng.below(10) === 0
      ? NO_RANK
      : shuffled[FUNCTIONS[ops.f[row]] === 'read' ? ops.result[row] : ops.value[row]],
  )
  return { ...ops, versionRank }
}

/** By guarantee and way of ordering versions. */
export const SESSION_CROSS_CHECKS: ReadonlyMap<string, (seedFrom: number, count: number) => CrossCheck> =
  new Map(
    CHECKERS.flatMap((checker) => {
      const guarantee = checker.name as SessionGuarantee
      const causally = (ops: Operations): boolean => keepsByCausality(ops, guarantee)
      const byRank = (ops: Operations): boolean => keepsByRank(ops, guarantee)
      const run =
        (reference: (ops: Operations) => boolean, history: (rng: Rng) => Operations) =>
        (seedFrom: number, count: number): CrossCheck =>
          crossChecked(checker, reference, history, seedFrom, count)
      return [
        [checker.name, run(causally, unordered)] as const,
        [`${checker.name}, versions known`, run(byRank, ordered)] as const,
      ]
    }),
  )
