import type { Distribution } from '../topology/distributions.ts'
import { DRAW_NS_MAX } from '../topology/laws.ts'

const NS_PER_MS = 1e6
const CAP_MS = DRAW_NS_MAX / NS_PER_MS
/** A quantile is near enough where its share errs by no more than this part of the step since the last one. */
const CLOSE = 0.005
/** A bracket this narrow, or of a thousandth of a nanosecond, holds a jump of the distribution. */
const NARROW = 1e-12
const NARROW_MS = 1e-9

/**
 * Quantiles in ns, cut off at 52 days, of shares that rise from call to call. A mixture has no closed quantile
 * function, and bisecting its cumulative distribution takes some fifty evaluations; from one quantile to the next along
 * the tangent it takes one or two, because the distribution hardly bends in between.
 */
export class QuantileMarch {
  readonly #distribution: Distribution
  readonly #isClosedForm: boolean
  #ms: number
  /** What the cumulative distribution really is at `#ms`; the share asked for was at most `CLOSE` of a step away. */
  #reached: number
  #share: number
  #slope = 0

  constructor(distribution: Distribution, share: number) {
    this.#distribution = distribution
    const { spec } = distribution
    this.#isClosedForm = typeof spec === 'number' || spec.dist !== 'mixture'
    this.#share = share
    this.#ms = Math.min(distribution.quantileMs(share), CAP_MS)
    this.#reached = this.#isClosedForm ? share : distribution.cdf(this.#ms)
  }

  get ns(): number {
    return this.#ms * NS_PER_MS
  }

  /** The quantile at `share`, which is below 1 and not below the share of the call before. */
  next(share: number): number {
    const step = share - this.#share
    this.#share = share
    if (this.#isClosedForm) this.#ms = Math.min(this.#distribution.quantileMs(share), CAP_MS)
    else if (this.#reached < share && this.#ms < CAP_MS) this.#solve(share, CLOSE * step)
    return this.#ms * NS_PER_MS
  }

  /** False position, every third step halving the bracket, which bounds their number at kinks and jumps. */
  #solve(share: number, close: number): void {
    const [fromMs, fromShare] = [this.#ms, this.#reached]
    let [low, lowShare] = [fromMs, fromShare]
    let [high, highShare] = [Infinity, 1]
    let stride = Math.max(this.#slope * (share - fromShare), low * 1e-9, NARROW_MS)
    for (let round = 1; ; round++) {
      let ms = low + stride
      if (high < Infinity) {
        ms = low + (high - low) * (round % 3 === 0 ? 0.5 : (share - lowShare) / (highShare - lowShare))
      }
      ms = Math.min(ms, CAP_MS)
      const reached = this.#distribution.cdf(ms)
      if (reached < share) {
        // Short of it still: on along the secant, and where that does not get there either, in growing strides.
        const isBent = round === 1 && reached > lowShare
        stride = isBent ? ((ms - low) * (share - reached)) / (reached - lowShare) : 4 * stride
        ;[low, lowShare] = [ms, reached]
      } else [high, highShare] = [ms, reached]
      if (Math.abs(reached - share) <= close || low === CAP_MS) {
        ;[this.#ms, this.#reached] = [ms, reached]
        break
      }
      if (high - low <= Math.max(NARROW * low, NARROW_MS)) {
        // A jump: only at its upper end is the whole share reached.
        ;[this.#ms, this.#reached] = [high, highShare]
        break
      }
    }
    const gained = this.#reached - fromShare
    if (gained > 0) this.#slope = (this.#ms - fromMs) / gained
  }
}
