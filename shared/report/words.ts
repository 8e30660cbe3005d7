import { log } from '../base/math.ts'
import type { Outage } from '../metrics/types.ts'
import { countOf, formatCount, formatMs, formatPercent } from './numbers.ts'
import type { ExpectationResult, LiveFigures, Report } from './types.ts'

/** The run in one paragraph, for someone who has ten seconds. Plain text: a view escapes it. */
export function verdictSentences(report: Report): string[] {
  return [
    whatRan(report),
    latencySentence(report),
    stalenessSentence(report),
    overtakenSentence(report),
    lostSentence(report),
    availabilitySentence(report),
    outageSentence(report),
    ...(report.live === null ? [] : [fidelitySentence(report.live), diskSentence(report.live)]),
  ].filter((sentence) => sentence !== '')
}

function whatRan(report: Report): string {
  const { topology } = report
  const runtime = report.runtime === 'simulated' ? 'Simulated' : 'Ran live'
  const measured = report.operations.ok + report.operations.failed + report.operations.unknown
  const stopped = report.stoppedEarly === null ? '' : ` The run ended early: ${report.stoppedEarly}.`
  const faults = report.faults.length === 0 ? 'no faults' : countOf(report.faults.length, 'fault')
  return (
    `${runtime} for ${formatMs(report.durationMs)} with ${countOf(topology.replicas.length, 'replica')} in ` +
    `${countOf(topology.regions.length, 'region')} and ${faults}; ${countOf(measured, 'operation')} measured.${stopped}`
  )
}

