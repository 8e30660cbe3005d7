import { Rng } from '../../base/rng.ts'
import type { Checker, Operations, Verdict } from '../contract.ts'
import { selectRows } from '../operations/index.ts'
import { causal, causalConvergent, causalMemory } from './index.ts'
import { randomRegisters } from './random-registers.ts'
import { isCausal, isCausalMemory, isConvergent } from './reference.ts'

/** How a checker and brute force agreed on random histories. */
export interface CrossCheck {
  name: string
  histories: number
  holds: number
  violated: number
  /** The checker would not say, though the definition does. */
  undecided: number
  /** Histories of which the definition says nothing. */
  unknowable: number
  /** Seeds on which the two disagree, or whose evidence alone does not violate. */
  wrong: number[]
}

/**
 * Runs a checker against its definition, tried by brute force, on the histories of `count` seeds. A violation's
 * operations alone must violate too. Where the definition itself cannot tell, the reference answers null, and the
 * checker must not say either.
 */
export function crossChecked(
  checker: Checker,
  reference: (ops: Operations) => boolean | null,
  history: (rng: Rng) => Operations,
  seedFrom: number,
  count: number,
): CrossCheck {
  const outcome: CrossCheck = {
    name: checker.name,
    histories: count,
    holds: 0,
    violated: 0,
    undecided: 0,
    unknowable: 0,
    wrong: [],
  }
  for (let seed = seedFrom; seed < seedFrom + count; seed++) {
    const ops = history(Rng.stream(seed, checker.name))
    const verdict = checker.check(ops, 1_000_000)
    const expected = reference(ops)
    if (expected === null) {
      outcome.unknowable++
      if (verdict.status !== 'undecided') outcome.wrong.push(seed)
      continue
    }
    outcome[verdict.status]++
    if (verdict.status === 'undecided') continue
    const agrees = (verdict.status === 'holds') === expected
    if (!agrees || !provesItself(checker, ops, verdict)) outcome.wrong.push(seed)
  }
  return outcome
}

function provesItself(checker: Checker, ops: Operations, verdict: Verdict): boolean {
  if (verdict.status !== 'violated') return true
  const alone = checker.check(selectRows(ops, verdict.evidence.operations), 1_000_000)
  return alone.status === 'violated'
}

const history = (rng: Rng): Operations =>
  randomRegisters(rng, { operationsMax: 8, processesMax: 4, keysMax: 2, cas: rng.below(4) === 0 })

export const crossCheckCausal = (seedFrom: number, count: number): CrossCheck =>
  crossChecked(causal, isCausal, history, seedFrom, count)
export const crossCheckConvergent = (seedFrom: number, count: number): CrossCheck =>
  crossChecked(causalConvergent, isConvergent, history, seedFrom, count)
export const crossCheckMemory = (seedFrom: number, count: number): CrossCheck =>
  crossChecked(causalMemory, isCausalMemory, history, seedFrom, count)
