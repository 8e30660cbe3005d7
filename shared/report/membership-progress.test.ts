import { describe, expect, test } from 'vitest'
import type { ReplicaLook } from '../history/counters.ts'
import type { PlannedChange, ShardPlan } from '../plan/types.ts'
import { MembershipProgress } from './membership-progress.ts'

const S = 1e9
const shards = (...lists: number[][]): ShardPlan[] =>
  lists.map((replicas, id) => ({ id, replicas, spares: [] }))

/** Two shards on 0 and 1; at 5 s the replica 2 joins and takes a place in both, at 10 s 0 leaves. */
const BEFORE = shards([0, 1], [1, 0])
const CHANGES: PlannedChange[] = [
  { atNs: 5 * S, kind: 'join', place: 2, shards: shards([0, 2], [2, 0]) },
  { atNs: 10 * S, kind: 'leave', place: 0, shards: shards([1, 2], [2, 1]) },
]

function look(shard: number, isMoving: boolean): ReplicaLook {
  const nothing = { term: null, leader: null, applied: 0, digest: 0, backlog: 0 }
  return { place: 1, shard, role: 'follower', ...nothing, ...(isMoving ? { isMoving: true } : {}) }
}

describe('a replica that joins and one that leaves', () => {
  test('are absent, joining shard by shard, there; there, leaving, absent', () => {
    const progress = new MembershipProgress(BEFORE, CHANGES)
    const at = (seconds: number, looks: ReplicaLook[], place: number) => {
      progress.hear(seconds * S, looks)
      return progress.of(place)
    }
    expect(at(1, [look(0, false), look(1, false)], 2)).toEqual({
      state: 'absent',
      shardsToMove: 0,
      shards: 0,
    })
    expect(progress.of(0)).toEqual({ state: 'present', shardsToMove: 0, shards: 0 })
    expect(at(6, [look(0, true), look(1, true)], 2)).toEqual({ state: 'joining', shardsToMove: 2, shards: 2 })
    expect(at(7, [look(0, false), look(1, true)], 2)).toEqual({
      state: 'joining',
      shardsToMove: 1,
      shards: 2,
    })
    expect(at(8, [look(0, true), look(1, false)], 2)).toEqual({
      state: 'present',
      shardsToMove: 0,
      shards: 2,
    })
    expect(at(11, [look(0, true), look(1, true)], 0)).toEqual({
      state: 'leaving',
      shardsToMove: 2,
      shards: 2,
    })
    expect(progress.of(2)?.state).toBe('present')
    expect(at(12, [look(0, false), look(1, false)], 0)).toEqual({
      state: 'absent',
      shardsToMove: 0,
      shards: 2,
    })
    // It neither joins nor leaves.
    expect(progress.of(1)).toBeNull()
  })

  test('what was seen just before a change says nothing of it; one member who has seen it settle is enough', () => {
    const progress = new MembershipProgress(BEFORE, CHANGES)
    progress.hear(5.1 * S, [look(0, false), look(1, false)])
    expect(progress.of(2)).toMatchObject({ state: 'joining', shardsToMove: 2 })
    progress.hear(6 * S, [look(0, true), look(0, false), look(1, true)])
    expect(progress.of(2)).toMatchObject({ state: 'joining', shardsToMove: 1 })
  })

  test('a sample that comes after several changes counts them all', () => {
    const progress = new MembershipProgress(BEFORE, CHANGES)
    progress.hear(20 * S, [look(0, true), look(1, false)])
    expect(progress.of(2)).toMatchObject({ state: 'joining', shardsToMove: 1 })
    expect(progress.of(0)).toMatchObject({ state: 'leaving', shardsToMove: 1 })
  })
})
