import { describe, expect, test } from 'vitest'
import { metricsOf } from '../metrics/index.ts'
import { buildPlan } from '../plan/build.ts'
import { protocolOf } from '../protocols/registry.ts'
import { simulate } from '../simulator/index.ts'
import { clientOf, replicaOf, topologyOf } from '../testing/topologies.ts'
import { withDefaults } from '../testing/with-defaults.ts'
import type { ClientSpec, DistributionSpec, ParamValue, ReadLevel, Topology } from '../topology/types.ts'
import { canPredict, predict } from './index.ts'

type Params = Record<string, ParamValue>

interface Case {
  strategy: 'raft' | 'single-leader'
  params?: Params
  read?: ReadLevel
  /** Regions with a client each. */
  clients?: string[]
}

const REGIONS = ['a', 'b', 'c']
const client = (region: string, overrides: Partial<ClientSpec> = {}) =>
  clientOf(`c-${region}`, { region, ...overrides })

/**
 * A replica in each of three regions, of which that in a leads: one way a millisecond inside a region, 20 from a to b,
 * 60 from a to c, 50 from b to c, times the jitter given. A disk takes 3 ms.
 */
function threeRegions(
  { strategy, params = {}, read = 'eventual', clients = ['b'] }: Case,
  way: (ms: number) => DistributionSpec = (ms) => ms,
): Topology {
  const plain = topologyOf()
  const link = (from: string, to: string, ms: number) => ({ from, to, oneWay: way(ms), directed: false })
  return withDefaults(
    topologyOf({
      regions: REGIONS.map((id) => ({ id, zones: [], at: null })),
      replicas: REGIONS.map((region) => replicaOf(`r-${region}`, { region, disk: { fsync: 3 } })),
      clients: clients.map((region) => client(region, { sessions: 64, loop: { open: { ratePerS: 10 } } })),
      links: {
        ...plain.links,
        default: { ...plain.links.default, oneWay: way(1) },
        between: [link('a', 'b', 20), link('a', 'c', 60), link('b', 'c', 50)],
      },
      replication: { strategy, params },
      consistency: { read, session: [], onPartition: 'consistency' },
      run: { durationMs: 120_000, warmupMs: 5_000, seed: 7, timeScale: 1 },
    }),
    protocolOf(strategy).manifest,
  )
}

const predicted = (topology: Topology) => {
  expect(canPredict(topology)).toBeNull()
  return predict(topology, buildPlan(topology), { trials: 20_000, seed: 1 })
}

function measured(topology: Topology) {
  return metricsOf(simulate(buildPlan(topology), protocolOf(topology.replication.strategy)))
}

const raft = (params: Params = {}, read: ReadLevel = 'eventual'): Case => ({ strategy: 'raft', params, read })
const single = (params: Params = {}, read: ReadLevel = 'linearizable'): Case => ({
  strategy: 'single-leader',
  params,
  read,
})
const forward = { requestsAtFollowers: 'forward' }

describe('by hand: ways of a client in b, in ms', () => {
  // To the leader and back 40, its majority 40 and the follower's disk 3; by way of the replica in b two more.
  const cases: [string, Case, read: number, write: number][] = [
    ['Raft, forwarded, read locally', raft(forward), 2, 85],
    ['Raft, redirected', raft({}, 'linearizable'), 80, 83],
    ['Raft, reads through the log', raft({ reads: 'log' }, 'linearizable'), 83, 83],
    ['Raft, lease', raft({ reads: 'lease' }, 'linearizable'), 40, 83],
    ['Raft, a round at the leader', raft({ ...forward, reads: 'read-index' }, 'linearizable'), 82, 85],
    ['Raft, a round for the follower', raft({ ...forward, reads: 'follower-read-index' }, 'linearizable'), 82, 85], // prettier-ignore
    ['Raft, the leader writes first', raft({ parallelDiskWrite: false }, 'linearizable'), 80, 86],
    ['Raft, c only learns', raft({ learners: 1 }, 'linearizable'), 80, 83],
    // The leader's own disk first.
    ['asynchronous', single({ replication: 'asynchronous' }), 40, 43],
    ['asynchronous, read locally', single({ replication: 'asynchronous' }, 'eventual'), 2, 45],
    ['one of two, received', single({ replication: 'synchronous', syncReplicas: 1, acknowledge: 'received' }), 40, 83], // prettier-ignore
    ['one of two, written', single({ replication: 'synchronous', syncReplicas: 1, acknowledge: 'written' }), 40, 86], // prettier-ignore
    ['both, written', single({ replication: 'synchronous', syncReplicas: 2, acknowledge: 'written' }), 40, 166], // prettier-ignore
    ['both, applied later', single({ replication: 'synchronous', syncReplicas: 2, acknowledge: 'applied', applyDelayMs: 50 }), 40, 213], // prettier-ignore
  ]
  for (const [name, setup, readMs, writeMs] of cases) {
    test(`${name}: ${readMs} and ${writeMs}`, () => {
      const topology = threeRegions(setup)
      const { latencyMs } = predicted(topology)
      expect([latencyMs.read.p50, latencyMs.read.p999]).toEqual([readMs, readMs])
      expect([latencyMs.write.p50, latencyMs.write.p999]).toEqual([writeMs, writeMs])
      const run = measured(topology)
      // Now and then a write finds the disk busy.
      expect((run.latencyMs.read.p50 as number) / readMs).toBeCloseTo(1, 2)
      expect((run.latencyMs.write.p50 as number) / writeMs).toBeCloseTo(1, 2)
    })
  }
})

