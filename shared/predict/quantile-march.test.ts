import { describe, expect, test } from 'vitest'
import { PBS_FITS } from '../testing/pbs.ts'
import { compileDistribution } from '../topology/distributions.ts'
import type { DistributionSpec } from '../topology/types.ts'
import { QuantileMarch } from './quantile-march.ts'

const mixture = (...parts: [number, DistributionSpec][]): DistributionSpec => ({
  dist: 'mixture',
  parts: parts.map(([share, of]) => ({ share, of })),
})

const SPECS: Record<string, DistributionSpec> = {
  ...PBS_FITS,
  'a jump between constants': mixture([0.3, 1], [0.7, 100]),
  'mass at zero': mixture([0.9, 0], [0.1, { dist: 'lognormal', median: 5, sigma: 2 }]),
  'a gap': mixture(
    [0.25, { dist: 'uniform', min: 1, max: 2 }],
    [0.75, { dist: 'uniform', min: 50, max: 51 }],
  ),
  'no end in sight': mixture(
    [0.5, { dist: 'pareto', xm: 1, alpha: 0.05 }],
    [0.5, { dist: 'normal', median: 1, sd: 1 }],
  ),
}

describe('a march meets the bisected quantiles, to one hundredth of its step', () => {
  const STEPS = 4096
  for (const [name, spec] of Object.entries(SPECS)) {
    test(name, () => {
      const distribution = compileDistribution(spec)
      const exactNs = (p: number): number => Math.min(distribution.quantileMs(p) * 1e6, 2 ** 52)
      const march = new QuantileMarch(distribution, 0)
      let before = march.ns
      for (let step = 1; step < STEPS; step++) {
        const ns = march.next(step / STEPS)
        expect(ns).toBeGreaterThanOrEqual(before)
        if (step % 16 === 0) {
          expect(ns).toBeGreaterThanOrEqual(exactNs((step - 0.01) / STEPS) * (1 - 1e-9))
          expect(ns).toBeLessThanOrEqual(exactNs((step + 0.01) / STEPS) * (1 + 1e-9) + 0.01)
        }
        before = ns
      }
    })
  }
})

test('a mixture of smooth parts takes about two evaluations per quantile', () => {
  const distribution = compileDistribution(PBS_FITS['LNKD-SSD'])
  let evaluations = 0
  const counted = Object.assign(Object.create(distribution) as typeof distribution, {
    cdf: (ms: number): number => {
      evaluations++
      return distribution.cdf(ms)
    },
  })
  const march = new QuantileMarch(counted, 0)
  for (let step = 1; step < 4096; step++) march.next(step / 4096)
  expect(evaluations).toBeLessThan(2 * 4096)
})
