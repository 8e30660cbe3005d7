import { assert } from '../base/assert.ts'
import { exp, log } from '../base/math.ts'
import type { Rng } from '../base/rng.ts'
import type { Ns } from '../base/time.ts'
import { Law, assertShare, wholeNs } from './laws.ts'
import type { LogForm } from './laws.ts'
import type { DistributionSpec } from './types.ts'

/** A quantile function given by points (p, ms), linear between them and flat before the first and after the last. */
export class EmpiricalLaw extends Law {
  readonly meanMs: number
  private readonly shares: Float64Array
  private readonly values: Float64Array

  constructor(spec: DistributionSpec, points: readonly { p: number; ms: number }[], plusMs: number) {
    super(spec)
    this.shares = Float64Array.from(points, (point) => point.p)
    this.values = Float64Array.from(points, (point) => point.ms + plusMs)
    const last = points.length - 1
    let mean = this.shares[0] * this.values[0] + (1 - this.shares[last]) * this.values[last]
    for (let i = 1; i <= last; i++) {
      assert(
        this.shares[i] >= this.shares[i - 1] && this.values[i] >= this.values[i - 1],
        'the quantiles of an empirical distribution must not fall',
      )
      mean += (this.shares[i] - this.shares[i - 1]) * 0.5 * (this.values[i] + this.values[i - 1])
    }
    this.meanMs = mean
  }

  drawMs(rng: Rng): number {
    return this.at(rng.open())
  }

  quantileMs(p: number): number {
    assertShare(p)
    return this.at(p)
  }

  cdf(ms: number): number {
    const { shares, values } = this
    const next = countAtOrBelow(values, ms)
    if (next === 0) return 0
    if (next === values.length) return 1
    const fraction = (ms - values[next - 1]) / (values[next] - values[next - 1])
    return shares[next - 1] + fraction * (shares[next] - shares[next - 1])
  }

  private at(p: number): number {
    const { shares, values } = this
    const next = countBelow(shares, p)
    if (next === 0) return values[0]
    if (next === shares.length) return values[next - 1]
    const fraction = (p - shares[next - 1]) / (shares[next] - shares[next - 1])
    return values[next - 1] + fraction * (values[next] - values[next - 1])
  }
}

/** How many of the ascending values are below x. */
function countBelow(values: Float64Array, x: number): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (values[middle] < x) low = middle + 1
    else high = middle
  }
  return low
}

/** How many of the ascending values are at or below x. */
function countAtOrBelow(values: Float64Array, x: number): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (values[middle] <= x) low = middle + 1
    else high = middle
  }
  return low
}

/** Draws from one of several laws, chosen by share. Takes two words of the stream: the choice, then the value. */
export class MixtureLaw extends Law {
  readonly meanMs: number
  private readonly parts: readonly Law[]
  private readonly shares: Float64Array
  private readonly cumulative: Float64Array
  private readonly last: number
  /**
   * The forms of those parts that are a function of log U, laid flat: with them a draw of the usual fit (Pareto body,
   * exponential tail) calls nothing that the compiler cannot inline, and takes half the time.
   */
  private readonly forms: readonly LogForm[] | null

  /** Shares are positive and need not sum to one exactly. */
  constructor(spec: DistributionSpec, parts: readonly Law[], shares: readonly number[]) {
    super(spec)
    const total = shares.reduce((sum, share) => sum + share, 0)
    this.parts = parts
    this.shares = Float64Array.from(shares, (share) => share / total)
    this.cumulative = new Float64Array(parts.length)
    this.last = parts.length - 1
    const forms = parts.flatMap((part) => part.logForm() ?? [])
    this.forms = forms.length === parts.length ? forms : null
    let mean = 0
    let cumulative = 0
    for (let i = 0; i < parts.length; i++) {
      cumulative += this.shares[i]
      this.cumulative[i] = cumulative
      mean += this.shares[i] * parts[i].meanMs
    }
    this.meanMs = mean
  }

  drawMs(rng: Rng): number {
    const u = rng.open()
    let i = 0
    while (i < this.last && u >= this.cumulative[i]) i++
    if (this.forms === null) return this.parts[i].drawMs(rng)
    const form = this.forms[i]
    const logU = log(rng.open())
    return form.exponent === 0
      ? form.plusMs - form.scaleMs * logU
      : form.plusMs + form.scaleMs * exp(form.exponent * logU)
  }

  override sampleNs(rng: Rng): Ns {
    return wholeNs(this.drawMs(rng))
  }

  /** By bisection of the cumulative distribution between the least and the greatest quantile of the parts. */
  quantileMs(p: number): number {
    assertShare(p)
    let low = Infinity
    let high = 0
    for (const part of this.parts) {
      const ms = part.quantileMs(p)
      low = Math.min(low, ms)
      high = Math.max(high, ms)
    }
    if (p === 1 || this.cdf(low) >= p) return p === 1 ? high : low
    if (high === Infinity) high = Number.MAX_VALUE
    // From the largest double down to the spacing of the smallest takes 2,098 halvings; usually it is about 50.
    for (let i = 0; i < 2_100; i++) {
      const middle = low + (high - low) / 2
      if (middle <= low || middle >= high) break
      if (this.cdf(middle) >= p) high = middle
      else low = middle
    }
    return high
  }

  cdf(ms: number): number {
    let sum = 0
    for (let i = 0; i < this.parts.length; i++) sum += this.shares[i] * this.parts[i].cdf(ms)
    return sum
  }
}
