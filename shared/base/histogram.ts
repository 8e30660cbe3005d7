import { assert } from './assert.ts'
import type { Ns } from './time.ts'

const SUB_BITS = 8
const SUB = 1 << SUB_BITS
/** Durations from here on (39 hours, longer than any run) share the last bucket; the maximum stays exact. */
const CEILING: Ns = 2 ** 47
/** One bucket per nanosecond below 2^9, then 256 per octave up to 2^47. */
const BUCKETS = (47 - SUB_BITS + 1) * SUB
const TWO_32 = 4294967296
/** 1 - 2^-50. */
const ALMOST_ONE = 0.9999999999999991

/** A bucket with something in it: `count` durations from `fromNs` to `toNs`, both included. */
export interface Bucket {
  fromNs: Ns
  toNs: Ns
  count: number
}

/**
 * Durations counted in buckets of logarithmic width, after Gil Tene's HdrHistogram: 256 buckets per octave, so that a
 * bucket is at most 1/256 (0.4 %) as wide as the durations in it, in 40 KiB whatever is recorded. Count, sum, minimum
 * and maximum are exact. Durations are whole nanoseconds, 0 or more.
 */
export class Histogram {
  private readonly counts = new Uint32Array(BUCKETS)
  private total = 0
  private nsTotal = 0
  private least: Ns = Infinity
  private greatest: Ns = -1

  get count(): number {
    return this.total
  }

  /** In ns. Exact while below 2^53, which is 104 days of waiting in total; rounded past that. */
  get sum(): number {
    return this.nsTotal
  }

  /** The least duration in ns, null where there is none. */
  get min(): Ns | null {
    return this.total === 0 ? null : this.least
  }

  /** The greatest duration in ns, null where there is none. */
  get max(): Ns | null {
    return this.total === 0 ? null : this.greatest
  }

  /** In ns, null where there is none. */
  get mean(): number | null {
    return this.total === 0 ? null : this.nsTotal / this.total
  }

  record(ns: Ns): void {
    assert(ns >= 0, 'a duration is 0 or more')
    const index = bucketOf(ns)
    this.counts[index] = this.counts[index] + 1
    this.total++
    this.nsTotal += ns
    if (ns < this.least) this.least = ns
    if (ns > this.greatest) this.greatest = ns
  }

  /**
   * The duration that a share p of those recorded stays at or below: the one of rank ceil(p · count), to within the
   * width of its bucket. Exact at p = 0 and p = 1; null where nothing is recorded.
   */
  quantile(p: number): Ns | null {
    assert(p >= 0 && p <= 1, () => `a quantile is asked for a share in [0, 1], not ${p}`)
    if (this.total === 0) return null
    if (p === 0) return this.least
    // 0.07 · 100 is 7.000000000000001 in doubles: without the allowance the rank would be one too high.
    const rank = Math.min(this.total, Math.ceil(p * this.total * ALMOST_ONE))
    if (rank === this.total) return this.greatest
    let seen = 0
    for (let i = bucketOf(this.least); i < BUCKETS; i++) {
      seen += this.counts[i]
      if (seen >= rank) return Math.min(this.greatest, Math.max(this.least, middleOf(i)))
    }
    return this.greatest
  }

  /** How many durations are at or below `ns`, interpolated within the bucket that holds it; a whole number. */
  countAtOrBelow(ns: Ns): number {
    if (!(ns >= this.least)) return 0
    if (ns >= this.greatest) return this.total
    const index = bucketOf(ns)
    let seen = 0
    for (let i = bucketOf(this.least); i < index; i++) seen += this.counts[i]
    const from = Math.max(lowestOf(index), this.least)
    const to = Math.min(lowestOf(index + 1) - 1, this.greatest)
    return seen + Math.floor((this.counts[index] * (ns - from + 1)) / (to - from + 1))
  }

  /** Adds everything that another histogram recorded. */
  merge(other: Histogram): void {
    for (let i = 0; i < BUCKETS; i++) this.counts[i] = this.counts[i] + other.counts[i]
    this.total += other.total
    this.nsTotal += other.nsTotal
    this.least = Math.min(this.least, other.least)
    this.greatest = Math.max(this.greatest, other.greatest)
  }

  reset(): void {
    this.counts.fill(0)
    this.total = 0
    this.nsTotal = 0
    this.least = Infinity
    this.greatest = -1
  }

  /** The buckets that hold something, ascending. */
  *buckets(): Generator<Bucket> {
    for (let i = 0; i < BUCKETS; i++) {
      const count = this.counts[i]
      if (count > 0)
        yield { fromNs: lowestOf(i), toNs: i === BUCKETS - 1 ? Infinity : lowestOf(i + 1) - 1, count }
    }
  }
}

/** The index of the bucket that holds a duration. */
function bucketOf(ns: Ns): number {
  if (ns < TWO_32) {
    const word = ns >>> 0
    if (word < 2 * SUB) return word
    const shift = 31 - SUB_BITS - Math.clz32(word)
    // The leading nine bits are 256 plus the place within the octave.
    return shift * SUB + (word >>> shift)
  }
  if (ns >= CEILING) return BUCKETS - 1
  const shift = 63 - SUB_BITS - Math.clz32((ns / TWO_32) | 0)
  // Bit 31 of the upper word stays clear below 2^47, so 9 leading bits of the whole fit a division by a power of two.
  return shift * SUB + Math.floor(ns / POWERS[shift])
}

/** 2^0 … 2^47. */
const POWERS = new Float64Array(48)
for (let n = 0, power = 1; n < POWERS.length; n++, power *= 2) POWERS[n] = power

function lowestOf(index: number): Ns {
  if (index < 2 * SUB) return index
  const shift = (index >>> SUB_BITS) - 1
  return (index - shift * SUB) * POWERS[shift]
}

function middleOf(index: number): Ns {
  return Math.floor((lowestOf(index) + lowestOf(index + 1) - 1) / 2)
}
