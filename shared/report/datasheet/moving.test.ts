import { describe, expect, test } from 'vitest'
import { buildPlan } from '../../plan/build.ts'
import { protocolOf, strategies } from '../../protocols/registry.ts'
import { simulate } from '../../simulator/index.ts'
import { clientOf, replicaOf, topologyOf } from '../../testing/topologies.ts'
import { withDefaults } from '../../testing/with-defaults.ts'
import { checkTopology } from '../../topology/parse.ts'
import { fileOf } from '../../topology/stringify.ts'
import type { LinkEntry, Topology } from '../../topology/types.ts'
import { MOVES, moveProbes, withNewcomer } from './moving.ts'
import type { Subject } from './types.ts'

const BATTERY = { seed: 3, isQuick: true }
const PARAMS: Record<string, Topology['replication']['params']> = {
  leaderless: {},
  raft: {},
  'single-leader': { failover: 'off' },
}

function subjectOf(strategy: string, overrides: Partial<Topology> = {}): Subject {
  const { manifest } = protocolOf(strategy)
  const replication = { strategy, params: PARAMS[strategy] }
  const topology = withDefaults(topologyOf({ ...overrides, replication }), manifest)
  return {
    topology,
    shards: [['r1', 'r2', 'r3']],
    rebalancing: null,
    newcomer: { id: 'r4', like: 'r2', moves: [] },
  }
}

describe.each(Object.keys(PARAMS))('the probes of a join under %s', (strategy) => {
  test.each<[shape: string, overrides: Partial<Topology>]>([
    ['replicas of no zone', {}],
    [
      'zones',
      {
        regions: [{ id: 'east', zones: ['a', 'b', 'c'], at: null }],
        replicas: ['a', 'b', 'c'].map((zone, at) => replicaOf(`r${at + 1}`, { zone })),
      },
    ],
  ])('of %s are files that are accepted', (_, overrides) => {
    const probes = moveProbes(subjectOf(strategy, overrides), BATTERY)
    expect(probes.map(({ name }) => name)).toEqual(['moving', 'unmoved'])
    for (const { topology, name } of probes)
      expect(checkTopology(fileOf(topology), strategies), name).toEqual({ ok: true, value: topology })
  })

  test('both runs are the same up to the join, which comes in one of them alone', () => {
    const [moving, unmoved] = moveProbes(subjectOf(strategy), BATTERY).map(({ topology }) => {
      const run = { ...topology.run, durationMs: MOVES.joinAtMs + 1_000 }
      return simulate(buildPlan({ ...topology, run }), protocolOf(strategy))
    })
    const before = ({ ops }: typeof moving) => {
      const rows = Array.from({ length: ops.count }, (_, row) => row)
      const early = rows.filter((row) => ops.endedNs[row] < MOVES.joinAtMs * 1e6)
      return early.map((row) => [
        ops.invokedNs[row],
        ops.endedNs[row],
        ops.key[row],
        ops.place[row],
        ops.result[row],
      ])
    }
    expect(before(moving).length).toBeGreaterThan(1_500)
    expect(before(moving)).toEqual(before(unmoved))
    const joins = [moving, unmoved].map(({ notes }) => notes.filter(({ kind }) => kind === 'joins').length)
    expect(joins).toEqual([1, 0])
  })
})

test('the keys that move are the topology’s own', () => {
  const { topology } = subjectOf('raft')
  const workload = { ...topology.workload, keys: 77 } as Topology['workload']
  const [{ topology: moving }] = moveProbes(
    { ...subjectOf('raft'), topology: { ...topology, workload } },
    BATTERY,
  )
  expect(moving.workload).toMatchObject({ keys: 77, valueBytes: workload.valueBytes })
})

test('where nobody can join there is no probe', () => {
  expect(moveProbes({ ...subjectOf('raft'), newcomer: { reason: 'Nobody.' } }, BATTERY)).toEqual([])
})

test('a newcomer is like its neighbour, with links like the neighbour’s', () => {
  const entry = (from: string, to: string, oneWay: number): LinkEntry => ({
    from,
    to,
    directed: true,
    oneWay,
  })
  const plain = topologyOf()
  const topology = topologyOf({
    replicas: [replicaOf('r1'), replicaOf('r2', { zone: 'b', at: { x: 1, y: 2 }, disk: { fsync: 5 } })],
    clients: [clientOf('c1')],
    links: {
      ...plain.links,
      between: [entry('r1', 'r2', 7), entry('r2', 'c1', 8), entry('r2', 'r2', 9), entry('r1', 'c1', 3)],
    },
  })
  const grown = withNewcomer(topology, { id: 'new-1', like: 'r2' })
  expect(grown.replicas[2]).toEqual(replicaOf('new-1', { zone: 'b', at: null, disk: { fsync: 5 } }))
  expect(grown.links.between).toEqual([
    entry('r1', 'r2', 7),
    entry('r1', 'new-1', 7),
    entry('r2', 'c1', 8),
    entry('new-1', 'c1', 8),
    entry('r2', 'r2', 9),
    entry('r1', 'c1', 3),
  ])
})
