import { describe, expect, test } from 'vitest'
import { Rng } from '../base/rng.ts'
import { compileDistribution } from './distributions.ts'
import { DRAW_NS_MAX } from './laws.ts'
import type { DistributionSpec } from './types.ts'

// Table 3 of Bailis et al., "Probabilistically Bounded Staleness", VLDB 2012, with the alpha that their simulator uses
// for YMMR's writes; exponential rates are per ms.
function paretoExponential(paretoShare: number, xm: number, alpha: number, rate: number): DistributionSpec {
  return {
    dist: 'mixture',
    parts: [
      { share: paretoShare, of: { dist: 'pareto', xm, alpha } },
      { share: 1 - paretoShare, of: { dist: 'exponential', meanMs: 1 / rate } },
    ],
  }
}
const LNKD_SSD = paretoExponential(0.9122, 0.235, 10, 1.66)
const LNKD_DISK = paretoExponential(0.38, 1.05, 1.51, 0.183)
const YMMR_W = paretoExponential(0.939, 3, 3.5, 0.0028)
const YMMR_ARS = paretoExponential(0.982, 1.5, 3.8, 0.0217)

const EMPIRICAL: DistributionSpec = {
  dist: 'empirical',
  quantiles: [
    { p: 0.1, ms: 1 },
    { p: 0.5, ms: 2 },
    { p: 0.9, ms: 4 },
    { p: 0.99, ms: 20 },
  ],
}

/** Name, spec, and the mean by its closed form, worked out here and not by the code under test. */
const LAWS: [string, DistributionSpec, number][] = [
  ['uniform', { dist: 'uniform', min: 1, max: 4 }, 2.5],
  ['uniform, shifted', { dist: 'uniform', min: 0, max: 4, plusMs: 3 }, 5],
  ['normal, far from 0', { dist: 'normal', median: 10, sd: 1 }, 10],
  // Truncation at its worst: half the draws are 0, and the mean is sd / sqrt(2 pi).
  ['normal, half of it below 0', { dist: 'normal', median: 0, sd: 2 }, 2 / Math.sqrt(2 * Math.PI)],
  [
    'normal, a tenth below 0, shifted',
    { dist: 'normal', median: 1.2815515655446004, sd: 1, plusMs: 5 },
    6.328894740922627,
  ],
  ['lognormal', { dist: 'lognormal', median: 2, sigma: 0.5 }, 2 * Math.exp(0.125)],
  ['exponential', { dist: 'exponential', meanMs: 3, plusMs: 0.5 }, 3.5],
  ['pareto, alpha 10', { dist: 'pareto', xm: 0.235, alpha: 10 }, 2.35 / 9],
  ['pareto, alpha 3, shifted', { dist: 'pareto', xm: 2, alpha: 3, plusMs: 1 }, 4],
  // 0.1 · 1 + 0.4 · 1.5 + 0.4 · 3 + 0.09 · 12 + 0.01 · 20
  ['empirical', EMPIRICAL, 3.18],
  ['PBS LNKD-SSD', LNKD_SSD, (0.9122 * 2.35) / 9 + 0.0878 / 1.66],
  ['PBS LNKD-DISK', LNKD_DISK, (0.38 * 1.05 * 1.51) / 0.51 + 0.62 / 0.183],
  ['PBS YMMR, writes', YMMR_W, (0.939 * 3 * 3.5) / 2.5 + 0.061 / 0.0028],
  ['PBS YMMR, the rest', YMMR_ARS, (0.982 * 1.5 * 3.8) / 2.8 + 0.018 / 0.0217],
  [
    'mixture of constants, laws and a mixture, all shifted',
    {
      dist: 'mixture',
      plusMs: 75,
      parts: [
        { share: 0.25, of: 1 },
        {
          share: 0.25,
          of: {
            dist: 'mixture',
            parts: [
              { share: 1, of: 2 },
              { share: 1, of: 4 },
            ],
            plusMs: 10,
          },
        },
        { share: 0.5, of: { dist: 'uniform', min: 0, max: 2 } },
      ],
    },
    75 + 0.25 + 0.25 * 13 + 0.5,
  ],
]

const SHARES = [1e-6, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 0.9999, 0.999999]

