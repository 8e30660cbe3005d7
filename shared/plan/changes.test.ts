import { describe, expect, test } from 'vitest'
import { replicaOf, topologyOf } from '../testing/topologies.ts'
import type { ChangeSpec, PartitioningSpec } from '../topology/types.ts'
import { buildPlan } from './build.ts'

const NAMES = ['r1', 'r2', 'r3', 'r4', 'r5', 'r6']

function planOf(changes: ChangeSpec[], partitioning: Partial<PartitioningSpec>) {
  const plain = topologyOf()
  return buildPlan(
    topologyOf({
      replicas: NAMES.map((id) => replicaOf(id)),
      replication: { strategy: 'raft', params: {} },
      partitioning: {
        ...plain.partitioning,
        scheme: 'hash',
        shards: 12,
        replicationFactor: 3,
        ...partitioning,
      },
      changes,
    }),
  )
}

const held = (shards: readonly { replicas: readonly number[] }[], place: number) =>
  shards.filter(({ replicas }) => replicas.includes(place)).length

describe('a replica that joins', () => {
  const { shards, changes } = planOf([{ atMs: 500, kind: 'join', replica: 'r4' }], {})

  test('holds nothing until then', () => {
    expect(held(shards, 3)).toBe(0)
    expect(shards.every(({ replicas }) => replicas.length === 3)).toBe(true)
  })

  test('then takes its part, and nothing else moves', () => {
    const [change, ...others] = changes
    expect(others).toEqual([])
    expect(change).toMatchObject({ atNs: 500e6, kind: 'join', place: 3 })
    // 36 copies over six replicas.
    expect(held(change.shards, 3)).toBe(6)
    change.shards.forEach(({ id, replicas }, index) => {
      expect(id).toBe(shards[index].id)
      expect(new Set(replicas).size).toBe(3)
      const before = shards[index].replicas
      if (!replicas.includes(3)) expect(new Set(replicas)).toEqual(new Set(before))
      else expect(replicas.filter((place) => !before.includes(place))).toEqual([3])
    })
  })
})

test('one that leaves hands over all it held, and to nobody else goes more than that', () => {
  const { shards, changes } = planOf([{ atMs: 1, kind: 'leave', replica: 'r2' }], {})
  const [{ shards: after }] = changes
  expect(held(after, 1)).toBe(0)
  after.forEach(({ replicas }, index) => {
    expect(new Set(replicas).size).toBe(3)
    const gained = replicas.filter((place) => !shards[index].replicas.includes(place))
    expect(gained.length).toBe(shards[index].replicas.includes(1) ? 1 : 0)
  })
})

test('changes build on each other, in the order of their instants', () => {
  const { changes } = planOf(
    [
      { atMs: 900, kind: 'leave', replica: 'r6' },
      { atMs: 100, kind: 'join', replica: 'r6' },
    ],
    {},
  )
  expect(changes.map(({ kind }) => kind)).toEqual(['join', 'leave'])
  expect(held(changes[0].shards, 5)).toBe(6)
  expect(held(changes[1].shards, 5)).toBe(0)
})

test('a key space in one piece is held by all who are there', () => {
  const { shards, changes } = planOf(
    [
      { atMs: 100, kind: 'join', replica: 'r6' },
      { atMs: 200, kind: 'leave', replica: 'r1' },
    ],
    { scheme: 'none' },
  )
  expect(new Set(shards[0].replicas)).toEqual(new Set([0, 1, 2, 3, 4]))
  expect(new Set(changes[0].shards[0].replicas)).toEqual(new Set([0, 1, 2, 3, 4, 5]))
  expect(new Set(changes[1].shards[0].replicas)).toEqual(new Set([1, 2, 3, 4, 5]))
})

describe('a ring', () => {
  const RING = { scheme: 'consistent-hashing', virtualNodes: 8, tokens: 'allocated' } as const
  const plan = planOf(
    [
      { atMs: 100, kind: 'join', replica: 'r6' },
      { atMs: 200, kind: 'leave', replica: 'r1' },
      { atMs: 300, kind: 'join', replica: 'r1' },
    ],
    RING,
  )
  const KEYS = 3000
  const holdersAt = (change: number) => {
    const shards = change < 0 ? plan.shards : plan.changes[change].shards
    return Array.from({ length: KEYS }, (_, key) => shards[plan.keySpace.shardOf(key)].replicas)
  }
  const gains = (change: number) => {
    const before = holdersAt(change - 1)
    return holdersAt(change).flatMap((after, key) => after.filter((place) => !before[key].includes(place)))
  }

  test('is cut from the beginning as the last change leaves it: a shard has one list of replicas at a time', () => {
    const lists = plan.shards.map(({ id }) =>
      [plan.shards, ...plan.changes.map(({ shards }) => shards)].map((shards) => shards[id].replicas.join()),
    )
    expect(new Set(lists.map((list) => list.join('|'))).size).toBe(plan.shards.length)
    for (const { shards } of plan.changes) expect(shards).toHaveLength(plan.shards.length)
  })

  test('begins as a ring of those who are there then', () => {
    const alone = buildPlan(
      topologyOf({
        replicas: NAMES.slice(0, 5).map((id) => replicaOf(id)),
        replication: { strategy: 'raft', params: {} },
        partitioning: { ...topologyOf().partitioning, replicationFactor: 3, ...RING },
      }),
    )
    const holders = holdersAt(-1)
    for (let key = 0; key < KEYS; key++) {
      expect(holders[key]).toEqual(alone.shards[alone.keySpace.shardOf(key)].replicas)
    }
  })

  test('a join gives copies to the newcomer only, a leave takes them from the leaver only', () => {
    expect(new Set(gains(0))).toEqual(new Set([5]))
    const before = holdersAt(0)
    const after = holdersAt(1)
    after.forEach((replicas, key) => {
      if (!before[key].includes(0)) expect(replicas).toEqual(before[key])
      else expect(replicas.filter((place) => !before[key].includes(place))).toHaveLength(1)
    })
    expect(new Set(gains(2))).toEqual(new Set([0]))
  })

  test('owners have even shares again after each join', () => {
    for (const change of [0, 2]) {
      const owned = NAMES.map((_, place) => holdersAt(change).filter(([owner]) => owner === place).length)
      for (const count of owned.filter((each) => each > 0)) {
        expect(count).toBeGreaterThan((0.8 * KEYS) / 6)
        expect(count).toBeLessThan((1.2 * KEYS) / 6)
      }
    }
  })
})

test('rendezvous hashing: only what the newcomer wins moves', () => {
  const { shards, changes, keySpace } = planOf([{ atMs: 1, kind: 'join', replica: 'r6' }], {
    scheme: 'rendezvous',
    shards: 64,
  })
  for (let key = 0; key < 1000; key++) {
    const shard = keySpace.shardOf(key)
    const before = shards[shard].replicas
    const gained = changes[0].shards[shard].replicas.filter((place) => !before.includes(place))
    expect(gained.every((place) => place === 5)).toBe(true)
  }
})
