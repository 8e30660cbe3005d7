import { isMoreBetter } from '../compare/comparison.ts'
import { shortenedInside } from '../escape.ts'
import { formatNumber } from '../numbers.ts'
import { log10, type Tick } from '../charts/scales.ts'
import { briefWords, valueWords } from './words.ts'
import type { Sweep, SweepFigure } from './types.ts'

/** How a sweep is laid out in charts: which setting runs along the axis, which combinations make a line, what is a trade. */

export type Row = Sweep['rows'][number]

/** More lines than this are not told apart by dash and marker. */
export const LINES_MAX = 6
/** Numbers beyond this ratio to each other stand on a logarithmic axis. */
const LINEAR_RATIO_MAX = 30
const LABEL_CHARS = 16
/** Of the distance between two categories: how far the marks of all lines are spread in one. */
const SPREAD = 0.4
/** Of the whole axis, left free at both ends. */
const PADDING = 0.06

/** The horizontal axis: the setting with most values that are numbers, or, where none has numbers, with most values. */
export interface SettingAxis {
  /** Which of `vary`. */
  readonly index: number
  readonly isNumeric: boolean
  readonly min: number
  readonly max: number
  readonly ticks: readonly Tick[]
  /** Where a value stands, in the line with this number of so many. */
  position(value: unknown, line: number, lines: number): number
  /** What the nearest tick to a position stands for. */
  nearest(position: number): string
}

export function settingAxis({ vary }: Sweep): SettingAxis {
  const isNumeric = ({ values }: { values: readonly unknown[] }): boolean =>
    values.every((value) => typeof value === 'number') && new Set(values).size > 1
  const most = (candidates: readonly number[]): number =>
    candidates.reduce((best, at) => (vary[at].values.length > vary[best].values.length ? at : best))
  const all = vary.map((_, at) => at)
  const numeric = all.filter((at) => isNumeric(vary[at]))
  const index = most(numeric.length > 0 ? numeric : all)
  const { values } = vary[index]
  return numeric.length > 0 ? numericAxis(index, values as number[]) : categoryAxis(index, values)
}

function numericAxis(index: number, values: readonly number[]): SettingAxis {
  const low = Math.min(...values)
  const high = Math.max(...values)
  const isLog = low > 0 && high / low > LINEAR_RATIO_MAX
  const place = (value: number): number => (isLog ? log10(value) : value)
  const padding = (place(high) - place(low)) * PADDING
  const ticks = [...new Set(values)]
    .sort((a, b) => a - b)
    .map((value) => ({ at: place(value), text: formatNumber(value, 6) }))
  return {
    index,
    isNumeric: true,
    min: place(low) - padding,
    max: place(high) + padding,
    ticks,
    position: (value) => place(value as number),
    nearest: (position) => nearestOf(ticks, position),
  }
}

function categoryAxis(index: number, values: readonly unknown[]): SettingAxis {
  const ticks = values.map((value, at) => ({ at, text: shortenedInside(valueWords(value), LABEL_CHARS) }))
  const places = new Map(values.map((value, at) => [JSON.stringify(value), at]))
  return {
    index,
    isNumeric: false,
    min: -0.5,
    max: values.length - 0.5,
    ticks,
    position: (value, line, lines) =>
      (places.get(JSON.stringify(value)) ?? 0) + SPREAD * ((line + 0.5) / lines - 0.5),
    nearest: (position) => nearestOf(ticks, position),
  }
}

const nearestOf = (ticks: readonly Tick[], position: number): string =>
  ticks.reduce((best, tick) => (Math.abs(tick.at - position) < Math.abs(best.at - position) ? tick : best))
    .text

export interface SweepLine {
  /** "eventual, w = 2"; empty where one setting alone is varied. */
  readonly label: string
  readonly rows: readonly Row[]
}

/** Rows that have the values of all settings but the axis' in common, in the order of the table. */
export function linesOf({ vary, rows }: Sweep, axis: SettingAxis): SweepLine[] {
  const isOther = (_: unknown, at: number): boolean => at !== axis.index
  const lines = new Map<string, Row[]>()
  for (const row of rows) {
    const key = JSON.stringify(row.set.filter(isOther))
    lines.set(key, [...(lines.get(key) ?? []), row])
  }
  return [...lines.values()].map((own) => ({
    label: briefWords(vary.filter(isOther), own[0].set.filter(isOther)),
    rows: own,
  }))
}

