import { formatMs, formatNumber, formatPercent } from '../numbers.ts'
import type { Report } from '../types.ts'
import { frame, lineSeries, paletteOf, thinned, xAxis, yAxis, type Chart } from './frame.ts'
import { tickAxis, zeroLogScale, type ZeroLogScale } from './scales.ts'

const OPERATIONS = ['read', 'write'] as const
const PERCENT = { min: 0, max: 100, interval: 25 }

/** The share of operations that took at most so long: where the bulk lies, which a percentile axis squeezes. */
export const latencyCdf: Chart = {
  id: 'latency-cdf',
  title: 'Latency distribution',
  aria: ({ latencyMs }, unit) =>
    `Latency distribution. ${OPERATIONS.map(
      (operation) =>
        `Half of the ${operation}s took at most ${formatMs(latencyMs[operation].p50, unit)}, nine of ten at most ${formatMs(latencyMs[operation].p90, unit)}`,
    ).join('; ')}.`,
  caption: (report) =>
    'Of all successful operations, the share on the vertical axis took at most the time on the horizontal one.' +
    (report.prediction === null ? '' : ' Dashed: predicted, for a run without queues and faults.'),
  empty: ({ latencyMs }) =>
    latencyMs.read.count + latencyMs.write.count === 0
      ? 'No operation succeeded. A run with a successful read or write fills this chart.'
      : null,
  option: (report, theme) => {
    const colours = paletteOf(theme)
    const scale = scaleOf(report)
    const series = OPERATIONS.flatMap((operation) => {
      const { curves, [operation]: summary } = report.latencyMs
      // The curve ends before its last operation, and of one operation alone there would be no line.
      const whole: [number, number][] = summary.max === null ? [] : [...curves[operation], [1, summary.max]]
      const measured = points(whole, scale)
      const predicted = points(report.prediction?.curves[operation] ?? [], scale)
      if (measured.length === 0) return []
      const colour = colours[operation]
      return [
        lineSeries({ name: `${operation}s`, colour }, measured),
        ...(predicted.length === 0
          ? []
          : [lineSeries({ name: `${operation}s, predicted`, colour, dashed: true, width: 1.5 }, predicted)]),
      ]
    })
    return {
      ...frame(colours),
      xAxis: xAxis(colours, 'latency (ms)', {
        min: scale.min,
        max: scale.max,
        ...tickAxis(scale.ticks, { color: colours.muted, fontSize: 12 }),
      }),
      yAxis: yAxis(colours, 'share (%)', PERCENT),
      series,
    }
  },
  words: (report, unit) => {
    const scale = scaleOf(report)
    return { x: (at) => formatMs(scale.timeAt(at), unit), y: (percent) => formatPercent(percent / 100) }
  },
  isOverTime: false,
  table: ({ latencyMs }, unit) => ({
    columns: ['operation', 'at most', 'share'],
    rows: OPERATIONS.flatMap((operation) =>
      thinned(latencyMs.curves[operation], 12).map(([p, ms]) => [
        operation,
        formatMs(ms, unit),
        formatPercent(p),
      ]),
    ),
  }),
}

function scaleOf({ latencyMs }: Report): ZeroLogScale {
  const times = OPERATIONS.flatMap((operation) => {
    const { min, max } = latencyMs[operation]
    return min === null || max === null ? [] : [min, max]
  }).filter((ms) => ms > 0)
  return zeroLogScale(times, formatNumber)
}

/** [position of the time, percent] of a percentile curve, its times ascending. */
function points(curve: readonly [number, number][], scale: ZeroLogScale): [number, number][] {
  const lowestMs = scale.timeAt(scale.min)
  return curve
    .filter(([, ms]) => ms >= lowestMs && scale.position(ms) <= scale.max)
    .map(([p, ms]): [number, number] => [scale.position(ms), p * 100])
}
