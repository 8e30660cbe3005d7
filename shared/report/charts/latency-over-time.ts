import { formatMs } from '../numbers.ts'
import {
  binned,
  faultSeries,
  frame,
  lineSeries,
  paletteOf,
  thinned,
  timeAxis,
  timeScale,
  timeWords,
  yAxis,
  type Chart,
} from './frame.ts'
import { latencyScale } from './scales.ts'

const LINES = [
  { key: 'readP99', name: 'read p99', operation: 'read', width: 2, opacity: 1 },
  { key: 'readP50', name: 'read p50', operation: 'read', width: 1.2, opacity: 0.7 },
  { key: 'writeP99', name: 'write p99', operation: 'write', width: 2, opacity: 1 },
  { key: 'writeP50', name: 'write p50', operation: 'write', width: 1.2, opacity: 0.7 },
] as const

/** p50 (thin) and p99 (thick) of each time bin. */
export const latencyOverTime: Chart = {
  id: 'latency-over-time',
  title: 'Latency over time',
  aria: (report, unit) =>
    `Latency over time in bins of ${formatMs(report.series.binMs, unit)}. Highest read p99 ${formatMs(highest(report.series.readP99), unit)}, ` +
    `highest write p99 ${formatMs(highest(report.series.writeP99), unit)}.`,
  caption: (report, unit) =>
    `Median (thin) and 99th percentile (thick) of the operations that should have begun in each ${formatMs(report.series.binMs, unit)}.` +
    (report.faults.length > 0 ? ' Hatched: fault windows, numbered as in the fault table.' : ''),
  empty: ({ series }) =>
    LINES.every(({ key }) => series[key].every((value) => value === null))
      ? 'No operation succeeded. A run with a successful read or write fills this chart.'
      : null,
  option: (report, theme, unit) => {
    const colours = paletteOf(theme)
    const scale = timeScale(report, unit)
    const { series } = report
    return {
      ...frame(colours),
      xAxis: timeAxis(colours, scale),
      yAxis: yAxis(colours, 'latency (ms)', latencyScale(LINES.flatMap(({ key }) => series[key]))),
      series: [
        ...faultSeries(colours, report, scale),
        ...LINES.filter(({ key }) => series[key].some((value) => value !== null)).map(
          ({ key, name, operation, width, opacity }) =>
            lineSeries(
              { name, colour: colours[operation], width, opacity },
              binned(scale, series.tMs, series.binMs, series[key]),
            ),
        ),
      ],
    }
  },
  words: (report, unit) => timeWords(report, (ms) => formatMs(ms, unit), unit),
  isOverTime: true,
  table: ({ series }, unit) => ({
    columns: ['from', ...LINES.map((line) => line.name)],
    rows: thinned(
      series.tMs.map((t, i) => [
        formatMs(t, unit),
        ...LINES.map(({ key }) => formatMs(series[key][i] ?? null, unit)),
      ]),
    ),
  }),
}

function highest(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>(
    (top, value) => (value !== null && (top === null || value > top) ? value : top),
    null,
  )
}
