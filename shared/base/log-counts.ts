import type { Ns } from './time.ts'

/**
 * Durations counted in buckets of logarithmic width, coarsely: 16 per octave from a microsecond to 73 minutes, so that
 * a bucket is at most 1/16 as wide as the durations in it and all of them take 2 KiB. The counts are a plain array of
 * the caller's, which may lie in shared memory or be kept by the thousand. `Histogram` is its exact and larger sibling.
 */

const SUB_BITS = 4
const SUB = 1 << SUB_BITS
/** Bucket 0 holds everything below 2^10 ns; from 2^42 ns on everything shares the last. */
const FIRST_OCTAVE = 10
const LAST_OCTAVE = 41
const TWO_32 = 4294967296
const TWO_42 = 4398046511104

export const LOG_BUCKETS = 1 + (LAST_OCTAVE - FIRST_OCTAVE + 1) * SUB

/** The bucket of a duration in ns, 0 or more. */
export function logBucketOf(ns: Ns): number {
  if (!(ns >= 1 << FIRST_OCTAVE)) return 0
  if (ns >= TWO_42) return LOG_BUCKETS - 1
  // The upper bits of what does not fit 32: an octave has its 16 parts in its leading five bits either way.
  const shift = ns < TWO_32 ? 0 : 16
  const word = shift === 0 ? ns >>> 0 : Math.floor(ns / 65536)
  const octave = 31 - Math.clz32(word)
  const part = (word >>> (octave - SUB_BITS)) & (SUB - 1)
  return 1 + (octave + shift - FIRST_OCTAVE) * SUB + part
}

/** The middle of a bucket, in ns. */
export function logBucketNs(bucket: number): Ns {
  if (bucket === 0) return 1 << (FIRST_OCTAVE - 1)
  const octave = FIRST_OCTAVE + Math.floor((bucket - 1) / SUB)
  let width = 1
  for (let at = SUB_BITS; at < octave; at++) width *= 2
  return width * (SUB + ((bucket - 1) % SUB)) + Math.floor(width / 2)
}

/**
 * The duration, to within half a bucket, that a share p of those counted stays at or below; null where nothing is.
 * `counts` has `LOG_BUCKETS` entries from `from` on.
 */
export function logQuantile(counts: ArrayLike<number>, p: number, from = 0): Ns | null {
  let total = 0
  for (let bucket = 0; bucket < LOG_BUCKETS; bucket++) total += counts[from + bucket]
  if (total === 0) return null
  let left = Math.max(1, Math.ceil(p * total))
  for (let bucket = 0; bucket < LOG_BUCKETS; bucket++) {
    left -= counts[from + bucket]
    if (left <= 0) return logBucketNs(bucket)
  }
  return logBucketNs(LOG_BUCKETS - 1)
}
