import { assert } from '../base/assert.ts'
import { ROUNDING } from '../metrics/summary.ts'

/** Bits of the mantissa that tell buckets apart: 1,024 buckets per octave, each at most 0.1 % wide. */
const MANTISSA_BITS = 10
const SHIFT = 23 - MANTISSA_BITS
const BUCKETS = 1 << (8 + MANTISSA_BITS)

/**
 * Counts non-negative values in buckets of logarithmic width: the exponent and the upper mantissa bits of the value as
 * a single-precision number are the bucket's index, so that recording is a store, a load and an increment. Zero has a
 * bucket of its own; minimum and maximum are exact.
 */
export class LogCounts {
  readonly #counts = new Uint32Array(BUCKETS)
  readonly #single = new Float32Array(1)
  readonly #bits = new Uint32Array(this.#single.buffer)
  count = 0
  #sum = 0
  #min = Infinity
  #max = 0
  #known: Sums | null = null

  /** Counts values[0] … values[n − 1]. */
  record(values: Float64Array, n: number): void {
    const counts = this.#counts
    const single = this.#single
    const bits = this.#bits
    // A local: the engine reads a module's constant anew, and checks it, at every use.
    const shift = SHIFT
    let sum = 0
    let min = this.#min
    let max = this.#max
    for (let at = 0; at < n; at++) {
      const value = values[at]
      single[0] = value
      counts[bits[0] >>> shift]++
      sum += value
      if (value < min) min = value
      if (value > max) max = value
    }
    this.#sum += sum
    this.#min = min
    this.#max = max
    this.count += n
  }

  get mean(): number {
    assert(this.count > 0, 'nothing was counted')
    return this.#sum / this.count
  }

  get max(): number {
    return this.#max
  }

  /** The value of rank ceil(p · count), interpolated within its bucket; the last is exact. */
  quantile(p: number): number {
    assert(this.count > 0, 'nothing was counted')
    const { buckets, upTo } = this.#sums()
    const rank = Math.min(this.count, Math.max(1, Math.ceil(p * this.count * (1 - ROUNDING))))
    if (rank === this.count) return this.#max
    const at = firstAtLeast(upTo, rank)
    const bucket = buckets[at]
    if (bucket === 0) return this.#min
    const before = at === 0 ? 0 : upTo[at - 1]
    const [from, to] = [this.#edge(bucket), this.#edge(bucket + 1)]
    const value = from + ((to - from) * (rank - before - 0.5)) / (upTo[at] - before)
    return Math.min(this.#max, Math.max(this.#min, value))
  }

  /** How many values are at or below `value`, or above it in the same bucket: by at most 0.1 % of it. */
  countAtOrBelow(value: number): number {
    const { buckets, upTo } = this.#sums()
    this.#single[0] = value
    const after = firstAtLeast(buckets, (this.#bits[0] >>> SHIFT) + 1)
    return after === 0 ? 0 : upTo[after - 1]
  }

  /** The buckets that hold something, ascending, and how many values they and those before them hold. */
  #sums(): Sums {
    if (this.#known !== null && this.#known.count === this.count) return this.#known
    const buckets: number[] = []
    const upTo: number[] = []
    let seen = 0
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      if (this.#counts[bucket] === 0) continue
      seen += this.#counts[bucket]
      buckets.push(bucket)
      upTo.push(seen)
    }
    return (this.#known = { count: seen, buckets, upTo })
  }

  #edge(bucket: number): number {
    this.#bits[0] = bucket << SHIFT
    return this.#single[0]
  }
}

interface Sums {
  count: number
  buckets: number[]
  upTo: number[]
}

/** Index of the first of some ascending values that is at least `least`; their number where none is. */
function firstAtLeast(values: readonly number[], least: number): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (values[middle] >= least) high = middle
    else low = middle + 1
  }
  return low
}
