import { describe, expect, test } from 'vitest'
import { nsOfMs } from '../../base/time.ts'
import { buildPlan } from '../../plan/build.ts'
import { changeFigures } from '../../plan/change-figures.ts'
import { protocolOf } from '../../protocols/registry.ts'
import { simulate } from '../../simulator/index.ts'
import { historyOf } from '../../testing/histories.ts'
import { halfUpdates } from '../../testing/run-of.ts'
import { replicaOf, topologyOf } from '../../testing/topologies.ts'
import { withDefaults } from '../../testing/with-defaults.ts'
import type { Topology } from '../../topology/types.ts'
import { runVerdicts } from '../guarantees.ts'
import { sampleReport } from '../testdata/sample-report.ts'
import type { ObservedProbe } from './derive.ts'
import { doneAfter, rebalancingOf, streamedBy } from './moves.ts'
import { moveProbes, moving } from './moving.ts'
import type { Subject } from './types.ts'

describe('what the record of a run says', () => {
  const moved = (atMs: number) => ({ timeNs: nsOfMs(atMs), place: 'r1', kind: 'moved', text: '' })
  const other = { timeNs: nsOfMs(10_050), place: 'r1', kind: 'elected', text: '' }

  test('a move is done with the last of its shards', () => {
    const notes = [moved(9_900), other, moved(10_100), moved(10_700), moved(40_200)]
    expect(doneAfter({ notes }, { shards: 2 }, 10_000)).toBe(700)
    expect(doneAfter({ notes }, { shards: 1 }, 40_000)).toBe(200)
  })

  test('and not done where one is missing when its time is over', () => {
    const notes = [moved(10_100), moved(40_000)]
    expect(doneAfter({ notes }, { shards: 2 }, 10_000)).toBeNull()
  })

  test('what a newcomer copied belongs to its join, what others copied to its leave', () => {
    const { places } = historyOf({ ops: [] })
    const facts = new Map([
      ['streamed', Float64Array.of(3, 40, 500, 0)],
      ['streamed-bytes', Float64Array.of(30, 400, 5_000, 0)],
    ])
    expect(streamedBy({ facts, places }, 'r3', 'join')).toEqual({ streamedKeys: 500, streamedBytes: 5_000 })
    expect(streamedBy({ facts, places }, 'r3', 'leave')).toEqual({ streamedKeys: 43, streamedBytes: 430 })
    expect(streamedBy({ facts: new Map(), places }, 'r3', 'join')).toEqual({
      streamedKeys: 0,
      streamedBytes: 0,
    })
  })
})

const KEYS = 900
/** Of `halfUpdates`. */
const VALUE_BYTES = 1_000
const BATTERY = { seed: 3, isQuick: true }

/** The finding on five replicas of which each key is on three, under the battery's load. */
function measured(strategy: string, overrides: Partial<Topology>) {
  const protocol = protocolOf(strategy)
  const plain = topologyOf({
    replicas: ['r1', 'r2', 'r3', 'r4', 'r5'].map((id) => replicaOf(id)),
    replication: { strategy, params: {} },
    workload: halfUpdates(KEYS),
    ...overrides,
  })
  const topology = withDefaults(plain, protocol.manifest)
  const { places, shards } = buildPlan(topology)
  const names = shards.map(({ replicas }) => replicas.map((place) => places[place].name))
  const newcomer = { id: 'r6', like: 'r2' }
  const moves = changeFigures(buildPlan(moving({ topology, shards: names }, newcomer, BATTERY)))
  const subject: Subject = { topology, shards: names, rebalancing: null, newcomer: { ...newcomer, moves } }
  const observed = moveProbes(subject, BATTERY).map((probe): ObservedProbe => {
    const history = simulate(buildPlan(probe.topology), protocol)
    const verdicts = runVerdicts(history, probe.topology, ['linearizable'])
    return { probe, report: { ...sampleReport(), ...verdicts }, history }
  })
  return rebalancingOf(subject, observed[0], observed[1])
}

describe('a replica joins a ring under quorums, and leaves again', () => {
  const partitioning = {
    ...topologyOf().partitioning,
    scheme: 'consistent-hashing',
    virtualNodes: 16,
    replicationFactor: 3,
  } as const
  const found = measured('leaderless', {
    partitioning,
    replication: { strategy: 'leaderless', params: { n: 3, r: 2, w: 2 } },
  })
  const [join, leave] = found.measured?.moves ?? []

  test('it is to hold a sixth of the copies, within a fifth of it', () => {
    expect(join.idealKeys).toBe((3 * KEYS) / 6)
    expect(join.keys).toBeGreaterThan(0.8 * join.idealKeys)
    expect(join.keys).toBeLessThan(1.2 * join.idealKeys)
  })

  test('each of its keys comes over the links once, and goes back once, with its value', () => {
    for (const { streamedKeys, streamedBytes, keys, doneAfterMs } of [join, leave]) {
      expect(streamedKeys).toBe(keys)
      // A value, and what names its version; at most 64 of them to a message with its header.
      expect(streamedBytes).toBeGreaterThan(keys * VALUE_BYTES)
      expect(streamedBytes).toBeLessThan(keys * (VALUE_BYTES + 100))
      expect(doneAfterMs).toBeLessThan(1_000)
    }
  })

  test('clients notice nothing, and nothing is lost', () => {
    const { lost, linearizable } = found.measured ?? {}
    expect([lost?.lost, linearizable]).toEqual([0, 'holds'])
    expect(lost?.judgedKeys).toBeGreaterThan(300)
    for (const { during, without, overMs } of [join, leave]) {
      expect(overMs).toBe(2_000)
      // 200 operations a second.
      expect(during.reads.tried + during.writes.tried).toBeGreaterThan(300)
      expect([during.errors, during.staleFraction]).toEqual([[], 0])
      expect(without.reads.tried).toBe(during.reads.tried)
      expect(without.writes.tried).toBe(during.writes.tried)
    }
    expect(found.sentence).toMatch(
      /r6, a replica like r2, joined under load; .* No acknowledged write was lost/,
    )
  })
})

test('Raft in one piece: the newcomer gets what was written until then, and nobody gets anything when it leaves', () => {
  const found = measured('raft', { replicas: ['r1', 'r2', 'r3'].map((id) => replicaOf(id)) })
  const [join, leave] = found.measured?.moves ?? []
  expect(join).toMatchObject({ keys: KEYS, idealKeys: KEYS, shards: 1 })
  expect(leave).toMatchObject({ keys: 0, idealKeys: 0, streamedKeys: 0, streamedBytes: 0 })
  // Ten seconds at 200 operations a second, of which three in ten write: 600, and a tenth of a second's while it catches up.
  expect(join.streamedKeys).toBeGreaterThan(520)
  expect(join.streamedKeys).toBeLessThan(680)
  expect(join.streamedBytes).toBeGreaterThan(join.streamedKeys * VALUE_BYTES)
  expect(join.streamedBytes).toBeLessThan(join.streamedKeys * (VALUE_BYTES + 100))
  for (const { doneAfterMs } of [join, leave]) expect(doneAfterMs).toBeLessThan(1_000)
})

test('where nobody can join the sheet says why', () => {
  const found = rebalancingOf(
    { rebalancing: null, newcomer: { reason: 'Members cannot change.' } },
    undefined,
    undefined,
  )
  expect(found.measured).toBeNull()
  expect(found.sentence).toMatch(/^There is one shard.* Not measured: Members cannot change\.$/)
})
