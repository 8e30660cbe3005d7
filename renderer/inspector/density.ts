import { compileDistribution } from '../../shared/topology/distributions.ts'
import type { DistributionSpec } from '../../shared/topology/types.ts'

/** A distribution as bars of equal width, the tallest 1, and the figures that say most about it. */
export interface Density {
  readonly fromMs: number
  readonly toMs: number
  readonly bars: readonly number[]
  readonly p50Ms: number
  readonly p99Ms: number
  readonly meanMs: number
}

const BARS = 56
/** The picture ends where so many of the draws are shown: a heavy tail would press everything else against the edge. */
const SHOWN = 0.985

/** Exact masses between bar edges, by the distribution function; null for what is no sound distribution. */
export function densityOf(spec: DistributionSpec): Density | null {
  try {
    const law = compileDistribution(spec)
    const [p50Ms, p99Ms, { meanMs }] = [law.quantileMs(0.5), law.quantileMs(0.99), law]
    const low = law.quantileMs(0.002)
    const high = law.quantileMs(SHOWN)
    const spread = Math.max(high - low, high * 0.1, 1e-6)
    const fromMs = Math.max(0, low - spread * 0.08)
    const toMs = high + spread * 0.08
    const width = (toMs - fromMs) / BARS
    const edge = (i: number): number => fromMs + i * width
    // What lies exactly on the first edge (a point mass at 0) belongs to the first bar.
    const masses = Array.from({ length: BARS }, (_, i) =>
      Math.max(0, law.cdf(edge(i + 1)) - (i === 0 ? 0 : law.cdf(edge(i)))),
    )
    const tallest = Math.max(...masses)
    if (!(tallest > 0) || !Number.isFinite(toMs)) return null
    return { fromMs, toMs, bars: masses.map((mass) => mass / tallest), p50Ms, p99Ms, meanMs }
  } catch {
    return null
  }
}
