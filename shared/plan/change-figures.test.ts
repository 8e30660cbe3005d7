import { expect, test } from 'vitest'
import { protocolOf } from '../protocols/registry.ts'
import { halfUpdates } from '../testing/run-of.ts'
import { replicaOf, topologyOf } from '../testing/topologies.ts'
import { withDefaults } from '../testing/with-defaults.ts'
import type { ChangeSpec, Topology } from '../topology/types.ts'
import { buildPlan } from './build.ts'
import { changeFigures } from './change-figures.ts'

const JOIN: ChangeSpec = { atMs: 1_000, kind: 'join', replica: 'r6' }
const LEAVE: ChangeSpec = { atMs: 2_000, kind: 'leave', replica: 'r6' }

function figures(names: readonly string[], changes: ChangeSpec[], overrides: Partial<Topology> = {}) {
  const topology = topologyOf({
    replicas: names.map((id) => replicaOf(id)),
    replication: { strategy: 'raft', params: {} },
    workload: halfUpdates(1_200),
    changes,
    ...overrides,
  })
  return changeFigures(buildPlan(withDefaults(topology, protocolOf('raft').manifest)))
}

const NAMES = ['r1', 'r2', 'r3', 'r4', 'r5', 'r6']

test('in one piece a newcomer gets a copy of all, and nobody misses it when it leaves', () => {
  expect(figures(NAMES, [JOIN, LEAVE])).toEqual([
    { kind: 'join', shards: 1, keys: 1_200, idealKeys: 1_200 },
    { kind: 'leave', shards: 1, keys: 0, idealKeys: 0 },
  ])
})

test('ranges of equally many keys move as whole shards', () => {
  const partitioning = {
    ...topologyOf().partitioning,
    scheme: 'range',
    shards: 10,
    replicationFactor: 2,
  } as const
  // Of the 20 copies of 120 keys each a sixth would be 400 keys; whole shards make it three, the fourth being too many.
  expect(figures(NAMES, [JOIN, LEAVE], { partitioning })).toEqual([
    { kind: 'join', shards: 3, keys: 360, idealKeys: 400 },
    { kind: 'leave', shards: 3, keys: 360, idealKeys: 400 },
  ])
})

test('one that was there from the beginning and leaves moves what it held', () => {
  const partitioning = {
    ...topologyOf().partitioning,
    scheme: 'range',
    shards: 6,
    replicationFactor: 3,
  } as const
  const leave: ChangeSpec = { atMs: 1_000, kind: 'leave', replica: 'r2' }
  // 6 shards of 200 keys, three copies each, evenly on six replicas: three shards each.
  expect(figures(NAMES, [leave], { partitioning })).toEqual([
    { kind: 'leave', shards: 3, keys: 600, idealKeys: 600 },
  ])
})
