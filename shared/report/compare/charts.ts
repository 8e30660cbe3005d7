import type { VisibilityPoint } from '../../metrics/types.ts'
import { formatMs, formatNumber, formatPercent, type TimeUnit } from '../numbers.ts'
import { frame, paletteOf, timeAxis, timeScale, xAxis, type Chart, type TimeScale } from '../charts/frame.ts'
import {
  latencyScale,
  percentileText,
  tailPosition,
  tailShare,
  tailTicks,
  tickAxis,
  zeroLogScale,
} from '../charts/scales.ts'
import { READS_SOLID } from '../charts/staleness.ts'
import type { Palette } from '../palette.ts'
import type { Report } from '../types.ts'
import type { ComparedRun, ComparedRuns } from './comparison.ts'
import { overlaid, runLine, valueAxis } from './overlay.ts'

/**
 * The charts of a report with several runs on the same axes. A hue goes on meaning what it means everywhere; runs are
 * told apart by dash and marker, in the order in which they were chosen.
 */
type CompareChart = Chart<ComparedRuns>

const named = (runs: ComparedRuns): string => runs.map(({ label }) => label).join(' against ')

function latencyOf(operation: 'read' | 'write'): CompareChart {
  const reach = (runs: ComparedRuns): number =>
    Math.min(
      6,
      Math.max(2, ...runs.map(({ report }) => tailPosition(1 - 1 / (report.latencyMs[operation].count + 2)))),
    )
  const points = ({ report }: ComparedRun, to: number): [number, number][] =>
    report.latencyMs.curves[operation].flatMap(([p, ms]): [number, number][] => {
      const at = tailPosition(Math.min(p, 1 - 1e-9))
      return ms > 0 && at <= to && p < 1 ? [[at, ms]] : []
    })
  return {
    id: `compare-${operation}-latency`,
    title: `${operation === 'read' ? 'Read' : 'Write'} latency by percentile`,
    aria: (runs, unit) =>
      `Latency of ${operation}s by percentile. ${runs
        .map(({ label, report }) => `${label}: p99 ${formatMs(report.latencyMs[operation].p99, unit)}`)
        .join('; ')}.`,
    caption: () =>
      `Of all successful ${operation}s of a run, the share on the horizontal axis took at most the time on the vertical one.`,
    empty: (runs) =>
      runs.every(({ report }) => report.latencyMs[operation].count === 0)
        ? `None of the runs has a successful ${operation}.`
        : null,
    option: (runs, theme) => {
      const colours = paletteOf(theme)
      const to = reach(runs)
      const lines = runs.map((run) => points(run, to))
      const drawn = lines.flatMap((line) => line.filter(([at]) => at > 0.0223).map(([, ms]) => ms))
      return {
        ...frame(colours),
        ...overlaid(colours, runs),
        xAxis: xAxis(colours, `percentile of ${operation}s`, {
          min: 0,
          max: to,
          ...tickAxis(tailTicks(to), { color: colours.muted, fontSize: 12 }),
        }),
        yAxis: valueAxis(colours, 'latency (ms)', latencyScale(drawn)),
        series: runs.map((run, i) => runLine(run, i, '', colours[operation], lines[i])),
      }
    },
    words: (_, unit) => ({ x: (at) => percentileText(tailShare(at)), y: (ms) => formatMs(ms, unit) }),
    isOverTime: false,
    table: (runs, unit) => ({
      columns: ['run', 'p50', 'p90', 'p99', 'p99.9', 'slowest'],
      rows: runs.map(({ label, report }) => {
        const { p50, p90, p99, p999, max } = report.latencyMs[operation]
        return [label, ...[p50, p90, p99, p999, max].map((ms) => formatMs(ms, unit))]
      }),
    }),
  }
}

const staleness: CompareChart = {
  id: 'compare-staleness',
  title: 'P(fresh | t): how soon writes become visible',
  aria: (runs) =>
    `Staleness: the probability that a read is fresh, by its delay after the last acknowledged write. ${runs
      .map(({ label, report }) => `${label}: ${formatPercent(report.staleness.staleFraction)} stale`)
      .join('; ')}.`,
  caption: (runs) =>
    `${runs[0]?.report.staleness.definition ?? ''} Points of fewer than ${READS_SOLID} reads are left out.`,
  empty: (runs) =>
    runs.every(({ report }) => report.staleness.visibility.length === 0)
      ? 'In none of the runs a read followed an acknowledged write of its key.'
      : null,
  option: (runs, theme) => {
    const colours = paletteOf(theme)
    const scale = scaleOfVisibility(runs)
    const lowest = Math.min(1, ...runs.flatMap((run) => telling(run).map(({ fresh }) => fresh)))
    const floor = [0.999, 0.99, 0.9].find((each) => lowest >= each && lowest < 1) ?? 0
    return {
      ...frame(colours),
      ...overlaid(colours, runs),
      xAxis: xAxis(colours, 't: delay of the read after the last acknowledgement (ms)', {
        min: scale.min,
        max: scale.max,
        ...tickAxis(scale.ticks, { color: colours.muted, fontSize: 12 }),
      }),
      yAxis: valueAxis(colours, 'P(fresh | t)', {
        min: floor,
        max: 1,
        interval: (1 - floor) / (floor === 0 ? 4 : 5),
      }),
      series: runs.map((run, i) =>
        runLine(
          run,
          i,
          '',
          colours.stale,
          telling(run).map(({ tMs, fresh }) => [scale.position(tMs), fresh]),
        ),
      ),
    }
  },
  words: (runs, unit) => {
    const scale = scaleOfVisibility(runs)
    return { x: (at) => `t = ${formatMs(scale.timeAt(at), unit)}`, y: (value) => formatNumber(value, 5) }
  },
  isOverTime: false,
  table: (runs) => ({
    columns: ['run', 'judged reads', 'stale', 'fresh at once'],
    rows: runs.map(({ label, report }) => [
      label,
      formatNumber(report.staleness.reads),
      formatPercent(report.staleness.staleFraction),
      formatNumber(report.staleness.visibility[0]?.fresh ?? null, 5),
    ]),
  }),
}

