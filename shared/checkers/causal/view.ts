import type { CheckFigures, Evidence, Operations, Verdict } from '../contract.ts'
import { clause } from '../evidence/index.ts'
import { chainsOf } from './chains.ts'
import { unexplainedEvidence } from './evidence.ts'
import type { CausalView } from './evidence.ts'
import { readsFrom } from './reads-from.ts'

export function causalView(ops: Operations): CausalView {
  const rf = readsFrom(ops)
  return { ops, rf, chains: chainsOf(ops, rf) }
}

export function violated(evidence: Evidence, figures: CheckFigures): Verdict {
  return { status: 'violated', evidence, figures }
}

/** The verdict on a read of what nobody wrote, which no guarantee about what was written allows; null if all is written. */
export function unexplainedVerdict(view: CausalView): Verdict | null {
  const { unexplained } = view.rf
  if (unexplained.length === 0) return null
  return violated(unexplainedEvidence(view, unexplained[0]), { unexplainedReads: unexplained.length })
}

/** Why "holds" cannot be said although nothing speaks against it; null if it can. */
export function doubtOf({ ops, rf }: CausalView): string | null {
  if (rf.ambiguous === -1) return null
  const others = rf.ambiguousCount === 1 ? '' : `, and so for ${rf.ambiguousCount - 1} more reads`
  return `${clause(ops, rf.ambiguous)}, a value that was written more than once, so nobody knows whose it is${others}; values must be unique per key`
}
