import { describe, expect, test } from 'vitest'
import { Rng } from '../base/rng.ts'
import { ZIPFIAN_CONSTANT, Zipfian, zeta } from './zipfian.ts'

/** YCSB's figures for 1,000 items: `ZipfianGenerator.zetastatic` and the exact masses 1/i^0.99 / zeta. */
const YCSB_1000 = {
  zeta2: 1.5034777750283594,
  zeta: 7.728953217284729,
  masses: { 1: 0.12938362697857184, 10: 0.3824719122247293, 100: 0.6850305186912758 },
}
const DRAWS = 1_000_000

/** How many of `draws` ranks fall below each bound. */
function countsBelow(bounds: readonly number[], draws: number, rank: () => number): number[] {
  const counts = bounds.map(() => 0)
  for (let i = 0; i < draws; i++) {
    const r = rank()
    for (let b = 0; b < bounds.length; b++) if (r < bounds[b]) counts[b]++
  }
  return counts
}

/** P(rank < k) of the method of Gray et al., from its own inverse. */
function grayMass(n: number, theta: number, k: number): number {
  const zetaN = zeta(n, theta)
  if (k === 1) return 1 / zetaN
  const eta = (1 - Math.pow(2 / n, 1 - theta)) / (1 - zeta(2, theta) / zetaN)
  return (Math.pow(k / n, 1 - theta) - 1 + eta) / eta
}

function sigma(p: number, draws: number): number {
  return Math.sqrt((p * (1 - p)) / draws)
}

describe('zeta', () => {
  test("equals YCSB's sums", () => {
    expect(zeta(2, 0.99)).toBeCloseTo(YCSB_1000.zeta2, 14)
    expect(zeta(1000, 0.99)).toBeCloseTo(YCSB_1000.zeta, 13)
    // ScrambledZipfianGenerator.ZETAN, precomputed there by adding 10^10 terms, and so with their rounding.
    expect(zeta(10_000_000_000, 0.99)).toBeCloseTo(26.46902820178302, 8)
  })

  test.each([0, 0.5, 0.99, 1, 1.5])('the closed form continues the sum (exponent %d)', (theta) => {
    let sum = 0
    for (let i = 1; i <= 50_000; i++) {
      sum += Math.pow(i, -theta)
      if (i === 1024 || i === 1025 || i === 2000 || i === 50_000) {
        expect(Math.abs(zeta(i, theta) / sum - 1)).toBeLessThan(1e-12)
      }
    }
  })
})

describe('zipfian ranks', () => {
  test('of 1,000 items have the masses of YCSB', () => {
    const zipfian = new Zipfian(1000, ZIPFIAN_CONSTANT)
    const rng = Rng.stream(1, 'zipfian')
    const bounds = [1, 10, 100]
    const counts = countsBelow(bounds, DRAWS, () => zipfian.rank(rng))
    bounds.forEach((k, i) => {
      const mass = counts[i] / DRAWS
      const own = grayMass(1000, 0.99, k)
      expect(Math.abs(mass - own)).toBeLessThan(4 * sigma(own, DRAWS))
      // The method itself is an approximation: exact for the first rank, within two points elsewhere.
      const exact = YCSB_1000.masses[k as 1 | 10 | 100]
      expect(Math.abs(mass - exact)).toBeLessThan(k === 1 ? 4 * sigma(exact, DRAWS) : 0.02)
    })
  })

  test.each([
    [0, 1000],
    [0.5, 1000],
    [0.8, 100_000],
    [1, 1000],
    [1.2, 1000],
  ])('exponent %d over %d items: the first two ranks exact, the rest close', (theta, n) => {
    const zipfian = new Zipfian(n, theta)
    const rng = Rng.stream(2, `zipfian/${theta}`)
    const draws = 200_000
    const bounds = [1, 2, 30, n]
    const counts = countsBelow(bounds, draws, () => zipfian.rank(rng))
    const zetaN = zeta(n, theta)
    bounds.forEach((k, i) => {
      const exact = zeta(k, theta) / zetaN
      expect(Math.abs(counts[i] / draws - exact)).toBeLessThanOrEqual(
        4 * sigma(exact, draws) + (k === 30 ? 0.03 : 0),
      )
    })
  })

  test('one and two items', () => {
    const rng = Rng.stream(3, 'few')
    const one = new Zipfian(1, 0.99)
    const two = new Zipfian(2, 0.99)
    const seen = countsBelow([1, 2], 10_000, () => two.rank(rng))
    expect(countsBelow([1], 1000, () => one.rank(rng))).toEqual([1000])
    expect(seen[1]).toBe(10_000)
    expect(Math.abs(seen[0] / 10_000 - 1 / zeta(2, 0.99))).toBeLessThan(4 * sigma(0.665, 10_000))
  })

  test('growing step by step is the same law as starting there', () => {
    const grown = new Zipfian(100, 0.99)
    for (let n = 101; n <= 3000; n++) grown.grow(n)
    const leapt = new Zipfian(100, 0.99)
    leapt.grow(3000)
    const born = new Zipfian(3000, 0.99)
    const draw = (zipfian: Zipfian) => {
      const rng = Rng.stream(4, 'grown')
      return Array.from({ length: 5000 }, () => zipfian.rank(rng))
    }
    expect(draw(grown)).toEqual(draw(born))
    expect(draw(leapt)).toEqual(draw(born))
  })

  test('does not shrink', () => {
    expect(() => new Zipfian(10, 0.99).grow(9)).toThrow('only grows')
  })
})
