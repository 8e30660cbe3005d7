import { shortenedInside } from '../escape.ts'
import type { Palette } from '../palette.ts'
import { CHART_SIZE, frame, yAxis, type ChartOption } from './frame.ts'
import type { AxisRange } from './scales.ts'

/**
 * Names of lines that may be long, above the plot: in one row up to four of them, each cut inside to its share of the row, so
 * that names which begin alike are still told apart. The axis has its own name below them.
 */
export interface NamedLine {
  /** Of the series that it stands for. */
  readonly series: string
  readonly label: string
  /** Where the line's colour is not the only one that goes by this name. */
  readonly colour?: string
}

const PER_ROW = 4
/** More names than this would take the plot's place. */
const NAMES_MAX = 12
const ROW_PX = 23
/** Left and right of all names; and what each takes besides its letters. */
const MARGIN_PX = 28
const SAMPLE_PX = 24
const TEXT_GAP_PX = 5
const ITEM_GAP_PX = 9
const LETTERS_MIN = 3

/** What stands between the names and the plot: the axis' own name, and perhaps the numbers of faults below that. */
export type Between = 'axis' | 'axis and faults'
const TOP_PX: Readonly<Record<Between, number>> = { axis: 54, 'axis and faults': 66 }
const AXIS_GAP_PX: Readonly<Record<Between, number>> = { axis: 10, 'axis and faults': 24 }

/** A vertical axis with its name below those of the lines. */
export function axisBelowNames(colours: Palette, name: string, range: AxisRange, between: Between): object {
  return { ...yAxis(colours, name, range), nameGap: AXIS_GAP_PX[between] }
}

/** Legend and plot of a chart whose lines have these names. */
export function namesAbove(
  colours: Palette,
  lines: readonly NamedLine[],
  { between, hasMarkers }: { between: Between; hasMarkers: boolean },
): Pick<ChartOption, 'legend' | 'grid'> {
  const base = frame(colours)
  const shown = lines.slice(0, NAMES_MAX)
  const labels = new Map(shown.map(({ series, label }) => [series, label]))
  return {
    legend: {
      ...(base.legend as object),
      type: 'plain',
      left: MARGIN_PX / 2,
      align: 'left',
      itemStyle: { opacity: hasMarkers ? 1 : 0 },
      data: shown.map(({ series, colour }) => ({
        name: series,
        ...(colour === undefined ? {} : { itemStyle: { color: colour }, lineStyle: { color: colour } }),
      })),
      ...fitting(shown.length, labels, CHART_SIZE.width),
    },
    grid: {
      ...(base.grid as object),
      top: TOP_PX[between] + ROW_PX * (Math.ceil(Math.max(1, shown.length) / PER_ROW) - 1),
    },
  }
}

/** The same option with its names cut to what a picture of another width has room for; others as they are. */
export function withNamesFitted(option: ChartOption, widthPx: number): ChartOption {
  const legend = option.legend as { labels?: ReadonlyMap<string, string> } | undefined
  return legend?.labels === undefined
    ? option
    : {
        ...option,
        legend: { ...(legend as object), ...fitting(legend.labels.size, legend.labels, widthPx) },
      }
}

function fitting(count: number, labels: ReadonlyMap<string, string>, widthPx: number): object {
  const perRow = Math.min(PER_ROW, Math.max(1, count))
  const room = widthPx - MARGIN_PX - perRow * (SAMPLE_PX + TEXT_GAP_PX + ITEM_GAP_PX)
  const all = [...labels]
  const texts = new Map(
    all.map(([series, label], i) => {
      const first = i - (i % perRow)
      const row = all.slice(first, first + perRow).map(([, each]) => textPx(each))
      return [series, cutTo(label, longestPx(row, room))]
    }),
  )
  return {
    labels,
    // Shorter samples would not show by what dashes they differ.
    itemWidth: SAMPLE_PX,
    itemGap: ITEM_GAP_PX,
    width: widthPx - MARGIN_PX,
    formatter: (series: string) => texts.get(series) ?? series,
  }
}

/** How long the names of a row may be so that all of them fit: what short ones leave goes to the long ones. */
function longestPx(lengths: readonly number[], room: number): number {
  const ascending = [...lengths].sort((a, b) => a - b)
  let left = room
  for (const [i, length] of ascending.entries()) {
    const share = left / (ascending.length - i)
    if (length > share) return share
    left -= length
  }
  return room
}

function cutTo(label: string, px: number): string {
  let letters = label.length
  let text = label
  while (letters > LETTERS_MIN && textPx(text) > px) text = shortenedInside(label, --letters)
  return text
}

/** Letters of a sans-serif face at 12 px, rather too wide than too narrow: no font is at hand where charts are made. */
const LETTERS_PX: readonly (readonly [RegExp, number])[] = [
  [/[ijlI.,:;'!|/\s]/, 3.5],
  [/[frt()[\]-]/, 4.2],
  [/[mM]/, 10.2],
  [/[W@%]/, 11.6],
  [/[A-Zw&]/, 9.4],
  [/[ -~]/, 6.9],
]
const WIDEST_PX = 12

/** The width of a text at 12 px, estimated. */
export function textPx(text: string): number {
  return [...text].reduce(
    (sum, letter) => sum + (LETTERS_PX.find(([pattern]) => pattern.test(letter))?.[1] ?? WIDEST_PX),
    0,
  )
}
