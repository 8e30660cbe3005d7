import { describe, expect, test } from 'vitest'
import {
  among,
  beat,
  flush,
  singleLeaderCluster,
  submit,
  takeOver,
} from '../../testing/single-leader-cluster.ts'
import type { Cluster } from '../../testing/single-leader-cluster.ts'

const AVAILABLE = { onPartition: 'availability' } as const
const SYNC = { replication: 'synchronous', syncReplicas: 1 }
const roles = (cluster: Cluster) =>
  cluster.members.map((place) => (cluster.isUp(place) ? cluster.state(place).role : 'down'))

describe('failover', () => {
  test('off: nobody takes over, and the leader goes on when it is back', () => {
    const cluster = singleLeaderCluster(3, { params: { failover: 'off' } })
    cluster.crash(0)
    expect(cluster.isArmed(1, 'watch')).toBe(false)
    cluster.boot(0)
    flush(cluster, 0)
    expect(roles(cluster)).toEqual(['leader', 'follower', 'follower'])
    expect(cluster.outcome(submit(cluster, 0, 'write', { value: 7 })).status).toBe('ok')
  })

  test('automatic: a majority lets a follower lead that has as much as all who answered', () => {
    const cluster = singleLeaderCluster(3, { consistency: AVAILABLE })
    submit(cluster, 0, 'write', { value: 7 })
    among(cluster, [0, 2])
    cluster.crash(0)
    takeOver(cluster, 1, [1, 2])
    // Place 2 has more, and is told so.
    expect(roles(cluster)).toEqual(['down', 'follower', 'candidate'])
    cluster.fire(2, 'survey')
    among(cluster, [1, 2])
    flush(cluster, 2)
    among(cluster, [1, 2])
    expect(roles(cluster)).toEqual(['down', 'follower', 'leader'])
    expect(cluster.state(1).machine.cells.get(1)?.value).toBe(7)
  })

  test('manual: an operator needs longer', () => {
    const cluster = singleLeaderCluster(3, { params: { failover: 'manual', operatorDelayMs: 60_000 } })
    cluster.crash(0)
    takeOver(cluster, 1, [1, 2])
    expect(cluster.nowNs).toBeGreaterThanOrEqual(60e9)
    expect(roles(cluster)).toEqual(['down', 'leader', 'follower'])
  })

  test('a follower that still hears the leader grants nothing, so one that was cut off deposes nobody', () => {
    const cluster = singleLeaderCluster(3)
    cluster.advance(1_500)
    beat(cluster, 0, [0, 2])
    cluster.fire(1, 'watch')
    cluster.deliver()
    expect(cluster.state(0).role).toBe('leader')
    expect(cluster.state(2).epoch).toBe(1024)
  })

  test('a witness without data alone grants the lease', () => {
    const cluster = singleLeaderCluster(3, { params: { witness: true }, consistency: AVAILABLE })
    cluster.crash(0)
    takeOver(cluster, 1, [1])
    expect(cluster.state(1).role).toBe('follower')
    takeOver(cluster, 1, [1, 2])
    expect(cluster.state(1).role).toBe('leader')
    expect(cluster.state(2).machine.cells.size).toBe(0)
  })

  test('over long links answers are waited for as long as the lease lasts', () => {
    const cluster = singleLeaderCluster(3, { consistency: AVAILABLE })
    cluster.crash(0)
    cluster.advance(10_000)
    cluster.fire(1, 'watch')
    const { candidacy } = cluster.state(1)
    // Half a lease is over, and its next turn comes before the answers do.
    cluster.fire(1, 'survey')
    cluster.fire(1, 'watch')
    expect(cluster.state(1).candidacy).toBe(candidacy)
    among(cluster, [1, 2])
    flush(cluster, 1)
    among(cluster, [1, 2])
    expect(roles(cluster)).toEqual(['down', 'leader', 'follower'])
  })

  test('where nothing may be lost, a follower waits for logs enough to know the last acknowledged write', () => {
    const cluster = singleLeaderCluster(3, { params: SYNC })
    const op = submit(cluster, 0, 'write', { value: 7 })
    among(cluster, [0, 2])
    expect(cluster.outcome(op).status).toBe('ok')
    // The old leader's log is out of reach: place 1 alone cannot know what places 0 and 2 acknowledged.
    takeOver(cluster, 1, [1])
    expect(cluster.state(1).role).toBe('follower')
  })
})

