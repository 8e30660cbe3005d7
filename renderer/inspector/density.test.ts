import { describe, expect, test } from 'vitest'
import { compileDistribution } from '../../shared/topology/distributions.ts'
import type { DistributionSpec } from '../../shared/topology/types.ts'
import { densityOf } from './density.ts'
import { converted, KINDS, kindOfSpec, quantilesFrom, quantileText } from './distribution-kinds.ts'

const SPECS: readonly DistributionSpec[] = [
  40,
  { dist: 'constant', value: 3, plusMs: 1 },
  { dist: 'uniform', min: 2, max: 6 },
  { dist: 'normal', median: 10, sd: 2 },
  { dist: 'lognormal', median: 35, sigma: 0.5 },
  { dist: 'exponential', meanMs: 5 },
  { dist: 'pareto', xm: 3, alpha: 1.2 },
  {
    dist: 'empirical',
    quantiles: [
      { p: 0, ms: 1 },
      { p: 1, ms: 9 },
    ],
  },
  {
    dist: 'mixture',
    parts: [
      { share: 0.5, of: 1 },
      { share: 0.5, of: 9 },
    ],
  },
]

describe('pictures', () => {
  test('a uniform law is flat between its bounds and empty outside', () => {
    const density = densityOf({ dist: 'uniform', min: 2, max: 6 })
    const width = ((density?.toMs ?? 0) - (density?.fromMs ?? 0)) / (density?.bars.length ?? 1)
    const middle = density?.bars.filter((_, i) => {
      const from = (density.fromMs ?? 0) + i * width
      return from > 2 && from + width < 5.9
    })
    expect(middle?.length).toBeGreaterThan(30)
    for (const bar of middle ?? []) expect(bar).toBeCloseTo(1, 6)
    expect(density).toMatchObject({ p50Ms: 4, meanMs: 4 })
    expect(density?.p99Ms).toBeCloseTo(5.96, 9)
  })

  test('a constant is one bar; two constants are two', () => {
    expect(densityOf(40)?.bars.filter((bar) => bar > 0)).toEqual([1])
    expect(densityOf(SPECS[8])?.bars.filter((bar) => bar > 0)).toEqual([1, 1])
    expect(densityOf(0)?.bars[0]).toBe(1)
  })

  test('what is no distribution has none', () => {
    expect(densityOf({ dist: 'uniform', min: 5, max: 1 })).toBeNull()
    expect(densityOf({ dist: 'normal', median: -1, sd: 1 })).toBeNull()
    expect(densityOf({} as DistributionSpec)).toBeNull()
  })
})

describe('kinds', () => {
  test.each(SPECS.map((spec) => [JSON.stringify(spec), spec] as const))('%s becomes any other', (_, spec) => {
    const median = compileDistribution(spec).quantileMs(0.5)
    for (const { value } of KINDS) {
      const next = converted(spec, value)
      expect(kindOfSpec(next)).toBe(value)
      // A mixture of it with something rarer has nearly its median.
      if (value !== 'mixture') expect(compileDistribution(next).quantileMs(0.5) / median).toBeCloseTo(1, 2)
      expect(densityOf(next)).not.toBeNull()
    }
  })

  test('what is half typed begins anew', () => {
    expect(converted({ dist: 'pareto' } as unknown as DistributionSpec, 'constant')).toBe(1)
    expect([kindOfSpec(3), kindOfSpec({ dist: 'cauchy' }), kindOfSpec(null)]).toEqual([
      'constant',
      null,
      null,
    ])
  })

  test('quantiles as lines', () => {
    const rows = [
      { p: 0, ms: 1 },
      { p: 0.5, ms: 2.5 },
    ]
    expect(quantilesFrom(quantileText(rows))).toEqual(rows)
    expect(quantilesFrom('0, 1\n\n 0.5: 2.5 ')).toEqual(rows)
    expect(quantilesFrom('0 1\n0.5')).toBeNull()
    expect(quantilesFrom('half 1')).toBeNull()
  })
})
