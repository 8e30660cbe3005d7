import { METRIC_NAMES, type MetricName } from '../../topology/metric-names.ts'
import { metricValue } from '../metric-value.ts'
import { formatCount, formatMs, formatNumber, formatPercent, type TimeUnit } from '../numbers.ts'
import type { Report } from '../types.ts'

/** One of the runs laid side by side, under the name that tells it from the others. */
export interface ComparedRun {
  readonly label: string
  readonly report: Report
  /** Another one is looked at: this one stands back. */
  readonly isFaint?: boolean
}

/** Two runs or more; the first is what the others are held against. */
export type ComparedRuns = readonly ComparedRun[]

/** What a figure of one run is, held against the first run's. */
export interface Difference {
  readonly text: string
  /** Relative to the first run's: 0.1 is ten per cent more. null for the first itself and where there is nothing to relate to. */
  readonly relative: number | null
  /** In words: "12 % more", "2.5 times as much", "same"; empty for the first run. */
  readonly words: string
  /** null where it cannot be said or makes no difference. */
  readonly isBetter: boolean | null
}

export interface ComparisonRow {
  readonly metric: string
  readonly label: string
  readonly differences: readonly Difference[]
}

/** Figures of which more is better; of the others less is. */
const MORE_IS_BETTER = new Set(['availability', 'availability.calm', 'throughput.okPerS', 'fresh.atZero'])

export const isMoreBetter = (metric: string): boolean => MORE_IS_BETTER.has(metric)

/** Figures of two runs closer than this share are called the same. */
const SAME = 0.005
/** The figures that decide, in the order of reading; the rest stay in the reports. */
const SHOWN = [
  'read.latency.p50',
  'read.latency.p99',
  'read.latency.p999',
  'write.latency.p50',
  'write.latency.p99',
  'write.latency.p999',
  'throughput.okPerS',
  'availability',
  'availability.calm',
  'operations.failed',
  'operations.unknown',
  'stale.fraction',
  'stale.versionLag.max',
  'stale.timeLagMs.p99',
  'fresh.atZero',
  'replicationLag.p99Ms',
  'convergence.ms',
  'messages.perOperation',
  'bytes.perOperation',
]

/** One row for each figure that at least one of the runs has. `unit`: how durations are written. */
export function comparisonRows(runs: ComparedRuns, unit: TimeUnit = 'auto'): ComparisonRow[] {
  return SHOWN.flatMap((name) => {
    const metric = METRIC_NAMES.find((each) => each.name === name)
    if (metric === undefined) return []
    const values = runs.map(({ report }) => metricValue(report, name))
    if (values.every((value) => value === null)) return []
    return [
      {
        metric: name,
        label: metric.help,
        differences: values.map((value, i) => differenceOf(metric, value, i === 0 ? null : values[0], unit)),
      },
    ]
  })
}

function differenceOf(
  metric: MetricName,
  value: number | null,
  base: number | null,
  unit: TimeUnit,
): Difference {
  const text = figureText(metric, value, unit)
  if (value === null || base === null) return { text, relative: null, words: '', isBetter: null }
  if (value === base) return { text, relative: 0, words: 'same', isBetter: null }
  const isMore = value > base
  const isBetter = isMoreBetter(metric.name) === isMore
  // Nothing is so many per cent of zero; shares are compared in points.
  if (metric.unit === 'fraction') {
    const points = Math.abs(value - base) * 100
    if (points < SAME) return { text, relative: null, words: 'same', isBetter: null }
    return {
      text,
      relative: null,
      words: `${formatNumber(points)} points ${isMore ? 'more' : 'less'}`,
      isBetter,
    }
  }
  if (base === 0) return { text, relative: null, words: isMore ? 'more' : 'less', isBetter }
  const relative = (value - base) / Math.abs(base)
  if (Math.abs(relative) < SAME) return { text, relative, words: 'same', isBetter: null }
  return { text, relative, words: wordsOf(relative), isBetter }
}

function wordsOf(relative: number): string {
  if (relative === -1) return 'none'
  if (relative >= 1) return `${formatNumber(relative + 1)} times as much`
  const share = Math.abs(relative) * 100
  // Two digits would make everything of 99.6 per cent.
  const digits = formatNumber(share, share > 90 ? 3 : 2)
  const percent = digits === '100' ? 'over 99.9' : digits
  return `${percent} % ${relative > 0 ? 'more' : 'less'}`
}

/** A figure with its unit: "12.3 ms", "99.9 %"; a dash where there is none. */
export function figureText({ unit }: MetricName, value: number | null, timeUnit: TimeUnit = 'auto'): string {
  if (value === null) return '—'
  if (unit === 'ms') return formatMs(value, timeUnit)
  if (unit === 'fraction') return formatPercent(value)
  if (unit === 'count') return formatCount(value)
  // "versions", "messages", "bytes"
  return `${formatNumber(value)} ${value === 1 && unit !== 'per second' ? unit.slice(0, -1) : unit}`
}

/** Names that tell the runs apart: the topology's, with runtime and seed where the name alone does not. */
export function labelsOf(reports: readonly Report[]): string[] {
  const name = (report: Report): string => report.topology.name
  const full = (report: Report): string => `${name(report)}, ${report.runtime}, seed ${report.seed}`
  const isUnique = (text: string, of: (report: Report) => string): boolean =>
    reports.filter((report) => of(report) === text).length === 1
  return reports.map((report, i) => {
    if (isUnique(name(report), name)) return name(report)
    return isUnique(full(report), full) ? full(report) : `${full(report)} (${i + 1})`
  })
}
