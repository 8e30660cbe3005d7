import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Rng } from '../base/rng.ts'
import { jumpHash } from './jump.ts'

// "Golden values to see that implementations across languages are equivalent": Guava's HashingTest,
// testConsistentHash_linearCongruentialGeneratorCompatibility. Its keys 0 to 19 in a hundred buckets are the first table.
const GUAVA_OF_100 = [0, 55, 62, 8, 45, 59, 86, 97, 82, 59, 73, 37, 17, 56, 86, 21, 90, 37, 38, 83]
test.each(GUAVA_OF_100.map((bucket, key) => [BigInt(key), 100, bucket] as const))('Guava: %i of %i', holds)
test.each([
  [10863919174838991n, 11, 6],
  [2016238256797177309n, 11, 3],
  [1673758223894951030n, 11, 5],
  [2n, 100_001, 80_343],
  [2201n, 100_001, 22_152],
  [2202n, 100_001, 15_018],
])('Guava: %i of %i', holds)

// "Generated from the reference C++ code": dgryski/go-jump, jump_test.go. Buckets of a key among 1, 2, 3, … of them.
test.each([
  [0n, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  [1n, [0, 0, 0, 0, 0, 0, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 17, 17]],
  [0xdeadbeefn, [0, 1, 2, 3, 3, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 16, 16, 16]],
  [0x0ddc0ffeebadf00dn, [0, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 15, 15, 15, 15]],
])('the reference in C++: %i', (key, buckets) => {
  expect(buckets.map((_, count) => jumpOf(key, count + 1))).toEqual(buckets)
})

function jumpOf(key: bigint, buckets: number): number {
  return jumpHash(Number(key >> 32n), Number(key & 0xffffffffn), buckets)
}
function holds(key: bigint, buckets: number, bucket: number): void {
  expect(jumpOf(key, buckets)).toBe(bucket)
}

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
