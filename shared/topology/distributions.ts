import { assert } from '../base/assert.ts'
import type { Rng } from '../base/rng.ts'
import type { Ns } from '../base/time.ts'
import { EmpiricalLaw, MixtureLaw } from './compound-laws.ts'
import { ConstantLaw, ExponentialLaw, LognormalLaw, NormalLaw, ParetoLaw, UniformLaw } from './laws.ts'
import type { Law } from './laws.ts'
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

/**
 * Makes a specification ready to draw from. Its figures are analytic and exact of the law as specified; a draw is that
 * law rounded to a nanosecond and cut off at 52 days. Draws of a normal distribution below 0 become 0, and `plusMs` is
 * added after that. A spec that the parser would refuse (negative, not finite) is a bug here and throws.
 */
export function compileDistribution(spec: DistributionSpec): Distribution {
  return compileLaw(spec, spec, 0)
}

/** The law of `spec` shifted by `plusMs`. `named` is what the law shows as its spec: for the outermost, the whole. */
function compileLaw(named: DistributionSpec, spec: DistributionSpec, plusMs: number): Law {
  if (typeof spec === 'number') return new ConstantLaw(named, checked(spec, 'a constant') + plusMs)
  const plus = plusMs + checked(spec.plusMs ?? 0, 'plusMs')
  switch (spec.dist) {
    case 'constant':
      return new ConstantLaw(named, checked(spec.value, 'value') + plus)
    case 'uniform':
      assert(spec.min <= spec.max, 'uniform: min is above max')
      if (spec.min === spec.max) return new ConstantLaw(named, checked(spec.min, 'min') + plus)
      return new UniformLaw(named, checked(spec.min, 'min') + plus, checked(spec.max, 'max') + plus)
    case 'normal':
      if (spec.sd === 0) return new ConstantLaw(named, checked(spec.median, 'median') + plus)
      return new NormalLaw(named, checked(spec.median, 'median'), checked(spec.sd, 'sd'), plus)
    case 'lognormal':
      if (spec.sigma === 0 || spec.median === 0)
        return new ConstantLaw(named, checked(spec.median, 'median') + plus)
      return new LognormalLaw(named, checked(spec.median, 'median'), checked(spec.sigma, 'sigma'), plus)
    case 'exponential':
      if (spec.meanMs === 0) return new ConstantLaw(named, plus)
      return new ExponentialLaw(named, checked(spec.meanMs, 'meanMs'), plus)
    case 'pareto':
      assert(spec.alpha > 0, 'pareto: alpha must be positive')
      if (spec.xm === 0) return new ConstantLaw(named, plus)
      return new ParetoLaw(named, checked(spec.xm, 'xm'), checked(spec.alpha, 'alpha'), plus)
    case 'empirical': {
      const { quantiles } = spec
      assert(quantiles.length > 0, 'empirical: no quantiles')
      for (const { ms } of quantiles) checked(ms, 'ms')
      const first = quantiles[0].ms
      if (quantiles.every(({ ms }) => ms === first)) return new ConstantLaw(named, first + plus)
      return new EmpiricalLaw(named, quantiles, plus)
    }
    case 'mixture': {
      const parts = spec.parts.filter(({ share }) => checked(share, 'share') > 0)
      assert(parts.length > 0, 'mixture: no part has a share')
      if (parts.length === 1) return compileLaw(named, parts[0].of, plus)
      const laws = parts.map(({ of }) => compileLaw(of, of, plus))
      return new MixtureLaw(
        named,
        laws,
        parts.map(({ share }) => share),
      )
    }
  }
}

function checked(value: number, name: string): number {
  assert(
    value >= 0 && value < Infinity,
    () => `${name} of a distribution must be finite and not negative: ${value}`,
  )
  return value
}
