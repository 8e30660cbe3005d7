import { frame, lineSeries, yAxis } from '../charts/frame.ts'
import type { AxisRange } from '../charts/scales.ts'
import type { Palette } from '../palette.ts'
import type { ComparedRun } from './comparison.ts'

/** What charts of several runs have in common: a hue means what it means everywhere, runs differ by dash and marker. */

const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [9, 3, 2, 3], [12, 4], [4, 2, 1, 2]]
const MARKERS = ['circle', 'rect', 'triangle', 'diamond', 'pin', 'arrow'] as const
const MARKERS_PER_LINE = 9

/** One run's line: told from the others by dash and marker. */
export function runLine(
  { label }: ComparedRun,
  index: number,
  what: string,
  colour: string,
  data: readonly (readonly [number, number | null])[],
): object {
  const dash = DASHES[index % DASHES.length]
  const name = what === '' ? label : `${label}: ${what}`
  return {
    ...lineSeries({ name, colour, width: 1.6, ...(dash.length === 0 ? {} : { dash }) }, data),
    showSymbol: true,
    symbol: MARKERS[index % MARKERS.length],
    // A marker here and there: on every point they would be the line.
    symbolSize: (_: unknown, { dataIndex }: { dataIndex: number }) =>
      dataIndex % Math.max(1, Math.ceil(data.length / MARKERS_PER_LINE)) === index ? 6 : 0,
  }
}

const LEGEND_ROW_PX = 18

/** Names of runs are long: each line has a row of the legend to itself, and the axis its name below all of them. */
export function overlaid(colours: Palette, lines: number): ReturnType<typeof frame> {
  const base = frame(colours)
  return {
    ...base,
    legend: {
      ...(base.legend as object),
      type: 'plain',
      orient: 'vertical',
      left: 'right',
      align: 'left',
      itemGap: 4,
      itemWidth: 28,
      itemStyle: { opacity: 1 },
    },
    grid: { ...(base.grid as object), top: 34 + LEGEND_ROW_PX * lines },
  }
}

/** A vertical axis with its name right above it, below the legend. */
export function valueAxis(colours: Palette, name: string, range: AxisRange): object {
  return { ...yAxis(colours, name, range), nameGap: 10 }
}
