import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Rng } from '../base/rng.ts'
import { jumpHash } from './jump.ts'

// Vectors of the Go and Rust implementations' tests (dgryski/go-jump, jumphash).
test.each([
  [0x1, 1, 0],
  [42, 57, 43],
  [0xdead10cc, 1, 0],
  [0xdead10cc, 666, 361],
  [256, 1024, 520],
])('key %i in %i buckets', (key, buckets, bucket) => {
  expect(jumpHash(0, key, buckets)).toBe(bucket)
})

/** Lamping & Veach, figure 1, in 64-bit integers. */
function reference(key: bigint, buckets: number): number {
  let b = -1n
  let j = 0n
  while (j < BigInt(buckets)) {
    b = j
    key = BigInt.asUintN(64, key * 2862933555777941757n + 1n)
    j = BigInt(Math.floor((Number(b) + 1) * (2 ** 31 / Number((key >> 33n) + 1n))))
  }
  return Number(b)
}

const word = fc.integer({ min: 0, max: 0xffffffff })

test('equals the published function', () => {
  fc.assert(
    fc.property(word, word, fc.integer({ min: 1, max: 10_000 }), (high, low, buckets) => {
      expect(jumpHash(high, low, buckets)).toBe(reference((BigInt(high) << 32n) | BigInt(low), buckets))
    }),
    { numRuns: 2_000 },
  )
})

test('one bucket more moves keys to the new bucket alone', () => {
  fc.assert(
    fc.property(word, word, fc.integer({ min: 1, max: 1_000 }), (high, low, buckets) => {
      const before = jumpHash(high, low, buckets)
      expect([before, buckets]).toContain(jumpHash(high, low, buckets + 1))
    }),
  )
})

test('buckets are as even as chance allows: the paper finds a standard error of 10^-8 over all keys', () => {
  const [keys, buckets] = [100_000, 100]
  const counts = new Float64Array(buckets)
  const rng = Rng.stream(1, 'jump')
  for (let at = 0; at < keys; at++) counts[jumpHash(rng.u32(), rng.u32(), buckets)]++
  const expected = keys / buckets
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  // 99 degrees of freedom: 55.0 to 161.3 in all but two of 10,000.
  expect(chiSquare).toBeGreaterThan(55)
  expect(chiSquare).toBeLessThan(161.3)
})
