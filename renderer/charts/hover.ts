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
  /** Of the whole horizontal axis, in places of it; the i-th of some categories stands at i. */
  readonly bounds: Range
  /** Places are logarithms to the base of ten of what the axis shows. */
  readonly isLog: boolean
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
  /** Of points that stand for something each, and are no line; else null. */
  readonly names: readonly string[] | null
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
  readonly yAxis?: {
    readonly type?: string
    readonly min?: number
    readonly max?: number
  }
  readonly series: readonly {
    readonly name?: string
    readonly step?: string
    /** Strokes that belong to the picture alone. */
    readonly isRange?: boolean
    readonly data: readonly unknown[]
    readonly itemStyle?: { readonly color?: string }
    readonly lineStyle?: { readonly color?: string }
  }[]
}

export function frameOf(option: ChartOption): PlotFrame {
  const { grid, xAxis } = option as unknown as Drawn
  const isCategory = xAxis.type === 'category'
  const isLog = xAxis.type === 'log'
  const bounds = isCategory
    ? { from: -0.5, to: (xAxis.data?.length ?? 1) - 0.5 }
    : { from: placeOf(xAxis.min ?? 0, isLog), to: placeOf(xAxis.max ?? 1, isLog) }
  return {
    left: grid.left,
    right: grid.right,
    top: grid.top,
    bottom: grid.bottom,
    bounds,
    isLog,
    isZoomable: !isCategory,
  }
}

export function seriesOf(option: ChartOption): HoverSeries[] {
  const { series, xAxis } = option as unknown as Drawn
  const isLog = xAxis.type === 'log'
  return series
    .filter(({ data, isRange }) => data.length > 0 && isRange !== true)
    .map(({ name = '', step, data, itemStyle, lineStyle }) => ({
      name,
      colour: lineStyle?.color ?? itemStyle?.color ?? 'currentColor',
      isStepped: step !== undefined,
      xs: data.map((each, i) => {
        const point = pointOf(each)
        return Array.isArray(point) ? placeOf(Number(point[0]), isLog) : i
      }),
      ys: data.map(heightOf),
      names: data.every(isNamed) ? data.map((each) => each.name) : null,
    }))
}

/** A point that stands for something by itself. */
export interface NamedPoint {
  readonly name: string
  /** A place of the horizontal axis. */
  readonly x: number
  /** Of the plot's height, from its upper edge: 0 … 1. */
  readonly down: number
}

/** The points of a chart that have names, where both its axes say how far they reach. */
export function namedPoints(option: ChartOption): NamedPoint[] {
  const { yAxis } = option as unknown as Drawn
  if (yAxis?.min === undefined || yAxis.max === undefined) return []
  const isLog = yAxis.type === 'log'
  const [low, high] = [placeOf(yAxis.min, isLog), placeOf(yAxis.max, isLog)]
  return seriesOf(option).flatMap(({ names, xs, ys }) =>
    (names ?? []).flatMap((name, i): NamedPoint[] => {
      const y = ys[i]
      return y === null ? [] : [{ name, x: xs[i], down: (high - placeOf(y, isLog)) / (high - low) }]
    }),
  )
}

/** Of some points of a picture the nearest to a place of it, if that is within reach. */
export function pointWithin<Point extends { readonly px: number; readonly py: number }>(
  points: readonly Point[],
  at: { readonly x: number; readonly y: number },
  reachPx: number,
): Point | null {
  const distance = ({ px, py }: Point): number => Math.hypot(px - at.x, py - at.y)
  return points
    .filter((point) => distance(point) <= reachPx)
    .reduce<Point | null>(
      (best, point) => (best === null || distance(point) < distance(best) ? point : best),
      null,
    )
}

/** Where a quantity stands on an axis. */
export const placeOf = (quantity: number, isLog: boolean): number => (isLog ? Math.log10(quantity) : quantity)

/** What stands at a place. */
export const quantityAt = (place: number, isLog: boolean): number => (isLog ? 10 ** place : place)

/** A point `[x, y]` or a bar's height, bare or with a style of its own. */
const pointOf = (each: unknown): unknown =>
  typeof each === 'object' && each !== null && 'value' in each ? each.value : each

const isNamed = (each: unknown): each is { name: string } =>
  typeof each === 'object' && each !== null && 'name' in each && typeof each.name === 'string'

function heightOf(each: unknown): number | null {
  const point = pointOf(each)
  const y: unknown = Array.isArray(point) ? point[1] : point
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
  const rows = series.flatMap(({ name, colour, xs, ys, isStepped, names }): HoverRow[] => {
    if (names !== null) {
      return names.flatMap((own, i) => {
        const y = ys[i]
        return xs[i] === nearest && y !== null ? [{ name: own, colour, text: words.y(y) }] : []
      })
    }
    const y = ys[indexAt(xs, nearest, isStepped)]
    return y === null ? [] : [{ name, colour, text: words.y(y) }]
  })
  return { at: nearest, head: words.x(nearest), rows }
}

function indexAt(xs: readonly number[], x: number, isStepped: boolean): number {
  const nearest = nearestAt(xs, x)
  return isStepped && nearest > 0 && xs[nearest] > x ? nearest - 1 : nearest
}
