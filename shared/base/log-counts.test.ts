import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LOG_BUCKETS, logBucketNs, logBucketOf, logQuantile } from './log-counts.ts'

test('buckets follow one another, and each contains its middle', () => {
  for (let bucket = 0; bucket < LOG_BUCKETS; bucket++) expect(logBucketOf(logBucketNs(bucket))).toBe(bucket)
  for (let bucket = 1; bucket < LOG_BUCKETS; bucket++)
    expect(logBucketNs(bucket)).toBeGreaterThan(logBucketNs(bucket - 1))
})

test('octaves are cut into sixteen equal parts', () => {
  expect([0, 1, 1023].map(logBucketOf)).toEqual([0, 0, 0])
  // 1,024 to 2,047 ns in parts of 64 ns.
  expect([1024, 1087, 1088, 2047, 2048].map(logBucketOf)).toEqual([1, 1, 2, 16, 17])
  // A second lies in the octave that begins at 2^29 ns: floor((10^9 / 2^29 - 1) * 16) = 13.
  expect(logBucketOf(1e9)).toBe(1 + 19 * 16 + 13)
  expect([2 ** 42 - 1, 2 ** 42, 1e18, Infinity].map(logBucketOf)).toEqual([512, 512, 512, 512])
})

test('the middle is within a thirty-second of any duration in the bucket', () => {
  fc.assert(
    fc.property(fc.double({ min: 1024, max: 2 ** 42 - 1, noNaN: true }), (real) => {
      const ns = Math.floor(real)
      expect(Math.abs(logBucketNs(logBucketOf(ns)) - ns)).toBeLessThanOrEqual(ns / 32 + 1)
    }),
  )
})

test('quantiles are those of the sorted durations, to within a bucket', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1024, max: 2 ** 31 - 1 }), { minLength: 1, maxLength: 200 }),
      fc.constantFrom(0, 0.5, 0.9, 0.99, 1),
      (durations, p) => {
        const counts = new Uint32Array(LOG_BUCKETS + 3)
        for (const ns of durations) counts[3 + logBucketOf(ns)]++
        const rank = Math.max(1, Math.ceil(p * durations.length))
        const exact = [...durations].sort((a, b) => a - b)[rank - 1]
        expect(logQuantile(counts, p, 3)).toBe(logBucketNs(logBucketOf(exact)))
      },
    ),
  )
  expect(logQuantile(new Uint32Array(LOG_BUCKETS), 0.5)).toBe(null)
})
