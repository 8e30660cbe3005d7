import { Histogram } from '../../base/histogram.ts'
import { msOfNs, nsOfMs } from '../../base/time.ts'
import type { Ns } from '../../base/time.ts'
import { clause } from '../../checkers/evidence/index.ts'
import { acknowledgedWrites, lostWrites } from '../../checkers/convergence/index.ts'
import { FUNCTIONS, OUTCOME } from '../../checkers/contract.ts'
import type { Operations } from '../../checkers/contract.ts'
import { operationsOf, selectRows, withDenseValues } from '../../checkers/operations/index.ts'
import { ERROR_CODES, STATUS } from '../../history/types.ts'
import type { History } from '../../history/types.ts'
import { GROUP_OF_F } from '../../metrics/latency.ts'
import { VERDICT } from '../../metrics/staleness.ts'
import { fractionOf, summaryOf } from '../../metrics/summary.ts'
import type { LatencySummary } from '../../metrics/types.ts'
import { LATE } from './types.ts'
import type { Answered, Experience, LostWrites, Outages, Percentiles } from './types.ts'

/** Codes of `GROUP_OF_F`. */
const [READ, WRITE] = [0, 1]
const GROUPS = [READ, WRITE]

/** Operations of some clients that should have begun in a span of time. */
export interface Span {
  /** By session slot. */
  isOurs: Uint8Array
  fromNs: Ns
  toNs: Ns
  /** What was answered later counts as not answered. */
  answeredByNs: Ns
}

/** Flags by session slot: whether its client is one of `names`. */
export function sessionsOf({ places, sessions }: History, names: readonly string[]): Uint8Array {
  const ours = new Set(names)
  return Uint8Array.from(sessions, (place) => (ours.has(places[place].name) ? 1 : 0))
}

/** The replica that leads the most shards at an instant, by the last look before it; null where no shard has one leader. */
export function leaderAt({ samples, places }: History, atNs: Ns): string | null {
  let lookNs = -Infinity
  for (const { timeNs } of samples) if (timeNs <= atNs && timeNs > lookNs) lookNs = timeNs
  const leaders = new Map<number, number[]>()
  for (const { timeNs, shard, place, role } of samples) {
    if (timeNs !== lookNs || role !== 'leader') continue
    leaders.set(shard, [...(leaders.get(shard) ?? []), place])
  }
  const shardsLed = new Map<number, number>()
  for (const [place, ...others] of leaders.values()) {
    if (others.length === 0) shardsLed.set(place, (shardsLed.get(place) ?? 0) + 1)
  }
  const [first] = [...shardsLed].sort(([a, ledByA], [b, ledByB]) => ledByB - ledByA || a - b)
  return first === undefined ? null : places[first[0]].name
}

/** What became of the operations of a span. `verdicts`: of the reads, by row. */
export function experienceOf(history: History, verdicts: Uint8Array, span: Span): Experience {
  const { ops } = history
  const tried = [0, 0]
  const answered = [0, 0]
  const latencies = GROUPS.map(() => new Histogram())
  const errors = new Map<string, number>()
  let [judged, stale] = [0, 0]
  for (let row = 0; row < ops.count; row++) {
    const group = GROUP_OF_F[ops.f[row]]
    if (group > WRITE || !isWithin(history, row, span)) continue
    tried[group]++
    if (ops.status[row] !== STATUS.ok || ops.endedNs[row] > span.answeredByNs) {
      const code = ERROR_CODES[ops.error[row]] ?? LATE
      errors.set(code, (errors.get(code) ?? 0) + 1)
      continue
    }
    answered[group]++
    latencies[group].record(Math.max(0, ops.endedNs[row] - ops.intendedNs[row]))
    if (verdicts[row] === VERDICT.none) continue
    judged++
    if (verdicts[row] === VERDICT.stale) stale++
  }
  const [reads, writes] = GROUPS.map((group) => answeredOf(tried[group], answered[group]))
  const [readLatency, writeLatency] = latencies.map((histogram) => percentilesOf(summaryOf(histogram)))
  return {
    reads,
    writes,
    errors: [...errors]
      .map(([code, operations]) => ({ code, operations }))
      .sort((a, b) => b.operations - a.operations || (a.code < b.code ? -1 : 1)),
    staleFraction: fractionOf(stale, judged),
    judgedReads: judged,
    readLatency,
    writeLatency,
  }
}

function isWithin({ ops }: History, row: number, { isOurs, fromNs, toNs }: Span): boolean {
  const at = ops.intendedNs[row]
  return at >= fromNs && at < toNs && isOurs[ops.session[row]] === 1
}

function answeredOf(tried: number, answered: number): Answered {
  return { tried, answered, fraction: fractionOf(answered, tried) }
}

export function percentilesOf({ p50, p99 }: LatencySummary): Percentiles {
  return { p50Ms: p50, p99Ms: p99 }
}