function latencySentence({ latencyMs }: Report): string {
  const clauses = (['read', 'write', 'scan'] as const).flatMap((operation) => {
    const { count, p50, p99 } = latencyMs[operation]
    return count === 0
      ? []
      : [`${operation}s took ${formatMs(p50)} at the median and ${formatMs(p99)} at p99`]
  })
  if (clauses.length === 0) return 'No operation succeeded, so there is no latency to show.'
  const text = clauses.join('; ')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

function stalenessSentence({ staleness }: Report): string {
  if (staleness.reads === 0 || staleness.staleFraction === null) return ''
  if (staleness.staleReads === 0) return `None of the ${countOf(staleness.reads, 'judged read')} was stale.`
  return (
    `${formatPercent(staleness.staleFraction)} of reads were stale` +
    (staleness.timeLagMs.p99 === null
      ? '.'
      : `, by ${formatMs(staleness.timeLagMs.p99)} or less in 99 of 100 such cases.`)
  )
}

function overtakenSentence({ staleness }: Report): string {
  const { overtakenWrites, acknowledgedWrites } = staleness
  if (overtakenWrites === 0) return ''
  return (
    `${countOf(overtakenWrites, 'acknowledged write')} of ${formatCount(acknowledgedWrites)} can never be read: a newer ` +
    'version had been acknowledged before they began.'
  )
}

/** Acknowledged writes that a checker found gone, of the keys that it could judge; null where it found none. */
export function lostWritesText({ guarantees }: Report): string | null {
  const figures = guarantees.find(({ name }) => name === 'acknowledged-writes')?.figures
  if (figures === undefined) return null
  const [lost, acknowledged, keys] = [figures.lostWrites, figures.acknowledgedWrites, figures.judgedKeys]
  if (typeof lost !== 'number' || typeof acknowledged !== 'number' || typeof keys !== 'number') return null
  if (lost === 0) return null
  const of = `${countOf(lost, 'acknowledged write')} of ${formatCount(acknowledged)}`
  return `${of} ${lost === 1 ? 'was' : 'were'} gone in the end, among ${countOf(keys, 'key')} that could be judged`
}

function lostSentence(report: Report): string {
  const text = lostWritesText(report)
  return text === null ? '' : `${text}.`
}

function availabilitySentence({ availability, faults }: Report): string {
  if (availability.overall === null) return ''
  if (availability.overall === 1) return 'Every operation succeeded.'
  const calm =
    faults.length > 0 && availability.calm !== null
      ? ` (${formatPercent(availability.calm)} outside the fault windows)`
      : ''
  return `${formatPercent(availability.overall)} of operations succeeded${calm}.`
}

/** Shorter ones are the pauses between operations, or a slow one. */
const OUTAGE_MS_MIN = 100
const OUTAGE_LATENCIES_MIN = 10
/** Of n gaps between independent arrivals the longest exceeds ln n + 5 mean gaps in fewer than one run of a hundred. */
const OUTAGE_GAPS_BEYOND = 5

/** The longest time without a successful operation of a kind, where chance does not explain it: few operations leave long gaps. */
export function outageBeyondChance(report: Report, operation: 'read' | 'write'): Outage | null {
  const outage = report.availability.outages[operation]
  const { p50, count } = report.latencyMs[operation]
  if (outage === null || count === 0) return outage
  const chanceMs = (report.measuredMs / count) * (log(count) + OUTAGE_GAPS_BEYOND)
  return outage.ms >= Math.max(OUTAGE_MS_MIN, OUTAGE_LATENCIES_MIN * (p50 ?? 0), chanceMs) ? outage : null
}

function outageSentence(report: Report): string {
  const clauses = (['read', 'write'] as const).flatMap((operation) => {
    const outage = outageBeyondChance(report, operation)
    return outage === null
      ? []
      : [`no ${operation} succeeded for ${formatMs(outage.ms)} from ${formatMs(outage.fromMs)} on`]
  })
  return clauses.length === 0 ? '' : `At the worst, ${clauses.join(', and ')}.`
}

/** Whether a live run kept time well enough to be believed. */
export function fidelitySentence(live: LiveFigures): string {
  const mend =
    live.timeScaleNeeded === null ? '' : ` A timeScale of ${live.timeScaleNeeded} would make up for it.`
  return `${live.faithful ? 'The run kept time' : 'The run did not keep time'}: ${live.reason}${mend}`
}

function diskSentence({ fsyncMs }: LiveFigures): string {
  if (fsyncMs === null) return ''
  if (fsyncMs.count === 0) return 'Disks were real files, and nothing was written to them.'
  return (
    `Disks were real files: fdatasync took ${formatMs(fsyncMs.p50)} at the median and ` +
    `${formatMs(fsyncMs.p99)} at p99.`
  )
}

/** "All 4 expectations were met." and its sadder siblings; '' where the file states none. */
export function expectationSentence(expectations: readonly ExpectationResult[]): string {
  const total = expectations.length
  if (total === 0) return ''
  const met = expectations.filter((result) => result.status === 'met').length
  const missed = expectations.filter((result) => result.status === 'missed').length
  const undecided = total - met - missed
  if (met === total)
    return total === 1 ? 'The one expectation was met.' : `All ${total} expectations were met.`
  const parts = [`${missed} of ${countOf(total, 'expectation')} ${missed === 1 ? 'was' : 'were'} missed`]
  if (missed === 0) parts.length = 0
  if (undecided > 0) {
    parts.push(
      parts.length > 0
        ? `${undecided} undecided`
        : `${undecided} of ${countOf(total, 'expectation')} undecided, none missed`,
    )
  }
  return `${parts.join(', ')}.`
}

/** A shard with what tells it from others where ranges split: where it begins, and when it came and went. */
export function shardWords(
  id: number,
  { from, bornMs, endedMs }: Pick<Report['load']['shards'][number], 'from' | 'bornMs' | 'endedMs'>,
): string {
  const life = [
    ...(bornMs === undefined ? [] : [`since ${formatMs(bornMs)}`]),
    ...(endedMs === undefined ? [] : [`until ${formatMs(endedMs)}`]),
  ].join(' ')
  const parts = [...(from === undefined ? [] : [`from ${from}`]), ...(life === '' ? [] : [life])]
  return parts.length === 0 ? String(id) : `${id} (${parts.join(', ')})`
}

/** Where the key space is divided: how much of what clients asked went to the busiest shard; null where it is not. */
export function busiestShard({ shards }: Report['load']): string | null {
  if (shards.length < 2) return null
  const busiest = shards.reduce((most, shard) => (shard.asked > most.asked ? shard : most))
  const part = `${formatPercent(busiest.share)} of ${formatCount(shards.length)} shards' operations`
  return `shard ${busiest.id} (${busiest.replicas.join(', ')}) took ${part}; an even share is ${formatPercent(1 / shards.length)}`
}
