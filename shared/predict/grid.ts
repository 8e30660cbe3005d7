import { msOfNs, nsOfMs } from '../base/time.ts'
import type { VisibilityPoint } from '../metrics/types.ts'
import type { LogCounts } from './log-counts.ts'

/** Twenty points per decade, 10^(k/20) to three digits, so that the file reads well. */
const STEPS = [
  1, 1.12, 1.26, 1.41, 1.58, 1.78, 2, 2.24, 2.51, 2.82, 3.16, 3.55, 3.98, 4.47, 5.01, 5.62, 6.31, 7.08, 7.94,
  8.91,
]
const FIRST_EXPONENT = -2
const LAST_EXPONENT = 6
/** The curve ends where fewer than one read in 100,000 is stale, but not before 1 s. */
const FRESH_ENOUGH = 0.99999
const END_MS_MIN = 1000

/** P(fresh | t) at t = 0, at logarithmic steps from 0.01 ms on, and at the delays asked for. */
export function visibilityCurve(freshFromNs: LogCounts, offsetsMs: readonly number[]): VisibilityPoint[] {
  const at = (tMs: number): VisibilityPoint => ({
    tMs,
    fresh: freshFromNs.countAtOrBelow(nsOfMs(tMs)) / freshFromNs.count,
    reads: freshFromNs.count,
  })
  const endMs = Math.max(END_MS_MIN, msOfNs(freshFromNs.quantile(FRESH_ENOUGH)), ...offsetsMs)
  const delays = new Set([0, ...offsetsMs])
  for (let exponent = FIRST_EXPONENT; exponent < LAST_EXPONENT; exponent++) {
    for (const step of STEPS) {
      const tMs = Number(`${step}e${exponent}`)
      if (tMs <= endMs) delays.add(tMs)
    }
  }
  return [...delays].sort((a, b) => a - b).map(at)
}
