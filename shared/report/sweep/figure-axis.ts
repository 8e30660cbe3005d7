import { metricOf } from '../../topology/metric-names.ts'
import { axisBelowNames } from '../charts/legend.ts'
import { latencyScale, log10, powerOfTen, type AxisRange } from '../charts/scales.ts'
import { figureText } from '../compare/comparison.ts'
import { formatNumber } from '../numbers.ts'
import type { Palette } from '../palette.ts'
import type { SweepFigure } from './types.ts'

/** Shares above these are drawn on an axis that begins at them. */
const FLOORS = [0.999, 0.99, 0.9]
/** A linear axis has as many steps as this, or a few less. */
const STEPS = 5

/** An axis of one figure: its name, its bounds, and where a value stands. Shares are drawn in per cent. */
export interface FigureAxis {
  /** "read.latency.p99 (ms)" */
  readonly title: string
  readonly range: AxisRange & { readonly min: number; readonly max: number }
  /** What is drawn for a figure. */
  readonly drawn: (value: number | null) => number | null
  /** Where it stands between the bounds: 0 … 1. */
  readonly share: (value: number) => number
  /** What something drawn says. */
  readonly text: (drawn: number) => string
  /** Of a mark on the axis. */
  readonly tick: (drawn: number) => string
}

export function figureAxis(name: string, figures: readonly SweepFigure[]): FigureAxis {
  const metric = metricOf(name)!
  const { unit } = metric
  const factor = unit === 'fraction' ? 100 : 1
  const values = figures.flatMap(({ min, max }) => [min, max]).filter((value) => value !== null)
  const range = unit === 'fraction' ? shareRange(values) : positiveRange(values)
  const place = (value: number): number => (range.type === 'log' ? log10(value) : value)
  const [from, to] = [place(range.min), place(range.max)]
  return {
    title: unit === 'count' ? name : `${name} (${unit === 'fraction' ? '%' : unit})`,
    range,
    drawn: (value) => (value === null ? null : value * factor),
    share: (value) => (place(value * factor) - from) / (to - from),
    text: (drawn) => figureText(metric, drawn / factor),
    // 99.98 % and 99.96 % are not the same.
    tick: (drawn) => formatNumber(drawn, unit === 'fraction' ? 5 : 3),
  }
}

function positiveRange(values: readonly number[]): FigureAxis['range'] {
  const { type, min, max, ticks } = values.includes(0) ? ({} as AxisRange) : latencyScale(values)
  return type === 'log' && min !== undefined && max !== undefined
    ? { type, min, max, ...(ticks === undefined ? {} : { ticks }) }
    : linearRange(Math.max(0, ...values))
}

function shareRange(values: readonly number[]): FigureAxis['range'] {
  const lowest = Math.min(1, ...values)
  const floor = Math.max(0, ...values) > FLOORS[2] ? FLOORS.find((each) => lowest >= each) : undefined
  if (floor === undefined) return linearRange(Math.max(0, ...values) * 100)
  return { min: floor * 100, max: 100, interval: (100 - floor * 100) / STEPS }
}

/** From zero to the first step beyond the highest value, in steps of 1, 2 or 5 times a power of ten. */
function linearRange(highest: number): FigureAxis['range'] {
  if (highest <= 0) return { min: 0, max: 1, interval: 0.5 }
  const least = highest / STEPS
  const decade = powerOfTen(Math.floor(log10(least) + 1e-9))
  const interval = decade * ([1, 2, 5].find((step) => step * decade >= least * (1 - 1e-9)) ?? 10)
  return { min: 0, max: Math.ceil(highest / interval - 1e-9) * interval, interval }
}

/** The figure as the vertical axis. */
export function verticalAxis(colours: Palette, axis: FigureAxis): object {
  const option = axisBelowNames(colours, axis.title, axis.range, 'axis') as { axisLabel: object }
  return { ...option, axisLabel: { ...option.axisLabel, formatter: axis.tick } }
}
