import { pastsOf } from '../causal/pasts.ts'
import { causalView, doubtOf, violated } from '../causal/view.ts'
import type { Checker, Operations, Verdict } from '../contract.ts'
import { DEBT_FINDERS } from './causal-order.ts'
import { debtEvidence } from './guarantee.ts'
import type { SessionGuarantee } from './guarantee.ts'
import { rankViolation } from './version-order.ts'

const SOURCES = [
  'Terry, Demers, Petersen, Spreitzer, Theimer, Welch: "Session Guarantees for Weakly Consistent Replicated Data", PDIS 1994',
  'Brzeziński, Sobaniec, Wawrzyniak: "From Session Causality to Causal Consistency", PDP 2004',
  'Viotti, Vukolić: "Consistency in Non-Transactional Distributed Storage Systems", ACM Computing Surveys 2016',
]

function sessionChecker(name: SessionGuarantee, title: string, definition: string): Checker {
  return {
    name,
    title,
    definition,
    models: ['register', 'cas-register'],
    sources: SOURCES,
    check: (ops, stepsMax) => judge(ops, stepsMax, name),
  }
}

function judge(ops: Operations, stepsMax: number, guarantee: SessionGuarantee): Verdict {
  if (ops.versionRank !== null) {
    const evidence = rankViolation(ops, ops.versionRank, guarantee)
    const figures = { order: 'versions' }
    return evidence === null ? { status: 'holds', figures } : violated(evidence, figures)
  }
  const figures = { order: 'causal' }
  const undecided = (reason: string): Verdict => ({ status: 'undecided', reason, figures })
  const view = causalView(ops)
  const result = pastsOf(ops, view.rf, view.chains, stepsMax, null)
  if (result.kind === 'too-large') return undecided(result.reason)
  if (result.kind === 'cycle')
    return undecided('session order and reads-from form a cycle, so no order says which version is older')
  const record = { ...view, pasts: result.pasts }
  const debt = DEBT_FINDERS[guarantee](record)
  if (debt === 'too-large') return undecided('the sets of what was read would take more than 1.5 GiB')
  if (debt !== null) return violated(debtEvidence(record, guarantee, debt), figures)
  const { unexplained } = view.rf
  if (unexplained.length > 0)
    return undecided(`${unexplained.length} reads returned what nobody wrote, or a write that failed`)
  const doubt = doubtOf(view)
  return doubt === null ? { status: 'holds', figures } : undecided(doubt)
}

export const readYourWrites = sessionChecker(
  'read-your-writes',
  'Read your writes',
  'A session that wrote a key never reads an older version of it.',
)

export const monotonicReads = sessionChecker(
  'monotonic-reads',
  'Monotonic reads',
  'A session that read a version of a key never reads an older one.',
)

export const monotonicWrites = sessionChecker(
  'monotonic-writes',
  'Monotonic writes',
  "A session's writes take effect in the order in which it made them: whoever has seen one never misses an earlier one.",
)

export const writesFollowReads = sessionChecker(
  'writes-follow-reads',
  'Writes follow reads',
  'A write takes effect after what its session had read before: whoever has seen the write never misses that.',
)
