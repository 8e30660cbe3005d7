import { multiplyHigh } from '../base/words.ts'

const FACTOR_HIGH = 0x27bb2ee6
const FACTOR_LOW = 0x87b0b0fd | 0
const TWO_31 = 2147483648

/**
 * Jump consistent hash (Lamping & Veach, "A Fast, Minimal Memory, Consistent Hash Algorithm", 2014): the bucket from 0 to
 * `buckets` − 1 of a 64-bit key. From n buckets to n + 1 exactly those keys move that go to the new bucket, one in n + 1.
 */
export function jumpHash(high: number, low: number, buckets: number): number {
  let bucket = 0
  let next = 0
  while (next < buckets) {
    bucket = next
    // key = key * 2862933555777941757 + 1
    const carried =
      (multiplyHigh(low, FACTOR_LOW) + Math.imul(high, FACTOR_LOW) + Math.imul(low, FACTOR_HIGH)) | 0
    low = (Math.imul(low, FACTOR_LOW) + 1) | 0
    high = (carried + (low === 0 ? 1 : 0)) | 0
    next = Math.floor((bucket + 1) * (TWO_31 / ((high >>> 1) + 1)))
  }
  return bucket
}
