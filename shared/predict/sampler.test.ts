import { describe, expect, test } from 'vitest'
import { Rng } from '../base/rng.ts'
import { pbsTopology } from '../testing/pbs.ts'
import { compileDistribution } from '../topology/distributions.ts'
import type { DistributionSpec } from '../topology/types.ts'
import { LogCounts } from './log-counts.ts'
import { Sampler } from './sampler.ts'

const SPECS: Record<string, DistributionSpec> = {
  uniform: { dist: 'uniform', min: 1, max: 9 },
  exponential: { dist: 'exponential', meanMs: 4 },
  lognormal: { dist: 'lognormal', median: 2, sigma: 0.8, plusMs: 10 },
  normal: { dist: 'normal', median: 1, sd: 1 },
  pareto: { dist: 'pareto', xm: 1.05, alpha: 1.51 },
  'LNKD-DISK': pbsTopology('LNKD-DISK', 1, 1).links.default.oneWayOf['leaderless.write'],
  'two constants': {
    dist: 'mixture',
    parts: [
      { share: 0.3, of: 1 },
      { share: 0.7, of: 100 },
    ],
  },
}

function draws(spec: DistributionSpec, count: number): Float64Array {
  const values = new Float64Array(count)
  const sampler = new Sampler(compileDistribution(spec))
  const rng = Rng.stream(5, 'test')
  for (let from = 0; from < count; from += 1000)
    sampler.addTo(values, from, Math.min(count, from + 1000), rng)
  return values
}

describe('draws follow the distribution, far into the tail', () => {
  const COUNT = 200_000
  for (const [name, spec] of Object.entries(SPECS)) {
    test(name, () => {
      const distribution = compileDistribution(spec)
      const values = draws(spec, COUNT)
      for (const p of [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.996, 0.999, 0.9999, 0.99999]) {
        // Just above the quantile, by the 0.2 % that a straight piece may err, and by a nanosecond.
        const ms = distribution.quantileMs(p) * 1.002
        const share = distribution.cdf(ms)
        const [low, high] = [distribution.cdf(ms * 0.996), distribution.cdf(ms * 1.004)]
        const below = values.filter((ns) => ns <= ms * 1e6 + 1).length / COUNT
        const chance = 5 * Math.sqrt((share * (1 - share)) / COUNT) + 1 / COUNT
        expect(below).toBeGreaterThan(low - chance)
        expect(below).toBeLessThan(high + chance)
      }
    })
  }

  test('a constant takes no random number and is exact', () => {
    const rng = Rng.stream(1, 'unused')
    const sums = Float64Array.of(1, 2, 3)
    new Sampler(compileDistribution(35.5)).addTo(sums, 1, 3, rng)
    expect([...sums]).toEqual([1, 35_500_002, 35_500_003])
    expect(rng.u32()).toBe(Rng.stream(1, 'unused').u32())
  })

  test('draws go to the stretch asked for, and an odd one is drawn as well', () => {
    const sums = new Float64Array(7)
    new Sampler(compileDistribution({ dist: 'uniform', min: 1, max: 2 })).addTo(
      sums,
      2,
      5,
      Rng.stream(1, 'x'),
    )
    expect([...sums].map((ns) => ns > 0)).toEqual([false, false, true, true, true, false, false])
  })
})

test('a round trip adds the answer to the message, each from its own distribution', () => {
  const COUNT = 200_000
  const [out, back] = [SPECS.exponential, SPECS['LNKD-DISK']].map((spec) => compileDistribution(spec))
  const [sampler, backSampler] = [new Sampler(out), new Sampler(back)]
  const arrivals = new Float64Array(COUNT)
  const answers = new Float64Array(COUNT)
  const rng = Rng.stream(6, 'test')
  for (let from = 0; from < COUNT; from += 1000) {
    sampler.roundTrip(backSampler, arrivals, answers, from, from + 1000, rng)
  }
  const ways = answers.map((ns, at) => ns - arrivals[at])
  for (const p of [0.01, 0.5, 0.9, 0.99, 0.999, 0.9999]) {
    const chance = 5 * Math.sqrt((p * (1 - p)) / COUNT) + 0.001 * Math.min(p, 1 - p) * 4
    const shareBelow = (values: Float64Array, ms: number): number =>
      values.filter((ns) => ns <= ms * 1e6).length / COUNT
    expect(Math.abs(shareBelow(arrivals, out.quantileMs(p)) - p)).toBeLessThan(chance)
    expect(Math.abs(shareBelow(ways, back.quantileMs(p)) - p)).toBeLessThan(chance)
  }
})

describe('LogCounts', () => {
  test('quantiles are within 0.1 % of the exact ones', () => {
    const values = draws({ dist: 'lognormal', median: 3, sigma: 1.5 }, 50_000)
    const counts = new LogCounts()
    counts.record(values, values.length)
    const sorted = [...values].sort((a, b) => a - b)
    for (const p of [0.001, 0.1, 0.5, 0.9, 0.999, 1]) {
      const exact = sorted[Math.ceil(p * sorted.length) - 1]
      expect(Math.abs(counts.quantile(p) / exact - 1)).toBeLessThan(0.001)
    }
    expect(counts.mean / (sorted.reduce((sum, value) => sum + value, 0) / sorted.length)).toBeCloseTo(1, 9)
  })

  test('counts at or below a recorded value include it, zero included', () => {
    const counts = new LogCounts()
    counts.record(Float64Array.of(0, 0, 5, 17_000_000, 17_000_000, 1e12), 6)
    expect([0, 4, 5, 16_900_000, 17_000_000, 1e13].map((value) => counts.countAtOrBelow(value))).toEqual([
      2, 2, 3, 3, 5, 6,
    ])
    expect(counts.quantile(0.1)).toBe(0)
    expect(counts.quantile(1)).toBe(1e12)
  })
})
