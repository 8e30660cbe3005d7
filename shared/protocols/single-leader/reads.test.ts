import { expect, test } from 'vitest'
import { among, beat, singleLeaderCluster, submit, takeOver } from '../../testing/single-leader-cluster.ts'
import type { Rules } from './rules.ts'

const YOURS = { read: 'read-your-writes' } as const

/** A read at a follower that has not received what its session wrote. */
function readBehind(rules: Partial<Rules> = {}) {
  const cluster = singleLeaderCluster(3, { consistency: YOURS }, rules)
  const { token } = cluster.outcome(submit(cluster, 0, 'write', { value: 7 }))
  return { cluster, op: submit(cluster, 1, 'read', { token }) }
}

test('read your writes: a follower answers once it has applied the position that the session carries', () => {
  const { cluster, op } = readBehind()
  expect(cluster.replies.has(op)).toBe(false)
  cluster.deliver()
  expect(cluster.outcome(op).value).toBe(7)
})

test('without the rule of positions the session misses its own write', () => {
  const { cluster, op } = readBehind({ place: () => 'reached' })
  expect(cluster.outcome(op).value).toBe(0)
})

test('a session whose past a failover has lost is refused, for reading as for writing', () => {
  const cluster = singleLeaderCluster(3, { consistency: YOURS })
  const { token } = cluster.outcome(submit(cluster, 0, 'write', { value: 7 }))
  cluster.drop()
  cluster.crash(0)
  takeOver(cluster, 1, [1, 2])
  const operations = [
    submit(cluster, 1, 'read', { token }),
    submit(cluster, 1, 'write', { value: 8, token }),
    submit(cluster, 1, 'write', { value: 9 }),
  ]
  among(cluster, [1, 2])
  expect(operations.map((op) => cluster.outcome(op).error)).toEqual(['refused', 'refused', null])
})

test('bounded staleness: a follower answers while it heard in time, and else passes the read on', () => {
  const params = { maxStalenessMs: 150, heartbeatMs: 50 }
  const cluster = singleLeaderCluster(3, { params, consistency: { read: 'bounded-staleness' } })
  beat(cluster, 0)
  beat(cluster, 0)
  expect(cluster.replies.has(submit(cluster, 1, 'read'))).toBe(true)
  cluster.advance(200)
  const late = submit(cluster, 1, 'read')
  expect(cluster.replies.has(late)).toBe(false)
  cluster.deliver()
  expect(cluster.outcome(late).status).toBe('ok')
})

test('reads from followers: the leader passes them on to one that keeps up', () => {
  const cluster = singleLeaderCluster(3, { params: { readsFrom: 'followers' } })
  const op = submit(cluster, 0, 'read')
  expect(cluster.network.map(({ body, to }) => [body.kind, to])).toEqual([['single-leader.forward', 1]])
  cluster.deliver()
  expect(cluster.outcome(op).status).toBe('ok')
})

test('on a partition, consistency makes a follower silent and availability lets it answer', () => {
  const isAnswered = (onPartition: 'consistency' | 'availability') => {
    const cluster = singleLeaderCluster(3, { consistency: { onPartition } })
    cluster.advance(5_000)
    return cluster.replies.has(submit(cluster, 1, 'read'))
  }
  expect([isAnswered('consistency'), isAnswered('availability')]).toEqual([false, true])
})

const SYNC = { replication: 'synchronous', syncReplicas: 1 }

/** Places 0 and 2 acknowledge a write; place 1 and the witness hear of neither any more. */
function takeOverBehind(rules: Partial<Rules>) {
  const cluster = singleLeaderCluster(4, { params: { ...SYNC, witness: true } }, rules)
  submit(cluster, 0, 'write', { value: 7 })
  among(cluster, [0, 2])
  takeOver(cluster, 1, [1, 3])
  return cluster.state(1).role
}

test('a follower that may lack acknowledged writes is not promoted, and an invariant would notice', () => {
  expect(takeOverBehind({})).toBe('follower')
  expect(() => takeOverBehind({ isSurveyComplete: () => true })).toThrow(/acknowledged writes survive/)
})

test('a given-up wait that is acknowledged would be a lie', () => {
  const params = { ...SYNC, requestTimeoutMs: 300 }
  const cluster = singleLeaderCluster(2, { params }, { givenUpWait: () => null })
  const op = submit(cluster, 0, 'write', { value: 7 })
  cluster.drop()
  while (!cluster.replies.has(op)) cluster.fire(0, 'sweep')
  expect(cluster.outcome(op).status).toBe('ok')
})
