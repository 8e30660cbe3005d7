import { assert } from '../base/assert.ts'
import { exp, expm1, log, log1p, normalCdf, normalQuantile, pow, sqrt } from '../base/math.ts'
import type { Rng } from '../base/rng.ts'
import { NS_PER_MS } from '../base/time.ts'
import type { Ns } from '../base/time.ts'
import type { Distribution } from './distributions.ts'
import type { DistributionSpec } from './types.ts'

/**
 * The longest draw, 52 days. No run is longer than a day, so what a heavier tail would add could never be seen, and an
 * instant plus a draw stays an exact integer.
 */
export const DRAW_NS_MAX: Ns = 2 ** 52

/** A draw as a function of log U: plus - scale log U where `exponent` is 0, else plus + scale U^exponent. */
export interface LogForm {
  readonly exponent: number
  readonly scaleMs: number
  readonly plusMs: number
}

/**
 * One family of distributions with its parameters. The constant `plusMs` of a specification is part of the law, so
 * that no draw pays for a wrapper. `drawMs` inverts the cumulative distribution at one word of the stream.
 */
export abstract class Law implements Distribution {
  readonly spec: DistributionSpec
  abstract readonly meanMs: number
  readonly constantNs: Ns | null = null

  constructor(spec: DistributionSpec) {
    this.spec = spec
  }

  abstract drawMs(rng: Rng): number
  abstract quantileMs(p: number): number
  abstract cdf(ms: number): number

  /** How a draw follows from log U, for the laws where it does. */
  logForm(): LogForm | null {
    return null
  }

  sampleNs(rng: Rng): Ns {
    return wholeNs(this.drawMs(rng))
  }
}

export function wholeNs(ms: number): Ns {
  const ns = Math.floor(ms * NS_PER_MS + 0.5)
  return ns < DRAW_NS_MAX ? ns : DRAW_NS_MAX
}

export function assertShare(p: number): void {
  assert(p >= 0 && p <= 1, () => `a quantile is asked for a share in [0, 1], not ${p}`)
}

export class ConstantLaw extends Law {
  readonly meanMs: number
  override readonly constantNs: Ns

  constructor(spec: DistributionSpec, valueMs: number) {
    super(spec)
    this.meanMs = valueMs
    this.constantNs = wholeNs(valueMs)
  }

  drawMs(): number {
    return this.meanMs
  }

  override sampleNs(): Ns {
    return this.constantNs
  }

  quantileMs(p: number): number {
    assertShare(p)
    return this.meanMs
  }

  cdf(ms: number): number {
    return ms >= this.meanMs ? 1 : 0
  }
}

export class UniformLaw extends Law {
  readonly meanMs: number
  private readonly min: number
  private readonly width: number

  constructor(spec: DistributionSpec, min: number, max: number) {
    super(spec)
    this.min = min
    this.width = max - min
    this.meanMs = min + this.width / 2
  }

  drawMs(rng: Rng): number {
    return this.min + this.width * rng.open()
  }

  quantileMs(p: number): number {
    assertShare(p)
    return this.min + this.width * p
  }

  cdf(ms: number): number {
    return Math.min(1, Math.max(0, (ms - this.min) / this.width))
  }
}

/** A normal law whose negative draws become 0: a point mass of Φ(-median/sd) there, which all figures include. */
export class NormalLaw extends Law {
  readonly meanMs: number
  private readonly median: number
  private readonly sd: number
  private readonly plusMs: number

  constructor(spec: DistributionSpec, median: number, sd: number, plusMs: number) {
    super(spec)
    this.median = median
    this.sd = sd
    this.plusMs = plusMs
    const z = median / sd
    this.meanMs = plusMs + median * normalCdf(z) + (sd * exp(-0.5 * z * z)) / sqrt(2 * Math.PI)
  }

  drawMs(rng: Rng): number {
    return this.plusMs + Math.max(0, this.median + this.sd * normalQuantile(rng.open()))
  }

  quantileMs(p: number): number {
    assertShare(p)
    return this.plusMs + Math.max(0, this.median + this.sd * normalQuantile(p))
  }

  cdf(ms: number): number {
    return ms < this.plusMs ? 0 : normalCdf((ms - this.plusMs - this.median) / this.sd)
  }
}

export class LognormalLaw extends Law {
  readonly meanMs: number
  private readonly median: number
  private readonly sigma: number
  private readonly plusMs: number

  constructor(spec: DistributionSpec, median: number, sigma: number, plusMs: number) {
    super(spec)
    this.median = median
    this.sigma = sigma
    this.plusMs = plusMs
    this.meanMs = plusMs + median * exp(0.5 * sigma * sigma)
  }

  drawMs(rng: Rng): number {
    return this.plusMs + this.median * exp(this.sigma * normalQuantile(rng.open()))
  }

  quantileMs(p: number): number {
    assertShare(p)
    return this.plusMs + this.median * exp(this.sigma * normalQuantile(p))
  }

  cdf(ms: number): number {
    const over = ms - this.plusMs
    return over <= 0 ? 0 : normalCdf(log(over / this.median) / this.sigma)
  }
}

export class ExponentialLaw extends Law {
  readonly meanMs: number
  private readonly scaleMs: number
  private readonly plusMs: number

  constructor(spec: DistributionSpec, scaleMs: number, plusMs: number) {
    super(spec)
    this.scaleMs = scaleMs
    this.plusMs = plusMs
    this.meanMs = plusMs + scaleMs
  }

  drawMs(rng: Rng): number {
    // 1 - U is as uniform as U, and log(U) is the cheaper of the two.
    return this.plusMs - this.scaleMs * log(rng.open())
  }

  override logForm(): LogForm {
    return { exponent: 0, scaleMs: this.scaleMs, plusMs: this.plusMs }
  }

  quantileMs(p: number): number {
    assertShare(p)
    return this.plusMs - this.scaleMs * log1p(-p)
  }

  cdf(ms: number): number {
    return ms <= this.plusMs ? 0 : -expm1((this.plusMs - ms) / this.scaleMs)
  }
}

/** P(X > x) = (xm/x)^alpha for x ≥ xm; the mean is infinite for alpha ≤ 1. */
export class ParetoLaw extends Law {
  readonly meanMs: number
  private readonly xm: number
  private readonly alpha: number
  private readonly exponent: number
  private readonly plusMs: number

  constructor(spec: DistributionSpec, xm: number, alpha: number, plusMs: number) {
    super(spec)
    this.xm = xm
    this.alpha = alpha
    this.exponent = -1 / alpha
    this.plusMs = plusMs
    this.meanMs = alpha > 1 ? plusMs + (xm * alpha) / (alpha - 1) : Infinity
  }

  drawMs(rng: Rng): number {
    // A third of the cost of `pow`; the last digits that it loses are far below a nanosecond.
    return this.plusMs + this.xm * exp(this.exponent * log(rng.open()))
  }

  override logForm(): LogForm {
    return { exponent: this.exponent, scaleMs: this.xm, plusMs: this.plusMs }
  }

  quantileMs(p: number): number {
    assertShare(p)
    return this.plusMs + this.xm * exp(this.exponent * log1p(-p))
  }

  cdf(ms: number): number {
    const over = ms - this.plusMs
    return over <= this.xm ? 0 : 1 - pow(this.xm / over, this.alpha)
  }
}
