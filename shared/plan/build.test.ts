import { describe, expect, test } from 'vitest'
import { clientOf, replicaOf, topologyOf } from '../testing/topologies.ts'
import type { ProbeWorkload, ReplicationSpec, Topology } from '../topology/types.ts'
import { buildPlan } from './build.ts'

const probe: ProbeWorkload = { kind: 'probe', offsetsMs: [0], samples: 10, valueBytes: 1 }

function withN(n: number | undefined): ReplicationSpec {
  return { strategy: 'leaderless', params: n === undefined ? {} : { n } }
}

/** Replicas "region/zone" in file order. */
function replicasAt(...where: string[]): Pick<Topology, 'replicas'> {
  return {
    replicas: where.map((place, i) => {
      const [region, zone = null] = place.split('/')
      return replicaOf(`r${i}`, { region, zone })
    }),
  }
}

describe('places', () => {
  test('replicas in file order, then clients', () => {
    const { places, replicaCount } = buildPlan(
      topologyOf({
        replicas: [replicaOf('b', { zone: 'z' }), replicaOf('a')],
        clients: [clientOf('y', { region: 'west' }), clientOf('x')],
        replication: withN(2),
      }),
    )
    expect(replicaCount).toBe(2)
    expect(places).toEqual([
      { id: 0, name: 'b', kind: 'replica', region: 'east', zone: 'z' },
      { id: 1, name: 'a', kind: 'replica', region: 'east', zone: null },
      { id: 2, name: 'y', kind: 'client', region: 'west', zone: null },
      { id: 3, name: 'x', kind: 'client', region: 'east', zone: null },
    ])
  })
})

describe('placement of the one shard', () => {
  const rows: [string, string[], number | undefined, number[], number[]][] = [
    ['one region: file order', ['e', 'e', 'e'], 2, [0, 1], [2]],
    ['without n: every replica', ['e', 'e', 'e'], undefined, [0, 1, 2], []],
    ['three of six in three regions: one each', ['e', 'e', 'w', 'w', 'n', 'n'], 3, [0, 2, 4], [1, 3, 5]],
    ['regions in the order of their first replica', ['w', 'e', 'w', 'e'], 2, [0, 1], [2, 3]],
    ['zones take turns within a region', ['e/a', 'e/a', 'e/b', 'e/c', 'e/b'], 3, [0, 2, 3], [1, 4]],
    ['regions first, then zones', ['e/a', 'e/a', 'e/b', 'w/a', 'w/b', 'w/b'], 4, [0, 3, 2, 4], [1, 5]],
    ['uneven regions', ['e', 'w', 'w', 'w'], 3, [0, 1, 2], [3]],
  ]
  test.each(rows)('%s', (_name, where, n, replicas, spares) => {
    const { shards } = buildPlan(topologyOf({ ...replicasAt(...where), replication: withN(n) }))
    expect(shards).toEqual([{ id: 0, replicas, spares }])
  })

  test('what the parser refuses is a bug here', () => {
    expect(() => buildPlan(topologyOf({ replication: withN(4) }))).toThrow('4 of 3 replicas')
  })
})

describe('placement of several shards', () => {
  const planOf = (scheme: 'range' | 'hash', insertOrder: 'hashed' | 'ordered') => {
    const base = topologyOf()
    return buildPlan(
      topologyOf({
        ...replicasAt('e', 'e', 'w', 'w', 'n', 'n'),
        partitioning: { scheme, shards: 4, virtualNodes: 1, replicationFactor: 2 },
        workload: { ...base.workload, keys: 1000, insertOrder } as Topology['workload'],
      }),
    )
  }

  test.each(['range', 'hash'] as const)('%s: each on as many replicas as it is to have', (scheme) => {
    const { shards, keySpace } = planOf(scheme, 'hashed')
    expect(shards.map(({ replicas, spares }) => [replicas.length, spares.length])).toEqual(
      Array.from({ length: 4 }, () => [2, 4]),
    )
    expect(keySpace.shards).toBe(4)
    // Even shares: 250 keys each, by a hash within four standard deviations of that.
    for (let shard = 0; shard < 4; shard++) {
      expect(Math.abs(keySpace.countBelow(shard, 1000) - 250)).toBeLessThan(55)
    }
  })

  test('ranges hold neighbours where names sort as their numbers do, and nowhere else', () => {
    expect(planOf('range', 'ordered').keySpace.isOrdered).toBe(true)
    expect(planOf('range', 'hashed').keySpace.isOrdered).toBe(false)
    expect(planOf('hash', 'ordered').keySpace.isOrdered).toBe(false)
    const { keySpace } = planOf('range', 'ordered')
    expect([0, 249, 250, 999, 5000].map((key) => keySpace.shardOf(key))).toEqual([0, 0, 1, 3, 3])
  })
})

describe('the run', () => {
  const run = { durationMs: 20_000, warmupMs: 2_000, seed: 7, timeScale: 1 }

  test('as the file says', () => {
    const plan = buildPlan(topologyOf({ run }))
    expect([plan.seed, plan.durationNs, plan.warmupNs]).toEqual([7, 20_000_000_000, 2_000_000_000])
    expect(plan.keySpace.shardOf(12)).toBe(0)
    expect(plan.keyName(0)).toBe('user6284781860667377211')
  })

  test('as the options say, which the plan records; a shorter run warms up less', () => {
    const topology = topologyOf({ run })
    const plan = buildPlan(topology, { seed: 8, durationMs: 5_000 })
    expect([plan.seed, plan.durationNs, plan.warmupNs]).toEqual([8, 5_000_000_000, 500_000_000])
    expect(plan.topology.run).toEqual({ ...run, seed: 8, durationMs: 5_000, warmupMs: 500 })
    expect(topology.run).toBe(run)
    expect(buildPlan(topology, { durationMs: 40_000 }).warmupNs).toBe(2_000_000_000)
  })

  test('a probe ends with its samples and has no warm-up', () => {
    const plan = buildPlan(topologyOf({ run, workload: probe }), { durationMs: 5 })
    expect([plan.durationNs, plan.warmupNs]).toEqual([Infinity, 0])
    expect(plan.keyName(3)).toBe('p3')
  })

  test.each([-1, 0.5, 2 ** 53, NaN])('seed %d is refused', (seed) => {
    expect(() => buildPlan(topologyOf(), { seed })).toThrow('seed')
  })
})

test('faults and links are those of the topology', () => {
  const plan = buildPlan(topologyOf({ faults: [{ kind: 'crash', replica: 'r1', atMs: 5, forMs: 1 }] }))
  expect(plan.faults).toHaveLength(1)
  expect(plan.links.roundTripNs(0, 3)).toBe(2_000_000)
})