describe.each(LAWS)('%s', (name, spec, mean) => {
  const law = compileDistribution(spec)

  test('mean is the closed form', () => {
    expect(Math.abs(law.meanMs / mean - 1)).toBeLessThan(2e-8)
  })

  test('mean is the integral of the survival function', () => {
    // Draws are non-negative, so the mean is the integral of 1 - cdf from 0. Steps grow with x; the tail beyond the
    // grid is below 0.4 % for the heaviest law here (DISK: x^-0.51).
    let integral = 0
    let x = 0
    const top = law.quantileMs(1 - 1e-9)
    while (x < top) {
      const step = Math.max(0.002, 0.001 * x)
      integral += step * (1 - law.cdf(x + step / 2))
      x += step
    }
    expect(Math.abs(integral / mean - 1)).toBeLessThan(0.004)
  })

  test('quantile and cdf undo each other; the quantile is the least value whose cdf reaches the share', () => {
    for (const p of SHARES) {
      const ms = law.quantileMs(p)
      expect(law.cdf(ms), `cdf of the ${p} quantile`).toBeGreaterThanOrEqual(p - 1e-12)
      const below = ms * (1 - 1e-9) - 1e-12
      expect(law.cdf(below), `cdf just below the ${p} quantile`).toBeLessThan(p + 1e-12)
    }
    expect(law.cdf(-1)).toBe(0)
    expect(law.cdf(Infinity)).toBe(1)
  })

  test('200,000 draws follow the cdf and have the mean', () => {
    const n = 200_000
    const rng = Rng.stream(17, name)
    const draws = Float64Array.from({ length: n }, () => law.sampleNs(rng) / 1e6).sort()
    for (const p of [0.01, 0.1, 0.5, 0.9, 0.99, 0.999]) {
      const ms = law.quantileMs(p)
      let count = draws.findIndex((draw) => draw > ms + 5e-7)
      if (count < 0) count = n
      // The number of draws at or below is binomial: within 4 standard deviations of its mean.
      const share = law.cdf(ms)
      const slack = 4 * Math.sqrt(n * share * (1 - share))
      expect(Math.abs(count - n * share), `share at or below the ${p} quantile`).toBeLessThanOrEqual(slack)
    }
    if (name === 'PBS LNKD-DISK') return // alpha 1.51: the variance is infinite, no sample mean is near
    const sampleMean = draws.reduce((sum, x) => sum + x, 0) / n
    const variance = draws.reduce((sum, x) => sum + (x - sampleMean) ** 2, 0) / n
    expect(Math.abs(sampleMean - mean)).toBeLessThan(4 * Math.sqrt(variance / n))
  })

  test('draws are whole, non-negative nanoseconds', () => {
    const rng = Rng.stream(1, name)
    for (let i = 0; i < 1_000; i++) {
      const ns = law.sampleNs(rng)
      if (!Number.isSafeInteger(ns) || ns < 0) expect.fail(`${ns}`)
    }
    expect(law.constantNs).toBeNull()
    expect(law.spec).toBe(spec)
  })
})

describe('closed forms', () => {
  test('exponential and Pareto quantiles', () => {
    const exponential = compileDistribution({ dist: 'exponential', meanMs: 2 })
    expect(exponential.quantileMs(0.5)).toBeCloseTo(2 * Math.LN2, 14)
    expect(exponential.quantileMs(0.999)).toBeCloseTo(2 * Math.log(1000), 12)
    const pareto = compileDistribution({ dist: 'pareto', xm: 3, alpha: 2 })
    expect(pareto.quantileMs(0.75)).toBeCloseTo(6, 14)
    expect(pareto.quantileMs(0.9999)).toBeCloseTo(300, 8)
    expect(pareto.cdf(30)).toBeCloseTo(0.99, 14)
  })

  test('normal and lognormal quantiles', () => {
    // Φ⁻¹(0.975) = 1.959963984540054
    expect(compileDistribution({ dist: 'normal', median: 10, sd: 2 }).quantileMs(0.975)).toBeCloseTo(
      13.919927969,
      8,
    )
    const lognormal = compileDistribution({ dist: 'lognormal', median: 2, sigma: 0.5, plusMs: 1 })
    expect(lognormal.quantileMs(0.975)).toBeCloseTo(1 + 2 * Math.exp(0.979981992270027), 10)
    expect(lognormal.quantileMs(0.5)).toBeCloseTo(3, 14)
  })

  test('a truncated normal has its lower half at zero', () => {
    const law = compileDistribution({ dist: 'normal', median: 0, sd: 1, plusMs: 4 })
    expect([law.cdf(3.999), law.cdf(4), law.quantileMs(0.2)]).toEqual([0, 0.5, 4])
  })

  test('an empirical law is flat outside its points and linear between them', () => {
    const law = compileDistribution(EMPIRICAL)
    expect([0, 0.05, 0.1, 0.3, 0.7, 0.99, 1].map((p) => law.quantileMs(p))).toEqual([1, 1, 1, 1.5, 3, 20, 20])
    const shares = [0, 0.1, 0.3, 0.7, 0.945, 1]
    const found = [0.9, 1, 1.5, 3, 12, 20].map((ms) => law.cdf(ms))
    found.forEach((share, i) => expect(share).toBeCloseTo(shares[i], 14))
  })

  test('ends of the supports', () => {
    const ends = (spec: DistributionSpec): number[] =>
      [0, 1].map((p) => compileDistribution(spec).quantileMs(p))
    expect(ends({ dist: 'pareto', xm: 3, alpha: 2 })).toEqual([3, Infinity])
    expect(ends({ dist: 'exponential', meanMs: 3, plusMs: 1 })).toEqual([1, Infinity])
    expect(ends({ dist: 'normal', median: 3, sd: 1 })).toEqual([0, Infinity])
    expect(ends({ dist: 'lognormal', median: 3, sigma: 1 })).toEqual([0, Infinity])
    expect(ends({ dist: 'uniform', min: 3, max: 4 })).toEqual([3, 4])
    expect(ends(LNKD_SSD)).toEqual([0, Infinity])
    expect(() => compileDistribution(LNKD_SSD).quantileMs(1.5)).toThrow('[0, 1]')
  })

  test('the mean of a Pareto law is infinite for alpha ≤ 1, and so is that of a mixture with one', () => {
    const heavy: DistributionSpec = { dist: 'pareto', xm: 1, alpha: 1 }
    expect(compileDistribution(heavy).meanMs).toBe(Infinity)
    expect(
      compileDistribution({
        dist: 'mixture',
        parts: [
          { share: 0.5, of: heavy },
          { share: 0.5, of: 1 },
        ],
      }).meanMs,
    ).toBe(Infinity)
  })
})

