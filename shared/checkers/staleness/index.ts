import { NS_PER_MS } from '../../base/time.ts'
import type { CheckFigures, Checker, Evidence, Operations, Verdict } from '../contract.ts'
import { clause, evidence, realTime, shrink, supportOf } from '../evidence/index.ts'
import { counts, F } from '../linearizable/key-rows.ts'
import { selectRows } from '../operations/index.ts'
import { deltaOf } from './delta.ts'
import { kAtomicityOf } from './k-atomicity.ts'

export { deltaOf } from './delta.ts'
export type { Delta } from './delta.ts'
export { kAtomicityOf } from './k-atomicity.ts'
export type { KAtomicity } from './k-atomicity.ts'

/**
 * Holds if every read returns one of the k latest values. Its figures are `kMin` and `kMax`, between which the smallest k
 * that fits lies; they are equal if it is 1 or 2.
 */
export function kAtomic(k: number): Checker {
  return {
    name: 'k-atomic',
    title: `${k}-atomic`,
    definition: `All operations fit into an order that real time allows, in which every read returns one of the ${k} latest values of its key.`,
    models: ['register'],
    sources: [
      'A. Aiyer, L. Alvisi and R. Bazzi: On the Availability of Non-strict Quorum Systems. DISC 2005',
      'W. Golab, J. Hurwitz and X. Li: On the k-Atomicity-Verification Problem. ICDCS 2013',
    ],
    check: (ops, stepsMax) => judgeK(ops, k, stepsMax),
  }
}

/**
 * Holds if every read returns a value that was the latest at some instant no longer than `boundMs` before it began, or
 * later. Its figure `deltaMs` is the smallest bound that holds.
 */
export function boundedStaleness(boundMs: number): Checker {
  return {
    name: 'bounded-staleness',
    title: `Staleness bounded by ${boundMs} ms`,
    definition: `The history becomes linearizable if every read may have begun up to ${boundMs} ms earlier (Δ-atomicity).`,
    models: ['register'],
    sources: ['W. Golab, X. Li and M. Shah: Analyzing Consistency Properties for Fun and Profit. PODC 2011'],
    check: (ops) => judgeDelta(ops, boundMs),
  }
}

/** A larger violation is reported as it is. */
const SHRINK_ROWS_MAX = 2_000

function judgeK(ops: Operations, k: number, stepsMax: number): Verdict {
  const found = kAtomicityOf(ops, stepsMax)
  if (found.status === 'none') return { status: 'violated', evidence: found.evidence, figures: {} }
  if (found.status === 'unsuited') return { status: 'undecided', reason: found.reason, figures: {} }
  const { kMin, kMax, read, lag } = found
  const figures: CheckFigures = { kMin, kMax }
  if (kMax <= k) return { status: 'holds', figures }
  if (kMin > k) return { status: 'violated', evidence: staleBy(ops, k, read, lag), figures }
  return { status: 'undecided', reason: `the smallest k lies between ${kMin} and ${kMax}`, figures }
}

/** The read that reached furthest back with the newer writes between; or the fewest operations that need more than k. */
function staleBy(ops: Operations, k: number, read: number, lag: number): Evidence {
  const rows = Array.from({ length: ops.count }, (_, row) => row)
  if (read < 0 || lag < k) {
    const tooOld = (part: readonly number[]): boolean => {
      const found = kAtomicityOf(selectRows(ops, part))
      return found.status === 'known' && found.kMin > k
    }
    const few = rows.length > SHRINK_ROWS_MAX ? rows : shrink(rows, supportOf(ops, rows), tooOld)
    const sentence = `no order of these ${few.length} operations lets every read return one of the ${k} latest values`
    return evidence(sentence, few, { anomaly: 'stale read' })
  }
  const [source = -1] = supportOf(ops, rows)(read)
  const writtenAt = source < 0 ? -Infinity : ops.endedAt[source]
  const between = rows.filter(
    (row) =>
      ops.f[row] === F.write &&
      ops.key[row] === ops.key[read] &&
      ops.invokedAt[row] > writtenAt &&
      ops.endedAt[row] < ops.invokedAt[read] &&
      counts(ops, row),
  )
  return evidence(
    `${clause(ops, read)} after ${lag} newer values had been written`,
    [source, ...between, read],
    {
      anomaly: 'stale read',
      edges: between.map((row) => realTime(ops, row, read)),
    },
  )
}

function sourceOf(ops: Operations, read: number): readonly number[] {
  const rows = Array.from({ length: ops.count }, (_, row) => row)
  return supportOf(ops, rows)(read)
}

function judgeDelta(ops: Operations, boundMs: number): Verdict {
  const found = deltaOf(ops)
  if (found.status === 'none') return { status: 'violated', evidence: found.evidence, figures: {} }
  if (found.status === 'unsuited') return { status: 'undecided', reason: found.reason, figures: {} }
  if (!ops.hasTimes)
    return found.delta === 0
      ? { status: 'holds', figures: { deltaMs: 0 } }
      : {
          status: 'undecided',
          reason: 'the record has no times, so that staleness has no length',
          figures: {},
        }
  const deltaMs = found.delta / NS_PER_MS
  const figures = { deltaMs }
  if (deltaMs <= boundMs) return { status: 'holds', figures }
  const { read, newer } = found
  const sentence = `${clause(ops, read)} ${Math.round(deltaMs * 1000) / 1000} ms after ${clause(ops, newer)}: that value was replaced by then`
  const rows = [read, newer, ...sourceOf(ops, read), ...sourceOf(ops, newer)]
  return {
    status: 'violated',
    evidence: evidence(sentence, rows, { anomaly: 'stale read', edges: [realTime(ops, newer, read)] }),
    figures,
  }
}
