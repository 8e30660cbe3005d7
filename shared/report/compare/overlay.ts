import { lineSeries } from '../charts/frame.ts'
import { axisBelowNames, namesAbove } from '../charts/legend.ts'
import type { AxisRange } from '../charts/scales.ts'
import type { Palette } from '../palette.ts'
import type { ChartOption } from '../charts/frame.ts'
import type { ComparedRun, ComparedRuns } from './comparison.ts'

/** What charts of several runs have in common: a hue means what it means everywhere, runs differ by dash and marker. */

const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [9, 3, 2, 3], [12, 4], [4, 2, 1, 2]]
const MARKERS = ['circle', 'rect', 'triangle', 'diamond', 'pin', 'arrow'] as const
const MARKERS_PER_LINE = 9
/** Of a run that stands back behind the one that is looked at. */
const FAINT = 0.16

/** Lengths of dashes and gaps, none for a whole line; and the marker. */
export interface RunStyle {
  readonly dash: readonly number[]
  readonly marker: (typeof MARKERS)[number]
}

/** How the line of the i-th run is told from those of the others. */
export function runStyle(index: number): RunStyle {
  return { dash: DASHES[index % DASHES.length], marker: MARKERS[index % MARKERS.length] }
}

const seriesName = (label: string, what: string): string => (what === '' ? label : `${label}: ${what}`)

/** One run's line: told from the others by dash and marker. */
export function runLine(
  { label, isFaint = false }: ComparedRun,
  index: number,
  what: string,
  colour: string,
  data: readonly (readonly [number, number | null])[],
): object {
  const { dash, marker } = runStyle(index)
  const opacity = isFaint ? FAINT : 1
  return {
    ...lineSeries(
      { name: seriesName(label, what), colour, width: 1.6, opacity, ...(dash.length === 0 ? {} : { dash }) },
      data,
    ),
    z: isFaint ? 2 : 3,
    showSymbol: true,
    symbol: marker,
    itemStyle: { color: colour, opacity },
    // A marker here and there: on every point they would be the line.
    symbolSize: (_: unknown, { dataIndex }: { dataIndex: number }) =>
      dataIndex % Math.max(1, Math.ceil(data.length / MARKERS_PER_LINE)) === index ? 6 : 0,
  }
}

/** The names of the runs in a row above the plot, each once: lines of several hues say by their hue what they are. */
export function overlaid(
  colours: Palette,
  runs: ComparedRuns,
  lines: readonly string[] = [''],
): Pick<ChartOption, 'legend' | 'grid'> {
  return namesAbove(
    colours,
    runs.map(({ label }) => ({
      series: seriesName(label, lines[0]),
      label,
      ...(lines.length === 1 ? {} : { colour: colours.muted }),
    })),
    { between: 'axis', hasMarkers: true },
  )
}

/** A vertical axis with its name right above it, below the names of the runs. */
export function valueAxis(colours: Palette, name: string, range: AxisRange): object {
  return axisBelowNames(colours, name, range, 'axis')
}