/** A share of a handful of reads is chance, and lines through such points would hide the curves. */
function telling({ report }: ComparedRun): VisibilityPoint[] {
  const { visibility } = report.staleness
  const solid = visibility.filter(({ reads }) => reads >= READS_SOLID)
  return solid.length === 0 ? visibility : solid
}

const scaleOfVisibility = (runs: ComparedRuns) =>
  zeroLogScale(
    runs.flatMap((run) => telling(run).map(({ tMs }) => tMs)),
    formatNumber,
  )

/** The longest run gives the axis. */
function sharedScale(runs: ComparedRuns, unit: TimeUnit | undefined): TimeScale {
  const scales = runs.map(({ report }) => timeScale(report, unit))
  return scales.reduce((a, b) => (b.endMs > a.endMs ? b : a))
}

function overTime(chart: {
  id: string
  title: string
  quantity: string
  axis: string
  caption: string
  range?: { min?: number; max?: number }
  lines: readonly {
    what: string
    colour: keyof Palette
    of: (report: Report, bin: number) => number | null
  }[]
  y: (value: number, unit?: TimeUnit) => string
  summary: (report: Report, unit?: TimeUnit) => string
}): CompareChart {
  return {
    id: chart.id,
    title: chart.title,
    aria: (runs, unit) =>
      `${chart.quantity} over time, ${named(runs)}. ${runs
        .map(({ label, report }) => `${label}: ${chart.summary(report, unit)}`)
        .join('; ')}.`,
    caption: () => chart.caption,
    empty: (runs) =>
      runs.every(({ report }) => report.series.tMs.length === 0) ? 'None of the runs has operations.' : null,
    option: (runs, theme, unit) => {
      const colours = paletteOf(theme)
      const scale = sharedScale(runs, unit)
      return {
        ...frame(colours),
        ...overlaid(
          colours,
          runs,
          chart.lines.map(({ what }) => what),
        ),
        xAxis: timeAxis(colours, scale),
        yAxis: valueAxis(colours, chart.axis, chart.range ?? { min: 0 }),
        series: runs.flatMap((run, i) =>
          chart.lines.map(({ what, colour, of }) =>
            runLine(
              run,
              i,
              what,
              colours[colour],
              run.report.series.tMs.map((t, bin) => [t / scale.divisor, of(run.report, bin)]),
            ),
          ),
        ),
      }
    },
    words: (runs, unit) => ({
      x: (value) => formatMs(value * sharedScale(runs, unit).divisor, unit),
      y: (value) => chart.y(value, unit),
    }),
    isOverTime: true,
    table: (runs, unit) => ({
      columns: ['run', chart.quantity.toLowerCase()],
      rows: runs.map(({ label, report }) => [label, chart.summary(report, unit)]),
    }),
  }
}

const throughput = overTime({
  id: 'compare-throughput',
  title: 'Throughput over time',
  quantity: 'Throughput',
  axis: 'successful operations per second',
  caption: 'Operations that ended well, per second, in each time bin of its run.',
  lines: [
    {
      what: '',
      colour: 'neutral',
      of: ({ series }, bin) => (series.ok[bin] * 1000) / Math.max(1, series.binMs),
    },
  ],
  y: (value) => `${formatNumber(value)} per s`,
  summary: ({ throughput: { okPerS } }) => `${formatNumber(okPerS)} per s`,
})

const latencyOverTime = overTime({
  id: 'compare-latency-over-time',
  title: 'Latency p99 over time',
  quantity: 'Latency',
  axis: 'p99 latency (ms)',
  caption: 'The 99th percentile of reads (blue) and writes (orange) in each time bin of its run.',
  lines: [
    { what: 'reads', colour: 'read', of: ({ series }, bin) => series.readP99[bin] },
    { what: 'writes', colour: 'write', of: ({ series }, bin) => series.writeP99[bin] },
  ],
  y: formatMs,
  summary: ({ latencyMs }, unit) =>
    `read p99 ${formatMs(latencyMs.read.p99, unit)}, write p99 ${formatMs(latencyMs.write.p99, unit)}`,
})

const availability = overTime({
  id: 'compare-availability',
  title: 'Availability over time',
  quantity: 'Availability',
  axis: 'operations that succeeded (%)',
  range: { min: 0, max: 100 },
  caption: 'Share of the operations that should have begun in a time bin and ended well.',
  lines: [
    {
      what: '',
      colour: 'neutral',
      of: ({ series }, bin) => {
        const share = series.availability[bin]
        return share === null ? null : share * 100
      },
    },
  ],
  y: (value) => formatPercent(value / 100),
  summary: ({ availability: { overall } }) => formatPercent(overall),
})

export const COMPARE_CHARTS: readonly CompareChart[] = [
  latencyOf('read'),
  latencyOf('write'),
  staleness,
  latencyOverTime,
  throughput,
  availability,
]
