import type { VisibilityPoint } from '../../metrics/types.ts'
import { freshAt } from '../agreement.ts'
import { formatCount, formatMs, formatNumber } from '../numbers.ts'
import type { Report } from '../types.ts'
import { frame, lineSeries, paletteOf, thinned, xAxis, yAxis, type Chart } from './frame.ts'
import { tickAxis, zeroLogScale } from './scales.ts'

/** Fewer reads than this make a point hollow, and no line leads through it: its fraction is mostly chance. */
export const READS_SOLID = 100
const SOLID = 'measured'
const FAINT = `fewer than ${READS_SOLID} reads`
const PREDICTED = 'predicted'
/** Where the vertical axis may begin, so that a curve near one still shows its shape. */
const FLOORS = [0.999, 0.99, 0.9] as const

/** P(fresh | t): how likely a read that starts t after the last acknowledgement sees that write. */
export const staleness: Chart = {
  id: 'staleness',
  title: 'P(fresh | t): how soon writes become visible',
  aria: ({ staleness: measured }) => {
    const first = measured.visibility[0]
    return (
      `Staleness: the probability that a read is fresh, by its delay t after the last acknowledged write. ` +
      (first === undefined ? '' : `${formatNumber(first.fresh)} at t = ${formatNumber(first.tMs)} ms. `) +
      `${formatCount(measured.staleReads)} of ${formatCount(measured.reads)} judged reads were stale.`
    )
  },
  caption: (report) =>
    report.staleness.definition +
    (floorOf(report) > 0 ? ` The vertical axis begins at ${floorOf(report)}.` : '') +
    (report.prediction === null ? '' : ' Dashed: predicted.'),
  empty: ({ staleness: measured }) =>
    measured.visibility.length === 0
      ? 'No read that succeeded followed an acknowledged write of its key. A probe workload, or one with writes, fills this chart.'
      : null,
  option: (report, theme) => {
    const colours = paletteOf(theme)
    const measured = report.staleness.visibility
    const scale = zeroLogScale(
      measured.map((point) => point.tMs),
      formatNumber,
    )
    const floor = floorOf(report)
    const at = (point: VisibilityPoint): [number, number] => [scale.position(point.tMs), point.fresh]
    const predicted = (report.prediction?.visibility ?? []).filter((point) => scale.holds(point.tMs)).map(at)
    const [solid, faint] = split(measured)
    return {
      ...frame(colours),
      legend: {
        ...(frame(colours).legend as object),
        data: [
          ...(solid.length === 0 ? [] : [{ name: SOLID, itemStyle: { opacity: 1 } }]),
          ...(faint.length === 0 ? [] : [{ name: FAINT, itemStyle: { opacity: 1 } }]),
          ...(predicted.length === 0 ? [] : [PREDICTED]),
        ],
      },
      xAxis: xAxis(colours, 't: delay of the read after the last acknowledgement (ms)', {
        min: scale.min,
        max: scale.max,
        ...tickAxis(scale.ticks, { color: colours.muted, fontSize: 12 }),
      }),
      yAxis: yAxis(colours, 'P(fresh | t)', {
        min: floor,
        max: 1,
        interval: (1 - floor) / (floor === 0 ? 4 : 5),
      }),
      series: [
        ...(solid.length === 0
          ? []
          : [
              {
                ...lineSeries({ name: SOLID, colour: colours.stale, width: 1.5 }, solid.map(at)),
                showSymbol: true,
                symbol: 'circle',
                symbolSize: 6,
              },
            ]),
        ...(faint.length === 0
          ? []
          : [
              {
                ...lineSeries({ name: FAINT, colour: colours.stale, width: 0 }, faint.map(at)),
                showSymbol: true,
                symbol: 'circle',
                symbolSize: 5,
                itemStyle: { color: colours.card, borderColor: colours.stale, borderWidth: 1.2 },
              },
            ]),
        ...(predicted.length === 0
          ? []
          : [lineSeries({ name: PREDICTED, colour: colours.stale, dashed: true, width: 1.5 }, predicted)]),
      ],
    }
  },
  words: (report, unit) => {
    const scale = zeroLogScale(
      report.staleness.visibility.map((point) => point.tMs),
      formatNumber,
    )
    return { x: (at) => `t = ${formatMs(scale.timeAt(at), unit)}`, y: (value) => formatNumber(value, 5) }
  },
  isOverTime: false,
  table: ({ staleness: measured, prediction }) => ({
    columns: ['t', 'P(fresh | t)', 'reads', ...(prediction === null ? [] : ['predicted'])],
    rows: thinned(measured.visibility, 40).map((point) => [
      `${formatNumber(point.tMs)} ms`,
      formatNumber(point.fresh, 5),
      formatCount(point.reads),
      ...(prediction === null ? [] : [formatNumber(freshAt(prediction.visibility, point.tMs), 5)]),
    ]),
  }),
}

function floorOf({ staleness: measured, prediction }: Report): number {
  const all = [
    ...measured.visibility.map((point) => point.fresh),
    ...(prediction === null ? [] : [prediction.freshAtZero]),
  ]
  const low = all.reduce((a, b) => Math.min(a, b), 1)
  // A curve that is one throughout keeps the whole axis: a flat line at the top is the message.
  return low === 1 ? 0 : (FLOORS.find((floor) => low >= floor) ?? 0)
}

function split(points: readonly VisibilityPoint[]): [VisibilityPoint[], VisibilityPoint[]] {
  return [
    points.filter((point) => point.reads >= READS_SOLID),
    points.filter((point) => point.reads < READS_SOLID),
  ]
}