describe('what the simulator measures, with links that vary', () => {
  const cases: [string, Case][] = [
    ['Raft', raft({}, 'linearizable')],
    ['Raft, forwarded, lease', raft({ ...forward, reads: 'lease' }, 'linearizable')],
    ['Raft, forwarded, read locally', raft(forward)],
    ['single leader, one of two', single({ replication: 'synchronous', syncReplicas: 1 })],
    ['single leader, the first of two', single({ replication: 'synchronous', syncReplicas: 1, syncSelection: 'first' })], // prettier-ignore
    ['single leader, read locally', single({ replication: 'asynchronous' }, 'eventual')],
  ]
  for (const [name, setup] of cases) {
    test(name, () => {
      const vary = (ms: number): DistributionSpec => ({ dist: 'uniform', min: ms * 0.8, max: ms * 1.2 })
      const topology = threeRegions({ ...setup, clients: REGIONS }, vary)
      const { latencyMs } = predicted(topology)
      const run = measured(topology)
      for (const operation of ['read', 'write'] as const) {
        expect(run.latencyMs[operation].count).toBeGreaterThan(700)
        for (const p of ['p50', 'p90', 'p99'] as const) {
          const ratio = (run.latencyMs[operation][p] as number) / latencyMs[operation][p]
          expect(Math.abs(ratio - 1), `${operation} ${p}: ${ratio}`).toBeLessThan(p === 'p99' ? 0.1 : 0.05)
        }
      }
    })
  }
})

test('a follower shows a write once it hears that it is committed, and not before', () => {
  // Written and read in a and b: a reader in b sees a write of a, acknowledged after 1 ms, 20 ms after its commit.
  const { freshAtZero, visibility, t999Ms } = predicted(
    threeRegions({ ...raft(forward), clients: ['a', 'b'] }),
  )
  expect(freshAtZero).toBeCloseTo(3 / 4, 2)
  // 20 less the way of the acknowledgement and that of the question.
  expect(t999Ms).toBeCloseTo(18, 1)
  expect(visibility.filter(({ tMs }) => tMs > 18.1).every(({ fresh }) => fresh === 1)).toBe(true)
})

test('an asynchronous follower shows a write once it is on its disk and no delay is put on it', () => {
  const setup = single({ replication: 'asynchronous', applyDelayMs: 50 }, 'eventual')
  const { freshAtZero, t999Ms } = predicted(threeRegions({ ...setup, clients: ['a', 'b'] }))
  expect(freshAtZero).toBeCloseTo(1 / 2, 2)
  // 20 there, 50 of delay, meanwhile the disk; less 1 and 1.
  expect(t999Ms).toBeCloseTo(68, 1)
})

test('clients of a closed loop weigh as much as they do', () => {
  const topology = threeRegions({ ...raft({}, 'linearizable'), clients: [] })
  const loop = { closed: { thinkMs: 0 } }
  // In a an operation takes 1 + 40 + 1 ms and the disk, in c 60 + 40 + 60 and the disk: four in five are done in a.
  const { latencyMs } = predicted({ ...topology, clients: [client('a', { loop }), client('c', { loop })] })
  expect(latencyMs.read.p50).toBe(42)
  expect(latencyMs.read.mean).toBeCloseTo(42 + (160 - 42) * (43.5 / (43.5 + 161.5)), 0)
})

test('what has no model yet says so', () => {
  const why = (setup: Case) => canPredict(threeRegions(setup))
  expect(why(raft({ timestamps: 'hybrid' }, 'linearizable'))).toMatch(/timestamps/)
  expect(why(raft({}, 'bounded-staleness'))).toMatch(/bounded/)
  expect(why(single({}, 'bounded-staleness'))).toMatch(/bounded/)
  expect(why(single({ readsFrom: 'followers' }))).toMatch(/passes on/)
})

test('what is left out is said, and only that', () => {
  const caveats = (setup: Case) => predicted(threeRegions(setup)).caveats.join('\n')
  expect(caveats(raft(forward))).toMatch(/hear of each commit at once/)
  expect(caveats(raft({}, 'linearizable'))).not.toMatch(/hear of each commit/)
  expect(caveats(raft({}, 'linearizable'))).toMatch(/r-a, is taken to lead/)
  expect(caveats(raft({ batchDelayMs: 5 }))).toMatch(/batch delay/)
  expect(caveats(single({ shipEveryMs: 5 }))).toMatch(/within its interval/)
  expect(caveats(single())).not.toMatch(/batch delay|interval/)
})
