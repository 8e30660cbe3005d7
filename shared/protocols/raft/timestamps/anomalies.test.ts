import { describe, expect, test } from 'vitest'
import { operationsOf } from '../../../checkers/operations/index.ts'
import { checkerNamed } from '../../../checkers/registry.ts'
import type { Verdict } from '../../../checkers/contract.ts'
import type { History } from '../../../history/types.ts'
import { metricsOf } from '../../../metrics/index.ts'
import { buildPlan } from '../../../plan/build.ts'
import { simulate } from '../../../simulator/index.ts'
import { clientOf, replicaOf, topologyOf } from '../../../testing/topologies.ts'
import { withDefaults } from '../../../testing/with-defaults.ts'
import type { ConsistencySpec, ParamValue, Topology } from '../../../topology/types.ts'
import { createRaft, protocol } from '../index.ts'
import { TIMESTAMP_RULES } from './rules.ts'
import type { TimestampRules } from './rules.ts'

/**
 * What clocks are trusted with, and what comes of it when they break that trust: three replicas in three regions, the
 * first of which leads, each with a client beside it; one key.
 */
interface Setup {
  params: Readonly<Record<string, ParamValue>>
  /** How wrong each replica's clock is, in ms. */
  offsetMs: readonly [number, number, number]
  uncertaintyMs?: number
  read?: ConsistencySpec['read']
  /** Pauses of each client between operations, in ms. */
  thinkMs?: readonly [number, number, number]
  rules?: Partial<TimestampRules>
}

const REGIONS = ['a', 'b', 'c']

function run(setup: Setup, seed: number): History {
  const { params, offsetMs, uncertaintyMs = 0, read = 'linearizable', thinkMs = [15, 15, 15], rules } = setup
  const base = topologyOf()
  const oneWay = { dist: 'uniform', min: 2, max: 6 } as const
  const topology = topologyOf({
    regions: REGIONS.map((id) => ({ id, zones: [], at: null })),
    replicas: REGIONS.map((region, at) =>
      replicaOf(`r${at}`, { region, clock: { offsetMs: offsetMs[at], driftPpm: 0, uncertaintyMs } }),
    ),
    clients: REGIONS.map((region, at) =>
      clientOf(`c${at}`, { region, sessions: 2, loop: { closed: { thinkMs: thinkMs[at] } } }),
    ),
    links: {
      ...base.links,
      default: { ...base.links.default, oneWay: 0.5 },
      between: [
        { from: 'a', to: 'b', directed: false, oneWay },
        { from: 'a', to: 'c', directed: false, oneWay },
        { from: 'b', to: 'c', directed: false, oneWay },
      ],
    },
    replication: {
      strategy: 'raft',
      params: { requestsAtFollowers: 'forward', closedAfterMs: 0, ...params },
    },
    consistency: { read, session: [], onPartition: 'consistency' },
    workload: { ...base.workload, keys: 1 } as Topology['workload'],
    run: { durationMs: 6_000, warmupMs: 0, seed, timeScale: 1 },
  })
  const raft = rules === undefined ? protocol : createRaft({ ...TIMESTAMP_RULES, ...rules })
  const complete = withDefaults(topology, protocol.manifest)
  expect(protocol.manifest.check(complete)).toEqual([])
  return simulate(buildPlan(complete), raft)
}

function verdictOf(setup: Setup): Verdict['status'] {
  const verdicts = [1, 2, 3].map((seed) =>
    checkerNamed('linearizable')!.check(operationsOf(run(setup, seed)), 5_000_000),
  )
  return verdicts.some(({ status }) => status === 'violated') ? 'violated' : verdicts[0].status
}

const SNAPSHOTS = { params: { timestamps: 'commit-wait', reads: 'timestamp' }, uncertaintyMs: 10 } as const
const HYBRID = { params: { timestamps: 'hybrid', maxClockOffsetMs: 500 } } as const

