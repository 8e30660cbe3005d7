import { exp, log } from '../../base/math.ts'

const LN10 = 2.302585092994046

export function log10(x: number): number {
  return log(x) / LN10
}

/** Place of a percentile on an axis that stretches the tail: p50 at 0.3, p90 at 1, p99 at 2, p99.9 at 3. */
export function tailPosition(p: number): number {
  return p <= 0 ? 0 : -log10(1 - p)
}

const TAIL_TICKS: readonly (readonly [number, string])[] = [
  [0, '0'],
  [0.5, '50'],
  [0.9, '90'],
  [0.99, '99'],
  [0.999, '99.9'],
  [0.9999, '99.99'],
  [0.99999, '99.999'],
  [0.999999, '99.9999'],
]

export interface Tick {
  at: number
  text: string
}

/** The share of operations that a position of that axis stands for: the reverse of `tailPosition`. */
export function tailShare(at: number): number {
  return 1 - exp(-at * LN10)
}

/** "p99.9": as many digits as the tail needs. */
export function percentileText(share: number): string {
  const digits = Math.max(0, Math.ceil(tailPosition(share)) - 1)
  return `p${Number((share * 100).toFixed(digits))}`
}

/** Percentile ticks from 0 up to the position `max`. */
export function tailTicks(max: number): Tick[] {
  return TAIL_TICKS.map(([p, text]) => ({ at: tailPosition(p), text })).filter(
    (tick) => tick.at <= max + 1e-9,
  )
}

/** A logarithmic axis of time with a place for zero, half a decade and more below its lowest decade. */
export interface ZeroLogScale {
  min: number
  max: number
  ticks: Tick[]
  position(tMs: number): number
  /** The reverse of `position`. */
  timeAt(position: number): number
  /** Whether a time has a place: zero, or something within the decades. */
  holds(tMs: number): boolean
}

export function zeroLogScale(tMs: readonly number[], tickText: (ms: number) => string): ZeroLogScale {
  const positive = tMs.filter((t) => t > 0)
  const withZero = tMs.some((t) => t === 0)
  const low = positive.length === 0 ? 0 : Math.floor(log10(Math.min(...positive)) + 1e-9)
  const high = positive.length === 0 ? low + 1 : Math.max(low + 1, log10(Math.max(...positive)) + 0.05)
  const zeroAt = low - 0.7
  const ticks: Tick[] = withZero ? [{ at: zeroAt, text: '0' }] : []
  const stride = Math.max(1, Math.ceil((high - low) / 8))
  // Over few decades the steps between them are worth a mark.
  const steps = high - low <= 2.5 ? [1, 2, 5] : [1]
  for (let decade = low; decade <= high; decade += stride) {
    for (const step of steps) {
      const tick = Number(`${step}e${decade}`)
      if (log10(tick) <= high) ticks.push({ at: log10(tick), text: tickText(tick) })
    }
  }
  return {
    min: withZero ? zeroAt - 0.1 : low,
    max: high,
    ticks,
    position: (t) => (t <= 0 ? zeroAt : log10(t)),
    timeAt: (position) => (position <= zeroAt + 0.35 && withZero ? 0 : exp(position * LN10)),
    holds: (t) => (t <= 0 ? withZero : log10(t) >= low - 1e-9 && log10(t) <= high + 1e-9),
  }
}

/** Values beyond this ratio to each other are drawn on a logarithmic axis: a linear one would show only the largest. */
const LINEAR_RATIO_MAX = 30

export interface AxisRange {
  type?: 'log'
  min?: number
  max?: number
  interval?: number
  minInterval?: number
  /** Where bars stand. */
  startValue?: number
  /** Values to mark; chosen by the chart library where left out. */
  ticks?: readonly number[]
}

/**
 * Options of an axis for positive values: linear from 0 where their range allows it, else logarithmic between values
 * of the 1-2-5 ladder, with a tick at each of them (or at whole decades when there are many).
 */
export function latencyScale(values: readonly (number | null)[]): AxisRange {
  const positive = values.filter((value): value is number => value !== null && value > 0)
  if (positive.length === 0) return { min: 0 }
  const low = positive.reduce((a, b) => Math.min(a, b))
  const high = positive.reduce((a, b) => Math.max(a, b))
  if (high / low <= LINEAR_RATIO_MAX) return { min: 0 }
  const ladder = ladderBetween(low, high)
  const decades = ladder.filter((value) => value.toExponential().startsWith('1e'))
  const ticks = ladder.length <= 8 ? ladder : decades
  return { type: 'log', min: ladder[0], max: ladder[ladder.length - 1], ticks }
}

/** The steps 1, 2, 5 × 10^k from the last at or below `low` to the first at or above `high`. */
function ladderBetween(low: number, high: number): number[] {
  const steps: number[] = []
  for (let decade = Math.floor(log10(low)) - 1; decade <= Math.ceil(log10(high)) + 1; decade++) {
    for (const step of [1, 2, 5]) steps.push(Number(`${step}e${decade}`))
  }
  const first = steps.findLastIndex((step) => step <= low)
  const last = steps.findIndex((step) => step >= high)
  return steps.slice(Math.max(0, first), last + 1)
}

/** Exact for whole decades, where a computed power could be one bit off. */
export function powerOfTen(decade: number): number {
  return Number(`1e${decade}`)
}

/** Axis options that draw exactly these ticks. */
export function tickAxis(ticks: readonly Tick[], label: object): object {
  const texts = new Map(ticks.map((tick) => [tick.at, tick.text]))
  const customValues = ticks.map((tick) => tick.at)
  return {
    axisTick: { show: true, customValues },
    axisLabel: {
      ...label,
      customValues,
      formatter: (value: number) => texts.get(value) ?? nearest(ticks, value),
    },
  }
}

function nearest(ticks: readonly Tick[], value: number): string {
  return ticks.find((tick) => Math.abs(tick.at - value) < 1e-6)?.text ?? ''
}