describe('constants', () => {
  test.each<[string, DistributionSpec, number]>([
    ['a number', 5, 5],
    ['zero', 0, 0],
    ['constant', { dist: 'constant', value: 1.5, plusMs: 2 }, 3.5],
    ['uniform without width', { dist: 'uniform', min: 2, max: 2 }, 2],
    ['normal without spread', { dist: 'normal', median: 2, sd: 0, plusMs: 1 }, 3],
    ['lognormal without spread', { dist: 'lognormal', median: 2, sigma: 0 }, 2],
    ['exponential with mean 0', { dist: 'exponential', meanMs: 0, plusMs: 1 }, 1],
    ['empirical with one value', { dist: 'empirical', quantiles: [{ p: 0.5, ms: 7 }] }, 7],
    [
      'mixture with one part',
      {
        dist: 'mixture',
        parts: [
          { share: 1, of: 7 },
          { share: 0, of: 8 },
        ],
        plusMs: 1,
      },
      8,
    ],
  ])('%s', (_, spec, ms) => {
    const law = compileDistribution(spec)
    const rng = new Rng(1, 2, 3, 4)
    expect([law.constantNs, law.sampleNs(rng), law.meanMs, law.quantileMs(0.3)]).toEqual([
      ms * 1e6,
      ms * 1e6,
      ms,
      ms,
    ])
    expect([law.cdf(ms - 1e-9), law.cdf(ms)]).toEqual([0, 1])
    expect(law.spec).toBe(spec)
    // Nothing was drawn.
    expect(rng.u32()).toBe(11520)
  })
})

test('a tail that overflows ends at the longest draw', () => {
  const law = compileDistribution({ dist: 'pareto', xm: 1e6, alpha: 0.001 })
  const rng = Rng.stream(1, 'overflow')
  const draws = Array.from({ length: 100 }, () => law.sampleNs(rng))
  expect(Math.max(...draws)).toBe(DRAW_NS_MAX)
  expect(draws.every(Number.isSafeInteger)).toBe(true)
})

test('the quantile of a mixture is found across 300 orders of magnitude', () => {
  const law = compileDistribution({
    dist: 'mixture',
    parts: [
      { share: 0.5, of: { dist: 'pareto', xm: 1e-12, alpha: 3 } },
      { share: 0.5, of: { dist: 'pareto', xm: 1, alpha: 0.001 } },
    ],
  })
  const ms = law.quantileMs(0.6)
  // Half lie near 0; of the other half a fifth: (1 / x)^0.001 = 0.8.
  expect(Math.abs(ms / Math.exp(-1000 * Math.log(0.8)) - 1)).toBeLessThan(1e-9)
})

test('what the parser refuses is a bug here', () => {
  const wrong: DistributionSpec[] = [
    -1,
    NaN,
    Infinity,
    { dist: 'uniform', min: 2, max: 1 },
    { dist: 'pareto', xm: 1, alpha: 0 },
    { dist: 'exponential', meanMs: -1 },
    { dist: 'empirical', quantiles: [] },
    {
      dist: 'empirical',
      quantiles: [
        { p: 0.5, ms: 2 },
        { p: 0.6, ms: 1 },
      ],
    },
    { dist: 'mixture', parts: [] },
    { dist: 'constant', value: 1, plusMs: -1 },
  ]
  for (const spec of wrong) expect(() => compileDistribution(spec)).toThrow()
})
