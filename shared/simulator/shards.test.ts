import { describe, expect, test } from 'vitest'
import { OP_NAMES, STATUS } from '../history/types.ts'
import { metricsOf } from '../metrics/index.ts'
import { buildPlan } from '../plan/build.ts'
import { ShardedKeySpace } from '../plan/key-space.ts'
import type { Plan } from '../plan/types.ts'
import { registry } from '../protocols/registry.ts'
import { judge } from '../testing/soak.ts'
import { clientOf, replicaOf, topologyOf } from '../testing/topologies.ts'
import { withDefaults } from '../testing/with-defaults.ts'
import type { MixWorkload, Topology } from '../topology/types.ts'
import { Simulation } from './simulation.ts'

const KEYS = 60
const WORKLOAD: MixWorkload = {
  kind: 'mix',
  mix: { read: 0.4, update: 0.3, insert: 0, scan: 0.3, readModifyWrite: 0, compareAndSet: 0, delete: 0 },
  mixName: 'custom',
  keys: KEYS,
  distribution: { kind: 'uniform' },
  valueBytes: 100,
  scanLengthMax: 40,
}

/** Four shards of three replicas each on six machines; neighbouring keys in one shard or each in another. */
function shardedPlan(strategy: string, isOrdered: boolean, overrides: Partial<Topology> = {}): Plan {
  const { manifest } = registry.get(strategy) as NonNullable<ReturnType<typeof registry.get>>
  const topology = topologyOf({
    replicas: ['r1', 'r2', 'r3', 'r4', 'r5', 'r6'].map((id) => replicaOf(id)),
    clients: [
      clientOf('c1', {
        sessions: 3,
        loop: { closed: { thinkMs: 20 } },
        retry: { max: 5, backoffMs: 50, backoffMsMax: 500 },
      }),
    ],
    replication: { strategy, params: {} },
    workload: WORKLOAD,
    run: { durationMs: 4000, warmupMs: 0, seed: 7, timeScale: 1 },
    ...overrides,
  })
  const plan = buildPlan(withDefaults(topology, manifest))
  const ownerOf = (key: number) => (isOrdered ? Math.min(3, Math.floor(key / (KEYS / 4))) : key % 4)
  const shards = [0, 1, 2, 3].map((id) => {
    const order = [0, 1, 2, 3, 4, 5].map((at) => (id + at) % 6)
    return { id, replicas: order.slice(0, 3), spares: order.slice(3) }
  })
  return { ...plan, shards, keySpace: new ShardedKeySpace(4, ownerOf, isOrdered) }
}

function run(plan: Plan) {
  const protocol = registry.get(plan.topology.replication.strategy) as NonNullable<
    ReturnType<typeof registry.get>
  >
  const simulation = new Simulation(plan, protocol, { checked: true })
  while (!simulation.advance(100_000));
  return { simulation, history: simulation.finish() }
}

describe.each([...registry.keys()])('%s in four shards', (strategy) => {
  test.each([
    ['neighbours apart', false],
    ['neighbours together', true],
  ])('%s: every operation succeeds, nothing is lost, and scans count every key', (_, isOrdered) => {
    const plan = shardedPlan(strategy, isOrdered)
    const { history } = run(plan)
    const { ops } = history
    expect(judge(history, plan)).toEqual([])
    const settled = Array.from({ length: ops.count }, (_, row) => row).filter(
      (row) => ops.invokedNs[row] > 2e9,
    )
    expect(settled.length).toBeGreaterThan(50)
    expect(settled.filter((row) => ops.status[row] !== STATUS.ok)).toEqual([])
    const scans = settled.filter((row) => OP_NAMES[ops.f[row]] === 'scan')
    expect(scans.length).toBeGreaterThan(10)
    for (const row of scans) {
      // How long the scan was to be is not on record; but it finds no more than there is, and the longest find a lot.
      expect(ops.result[row]).toBeLessThanOrEqual(Math.min(40, KEYS - ops.key[row]))
      expect(ops.result[row]).toBeGreaterThanOrEqual(Math.min(1, KEYS - ops.key[row]))
    }
    const fromBeginning = scans.filter((row) => ops.key[row] < 20).map((row) => ops.result[row])
    expect(Math.max(...fromBeginning)).toBeGreaterThan(30)
  })

  test('each shard lives on its replicas alone, and the record says what was asked of it', () => {
    const plan = shardedPlan(strategy, false)
    const { simulation, history } = run(plan)
    for (const { id, replicas } of plan.shards) {
      const holders = simulation.hostsOf(id).filter(({ host }) => host !== null && host.probe().applied > 0)
      expect(holders.length).toBeGreaterThan(0)
      for (const { place } of holders) expect(replicas).toContain(place)
    }
    const { shards } = metricsOf(history).load
    expect(shards.map(({ replicas }) => replicas)).toEqual([
      ['r1', 'r2', 'r3'],
      ['r2', 'r3', 'r4'],
      ['r3', 'r4', 'r5'],
      ['r4', 'r5', 'r6'],
    ])
    expect(shards.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1)
    for (const { asked } of shards) expect(asked).toBeGreaterThan(20)
  })
})

