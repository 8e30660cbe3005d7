import { formatMs, formatPercent } from '../numbers.ts'
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

/** Share of operations that succeeded, by when they should have begun. */
export const availability: Chart = {
  id: 'availability',
  title: 'Availability over time',
  aria: ({ availability: measured }) =>
    `Availability over time: ${formatPercent(measured.overall)} of operations succeeded overall` +
    (measured.windows.length === 0
      ? '.'
      : `; ${measured.windows
          .filter((window) => window.fault !== null)
          .slice(0, 6)
          .map((window) => `${formatPercent(window.overall)} during ${window.label}`)
          .join('; ')}.`),
  caption: ({ availability: measured }) => measured.definition,
  empty: ({ series }) =>
    series.availability.every((value) => value === null)
      ? 'No operation began. A longer run fills this chart.'
      : null,
  option: (report, theme, unit) => {
    const colours = paletteOf(theme)
    const scale = timeScale(report, unit)
    const { series } = report
    const percent = series.availability.map((value) => (value === null ? null : value * 100))
    return {
      ...frame(colours),
      xAxis: timeAxis(colours, scale),
      yAxis: yAxis(colours, 'operations that succeeded (%)', { min: 0, max: 100, interval: 25 }),
      series: [
        ...faultSeries(colours, report, scale),
        lineSeries(
          { name: 'available', colour: colours.neutral, area: 0.16, step: 'end', width: 1.5 },
          binned(scale, series.tMs, series.binMs, percent),
        ),
      ],
      legend: { show: false },
    }
  },
  words: (report, unit) => timeWords(report, (value) => formatPercent(value / 100), unit),
  isOverTime: true,
  table: ({ series }, unit) => ({
    columns: ['from', 'operations', 'succeeded'],
    rows: thinned(
      series.tMs.map((t, i) => [
        formatMs(t, unit),
        `${series.invoked[i] ?? 0}`,
        formatPercent(series.availability[i] ?? null),
      ]),
    ),
  }),
}
