import type { LatencySummary } from '../../../shared/metrics/types.ts'
import { formatBytes, formatCount, formatNumber, formatPercent } from '../../../shared/report/numbers.ts'
import type { Report } from '../../../shared/report/types.ts'
import { formatMs } from '../../model/units.ts'

/** A table of the report, ready to show: the first column is text, the others are figures. */
export interface ReportTable {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Words throughout: nothing stands under one another to be compared. */
  readonly isText?: true
}

/** The tables that say something for this run, in the order of reading. */
export function tablesOf(report: Report): ReportTable[] {
  return [
    latency(report),
    staleness(report),
    replicas(report),
    windows(report),
    errors(report),
    messages(report),
    facts(report),
    settings(report),
  ].filter(({ rows }) => rows.length > 0)
}

function latency({ latencyMs }: Report): ReportTable {
  const row = (name: string, summary: LatencySummary): string[] => [
    name,
    formatCount(summary.count),
    ...[summary.mean, summary.p50, summary.p90, summary.p99, summary.p999, summary.max].map(formatMs),
  ]
  const regions = Object.keys(latencyMs.byRegion).sort()
  const rows = (['read', 'write', 'scan'] as const).flatMap((operation) => {
    if (latencyMs[operation].count === 0) return []
    const byRegion = regions.length < 2 ? [] : regions
    return [
      row(`${operation}s`, latencyMs[operation]),
      ...byRegion.flatMap((region) => {
        const summary = latencyMs.byRegion[region]?.[operation]
        return summary === undefined || summary.count === 0
          ? []
          : [row(`${operation}s from ${region}`, summary)]
      }),
    ]
  })
  return {
    title: 'Latency of successful operations',
    columns: ['operations', 'count', 'mean', 'p50', 'p90', 'p99', 'p99.9', 'slowest'],
    rows,
  }
}

function staleness({ staleness: measured, convergence, replicationLag }: Report): ReportTable {
  const lagMs = replicationLag?.furthest?.ms
  const { versionLag, timeLagMs, byRegion } = measured
  const regions = Object.keys(byRegion).sort()
  return {
    title: 'Staleness of reads',
    columns: ['figure', 'value'],
    rows:
      measured.reads === 0
        ? []
        : [
            ['stale reads', `${formatCount(measured.staleReads)} of ${formatCount(measured.reads)}`],
            ...(regions.length < 2
              ? []
              : regions.map((region) => [
                  `stale in ${region}`,
                  formatPercent(byRegion[region].staleFraction),
                ])),
            ['versions behind, p99', formatNumber(versionLag.p99)],
            ['versions behind, most', formatNumber(versionLag.max)],
            ['time behind of stale reads, p50', formatMs(timeLagMs.p50)],
            ['time behind of stale reads, p99', formatMs(timeLagMs.p99)],
            ['time behind of stale reads, most', formatMs(timeLagMs.max)],
            ...(lagMs === undefined || lagMs.max === null
              ? []
              : [
                  ['the replica furthest behind, p99', formatMs(lagMs.p99)],
                  ['the replica furthest behind, most', formatMs(lagMs.max)],
                ]),
            [
              'until replicas were equal, after the last write or fault',
              formatMs(convergence.convergedAfterMs),
            ],
          ],
  }
}

function replicas({ load }: Report): ReportTable {
  return {
    title: 'Replicas',
    columns: ['replica', 'operations', 'messages in', 'messages out', 'bytes in', 'bytes out', 'busy'],
    rows: load.replicas.map((replica) => [
      replica.id,
      formatCount(replica.operations),
      formatCount(replica.messagesIn),
      formatCount(replica.messagesOut),
      formatBytes(replica.bytesIn),
      formatBytes(replica.bytesOut),
      formatPercent(replica.busy),
    ]),
  }
}

function windows({ availability }: Report): ReportTable {
  return {
    title: 'Availability during faults',
    columns: ['when', 'from', 'to', 'operations', 'succeeded', 'by side'],
    rows: availability.windows
      .filter(({ fault }) => fault !== null)
      .map((window) => [
        window.label,
        formatMs(window.fromMs),
        formatMs(window.toMs),
        formatCount(window.operations),
        formatPercent(window.overall),
        window.sides.map((side) => `${side.label}: ${formatPercent(side.availability)}`).join('; '),
      ]),
  }
}

function errors({ availability }: Report): ReportTable {
  return {
    title: 'Errors',
    columns: ['error', 'operations'],
    rows: Object.entries(availability.errors)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, count]) => [code, formatCount(count)]),
  }
}

function messages({ load }: Report): ReportTable {
  return {
    title: `Messages by kind (${formatNumber(load.messagesPerOperation)} per operation)`,
    columns: ['kind', 'messages', 'bytes'],
    rows: load.byKind.map((kind) => [kind.label, formatCount(kind.messages), formatBytes(kind.bytes)]),
  }
}

function facts(report: Report): ReportTable {
  return {
    title: 'What the strategy did',
    columns: ['fact', 'times'],
    rows: report.facts
      .filter(({ total }) => total > 0)
      .map(({ label, total }) => [label, formatCount(total)]),
  }
}

function settings(report: Report): ReportTable {
  return {
    title: 'Settings',
    isText: true,
    columns: ['setting', 'value', 'consequence'],
    rows: report.settings.map(({ label, value, consequence }) => [label, value, consequence]),
  }
}