test('an answer that the network doubles is not taken for that of the scan that follows', () => {
  const plain = topologyOf()
  const links = {
    ...plain.links,
    default: {
      ...plain.links.default,
      oneWay: { dist: 'uniform', min: 0.5, max: 8 } as const,
      duplicatePpm: 600_000,
    },
  }
  const clients = [clientOf('c1', { sessions: 3, loop: { closed: { thinkMs: 0 } } })]
  const plan = shardedPlan('leaderless', false, { links, clients })
  const { history } = run(plan)
  const { ops } = history
  expect(judge(history, plan)).toEqual([])
  const scans = Array.from({ length: ops.count }, (_, row) => row).filter(
    (row) => OP_NAMES[ops.f[row]] === 'scan',
  )
  expect(scans.length).toBeGreaterThan(100)
  for (const row of scans) {
    expect(ops.attempts[row]).toBeGreaterThan(0)
    expect(ops.result[row]).toBeLessThanOrEqual(Math.min(40, KEYS - ops.key[row]))
  }
})

describe('heartbeats of many shards', () => {
  /** Messages between replicas per second without any load, in the second half of a run. */
  function calmMessagesPerS(shards: number, strategy: string): number {
    const plan = shardedPlan(strategy, false, {
      replicas: ['r1', 'r2', 'r3'].map((id) => replicaOf(id)),
      clients: [clientOf('c1', { loop: { open: { ratePerS: 0.001 } } })],
    })
    const { history } = run({
      ...plan,
      shards: Array.from({ length: shards }, (_, id) => ({
        id,
        replicas: [id % 3, (id + 1) % 3, (id + 2) % 3],
        spares: [],
      })),
      keySpace: new ShardedKeySpace(shards, (key) => key % shards, false),
    })
    const { messagesInPerS, tMs } = metricsOf(history).load.series
    const settled = tMs.map((each, bin) => (each >= 2000 && each < 4000 ? bin : -1)).filter((bin) => bin >= 0)
    const sum = Object.values(messagesInPerS).flatMap((rates) => settled.map((bin) => rates[bin]))
    return sum.reduce((total, rate) => total + rate, 0) / settled.length
  }

  test('cost no more messages than the pairs of machines, however many shards there are', () => {
    // A leader's heartbeat goes to two others ten times a second, and comes back.
    const single = calmMessagesPerS(1, 'raft')
    expect(single).toBeGreaterThan(38)
    expect(single).toBeLessThan(42)
    // Three machines, each with some leader, to two others each, and back.
    const most = 3 * 2 * 10 * 2
    const many = calmMessagesPerS(30, 'raft')
    expect(many).toBeLessThan(1.05 * most)
    expect(many).toBeGreaterThan(single)
  })

  test.each(['single-leader', 'multi-leader', 'zab', 'chain'])(
    '%s: thirty shards send no more than three, each with another leader',
    (strategy) => {
      const single = calmMessagesPerS(1, strategy)
      expect(single).toBeGreaterThan(0)
      expect(calmMessagesPerS(30, strategy)).toBeLessThan(3.15 * single)
    },
  )
})
