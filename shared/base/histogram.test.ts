import { describe, expect, test } from 'vitest'
import { Histogram } from './histogram.ts'
import { log } from './math.ts'
import { Rng } from './rng.ts'

function histogramOf(values: Iterable<number>): Histogram {
  const histogram = new Histogram()
  for (const ns of values) histogram.record(ns)
  return histogram
}

/** The value of rank ceil(p n), the definition that the histogram approximates. */
function exactQuantile(sorted: readonly number[], p: number): number {
  return sorted[Math.max(0, Math.ceil(p * sorted.length - 1e-9) - 1)]
}

const SHARES = [0, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 0.9999, 1]
const rng = Rng.stream(4, 'histogram')
const many = (draw: () => number): number[] => Array.from({ length: 50_000 }, () => Math.floor(draw()))

test.each<{ draws: string; values: number[] }>([
  { draws: 'exponential, mean 5 ms', values: many(() => -5e6 * log(rng.open())) },
  { draws: 'every magnitude up to 39 hours', values: many(() => 2 ** (47 * rng.uniform())) },
  { draws: 'below 512 ns', values: many(() => 512 * rng.uniform()) },
  { draws: 'around 2^32', values: many(() => 2 ** 32 + 1e6 * (rng.uniform() - 0.5)) },
])('quantiles are within 1/256 of the exact ones: $draws', ({ values }) => {
  const histogram = histogramOf(values)
  const sorted = values.toSorted((a, b) => a - b)
  for (const p of SHARES) {
    const exact = exactQuantile(sorted, p)
    expect(Math.abs(histogram.quantile(p)! - exact), `p = ${p}, exact ${exact}`).toBeLessThanOrEqual(
      exact / 256,
    )
  }
})

test('durations below 512 ns have a bucket each: their quantiles are exact', () => {
  const values = many(() => 512 * rng.uniform())
  const histogram = histogramOf(values)
  const sorted = values.toSorted((a, b) => a - b)
  for (const p of SHARES) expect(histogram.quantile(p)).toBe(exactQuantile(sorted, p))
})

test('buckets tile the range: each begins where the last ended and is at most 1/256 of it wide', () => {
  const edges = new Set<number>()
  for (let k = 0; k < 47; k++) for (const d of [-1, 0, 1]) edges.add(Math.max(0, 2 ** k + d))
  for (let i = 0; i < 1_000; i++) edges.add(Math.floor(2 ** (47 * rng.uniform())))
  for (const ns of edges) {
    const [bucket, ...others] = [...histogramOf([ns]).buckets()]
    expect(others).toEqual([])
    const { fromNs, toNs, count } = bucket
    expect([ns, count, fromNs <= ns && ns <= toNs]).toEqual([ns, 1, true])
    if (toNs === Infinity) continue
    expect((toNs - fromNs) * 256).toBeLessThanOrEqual(fromNs)
    // Neighbours on both sides lie in other buckets.
    expect([...histogramOf([fromNs, ns, toNs]).buckets()].length).toBe(1)
    expect([...histogramOf([toNs, toNs + 1]).buckets()].length).toBe(2)
  }
})

describe('count, sum, min and max', () => {
  test('are exact', () => {
    const values = many(() => 2 ** (40 * rng.uniform()))
    const histogram = histogramOf(values)
    const sum = values.reduce((a, b) => a + b, 0)
    expect([histogram.count, histogram.sum, histogram.mean]).toEqual([50_000, sum, sum / 50_000])
    expect([histogram.min, histogram.max]).toEqual([Math.min(...values), Math.max(...values)])
    expect([...histogram.buckets()].reduce((n, { count }) => n + count, 0)).toBe(50_000)
  })

  test('are null or zero where nothing is recorded, and after a reset', () => {
    const histogram = histogramOf([1, 2, 3])
    histogram.reset()
    for (const empty of [new Histogram(), histogram]) {
      expect([empty.count, empty.sum, empty.mean, empty.min, empty.max]).toEqual([0, 0, null, null, null])
      expect([empty.quantile(0.5), empty.countAtOrBelow(9), [...empty.buckets()]]).toEqual([null, 0, []])
    }
  })

  test('of one value: every quantile is that value', () => {
    const histogram = histogramOf([123_456_789])
    for (const p of SHARES) expect(histogram.quantile(p)).toBe(123_456_789)
  })
})

test('the rank is exact where p times the count is whole but not so in doubles', () => {
  const histogram = histogramOf(Array.from({ length: 1000 }, (_, i) => (i < 999 ? 1 : 400)))
  expect(histogram.quantile(0.999)).toBe(1)
  expect(histogram.quantile(0.9991)).toBe(400)
  expect(histogramOf(Array.from({ length: 100 }, (_, i) => i)).quantile(0.07)).toBe(6)
  for (let n = 1; n <= 300; n++) {
    const ranks = histogramOf(Array.from({ length: n }, (_, i) => i + 1))
    for (let k = 1; k <= n; k++) if (ranks.quantile(k / n) !== k) expect.fail(`rank ${k} of ${n}`)
  }
})

test('merging equals recording everything in one', () => {
  const a = many(() => 1e6 * rng.uniform())
  const b = many(() => 1e9 * rng.uniform())
  const merged = histogramOf(a)
  merged.merge(histogramOf(b))
  merged.merge(new Histogram())
  expect(merged).toEqual(histogramOf([...a, ...b]))
  const reverse = histogramOf(b)
  reverse.merge(histogramOf(a))
  expect(reverse).toEqual(merged)
})

test('countAtOrBelow is exact at bucket ends, monotone, and off by no more than a bucket between', () => {
  const values = many(() => 1e7 * rng.uniform())
  const histogram = histogramOf(values)
  const sorted = values.toSorted((x, y) => x - y)
  let before = 0
  for (let ns = 0; ns <= 1.1e7; ns += 9_973) {
    const count = histogram.countAtOrBelow(ns)
    const exact = sorted.findIndex((value) => value > ns)
    // A bucket here holds 50,000 / 256 durations at the very most.
    expect(Math.abs(count - (exact < 0 ? 50_000 : exact))).toBeLessThanOrEqual(100)
    expect(count).toBeGreaterThanOrEqual(before)
    before = count
  }
  for (const { toNs } of [...histogram.buckets()].slice(0, 500))
    expect(histogram.countAtOrBelow(toNs)).toBe(sorted.findIndex((value) => value > toNs))
  expect(histogram.countAtOrBelow(-1)).toBe(0)
})

test('the last bucket takes whatever is longer; the maximum stays exact', () => {
  const histogram = histogramOf([5, 2 ** 47, 2 ** 52])
  expect(histogram.max).toBe(2 ** 52)
  expect(histogram.quantile(1)).toBe(2 ** 52)
  expect([...histogram.buckets()].at(-1)).toEqual({ fromNs: 2 ** 47 - 2 ** 38, toNs: Infinity, count: 2 })
})

test('a negative duration is a bug', () => {
  expect(() => new Histogram().record(-1)).toThrow('0 or more')
  expect(() => new Histogram().record(NaN)).toThrow('0 or more')
})
