import type { Ns } from '../base/time.ts'
import type { Rng } from '../base/rng.ts'
import type { DistributionSpec } from './types.ts'

/** A distribution ready to draw from. Milliseconds in its figures, nanoseconds in its draws. */
export interface Distribution {
  readonly spec: DistributionSpec
  /** One draw, rounded to a whole, non-negative number of nanoseconds. */
  sampleNs(rng: Rng): Ns
  readonly meanMs: number
  /** The value that a share p of draws stays at or below; p in [0, 1]. */
  quantileMs(p: number): number
  /** P(draw ≤ ms). */
  cdf(ms: number): number
  /** Set when every draw is the same, so that callers may skip the draw. */
  readonly constantNs: Ns | null
}

export declare function compileDistribution(spec: DistributionSpec): Distribution