describe('fencing', () => {
  test('a leader whose lease is over serves nobody until it is renewed', () => {
    const cluster = singleLeaderCluster(3, { params: { readsFrom: 'leader' } })
    cluster.advance(2_000)
    const op = submit(cluster, 0, 'write', { value: 7 })
    const read = submit(cluster, 0, 'read')
    expect(cluster.replies.size).toBe(0)
    beat(cluster, 0)
    flush(cluster, 0)
    expect(cluster.outcome(op).status).toBe('ok')
    expect(cluster.outcome(read).status).toBe('ok')
  })

  test('followers that have promised a later epoch refuse the former leader, which steps down', () => {
    const cluster = singleLeaderCluster(3)
    takeOver(cluster, 1, [1, 2])
    expect(roles(cluster)).toEqual(['leader', 'leader', 'follower'])
    beat(cluster, 0)
    expect(roles(cluster)).toEqual(['follower', 'leader', 'follower'])
  })

  test('a read that waited at the former leader is for the next one, not for what the former has left', () => {
    const cluster = singleLeaderCluster(3, {
      consistency: { read: 'linearizable', session: [], onPartition: 'consistency' },
    })
    takeOver(cluster, 1, [1, 2])
    submit(cluster, 1, 'write', { value: 8 })
    among(cluster, [1, 2])
    const read = submit(cluster, 0, 'read')
    expect(cluster.replies.has(read)).toBe(false)
    beat(cluster, 0)
    expect(roles(cluster)).toEqual(['follower', 'leader', 'follower'])
    for (let i = 0; i < 3 && !cluster.replies.has(read); i++) beat(cluster, 1)
    expect(cluster.outcome(read)).toMatchObject({ status: 'fail', error: 'not-leader', redirect: 1 })
  })

  test('without it both sides accept writes, and one loses them when they meet', () => {
    const cluster = singleLeaderCluster(3, { params: { fencing: false }, consistency: AVAILABLE })
    takeOver(cluster, 1, [1, 2])
    const lost = submit(cluster, 0, 'write', { value: 7 })
    const kept = submit(cluster, 1, 'write', { value: 8 })
    expect([lost, kept].map((op) => cluster.outcome(op).status)).toEqual(['ok', 'ok'])
    cluster.drop()
    for (let i = 0; i < 3; i++) beat(cluster, 1)
    expect(cluster.factCount('lost-write')).toBe(1)
    expect(cluster.factCount('rewound')).toBe(1)
    expect(new Set(cluster.digests()).size).toBe(1)
    expect(cluster.state(0).machine.cells.get(1)?.value).toBe(8)
  })
})

describe('pg_rewind and rebuilding', () => {
  test.each([
    ['rewind', 'rewound'],
    ['rebuild', 'rebuilt'],
  ])('with "%s" a former leader that went its own way is %s', (rejoin, fact) => {
    const cluster = singleLeaderCluster(3, { params: { rejoin }, consistency: AVAILABLE })
    submit(cluster, 0, 'write', { value: 7 })
    cluster.drop()
    cluster.crash(0)
    takeOver(cluster, 1, [1, 2])
    submit(cluster, 1, 'write', { value: 8, key: 2 })
    cluster.boot(0)
    for (let i = 0; i < 4; i++) beat(cluster, 1)
    expect(cluster.factCount(fact)).toBe(1)
    expect(cluster.factCount('lost-write')).toBe(1)
    expect(new Set(cluster.digests()).size).toBe(1)
    // The disk says the same.
    cluster.crash(0)
    cluster.boot(0)
    expect(new Set(cluster.digests()).size).toBe(1)
  })
})
