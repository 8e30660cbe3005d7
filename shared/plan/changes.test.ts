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
