import { formatNumber, formatMs } from '../numbers.ts'
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
  whereNonZero,
  yAxis,
  type Chart,
} from './frame.ts'

/** Operations per second by how they ended. */
export const throughput: Chart = {
  id: 'throughput',
  title: 'Throughput over time',
  aria: ({ throughput: rate, operations }) =>
    `Throughput over time. ${formatNumber(rate.okPerS)} successful operations per second on average; ` +
    `${formatNumber(operations.failed)} failed and ${formatNumber(operations.unknown)} of unknown outcome in all.`,
  caption: ({ series }, unit) =>
    `Operations per second by how they ended, in bins of ${formatMs(series.binMs, unit)}. Failed: definitely did not happen. ` +
    'Unknown: no answer came, so it may have happened.',
  empty: ({ series }) =>
    [series.ok, series.failed, series.unknown].some((counts) => counts.some((count) => count > 0))
      ? null
      : 'No operation ended. A longer run fills this chart.',
  option: (report, theme, unit) => {
    const colours = paletteOf(theme)
    const scale = timeScale(report, unit)
    const { series, operations } = report
    // The last bin may be cut short by the end of the run.
    const ratePerS = (count: number, i: number): number =>
      (count * 1000) / Math.max(1, Math.min(series.binMs, scale.endMs - series.tMs[i]))
    const perSecond = (counts: readonly number[]): [number, number | null][] =>
      binned(
        scale,
        series.tMs,
        series.binMs,
        counts.map((count, i) => ratePerS(count, i)),
      )
    return {
      ...frame(colours),
      xAxis: timeAxis(colours, scale),
      yAxis: yAxis(colours, 'operations per second', { min: 0 }),
      series: [
        ...faultSeries(colours, report, scale),
        lineSeries(
          { name: 'ok', colour: colours.neutral, area: 0.14, step: 'end', width: 1.5 },
          perSecond(series.ok),
        ),
        ...(operations.failed === 0
          ? []
          : [
              lineSeries(
                { name: 'failed', colour: colours.error, area: 0.3, step: 'end', width: 1.5 },
                whereNonZero(perSecond(series.failed)),
              ),
            ]),
        ...(operations.unknown === 0
          ? []
          : [
              lineSeries(
                { name: 'unknown', colour: colours.error, dashed: true, step: 'end', width: 1.5 },
                whereNonZero(perSecond(series.unknown)),
              ),
            ]),
      ],
    }
  },
  words: (report, unit) => timeWords(report, (value) => `${formatNumber(value)} per s`, unit),
  isOverTime: true,
  table: ({ series }, unit) => ({
    columns: ['from', 'ok per s', 'failed per s', 'unknown per s'],
    rows: thinned(
      series.tMs.map((t, i) => [
        formatMs(t, unit),
        ...[series.ok, series.failed, series.unknown].map((counts) =>
          formatNumber(((counts[i] ?? 0) * 1000) / series.binMs),
        ),
      ]),
    ),
  }),
}