describe('Spanner §1: external consistency, by reads at now at any replica', () => {
  test.each([
    [[0, 0, 0], 'holds'],
    // As wrong as clocks say they may be.
    [[10, -10, -10], 'holds'],
    [[-10, 10, 10], 'holds'],
    // A reader that is behind does not ask for what was acknowledged lately.
    [[0, -60, 0], 'violated'],
    // A leader that is ahead gives writes timestamps that no reader has come to.
    [[60, 0, 0], 'violated'],
  ] as const)('clocks wrong by %j ms where 10 ms are stated: linearizable %s', (offsetMs, status) => {
    expect(verdictOf({ ...SNAPSHOTS, offsetMs })).toBe(status)
  })

  test('without the wait a leader whose clock is ahead breaks it', () => {
    const rules = { commitWaitNs: () => 0 }
    expect(verdictOf({ ...SNAPSHOTS, offsetMs: [10, -10, -10], rules })).toBe('violated')
  })

  test('strong reads at the leader need no clock but for the lease', () => {
    const params = { timestamps: 'commit-wait' }
    expect(verdictOf({ params, uncertaintyMs: 10, offsetMs: [60, -60, 0] })).toBe('holds')
  })
})

describe('CockroachDB: single-key linearizability while clocks are within the maximum offset', () => {
  // The slow one is hardly ever asked, or answers would keep its hybrid clock up.
  const thinkMs = [10, 900, 10] as const

  test.each([
    [[0, -490, 0], 'holds'],
    [[400, -90, 0], 'holds'],
    [[0, -900, 0], 'violated'],
  ] as const)('clocks wrong by %j ms where 500 ms are allowed: linearizable %s', (offsetMs, status) => {
    expect(verdictOf({ ...HYBRID, offsetMs, thinkMs })).toBe(status)
  })

  test('without the uncertainty interval clocks within the offset break it', () => {
    const rules = { uncertaintyNs: () => 0 }
    expect(verdictOf({ ...HYBRID, offsetMs: [0, -400, 0], thinkMs, rules })).toBe('violated')
  })
})

describe('TiDB: an oracle needs no clock but its own', () => {
  test.each([
    ['auto', [0, -900, 0]],
    ['auto', [5_000, -5_000, 0]],
    ['follower-read-index', [900, -900, 0]],
    ['read-index', [900, -900, 0]],
  ] as const)('reads "%s", clocks wrong by %j ms: linearizable', (reads, offsetMs) => {
    expect(verdictOf({ params: { timestamps: 'oracle', reads }, offsetMs })).toBe('holds')
  })
})

describe('stale reads within a bound, at any replica', () => {
  const lagOf = (setup: Omit<Setup, 'read'>) =>
    metricsOf(run({ ...setup, read: 'bounded-staleness' }, 1)).staleness.timeLagMs.max ?? 0

  test.each(['newest', 'exact'])('commit wait, %s', (staleReads) => {
    const params = { timestamps: 'commit-wait', maxStalenessMs: 300, staleReads }
    const lagMs = lagOf({ params, uncertaintyMs: 10, offsetMs: [10, -10, 0] })
    expect(lagMs).toBeLessThanOrEqual(300)
    if (staleReads === 'exact') expect(lagMs).toBeGreaterThan(200)
    else expect(lagMs).toBeLessThan(200)
  })

  test('hybrid clocks, as far apart as they may be', () => {
    const params = { timestamps: 'hybrid', maxClockOffsetMs: 100, maxStalenessMs: 400, staleReads: 'exact' }
    const lagMs = lagOf({ params, offsetMs: [50, -50, 0] })
    expect(lagMs).toBeLessThanOrEqual(400)
    expect(lagMs).toBeGreaterThan(200)
  })

  test('with clocks further apart the bound breaks', () => {
    const params = { timestamps: 'hybrid', maxClockOffsetMs: 100, maxStalenessMs: 400, staleReads: 'exact' }
    expect(lagOf({ params, offsetMs: [0, -400, 0] })).toBeGreaterThan(400)
  })
})
