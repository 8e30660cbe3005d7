import { describe, expect, test } from 'vitest'
import { replicaOf, topologyOf } from '../testing/topologies.ts'
import type { PartitioningSpec } from '../topology/types.ts'
import { buildPlan } from './build.ts'
import { KEYS_END, RangeMap, withUnborn } from './ranges.ts'

const SPLIT = { byKeys: 10, checkEveryMs: 100, rangesMax: 9, moveLeaders: false }

function planOf(
  partitioning: Partial<PartitioningSpec>,
  insertOrder: 'ordered' | 'alphabetical' = 'ordered',
) {
  const plain = topologyOf()
  if (plain.workload.kind !== 'mix') throw new Error('a mix was expected')
  return buildPlan(
    topologyOf({
      replicas: ['r1', 'r2', 'r3', 'r4'].map((id) => replicaOf(id)),
      replication: { strategy: 'raft', params: {} },
      partitioning: {
        ...plain.partitioning,
        scheme: 'range',
        shards: 4,
        replicationFactor: 3,
        ...partitioning,
      },
      workload: { ...plain.workload, keys: 1_000, insertOrder },
    }),
  )
}

describe('a plan with ranges that may split', () => {
  test.each(['ordered', 'alphabetical'] as const)(
    'cuts keys where it would without splits, with %s names, but numbers them as they are',
    (order) => {
      const fixed = planOf({}, order).keySpace
      const { keySpace, splits } = planOf({ split: SPLIT }, order)
      expect(splits?.starts).toEqual([0, 250, 500, 750])
      for (const key of [0, 1, 249, 250, 251, 499, 500, 749, 750, 999, 1_000, 5_000]) {
        expect(keySpace.shardOf(key), `key ${key}`).toBe(fixed.shardOf(key))
        expect(keySpace.localOf(key)).toBe(key)
        expect(keySpace.keyOf(keySpace.shardOf(key), key)).toBe(key)
      }
    },
  )

  test('begins ranges where the file says', () => {
    const ranges = ['user0000000100', 'user0000000100x', 'user0000000900']
    expect(planOf({ ranges, split: SPLIT }).splits?.starts).toEqual([0, 100, 101, 900])
  })

  test('keeps numbers for shards that are yet to be born, and none without splits', () => {
    expect(planOf({ split: SPLIT }).shards.map(({ replicas }) => replicas.length)).toEqual([
      3, 3, 3, 3, 0, 0, 0, 0, 0,
    ])
    expect(planOf({})).toMatchObject({ splits: null, shards: { length: 4 } })
  })
})

describe('a map of ranges', () => {
  const shard = { id: 0, replicas: [4, 5, 6], spares: [7] }
  const one = new RangeMap(0, [0], [0], withUnborn([shard], 4))

  test('splits, and leaves the one before as it was', () => {
    const two = one.split(100, 1, 5)
    const three = two.split(50, 2, 6)
    expect([0, 49, 50, 99, 100, KEYS_END - 1].map((key) => three.shardOf(key))).toEqual([0, 0, 2, 2, 1, 1])
    expect(three.inOrder).toEqual([0, 2, 1])
    expect([three.spanOf(0), three.spanOf(2), three.spanOf(1)]).toEqual([
      { from: 0, to: 50 },
      { from: 50, to: 100 },
      { from: 100, to: KEYS_END },
    ])
    expect(two.shards[1]).toEqual({ id: 1, replicas: [5, 4, 6], spares: [7] })
    expect(one.shardOf(100)).toBe(0)
    expect([one, two, three].map(({ version }) => version)).toEqual([0, 1, 2])
  })

  test('merges to the left', () => {
    const merged = one.split(100, 1, 5).split(50, 2, 6).merge(2)
    expect([49, 50, 99, 100].map((key) => merged.shardOf(key))).toEqual([0, 0, 0, 1])
    expect(merged.spanOf(2)).toBe(null)
    expect(merged.shards[2].replicas).toEqual([])
  })

  test('does not split at a border, nor merge the first', () => {
    expect(() => one.split(100, 1, 5).split(100, 2, 5)).toThrow('a split makes two ranges')
    expect(() => one.merge(0)).toThrow('a left neighbour')
  })
})
