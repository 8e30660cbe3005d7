import { describe, expect, test } from 'vitest'
import { buildPlan } from '../../plan/build.ts'
import { protocolOf, strategies } from '../../protocols/registry.ts'
import { simulate } from '../../simulator/index.ts'
import { clientOf, replicaOf, topologyOf } from '../../testing/topologies.ts'
import { withDefaults } from '../../testing/with-defaults.ts'
import { checkTopology } from '../../topology/parse.ts'
import { fileOf } from '../../topology/stringify.ts'
import { runVerdicts } from '../guarantees.ts'
import type { Topology } from '../../topology/types.ts'
import { boundsOf, firstProbes, laterProbes } from './battery.ts'
import { COURSE } from './course.ts'
import type { Probe, Subject } from './types.ts'

const OPTIONS = { seed: 7, isQuick: false }
const FIRST = { leader: null, usualMs: 2 }

function subjectOf(topology: Topology): Subject {
  const { places, shards } = buildPlan(topology)
  return {
    topology,
    shards: shards.map(({ replicas }) => replicas.map((place) => places[place].name)),
    rebalancing: null,
    newcomer: { reason: 'none' },
  }
}

const of = (
  strategy: string,
  overrides: Partial<Topology> = {},
  params: Topology['replication']['params'] = {},
): Subject => {
  const topology = topologyOf({ ...overrides, replication: { strategy, params } })
  return subjectOf(withDefaults(topology, protocolOf(strategy).manifest))
}

const service = { perMessageMs: 0.1 }
const threeRegions: Partial<Topology> = {
  regions: ['east', 'west', 'south'].map((id) => ({ id, zones: [], at: null })),
  replicas: ['east', 'west', 'south'].map((region) => replicaOf(`in-${region}`, { region, service })),
  clients: [clientOf('app', { region: 'west' })],
}

const named = (probes: readonly Probe[], name: string): Probe =>
  probes.find((probe) => probe.name === name) as Probe

describe.each([...strategies.keys()])('every probe of %s', (strategy) => {
  test.each<[shape: string, overrides: Partial<Topology>]>([
    ['three replicas', {}],
    ['three regions', threeRegions],
    ['one replica', { replicas: [replicaOf('only', { service })] }],
  ])('of %s is a file that is accepted', (shape, overrides) => {
    const quorums = strategy === 'leaderless' && shape === 'one replica' ? { n: 1, r: 1, w: 1 } : {}
    const subject = of(strategy, overrides, quorums)
    // A strategy may ask for more replicas than one.
    if (shape === 'one replica' && !checkTopology(fileOf(subject.topology), strategies).ok) return
    for (const probe of [...firstProbes(subject, OPTIONS), ...laterProbes(subject, FIRST, OPTIONS)]) {
      const checked = checkTopology(fileOf(probe.topology), strategies)
      expect(checked, probe.name).toEqual({ ok: true, value: probe.topology })
    }
  })
})

describe('which probes there are', () => {
  const names = (subject: Subject, leader: string | null) =>
    laterProbes(subject, { leader, usualMs: 2 }, OPTIONS)
      .filter(({ kind }) => kind !== 'load')
      .map(({ name, title }) => `${name}: ${title}`)

  test('three replicas with a leader', () => {
    expect(names(of('raft'), 'r2')).toEqual([
      'partition-1: r3 cut off',
      'heal: No more load after the heal',
      'partition-2: r2 cut off',
      'crash: Crash of r2, the leader',
    ])
  })

  test('three regions with a leader lose its region, too', () => {
    expect(names(of('raft', threeRegions), 'in-east')).toEqual([
      'partition-1: region south cut off',
      'heal: No more load after the heal',
      'partition-2: region east cut off',
      'crash: Crash of in-east, the leader',
      'region-lost: Power loss in east',
    ])
  })

  test('one replica can only crash', () => {
    expect(names(of('single-leader', { replicas: [replicaOf('only')] }), 'only')).toEqual([
      'crash: Crash of only, the leader',
    ])
  })
})

describe('the load', () => {
  const loads = (subject: Subject, usualMs: number) =>
    laterProbes(subject, { leader: null, usualMs }, OPTIONS).filter(({ kind }) => kind === 'load')

  test('is raised only where something bounds the throughput', () => {
    expect(boundsOf(of('raft').topology)).toEqual([])
    expect(loads(of('raft'), 2)).toEqual([])
    const disk = { replicas: [replicaOf('a', { disk: { fsync: 5 } }), replicaOf('b'), replicaOf('c')] }
    expect(loads(of('raft', disk), 2)).toEqual([])
    expect(boundsOf(of('raft', threeRegions).topology)).toEqual(['service'])
  })

  test('doubles, and once more without each bound', () => {
    const found = loads(of('raft', threeRegions), 2)
    expect(found.map(({ sessions }) => sessions)).toEqual([3, 6, 12, 24, 48, 96, 192, 384, 384])
    const { unbound, topology } = found[8]
    expect(unbound).toBe('service')
    expect(topology.replicas.map((replica) => replica.service.perMessageMs)).toEqual([0, 0, 0])
  })

  test('begins higher where an operation takes long', () => {
    expect(loads(of('raft', threeRegions), 40).map(({ sessions }) => sessions)[0]).toBe(3 * 10)
  })
})

test('until the fault a probe does what the baseline does: so the baseline tells who leads', () => {
  const subject = of('raft')
  const baseline = named(firstProbes(subject, OPTIONS), 'baseline')
  const partition = named(laterProbes(subject, FIRST, OPTIONS), 'partition-1')
  expect({ ...partition.topology, faults: [] }).toEqual(baseline.topology)
  const [calm, cut] = [baseline, partition].map(({ topology }) => {
    const short = { ...topology, run: { ...topology.run, durationMs: COURSE.faultAtMs + 1_000 } }
    const { samples } = simulate(buildPlan(short), protocolOf('raft'))
    return samples.filter(({ timeNs }) => timeNs < COURSE.faultAtMs * 1e6)
  })
  expect(calm.length).toBeGreaterThan(100)
  expect(cut).toEqual(calm)
})

describe('order is judged where no attempt is made twice', () => {
  const registers: Partial<Topology> = {
    consistency: { read: 'linearizable', session: [], onPartition: 'consistency' },
  }
  // Paxos of a key under contention: now and then nobody knows what became of a proposal (shared/protocols/leaderless).
  const subject = of('leaderless', registers, { lightweightTransactions: true, contentionMs: 20 })
  const contended = named(firstProbes(subject, { ...OPTIONS, isQuick: true }), 'contended')
  const linearizable = (retries: number) => {
    const clients = contended.topology.clients.map((client) => ({
      ...client,
      retry: { ...client.retry, max: retries },
    }))
    const topology = { ...contended.topology, clients }
    const history = simulate(buildPlan(topology), protocolOf('leaderless'))
    return runVerdicts(history, topology, ['linearizable'])
  }

  test('as the battery has it, registers are registers', () => {
    expect(contended.topology.clients.map(({ retry }) => retry.max)).toEqual([0, 0, 0])
    expect(linearizable(0)).toMatchObject({ guarantees: [{ name: 'linearizable', status: 'holds' }] })
  })

  test('with a second attempt a write of unknown outcome may be written twice', () => {
    expect(linearizable(2)).toMatchObject({ guarantees: [{ name: 'linearizable', status: 'violated' }] })
  })
})