/** Two figures that cannot both be had: the places of both in `metrics`. */
export interface Trade {
  readonly x: number
  readonly y: number
}

/**
 * What may have to be traded for what: latency of reads, latency of writes, and the first other figure, of those that differ
 * between combinations by more than between seeds. The longest tail that was asked for stands for a latency.
 */
export function tradesOf(sweep: Sweep): Trade[] {
  const { metrics, rows } = sweep
  const telling = metrics.flatMap((_, at) => (isTelling(rows.map(({ figures }) => figures[at])) ? [at] : []))
  const named = (prefix: string): number | undefined =>
    telling.findLast((at) => metrics[at].name.startsWith(`${prefix}.latency.`))
  const reads = named('read')
  const writes = named('write')
  const other = telling.find((at) => !metrics[at].name.includes('.latency.'))
  const pairs = [
    [reads, writes],
    [reads, other],
    [writes, other],
  ]
  return pairs.flatMap(([x, y]) => (x === undefined || y === undefined ? [] : [{ x, y }]))
}

/** The places of figures that are not the same in all runs. */
export function changing({ metrics, rows }: Sweep): number[] {
  return metrics.flatMap((_, at) => {
    const values = rows.flatMap(({ figures }) => figures[at].values)
    return values.some((value) => value !== values[0]) ? [at] : []
  })
}

/** Whether some two combinations differ for certain: all seeds of one are beyond all seeds of the other. */
function isTelling(figures: readonly SweepFigure[]): boolean {
  const lowestMax = Math.min(...figures.map(({ max }) => max ?? Infinity))
  const highestMin = Math.max(...figures.map(({ min }) => min ?? -Infinity))
  return highestMin > lowestMax
}

/**
 * Rows that have all of some figures and are beaten by none. One beats another that is better in one figure and not worse in
 * any other, where "better" means all seeds: runs of which each is at times ahead are even. (So ranges form interval orders,
 * and nobody is beaten in a circle.)
 */
export function unbeatenBy({ metrics, rows }: Sweep, places: readonly number[]): ReadonlySet<Row> {
  const points = rows.flatMap((row) => {
    const ranges = places.map((at) => costs(metrics[at].name, row.figures[at]))
    return ranges.includes(null) ? [] : [{ row, ranges: ranges as Range[] }]
  })
  const beats = (one: (typeof points)[number], other: (typeof points)[number]): boolean =>
    places.some((_, i) => isLess(one.ranges[i], other.ranges[i])) &&
    !places.some((_, i) => isLess(other.ranges[i], one.ranges[i]))
  return new Set(points.filter((point) => !points.some((other) => beats(other, point))).map(({ row }) => row))
}

/** The same of the two figures of a trade. */
export const unbeaten = (sweep: Sweep, { x, y }: Trade): ReadonlySet<Row> => unbeatenBy(sweep, [x, y])

/** The places of all figures that are traded for one another, ascending. */
export function tradedFigures(sweep: Sweep): number[] {
  return [...new Set(tradesOf(sweep).flatMap(({ x, y }) => [x, y]))].sort((a, b) => a - b)
}

/** Rows whose median of a figure no other has better; none where all are alike. */
export function bestRows({ metrics, rows }: Sweep, at: number): ReadonlySet<Row> {
  const sign = isMoreBetter(metrics[at].name) ? -1 : 1
  const costOf = ({ figures }: Row): number => sign * (figures[at].median ?? sign * Infinity)
  const least = Math.min(...rows.map(costOf))
  const best = rows.filter((row) => row.figures[at].median !== null && costOf(row) === least)
  return new Set(best.length === rows.length ? [] : best)
}

type Range = readonly [number, number]

/** From the best to the worst seed, as something of which less is better. */
function costs(name: string, { min, max }: SweepFigure): Range | null {
  if (min === null || max === null) return null
  return isMoreBetter(name) ? [-max, -min] : [min, max]
}

const isLess = ([, worst]: Range, [best]: Range): boolean => worst < best
