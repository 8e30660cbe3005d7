import { countOf, formatMs } from '../numbers.ts'
import {
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

/** How many different states the replicas held. */
export const convergence: Chart = {
  id: 'convergence',
  title: 'Convergence',
  aria: ({ convergence: measured }) =>
    `Convergence over time: distinct states held by the replicas of the most divided shard; ` +
    (measured.equalAtEnd ? 'all equal at the end.' : 'not all equal at the end.'),
  caption: ({ convergence: measured }, unit) =>
    `Distinct states among the replicas of the most divided shard, looked at every ${formatMs(measured.sampleEveryMs, unit)}; 1 means that all agree.`,
  empty: ({ convergence: measured }) =>
    measured.series.tMs.length === 0
      ? 'No samples of the replicas were taken. A longer run fills this chart.'
      : null,
  option: (report, theme, unit) => {
    const colours = paletteOf(theme)
    const { tMs, distinctStates } = report.convergence.series
    const base = timeScale(report, unit)
    // Convergence goes on after the load has ended, so this axis may reach further than the others.
    const lastMs = tMs.length === 0 ? 0 : tMs[tMs.length - 1]
    const scale = { ...base, endMs: lastMs > base.endMs * 1.02 ? lastMs : base.endMs }
    return {
      ...frame(colours),
      xAxis: timeAxis(colours, scale),
      yAxis: yAxis(colours, 'distinct states', { min: 0, minInterval: 1 }),
      series: [
        ...faultSeries(colours, report, scale),
        lineSeries(
          { name: 'distinct states', colour: colours.follower, step: 'end', width: 1.5 },
          tMs.map((t, i): [number, number | null] => [
            Math.min(t, scale.endMs) / scale.divisor,
            distinctStates[i] ?? null,
          ]),
        ),
      ],
      legend: { show: false },
    }
  },
  words: (report, unit) => timeWords(report, (value) => countOf(value, 'state'), unit),
  isOverTime: true,
  table: ({ convergence: measured }, unit) => ({
    columns: ['at', 'distinct states'],
    rows: thinned(
      measured.series.tMs.map((t, i) => [formatMs(t, unit), `${measured.series.distinctStates[i] ?? '—'}`]),
    ),
  }),
}
