import type { AxisWords, ChartOption } from '../../shared/report/charts/index.ts'
import type { Range } from '../model/range.ts'
import { nearestAt } from './nearest.ts'

/** Where the plot lies within a chart, and what its horizontal axis shows: enough to point at it without drawing it. */
export interface PlotFrame {
  /** Margins of the plot, px. */
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  /** Of the whole horizontal axis, in its own units; the i-th of some categories stands at i. */
  readonly bounds: Range
  /** Categories stand where they are; quantities are zoomed. */
  readonly isZoomable: boolean
}

/** One named line or set of bars, its places ascending. */
export interface HoverSeries {
  readonly name: string
  readonly colour: string
  /** A value holds until the next one. */
  readonly isStepped: boolean
  readonly xs: readonly number[]
  readonly ys: readonly (number | null)[]
}

export interface HoverRow {
  readonly name: string
  readonly colour: string
  readonly text: string
}

/** What the charts of a report put into their options, as far as it is read here. */
interface Drawn {
  readonly grid: {
    readonly left: number
    readonly right: number
    readonly top: number
    readonly bottom: number
  }
  readonly xAxis: {
    readonly type: string
    readonly min?: number
    readonly max?: number
    readonly data?: unknown[]
  }
  readonly series: readonly {
    readonly name?: string
    readonly step?: string
    readonly data: readonly unknown[]
    readonly itemStyle?: { readonly color?: string }
    readonly lineStyle?: { readonly color?: string }
  }[]
}

export function frameOf(option: ChartOption): PlotFrame {
  const { grid, xAxis } = option as unknown as Drawn
  const isCategory = xAxis.type === 'category'
  const bounds = isCategory
    ? { from: -0.5, to: (xAxis.data?.length ?? 1) - 0.5 }
    : { from: xAxis.min ?? 0, to: xAxis.max ?? 1 }
  return {
    left: grid.left,
    right: grid.right,
    top: grid.top,
    bottom: grid.bottom,
    bounds,
    isZoomable: !isCategory,
  }
}

export function seriesOf(option: ChartOption): HoverSeries[] {
  return (option as unknown as Drawn).series
    .filter(({ data }) => data.length > 0)
    .map(({ name = '', step, data, itemStyle, lineStyle }) => ({
      name,
      colour: lineStyle?.color ?? itemStyle?.color ?? 'currentColor',
      isStepped: step !== undefined,
      xs: data.map((each, i) => (Array.isArray(each) ? Number(each[0]) : i)),
      ys: data.map(heightOf),
    }))
}

/** A point `[x, y]`, a bar's height, or that height with a style of its own. */
function heightOf(each: unknown): number | null {
  const y: unknown = Array.isArray(each)
    ? each[1]
    : typeof each === 'object' && each !== null && 'value' in each
      ? each.value
      : each
  return typeof y === 'number' ? y : null
}

/** What stands at a place of the axis: the nearest place that has a value, and every line's value there. */
export function hoverAt(
  series: readonly HoverSeries[],
  words: AxisWords,
  x: number,
): { at: number; head: string; rows: HoverRow[] } | null {
  const nearest = series
    .map(({ xs, isStepped }) => xs[indexAt(xs, x, isStepped)])
    .reduce<number | null>(
      (best, at) => (best === null || Math.abs(at - x) < Math.abs(best - x) ? at : best),
      null,
    )
  if (nearest === null) return null
  const rows = series.flatMap(({ name, colour, xs, ys, isStepped }): HoverRow[] => {
    const y = ys[indexAt(xs, nearest, isStepped)]
    return y === null ? [] : [{ name, colour, text: words.y(y) }]
  })
  return { at: nearest, head: words.x(nearest), rows }
}

function indexAt(xs: readonly number[], x: number, isStepped: boolean): number {
  const nearest = nearestAt(xs, x)
  return isStepped && nearest > 0 && xs[nearest] > x ? nearest - 1 : nearest
}
