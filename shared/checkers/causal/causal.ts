import type { Evidence, Operations, Verdict } from '../contract.ts'
import { cycleEvidence, overwrittenEvidence } from './evidence.ts'
import type { CausalView, OverwrittenRead } from './evidence.ts'
import { mismatchEvidence, mismatchExplained } from './mismatches.ts'
import { pastsOf } from './pasts.ts'
import type { Pasts } from './pasts.ts'
import { causalView, doubtOf, unexplainedVerdict, violated } from './view.ts'

/** Of so many violations the one with the fewest operations is told. */
const CANDIDATES = 24

export interface CausalOutcome {
  readonly view: CausalView
  readonly verdict: Verdict
  /** Null where the verdict came before they were known. */
  readonly pasts: Pasts | null
}

/**
 * Causal consistency by bad patterns: no read out of thin air, no cycle of session order and reads-from (CyclicCO), no
 * read of a value that another write of the key, itself before the read, overwrote (WriteCORead), nor of the initial
 * value after a write of the key (WriteCOInitRead). `onRead` sees every read that is in order, with its past.
 */
export function judgeCausal(
  ops: Operations,
  stepsMax: number,
  onRead: ((view: CausalView, row: number, ordinals: Uint32Array, pasts: Pasts) => void) | null = null,
): CausalOutcome {
  const view = causalView(ops)
  const { rf, chains } = view
  const early = unexplainedVerdict(view)
  if (early !== null) return { view, verdict: early, pasts: null }

  const candidates: OverwrittenRead[] = []
  const mismatches: number[] = []
  let violatingReads = 0
  const look = (row: number, ordinals: Uint32Array, pasts: Pasts): void => {
    if (rf.mismatches.has(row)) {
      if (!mismatchExplained(view, row, ordinals, pasts)) mismatches.push(row)
      return
    }
    const found = overwritten(view, row, ordinals, pasts)
    if (found === null) onRead?.(view, row, ordinals, pasts)
    else {
      violatingReads++
      if (candidates.length < CANDIDATES) candidates.push(found)
    }
  }
  const result = pastsOf(ops, rf, chains, stepsMax, look)
  const outcome = (verdict: Verdict, pasts: Pasts | null): CausalOutcome => ({ view, verdict, pasts })
  if (result.kind === 'cycle')
    return outcome(violated(cycleEvidence(view, result.cycle, 'CyclicCO', null), {}), null)
  if (result.kind === 'too-large')
    return outcome({ status: 'undecided', reason: result.reason, figures: {} }, null)
  const { pasts } = result
  if (violatingReads > 0) {
    const evidence = candidates.map((found) => overwrittenEvidence(view, found))
    return outcome(violated(smallest(evidence), { violatingReads }), pasts)
  }
  for (const row of mismatches.slice(0, CANDIDATES)) {
    const evidence = mismatchEvidence(view, row, pasts)
    if (evidence !== null) return outcome(violated(evidence, {}), pasts)
  }
  const doubt =
    mismatches.length > 0
      ? 'a cas observed a mismatch that only a concurrent write explains, and which one it was is not decided'
      : doubtOf(view)
  if (doubt !== null) return outcome({ status: 'undecided', reason: doubt, figures: {} }, pasts)
  return outcome({ status: 'holds', figures: {} }, pasts)
}

function overwritten(
  { ops, rf, chains }: CausalView,
  read: number,
  ordinals: Uint32Array,
  pasts: Pasts,
): OverwrittenRead | null {
  const first = chains.ofKey[ops.key[read]]
  const count = chains.ofKey[ops.key[read] + 1] - first
  const others = rf.others.get(read)
  for (let i = 0; i < count; i++) {
    if (ordinals[i] === 0) continue
    const newer = chains.writes[chains.writesFrom[first + i] + ordinals[i] - 1]
    const write = rf.writer[read]
    if (write < 0 || pasts.precedes(write, newer)) return { write, newer, read }
    if (others === undefined) continue
    for (const other of others) if (pasts.precedes(other, newer)) return { write: other, newer, read }
  }
  return null
}

/** The evidence with the fewest operations; the first of several. */
export function smallest(all: readonly Evidence[]): Evidence {
  return all.reduce((best, one) => (one.operations.length < best.operations.length ? one : best))
}
