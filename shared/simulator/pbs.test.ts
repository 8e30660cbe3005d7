import { describe, expect, test } from 'vitest'
import { metricsOf } from '../metrics/index.ts'
import { buildPlan } from '../plan/build.ts'
import reference from '../predict/testdata/pbs-reference.json' with { type: 'json' }
import { protocolOf } from '../protocols/registry.ts'
import { pbsTopology } from '../testing/pbs.ts'
import type { PbsConfig } from '../testing/pbs.ts'
import { withDefaults } from '../testing/with-defaults.ts'
import { simulate } from './simulation.ts'

/**
 * The protocol itself, simulated, against the published model (Bailis et al., VLDB 2012, Table 4, recomputed with 40
 * million trials). At this size the tail is noise, so the test holds the middle of the distributions and P(fresh at 0)
 * within four standard deviations; `npm run bench -- pbs` holds p99.9 and t(99.9 %) at a million reads.
 */
const READS = 20_000
const leaderless = protocolOf('leaderless')

function measured(
  config: PbsConfig,
  r: number,
  w: number,
  overrides: Parameters<typeof pbsTopology>[3] = {},
) {
  const workload = { kind: 'probe' as const, offsetsMs: [0], samples: READS, valueBytes: 100 }
  const topology = withDefaults(pbsTopology(config, r, w, { workload, ...overrides }), leaderless.manifest)
  return metricsOf(simulate(buildPlan(topology), leaderless), { offsetsMs: [0] })
}

/** Four standard deviations of a share p measured in READS trials, and the reference's own error. */
const deviation = (p: number) => 4 * Math.sqrt((p * (1 - p)) / READS) + 0.0005

describe('LNKD-SSD and LNKD-DISK, every row', () => {
  for (const { config, R, W, reproduced_40M: exact } of reference.table4) {
    test(`${config} R=${R} W=${W}`, () => {
      const { staleness, latencyMs, operations } = measured(config as PbsConfig, R, W)
      expect(operations).toMatchObject({ ok: 2 * READS, failed: 0, unknown: 0 })
      expect(staleness.visibility[0].reads).toBe(READS)
      const fresh = staleness.visibility[0].fresh
      expect(Math.abs(fresh - exact.p_consistent_t0)).toBeLessThan(deviation(exact.p_consistent_t0))
      expect(Math.abs((latencyMs.read.p50 as number) / exact.Lr50 - 1)).toBeLessThan(0.02)
      expect(Math.abs((latencyMs.write.p50 as number) / exact.Lw50 - 1)).toBeLessThan(0.04)
    })
  }
})

describe('closed forms', () => {
  const exponential = (meanMs: number) => ({ dist: 'exponential' as const, meanMs })

  /**
   * N = 1: the copy that acknowledged is the copy that is read. N = R = W = 1 with exponential legs of rate λ: an
   * operation is the sum of two, whose median is 1.67835/λ (the root of (1 + x) e^−x = 1/2).
   */
  test('N = 1 is always fresh, and its latency is Erlang', () => {
    const base = pbsTopology('LNKD-SSD', 1, 1)
    const { staleness, latencyMs } = measured('LNKD-SSD', 1, 1, {
      replicas: base.replicas.slice(0, 1),
      replication: { strategy: 'leaderless', params: { ...base.replication.params, n: 1 } },
      links: { ...base.links, default: { ...base.links.default, oneWay: exponential(2), oneWayOf: {} } },
    })
    expect(staleness.staleReads).toBe(0)
    expect((latencyMs.read.p50 as number) / (2 * 1.67835)).toBeCloseTo(1, 1)
    expect((latencyMs.write.p50 as number) / (2 * 1.67835)).toBeCloseTo(1, 1)
  })

  /**
   * Reads that reach every replica at one constant delay, acknowledgements likewise: with W = R = 1 and N = 2 the read
   * is stale when the answer that comes first is from the slower copy (1/2, by symmetry) and the write still had
   * farther to go than the read: P(X > 2c) for the memoryless remainder X, with c one way of the constant legs.
   */
  test('N = 2, exponential writes: P(stale) = e^(−2c/mean) / 2', () => {
    const base = pbsTopology('LNKD-SSD', 1, 1)
    const constantMs = 0.5
    const meanMs = 2
    const jitter = { dist: 'uniform' as const, min: constantMs - 0.001, max: constantMs + 0.001 }
    const { staleness } = measured('LNKD-SSD', 1, 1, {
      replicas: base.replicas.slice(0, 2),
      replication: { strategy: 'leaderless', params: { ...base.replication.params, n: 2 } },
      links: {
        ...base.links,
        default: {
          ...base.links.default,
          oneWay: jitter,
          oneWayOf: { 'leaderless.write': exponential(meanMs) },
        },
      },
    })
    const stale = Math.exp((-2 * constantMs) / meanMs) / 2
    expect(Math.abs((staleness.staleFraction as number) - stale)).toBeLessThan(deviation(stale))
  })
})
