import { metricOf } from '../../topology/metric-names.ts'
import { frame, lineSeries, paletteOf, xAxis, type Chart } from '../charts/frame.ts'
import { namesAbove } from '../charts/legend.ts'
import { tickAxis } from '../charts/scales.ts'
import { figureText } from '../compare/comparison.ts'
import { runStyle } from '../compare/overlay.ts'
import type { Palette } from '../palette.ts'
import { figureAxis, verticalAxis, type FigureAxis } from './figure-axis.ts'
import { changing, linesOf, LINES_MAX, settingAxis, tradesOf } from './lay-out.ts'
import { tradeChart } from './trade-chart.ts'
import type { Sweep, SweepFigure } from './types.ts'
import { shortPaths, sweepFigureText, valueWords } from './words.ts'

const MARK_PX = 7

/**
 * What settings cost: one chart for each trade between figures, then one for each figure that is not always the same.
 * `hasTables`: charts of figures come with theirs, where no table of all of them stands above.
 */
export function sweepCharts(sweep: Sweep, { hasTables = false } = {}): Chart<Sweep>[] {
  if (sweep.rows.length < 2) return []
  return [
    ...tradesOf(sweep).map((trade) => tradeChart(sweep, trade)),
    ...changing(sweep).map((at) => figureChart(sweep, at, hasTables)),
  ]
}

function figureChart(sweep: Sweep, at: number, hasTable: boolean): Chart<Sweep> {
  const { name } = sweep.metrics[at]
  const axis = settingAxis(sweep)
  const setting = shortPaths(sweep.vary)[axis.index]
  const all = linesOf(sweep, axis)
  const lines = all.slice(0, LINES_MAX)
  const shown = lines.flatMap(({ rows }) => rows.map(({ figures }) => figures[at]))
  const figure = figureAxis(name, shown)
  const ranges =
    sweep.seeds.length === 1
      ? ''
      : ` The mark is the median of ${sweep.seeds.length} seeds, the bar their range.`
  const leftOut =
    all.length > lines.length
      ? ` The first ${lines.length} of ${all.length} lines are drawn; the table has all.`
      : ''
  return {
    id: `sweep-${name.replaceAll('.', '-')}`,
    title: `${name} by ${setting}`,
    aria: () =>
      `${name} by ${setting}: from ${figureText(metricOf(name)!, extreme(shown, 'min'))} to ${figureText(metricOf(name)!, extreme(shown, 'max'))}.`,
    caption: () => `${metricOf(name)!.help}${ranges}${leftOut}`,
    empty: () => (shown.every(({ median }) => median === null) ? 'No run has this figure.' : null),
    option: (_, theme) => {
      const colours = paletteOf(theme)
      const colour = colourOf(colours, name)
      const labels = lines.map(({ label }) => ({ series: label, label }))
      return {
        ...frame(colours),
        ...(labels.length === 1
          ? { legend: { show: false } }
          : namesAbove(colours, labels, { between: 'axis', hasMarkers: true })),
        xAxis: xAxis(colours, setting, {
          min: axis.min,
          max: axis.max,
          ...tickAxis(axis.ticks, { color: colours.muted, fontSize: 12, hideOverlap: true }),
        }),
        yAxis: verticalAxis(colours, figure),
        series: lines.flatMap(({ label, rows }, line) => {
          const places = rows.map(({ set }) => axis.position(set[axis.index], line, lines.length))
          const figures = rows.map(({ figures: own }) => own[at])
          const points = places.map((x, i): [number, number | null] => [x, figure.drawn(figures[i].median)])
          return [
            {
              ...lineSeries(
                { name: '', colour, width: 1.2, opacity: 0.55 },
                whiskers(figure, places, figures),
              ),
              // Its ends are no figures of their own.
              isRange: true,
            },
            marked(colours, label, line, colour, points, axis.isNumeric ? 1.6 : 0),
          ]
        }),
      }
    },
    words: () => ({
      x: (position) => `${setting} = ${axis.nearest(position)}`,
      y: figure.text,
    }),
    isOverTime: false,
    table: () =>
      hasTable
        ? {
            columns: [...shortPaths(sweep.vary), name],
            rows: sweep.rows.map(({ set, figures }) => [
              ...set.map(valueWords),
              sweepFigureText(name, figures[at]),
            ]),
          }
        : null,
  }
}

/** Points of a line, told from those of others by marker and dash. */
function marked(
  colours: Palette,
  name: string,
  line: number,
  colour: string,
  points: readonly (readonly [number, number | null])[],
  width: number,
): object {
  const { dash, marker } = runStyle(line)
  return {
    ...lineSeries({ name, colour, width, ...(dash.length === 0 ? {} : { dash }) }, points),
    showSymbol: true,
    symbol: marker,
    symbolSize: MARK_PX,
    itemStyle: { color: colour, borderColor: colours.card, borderWidth: 1 },
  }
}

/** One stroke for each figure, from the least of its seeds to the greatest. */
function whiskers(
  { drawn }: FigureAxis,
  places: readonly number[],
  figures: readonly SweepFigure[],
): [number, number | null][] {
  return places.flatMap((x, i): [number, number | null][] => {
    const { min, max } = figures[i]
    if (min === max) return []
    return [
      [x, drawn(min)],
      [x, drawn(max)],
      [x, null],
    ]
  })
}

function colourOf(colours: Palette, name: string): string {
  if (name.startsWith('read.')) return colours.read
  if (name.startsWith('write.')) return colours.write
  if (/^(stale|fresh|replicationLag|convergence)/.test(name)) return colours.stale
  return name.startsWith('operations.') ? colours.error : colours.neutral
}

function extreme(figures: readonly SweepFigure[], which: 'min' | 'max'): number | null {
  const values = figures.flatMap((figure) => figure[which] ?? [])
  return values.length === 0 ? null : which === 'min' ? Math.min(...values) : Math.max(...values)
}