/** The longest times within a span in which no read, and no write, of its clients succeeded. */
export function outagesOf(history: History, { isOurs, fromNs, toNs }: Omit<Span, 'answeredByNs'>): Outages {
  const { ops } = history
  const ends: Ns[][] = [[], []]
  const wasTried = [false, false]
  for (let row = 0; row < ops.count; row++) {
    const group = GROUP_OF_F[ops.f[row]]
    if (group > WRITE || isOurs[ops.session[row]] !== 1) continue
    const [intended, ended] = [ops.intendedNs[row], ops.endedNs[row]]
    if (intended >= fromNs && intended < toNs) wasTried[group] = true
    if (ops.status[row] === STATUS.ok && ended > fromNs && ended < toNs) ends[group].push(ended)
  }
  const longestMs = (group: number): number | null => {
    if (!wasTried[group]) return null
    const instants = Float64Array.from([fromNs, ...ends[group], toNs]).sort()
    let longest = 0
    for (let at = 1; at < instants.length; at++) longest = Math.max(longest, instants[at] - instants[at - 1])
    return msOfNs(longest)
  }
  return { readMs: longestMs(READ), writeMs: longestMs(WRITE) }
}

/** Width of the bins in which latency is held against that of calm times. */
const BIN_MS = 500
/** A bin is calm where its p90 is at most so many times that of calm times, or so much more, and nearly all was answered. */
const CALM_FACTOR = 2
const CALM_PLUS_MS = 2
const CALM_ANSWERED = 0.99

/**
 * How long after `fromNs` the latency of `isOurs` was again that of the time from `calmFromNs` to `calmToNs`, and stayed so
 * up to `toNs`; null where it was not at the end. In steps of half a second.
 */
export function calmAgainMs(
  history: History,
  isOurs: Uint8Array,
  calm: { fromNs: Ns; toNs: Ns },
  after: { fromNs: Ns; toNs: Ns },
): number | null {
  const usual = binOf(history, { isOurs, ...calm })
  const binNs = nsOfMs(BIN_MS)
  const bins = Math.floor((after.toNs - after.fromNs) / binNs)
  for (let bin = bins - 1; bin >= 0; bin--) {
    const fromNs = after.fromNs + bin * binNs
    if (isCalm(binOf(history, { isOurs, fromNs, toNs: fromNs + binNs }), usual)) continue
    return bin === bins - 1 ? null : (bin + 1) * BIN_MS
  }
  return 0
}

interface Bin {
  tried: number
  answered: number
  /** By group; null where nothing was answered. */
  p90Ms: (number | null)[]
}

function binOf(history: History, span: Omit<Span, 'answeredByNs'>): Bin {
  const { ops } = history
  const latencies: Ns[][] = [[], []]
  const bin: Bin = { tried: 0, answered: 0, p90Ms: [] }
  for (let row = 0; row < ops.count; row++) {
    const group = GROUP_OF_F[ops.f[row]]
    if (group > WRITE || !isWithin(history, row, { ...span, answeredByNs: Infinity })) continue
    bin.tried++
    if (ops.status[row] !== STATUS.ok) continue
    bin.answered++
    latencies[group].push(ops.endedNs[row] - ops.intendedNs[row])
  }
  bin.p90Ms = latencies.map((each) => {
    const sorted = Float64Array.from(each).sort()
    return sorted.length === 0 ? null : msOfNs(sorted[Math.ceil(0.9 * sorted.length) - 1])
  })
  return bin
}

function isCalm({ tried, answered, p90Ms }: Bin, usual: Bin): boolean {
  if (answered < CALM_ANSWERED * tried) return false
  return p90Ms.every((ms, group) => {
    const usualMs = usual.p90Ms[group]
    return ms === null || usualMs === null || ms <= Math.max(CALM_FACTOR * usualMs, usualMs + CALM_PLUS_MS)
  })
}

const EXAMPLES_MAX = 5
const READ_CODE = FUNCTIONS.indexOf('read')

/**
 * The acknowledged writes that a heal left nothing of. Each key is judged by the reads between the heal and the first
 * write after it, which would cover what had been lost.
 */
export function lostUntil(history: History, healNs: Ns): LostWrites {
  const all = withDenseValues(operationsOf(history))
  const none: LostWrites = { acknowledged: 0, judgedKeys: 0, lost: 0, examples: [] }
  if (!acknowledgedWrites.models.includes(all.model)) return none
  const ops = selectRows(all, rowsBeforeOverwritten(all, healNs))
  const { acknowledged, judged, lost } = lostWrites(ops)
  return {
    acknowledged,
    judgedKeys: judged,
    lost: lost.length,
    examples: lost
      .slice(0, EXAMPLES_MAX)
      .map(({ write, read }) => `${clause(ops, write)}; in the end ${clause(ops, read)}`),
  }
}

/** Rows of each key up to the first write of it that began at the heal or later. */
function rowsBeforeOverwritten(ops: Operations, healNs: Ns): number[] {
  const overwrittenAt = new Float64Array(ops.keyCount).fill(Infinity)
  for (let row = 0; row < ops.count; row++) {
    const key = ops.key[row]
    const isWrite = ops.f[row] !== READ_CODE && ops.status[row] !== OUTCOME.fail
    if (isWrite && ops.invokedAt[row] >= healNs && ops.invokedAt[row] < overwrittenAt[key])
      overwrittenAt[key] = ops.invokedAt[row]
  }
  const rows: number[] = []
  for (let row = 0; row < ops.count; row++) {
    // A read that was under way when the key was written again may have seen either.
    const until = overwrittenAt[ops.key[row]]
    const isBefore = ops.f[row] === READ_CODE ? ops.endedAt[row] < until : ops.invokedAt[row] < until
    if (isBefore) rows.push(row)
  }
  return rows
}
