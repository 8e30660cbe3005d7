import { expect, test } from 'vitest'
import type { ReplicaLook } from '../../shared/history/counters.ts'
import { buildPlan } from '../../shared/plan/build.ts'
import type { PlannedFault } from '../../shared/plan/types.ts'
import { replicaOf, topologyOf } from '../../shared/testing/topologies.ts'
import { decisionMemory, HAND_FAULTS_FROM, RoleFaults } from './role-faults.ts'

const look = (place: number, role: string, term = 1, shard = 0): ReplicaLook => ({
  ...{ place, role, term, shard, leader: null, applied: 0, digest: 0, backlog: 0 },
})
const isolate = (replica: string, index = 0): PlannedFault => ({
  ...{ index, atNs: 0, untilNs: null },
  spec: { kind: 'isolate', replica, atMs: 0, forMs: null },
})

const replicas = Array.from({ length: 9 }, (_, i) => replicaOf(`r${i + 1}`))
const faults = [isolate('leader').spec, isolate('follower').spec]
const planOf = (seed: number) =>
  buildPlan(topologyOf({ replicas, faults, run: { durationMs: 1000, warmupMs: 0, seed, timeScale: 1 } }))

test('who comes first decides for all, whatever the others see by then', () => {
  const plan = planOf(1)
  const memory = decisionMemory(plan)
  const seenBy = (looks: ReplicaLook[]) => new RoleFaults(memory, plan, () => looks)
  const first = seenBy([look(0, 'follower'), look(1, 'leader', 3)])
  const later = seenBy([look(0, 'leader', 4), look(1, 'follower')])
  expect(first.strikes(isolate('leader'))).toEqual([1])
  expect(later.strikes(isolate('leader'))).toEqual([1])
  // Every fault is decided for itself, those by hand too.
  expect(later.strikes(isolate('leader', HAND_FAULTS_FROM))).toEqual([0])
  expect(first.strikes(isolate('leader', HAND_FAULTS_FROM))).toEqual([0])
})

test('two that decide at once come to the same decision', () => {
  const plan = planOf(1)
  const memory = decisionMemory(plan)
  const other = new RoleFaults(memory, plan, () => [look(0, 'leader')])
  const first = new RoleFaults(memory, plan, () => {
    // While it looks, the other has made up its mind.
    expect(other.strikes(isolate('leader'))).toEqual([0])
    return [look(1, 'leader')]
  })
  expect(first.strikes(isolate('leader'))).toEqual([0])
})

test('that nobody plays the role is a decision, too', () => {
  const plan = planOf(1)
  const memory = decisionMemory(plan)
  expect(new RoleFaults(memory, plan, () => [look(0, 'follower')]).strikes(isolate('leader'))).toEqual([])
  expect(new RoleFaults(memory, plan, () => [look(0, 'leader')]).strikes(isolate('leader'))).toEqual([])
})

test('of two leaders of a shard the one of the later term is struck; leaders of other shards are as good', () => {
  const struck = (looks: ReplicaLook[]) =>
    [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => {
      const plan = planOf(seed)
      return new RoleFaults(decisionMemory(plan), plan, () => looks).strikes(isolate('leader'))[0]
    })
  expect(new Set(struck([look(2, 'leader', 7), look(4, 'leader', 6)]))).toEqual(new Set([2]))
  expect(new Set(struck([look(2, 'leader', 7), look(4, 'leader', 6, 1)]))).toEqual(new Set([2, 4]))
})

test('which of several followers it is depends on the seed and on the fault', () => {
  const looks = replicas.map((_, place) => look(place, 'follower'))
  const struck = (seed: number, index: number) => {
    const plan = planOf(seed)
    return new RoleFaults(decisionMemory(plan), plan, () => looks).strikes(isolate('follower', index))[0]
  }
  const bySeed = Array.from({ length: 30 }, (_, seed) => struck(seed, 0))
  expect(new Set(bySeed).size).toBeGreaterThan(5)
  expect(Array.from({ length: 30 }, (_, seed) => struck(seed, 0))).toEqual(bySeed)
  expect(Array.from({ length: 30 }, (_, seed) => struck(seed, 1))).not.toEqual(bySeed)
})
