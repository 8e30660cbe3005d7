import { formatMs } from '../numbers.ts'
import type { Report } from '../types.ts'
import { frame, lineSeries, paletteOf, xAxis, yAxis, type Chart } from './frame.ts'
import { latencyScale, percentileText, tailPosition, tailShare, tailTicks, tickAxis } from './scales.ts'

const ROWS = [
  ['median', 'p50'],
  ['p90', 'p90'],
  ['p95', 'p95'],
  ['p99', 'p99'],
  ['p99.9', 'p999'],
  ['p99.99', 'p9999'],
  ['slowest', 'max'],
] as const

/** Position of the lowest percentile that the vertical axis must show: 5 %. */
const FASTEST_DRAWN = 0.0223
const OPERATIONS = ['read', 'write'] as const

/** Latency by percentile, the tail stretched; a prediction is the same hue, dashed. */
export const latencyPercentiles: Chart = {
  id: 'latency-percentiles',
  title: 'Latency by percentile',
  aria: (report, unit) =>
    `Latency by percentile. ${OPERATIONS.map((operation) => {
      const { p50, p99, p999 } = report.latencyMs[operation]
      return `${operation}: median ${formatMs(p50, unit)}, p99 ${formatMs(p99, unit)}, p99.9 ${formatMs(p999, unit)}`
    }).join('; ')}.`,
  caption: (report) =>
    'Of all successful operations, the share on the horizontal axis took at most the time on the vertical one, counted ' +
    'from when each should have begun. Each step to the right is ten times rarer.' +
    (report.prediction === null ? '' : ' Dashed: predicted, for a run without queues and faults.'),
  empty: ({ latencyMs }) =>
    latencyMs.read.count + latencyMs.write.count === 0
      ? 'No operation succeeded. A run with a successful read or write fills this chart.'
      : null,
  option: (report, theme) => {
    const colours = paletteOf(theme)
    const reach = reachOf(report)
    const drawn: number[] = []
    const series = OPERATIONS.flatMap((operation) => {
      const name = `${operation}s`
      const measured = points(report.latencyMs.curves[operation], reach)
      const predicted = report.prediction === null ? [] : points(report.prediction.curves[operation], reach)
      // The fastest few of many are outliers as well; the axis does not reach down for them.
      for (const [at, ms] of measured) if (at >= FASTEST_DRAWN) drawn.push(ms)
      const lines: object[] = []
      if (predicted.length > 0 && measured.length > 0)
        lines.push(
          lineSeries(
            { name: `${name}, predicted`, colour: colours[operation], dashed: true, width: 1.5 },
            predicted,
          ),
        )
      if (measured.length > 0) lines.unshift(lineSeries({ name, colour: colours[operation] }, measured))
      return lines
    })
    const label = { color: colours.muted, fontSize: 12 }
    return {
      ...frame(colours),
      xAxis: xAxis(colours, 'percentile of operations', {
        min: 0,
        max: reach,
        ...tickAxis(tailTicks(reach), label),
      }),
      yAxis: yAxis(colours, 'latency (ms)', latencyScale(drawn)),
      series,
    }
  },
  words: (_, unit) => ({ x: (at) => percentileText(tailShare(at)), y: (ms) => formatMs(ms, unit) }),
  isOverTime: false,
  table: (report, unit) => ({
    columns: [
      'percentile',
      'reads',
      'writes',
      ...(report.prediction === null ? [] : ['reads, predicted', 'writes, predicted']),
    ],
    rows: ROWS.map(([name, key]) => {
      const { read, write } = report.latencyMs
      const cells = [name, formatMs(read[key], unit), formatMs(write[key], unit)]
      if (report.prediction === null) return cells
      const predicted = report.prediction.latencyMs
      const of = (operation: 'read' | 'write'): string =>
        key === 'p9999' || key === 'max' ? '—' : formatMs(predicted[operation][key], unit)
      return [...cells, of('read'), of('write')]
    }),
  }),
}

/** Where the axis ends: the percentile beyond which a single operation would be the curve, at least p99. */
function reachOf(report: Report): number {
  const count = Math.max(report.latencyMs.read.count, report.latencyMs.write.count, 1)
  return Math.min(6, Math.max(2, tailPosition(1 - 1 / (count + 1))))
}

function points(curve: readonly [number, number][], reach: number): [number, number][] {
  return curve.flatMap(([p, ms]): [number, number][] => {
    if (p >= 1 || ms <= 0) return []
    const at = tailPosition(p)
    return at <= reach + 1e-9 ? [[at, ms]] : []
  })
}
