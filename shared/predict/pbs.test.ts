import { describe, expect, test } from 'vitest'
import { buildPlan } from '../plan/build.ts'
import { pbsTopology } from '../testing/pbs.ts'
import type { PbsConfig } from '../testing/pbs.ts'
import { predict } from './index.ts'
import reference from './testdata/pbs-reference.json' with { type: 'json' }

/**
 * Bailis et al., VLDB 2012, Table 4. The exact figures are recomputed from the model with 40 million trials (see
 * testdata); tolerances allow for the trials here.
 */
const TRIALS = 1_000_000

function predicted(config: PbsConfig, r: number, w: number, trials = TRIALS) {
  const topology = pbsTopology(config, r, w)
  return predict(topology, buildPlan(topology), { trials, seed: 1 })
}

const relative = (actual: number | null, expected: number): number =>
  Math.abs((actual as number) / expected - 1)

describe('Table 4, recomputed', () => {
  for (const { config, N, R, W, reproduced_40M: exact } of reference.table4) {
    test(`${config} N=${N} R=${R} W=${W}`, () => {
      const { latencyMs, freshAtZero, t999Ms } = predicted(config as PbsConfig, R, W)
      expect(relative(latencyMs.read.p50, exact.Lr50)).toBeLessThan(0.005)
      expect(relative(latencyMs.write.p50, exact.Lw50)).toBeLessThan(0.005)
      expect(relative(latencyMs.read.p999, exact.Lr999)).toBeLessThan(0.015)
      const isHeavy = config === 'LNKD-DISK' && W === 3
      expect(relative(latencyMs.write.p999, exact.Lw999)).toBeLessThan(isHeavy ? 0.06 : 0.015)
      expect(Math.abs(freshAtZero - exact.p_consistent_t0)).toBeLessThan(0.0015)
      if (exact.t999_exact === 0) expect(t999Ms).toBe(0)
      else expect(relative(t999Ms, exact.t999_exact)).toBeLessThan(0.04)
    })
  }
})

describe('Table 4 as printed, for the configurations that were not recomputed', () => {
  // Latencies at p99.9 in ms, and t at which 99.9 % of reads are fresh, from 50,000 trials: hence the width.
  const rows: [PbsConfig, number, number, number, number, number][] = [
    ['YMMR', 1, 1, 5.58, 10.83, 1364],
    ['YMMR', 1, 2, 5.61, 427.12, 1352],
    ['YMMR', 2, 1, 32.6, 10.73, 202],
    ['YMMR', 2, 2, 33.18, 428.11, 0],
    ['YMMR', 3, 1, 219.27, 10.79, 0],
    ['YMMR', 1, 3, 5.63, 1870.86, 0],
    ['WAN', 1, 1, 3.4, 55.12, 113],
    ['WAN', 1, 2, 3.4, 167.64, 0],
    ['WAN', 2, 1, 151.3, 56.36, 30.2],
    ['WAN', 2, 2, 151.31, 167.72, 0],
    ['WAN', 3, 1, 153.86, 55.19, 0],
    ['WAN', 1, 3, 3.44, 241.55, 0],
  ]
  for (const [config, r, w, readMs, writeMs, t999] of rows) {
    test(`${config} N=3 R=${r} W=${w}`, () => {
      const { latencyMs, t999Ms } = predicted(config, r, w, 200_000)
      expect(relative(latencyMs.read.p999, readMs)).toBeLessThan(0.1)
      expect(relative(latencyMs.write.p999, writeMs)).toBeLessThan(0.1)
      if (t999 === 0) expect(t999Ms).toBe(0)
      else expect(relative(t999Ms, t999)).toBeLessThan(0.15)
    })
  }

  test('P(fresh at 0) of 97.4 %, 43.9 %, 89.3 % and 33 %, section 5.6', () => {
    expect(predicted('LNKD-SSD', 1, 1, 200_000).freshAtZero).toBeCloseTo(0.974, 2)
    expect(predicted('LNKD-DISK', 1, 1, 200_000).freshAtZero).toBeCloseTo(0.439, 2)
    expect(predicted('YMMR', 1, 1, 200_000).freshAtZero).toBeCloseTo(0.893, 2)
    expect(predicted('WAN', 1, 1, 200_000).freshAtZero).toBeCloseTo(0.33, 1)
  })
})
