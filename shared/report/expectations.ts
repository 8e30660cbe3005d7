import type { ExpectationSpec } from '../topology/types.ts'
import { shortened } from './escape.ts'
import { shownEvidence } from './evidence/shown.ts'
import { metricValue, type Measured } from './metric-value.ts'
import { formatNumber } from './numbers.ts'
import type { ExpectationResult, GuaranteeResult, LiveFigures } from './types.ts'

const SENTENCE_MAX = 240

interface Bound {
  words: string
  limit: number
  met(actual: number): boolean
}

/** What an expectation says, in words. */
export function expectationText(spec: ExpectationSpec): string {
  if ('guarantee' in spec) return `${spec.guarantee} ${spec.is === 'holds' ? 'holds' : 'is violated'}`
  const { words, limit } = boundOf(spec)
  return `${spec.metric} ${words} ${plain(limit)}`
}

/**
 * Whether a run met what its file expects. A figure that the run does not have leaves the matter undecided, and so does a bad one
 * where threads did not keep time: it may be the machine's, not the topology's.
 */
export function expectationResult(
  spec: ExpectationSpec,
  measured: Measured,
  guarantees: readonly GuaranteeResult[],
  live: Pick<LiveFigures, 'faithful'> | null = null,
): ExpectationResult {
  if ('guarantee' in spec) return guaranteeExpectation(spec, guarantees)
  const bound = boundOf(spec)
  const text = expectationText(spec)
  const actual = metricValue(measured, spec.metric)
  if (actual === null) {
    return { text, status: 'undecided', actual, reason: `the run has no figure for ${spec.metric}` }
  }
  if (bound.met(actual)) return { text, status: 'met', actual, reason: '' }
  const reason = missReason(actual, bound)
  if (live?.faithful !== false) return { text, status: 'missed', actual, reason }
  return { text, status: 'undecided', actual, reason: `${reason}, in a run that did not keep time` }
}

function boundOf(spec: Exclude<ExpectationSpec, { guarantee: string }>): Bound {
  if ('below' in spec) return { words: 'below', limit: spec.below, met: (actual) => actual < spec.below }
  if ('above' in spec) return { words: 'above', limit: spec.above, met: (actual) => actual > spec.above }
  if ('atMost' in spec)
    return { words: 'at most', limit: spec.atMost, met: (actual) => actual <= spec.atMost }
  return { words: 'at least', limit: spec.atLeast, met: (actual) => actual >= spec.atLeast }
}

function missReason(actual: number, { limit }: Bound): string {
  if (actual === limit) return 'exactly at the limit, which does not count'
  const over = actual > limit
  // A ratio says more than a difference, but not about a limit of zero, nor where it would print as nothing.
  const ratio = limit > 0 && actual > 0 ? (over ? actual / limit : limit / actual) : 0
  if (ratio >= 1.2) return `${formatNumber(ratio)} times ${over ? 'above' : 'below'} the limit`
  return `${over ? 'over' : 'under'} by ${formatNumber(Math.abs(actual - limit))}`
}

function guaranteeExpectation(
  spec: { guarantee: string; is: 'holds' | 'violated' },
  guarantees: readonly GuaranteeResult[],
): ExpectationResult {
  const text = expectationText(spec)
  const verdict = guarantees.find((candidate) => candidate.name === spec.guarantee)
  if (verdict === undefined) {
    return { text, status: 'undecided', actual: null, reason: `no checker ran for ${spec.guarantee}` }
  }
  const actual = verdict.status
  if (actual === 'undecided') {
    const why = typeof verdict.evidence === 'string' ? `: ${verdict.evidence}` : ''
    return { text, status: 'undecided', actual, reason: `the checker could not decide${why}` }
  }
  if (actual === spec.is) return { text, status: 'met', actual, reason: '' }
  return {
    text,
    status: 'missed',
    actual,
    reason: actual === 'violated' ? proofOf(verdict.evidence) : 'no violation was found',
  }
}

/** The proof in a sentence, of which the report has the rest. */
function proofOf(evidence: unknown): string {
  const shown = shownEvidence(evidence)
  return shown === null ? 'the checker found a violation' : shortened(shown.sentence, SENTENCE_MAX)
}

function plain(value: number): string {
  return JSON.stringify(value)
}
