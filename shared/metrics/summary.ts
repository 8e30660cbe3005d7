import type { Histogram } from '../base/histogram.ts'
import { pow } from '../base/math.ts'
import { msOfNs } from '../base/time.ts'
import type { Ns } from '../base/time.ts'
import type { LatencySummary } from './types.ts'

/** Points of a percentile curve per factor of ten in 1 − p. */
const CURVE_STEPS = 20
/** 2^-50: 0.999 · 1000 is 999.0000000000001 in doubles, and without this its rank would be one too high. */
export const ROUNDING = 1 / 1125899906842624

function msOrNull(ns: Ns | null): number | null {
  return ns === null ? null : msOfNs(ns)
}

/** The usual figures of a set of durations; all null where it is empty. Quantiles are within 0.4 %. */
export function summaryOf(durations: Histogram): LatencySummary {
  const at = (p: number): number | null => msOrNull(durations.quantile(p))
  return {
    count: durations.count,
    mean: msOrNull(durations.mean),
    min: msOrNull(durations.min),
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    p9999: at(0.9999),
    max: msOrNull(durations.max),
  }
}

/**
 * The shares at which a percentile curve of so many values is drawn: evenly spaced in log(1 − p), so that each factor
 * of ten of the tail takes as much room as the last, up to 1 − 1/count, where one value stands for the rest.
 */
export function curveShares(count: number): number[] {
  if (count === 0) return []
  const shares: number[] = []
  for (let step = 0; ; step++) {
    const rest = 1 / pow(10, step / CURVE_STEPS)
    if (!(rest > 1 / count)) break
    shares.push(1 - rest)
  }
  shares.push(1 - 1 / count)
  return shares
}

/** [p, ms] at the shares of `curveShares`. */
export function percentileCurve(durations: Histogram): [number, number][] {
  return curveShares(durations.count).map((p) => [p, msOfNs(durations.quantile(p) as Ns)])
}

/** The value of rank ceil(p · total) among counted whole numbers, given as [value, count] in ascending order. */
export function countedQuantile(
  counted: readonly (readonly [number, number])[],
  total: number,
  p: number,
): number | null {
  const rank = Math.max(1, Math.ceil(p * total * (1 - ROUNDING)))
  let seen = 0
  for (const [value, count] of counted) {
    seen += count
    if (seen >= rank) return value
  }
  return null
}

/** Of `part` and `whole` counts, the fraction; null where there is nothing to divide by. */
export function fractionOf(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null
}
