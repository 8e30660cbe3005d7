import type { LatencySummary } from '../../shared/metrics/types.ts'
import { measuredText } from '../../shared/report/measured-text.ts'
import { listed } from '../../shared/base/listed.ts'
import { countOf, formatCount, formatMs, formatNumber, formatPercent } from '../../shared/report/numbers.ts'
import type { Report } from '../../shared/report/types.ts'
import {
  busiestShard,
  expectationSentence,
  lostWritesText,
  outageBeyondChance,
} from '../../shared/report/words.ts'
import { plain, tableText, type Cell } from './table.ts'

/** The outcome of a run for a person at a terminal: what ran, latency, the other figures, expectations. */
export function summaryText(report: Report, wallMs: number, written: readonly string[]): string {
  return [
    heading(report, wallMs),
    latencyTable(report),
    figures(report),
    expectations(report),
    ...(written.length === 0 ? [] : [`Written: ${plain(listed(written))}\n`]),
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function heading(report: Report, wallMs: number): string {
  const { topology, simulation } = report
  const events = simulation === null ? '' : `, ${countOf(simulation.events, 'event')}`
  const stopped = report.stoppedEarly === null ? '' : `Ended early: ${plain(report.stoppedEarly)}.\n`
  return (
    `${plain(topology.name)}\n` +
    `${report.runtime} ${formatMs(report.durationMs)} in ${formatMs(wallMs)}, seed ${report.seed}${events}\n${stopped}`
  )
}

function latencyTable({ latencyMs, topology }: Report): string {
  const rows: Cell[][] = []
  const add = (label: string, summary: LatencySummary): void => {
    if (summary.count === 0) return
    const { p50, p90, p99, p999, max, count } = summary
    rows.push([
      label,
      ...[p50, p90, p99, p999, max].map((ms) => ({ right: formatNumber(ms) })),
      { right: formatCount(count) },
    ])
  }
  for (const operation of ['read', 'write', 'scan'] as const) {
    add(operation, latencyMs[operation])
    const regions = topology.regions.filter(({ id }) => latencyMs.byRegion[id] !== undefined)
    if (regions.length < 2) continue
    for (const { id } of regions) add(`  from ${id}`, latencyMs.byRegion[id][operation])
  }
  if (rows.length === 0) return 'No operation succeeded, so there is no latency to show.\n'
  const head: Cell[] = [
    'latency, ms',
    ...['p50', 'p90', 'p99', 'p99.9', 'max', 'count'].map((right) => ({ right })),
  ]
  return tableText([head, ...rows])
}

function figures(report: Report): string {
  const { staleness, operations, throughput, load } = report
  const rows: Cell[][] = [
    ['throughput', `${formatNumber(throughput.okPerS)} successful operations per second`],
    [
      'operations',
      `${formatCount(operations.ok)} ok, ${formatCount(operations.failed)} failed, ${formatCount(operations.unknown)} unknown`,
    ],
    ['staleness', stalenessText(staleness)],
    ['availability', availabilityText(report)],
  ]
  if (report.strongestLevel !== undefined) {
    rows.push(['consistency', `strongest level observed: ${report.strongestLevel}`])
  }
  const lost = lostWritesText(report)
  if (lost !== null) rows.push(['lost writes', lost])
  if (staleness.overtakenWrites > 0) {
    rows.push([
      'overtaken',
      `${formatCount(staleness.overtakenWrites)} of ${formatCount(staleness.acknowledgedWrites)} acknowledged writes can never be read: ` +
        'a newer version had been acknowledged before they began',
    ])
  }
  if (load.messagesPerOperation !== null) {
    rows.push(['messages', `${formatNumber(load.messagesPerOperation)} per operation`])
  }
  const busiest = busiestShard(load)
  if (busiest !== null) rows.push(['shards', busiest])
  if (report.live !== null) {
    const { faithful, latenessMs, timeScaleNeeded, reason } = report.live
    const mend = timeScaleNeeded === null ? '' : `; a timeScale of ${timeScaleNeeded} would make up for it`
    const verdict = faithful ? 'faithful' : 'not faithful'
    rows.push(['timing', `${verdict}: messages p99 ${formatMs(latenessMs.p99)} late${mend}`])
    if (!faithful) rows.push(['', plain(reason)])
  }
  return tableText(rows)
}

function stalenessText({
  reads,
  staleReads,
  staleFraction,
  versionLag,
  timeLagMs,
}: Report['staleness']): string {
  if (reads === 0) return 'no reads were judged'
  if (staleReads === 0) return `none of ${countOf(reads, 'read')} stale`
  return (
    `${formatPercent(staleFraction)} of ${countOf(reads, 'read')} stale; ` +
    `lag p99 ${formatMs(timeLagMs.p99)}, at most ${countOf(versionLag.max ?? 0, 'version')}`
  )
}

function availabilityText(report: Report): string {
  const { overall, calm, windows } = report.availability
  const faults = windows.filter(({ fault }) => fault !== null)
  if (faults.length === 0) return formatPercent(overall)
  const during = faults
    .slice(0, 3)
    .map(({ label, overall: share }) => `${shortened(label)}: ${formatPercent(share)}`)
  const more = faults.length > 3 ? `; ${faults.length - 3} more windows` : ''
  const write = outageBeyondChance(report, 'write')
  const outage = write === null ? '' : `; longest time without a write ${formatMs(write.ms)}`
  return `${formatPercent(overall)} (calm: ${formatPercent(calm)}; ${during.join('; ')}${more}${outage})`
}

/** A partition of many places has a long name; the report has it in full. */
function shortened(label: string): string {
  return label.length > 40 ? `${label.slice(0, 39)}…` : label
}

function expectations({ expectations: results }: Report): string {
  if (results.length === 0) return ''
  const rows = results.map((result): Cell[] => {
    const { status, text, actual, reason } = result
    return [status, text, actual === null ? reason : `was ${measuredText(result)}`]
  })
  return `${expectationSentence(results)}\n${tableText(rows, '  ')}`
}
