import { expect, test } from 'vitest'
import { OperationTally } from '../../shared/history/counters.ts'
import type { ReplicaCounters, ReplicaLook } from '../../shared/history/counters.ts'
import { STATUS } from '../../shared/history/types.ts'
import { buildPlan } from '../../shared/plan/build.ts'
import type { Plan } from '../../shared/plan/types.ts'
import { clientOf, replicaOf, topologyOf } from '../../shared/testing/topologies.ts'
import { Board, boardMemory } from './board.ts'

/** Four replicas and three shards of three members each. */
const plan: Plan = {
  ...buildPlan(
    topologyOf({
      replicas: ['r1', 'r2', 'r3', 'r4'].map((id) => replicaOf(id)),
      clients: ['c1', 'c2'].map((id) => clientOf(id)),
    }),
  ),
  shards: [
    { id: 0, replicas: [0, 1, 2], spares: [3] },
    { id: 1, replicas: [3, 0, 1], spares: [2] },
    { id: 2, replicas: [2, 3, 0], spares: [1] },
  ],
}
const ROLES = ['leader', 'follower']
const THREADS = 6

function boards(): [Board, Board] {
  const memory = boardMemory(plan, THREADS)
  return [new Board(memory, plan, ROLES), new Board(memory, plan, ROLES)]
}

const membership = plan.shards.flatMap(({ id: shard, replicas }) =>
  replicas.map((place) => ({ place, shard })),
)

function looks(place: number, overrides: Partial<ReplicaLook> = {}): ReplicaLook[] {
  const data = { role: 'follower', term: 2, leader: 1, applied: 10 * place, digest: 5, backlog: place }
  return membership
    .filter((member) => member.place === place)
    .map((member) => ({ ...member, ...data, ...overrides }))
}

test('what replicas say of themselves is read by others, those that are down left out', () => {
  const [mine, theirs] = boards()
  expect(theirs.looks).toEqual([])
  for (let place = 0; place < 4; place++) mine.setLooks(place, looks(place))
  mine.setLooks(2, [])
  mine.setLooks(0, looks(0, { appliedIsOwnCount: true }))
  mine.setLooks(3, looks(3, { role: 'leader', term: null, leader: null }))
  const byPlace = (place: number) => theirs.looks.filter((look) => look.place === place)
  expect(byPlace(0)).toEqual(looks(0, { appliedIsOwnCount: true }))
  expect(byPlace(1)).toEqual(looks(1))
  expect(byPlace(2)).toEqual([])
  expect(byPlace(3)).toEqual(looks(3, { role: 'leader', term: null, leader: null }))
})

test('a replica that is up in some of its shards only', () => {
  const [mine, theirs] = boards()
  const all = looks(0)
  expect(all.length).toBeGreaterThan(1)
  mine.setLooks(0, all)
  mine.setLooks(0, all.slice(1))
  expect(theirs.looks).toEqual(all.slice(1))
})

test('a role that the manifest does not have is a bug', () => {
  const [mine] = boards()
  expect(() => mine.setLooks(0, looks(0, { role: 'king' }))).toThrow('"king" is no role')
})

test('converged: all members of every shard are up and equal; shards differ as they like', () => {
  const [mine, theirs] = boards()
  const publish = (digestOf: (shard: number, place: number) => number) => {
    for (let place = 0; place < 4; place++) {
      mine.setLooks(
        place,
        looks(place).map((look) => ({ ...look, digest: digestOf(look.shard, place) })),
      )
    }
  }
  expect(theirs.isConverged).toBe(false)
  publish((shard) => shard)
  expect(theirs.isConverged).toBe(true)
  publish((shard, place) => shard + (place === 3 ? 1 : 0))
  expect(theirs.isConverged).toBe(false)
  publish((shard) => shard)
  mine.setLooks(1, [])
  expect(theirs.isConverged).toBe(false)
})

test('replicas go on counting where their earlier lives ended', () => {
  const [mine, theirs] = boards()
  const counters: ReplicaCounters = {
    ...{ up: true, isPaused: false, messagesIn: 5, messagesOut: 6, servingNs: 7, workingNs: 0 },
  }
  mine.setReplica(2, counters, mine.replica(2))
  mine.setWorkingNs(2, 99)
  const first = theirs.replica(2)
  expect(first).toEqual({ ...counters, workingNs: 99 })
  mine.setReplica(2, { ...counters, up: false, isPaused: true, messagesIn: 1 }, first)
  expect(theirs.replicas[2]).toEqual({
    ...{ up: false, isPaused: true, messagesIn: 6, messagesOut: 12, servingNs: 14, workingNs: 99 },
  })
  expect(theirs.replicas.map(({ messagesIn }) => messagesIn)).toEqual([0, 0, 6, 0])
})

test('tallies and lateness of all threads add up', () => {
  const [mine, theirs] = boards()
  for (const thread of [4, 5, 5]) {
    const tally = new OperationTally(mine.tallyOf(thread))
    tally.begin()
    tally.end(STATUS.ok, 0, 5e6)
    tally.end(STATUS.info, 0, 5e6)
    mine.latenessOf(thread)[3]++
  }
  const { operations, reads, writes } = theirs.tally
  expect([...operations]).toEqual([3, 3, 0, 3])
  expect([sum(reads), sum(writes), sum(theirs.lateness), theirs.lateness[3]]).toEqual([3, 0, 3, 3])
})

function sum(counts: Uint32Array): number {
  return counts.reduce((total, each) => total + each, 0)
}
