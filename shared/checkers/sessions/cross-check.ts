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

/** One outcome per guarantee and way of ordering versions. */
export function crossCheckSessions(seedFrom: number, count: number): CrossCheck[] {
  return CHECKERS.flatMap((checker) => {
    const guarantee = checker.name as SessionGuarantee
    const causally = (ops: Operations): boolean => keepsByCausality(ops, guarantee)
    const byRank = (ops: Operations): boolean => keepsByRank(ops, guarantee)
    return [
      crossChecked(checker, causally, unordered, seedFrom, count),
      { ...crossChecked(checker, byRank, ordered, seedFrom, count), name: `${checker.name}, versions known` },
    ]
  })
}
