import { formatCount, formatMs, formatNumber, formatPercent } from '../numbers.ts'
import type { Report } from '../types.ts'
import { frame, lineSeries, paletteOf, thinned, xAxis, yAxis, type Chart } from './frame.ts'
import { tickAxis, zeroLogScale, type ZeroLogScale } from './scales.ts'

/** How long stale reads had been overtaken: what version lag is in versions, in time. */
export const timeLag: Chart = {
  id: 'time-lag',
  title: 'Time lag',
  aria: ({ staleness: { timeLagMs, staleReads } }, unit) =>
    `Staleness in time: of ${formatCount(staleReads)} stale reads, half were behind by at most ${formatMs(timeLagMs.p50, unit)}, ` +
    `99 in 100 by at most ${formatMs(timeLagMs.p99, unit)}, all by at most ${formatMs(timeLagMs.max, unit)}.`,
  caption: () =>
    'Of the stale reads alone, the share on the vertical axis was behind by at most the time on the horizontal one: the beginning of the read minus the acknowledgement of the first version that it missed.',
  empty: ({ staleness: { reads, staleReads, timeLagCurve } }) =>
    timeLagCurve === undefined
      ? 'This report is of a version that did not keep it.'
      : staleReads > 0
        ? null
        : reads === 0
          ? 'No read was judged, so none is known to be stale.'
          : 'No read was stale. A run with stale reads fills this chart.',
  option: (report, theme) => {
    const colours = paletteOf(theme)
    const scale = scaleOf(report)
    return {
      ...frame(colours),
      legend: { show: false },
      xAxis: xAxis(colours, 'behind by at most (ms)', {
        min: scale.min,
        max: scale.max,
        ...tickAxis(scale.ticks, { color: colours.muted, fontSize: 12 }),
      }),
      yAxis: yAxis(colours, 'share of stale reads (%)', { min: 0, max: 100, interval: 25 }),
      series: [lineSeries({ name: 'stale reads', colour: colours.stale }, points(report, scale))],
    }
  },
  words: (report, unit) => {
    const scale = scaleOf(report)
    return { x: (at) => formatMs(scale.timeAt(at), unit), y: (percent) => formatPercent(percent / 100) }
  },
  isOverTime: false,
  table: ({ staleness: { timeLagCurve = [] } }, unit) => ({
    columns: ['behind by at most', 'share of stale reads'],
    rows: thinned(timeLagCurve).map(([p, ms]) => [formatMs(ms, unit), formatPercent(p)]),
  }),
}

function scaleOf({ staleness: { timeLagMs } }: Report): ZeroLogScale {
  const { min, max } = timeLagMs
  return zeroLogScale(min === null || max === null ? [] : [min, max], formatNumber)
}

/** [position of the time, percent], up to the longest. */
function points(
  { staleness: { timeLagCurve = [], timeLagMs } }: Report,
  scale: ZeroLogScale,
): [number, number][] {
  const curve = timeLagCurve.map(([p, ms]): [number, number] => [scale.position(ms), p * 100])
  return timeLagMs.max === null ? curve : [...curve, [scale.position(timeLagMs.max), 100]]
}
