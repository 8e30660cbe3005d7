import { describe, expect, test } from 'vitest'
import {
  among,
  fallSilent,
  historyOf,
  leaderOf,
  settleAmong,
  underWay,
  zabCluster,
} from '../../testing/zab-cluster.ts'
import type { Zab } from '../../testing/zab-cluster.ts'

const write = (zab: Zab, place: number, value: number, session = 0, key = 1) =>
  zab.request(place, { f: 'write', key, value }, session)
const all = (zab: Zab) => settleAmong(zab, zab.members)

describe('fast leader election (Medeiros, §4.2)', () => {
  test('all else being equal the greatest server wins, and everyone follows it', () => {
    const zab = zabCluster(5)
    all(zab)
    expect(leaderOf(zab)).toBe(4)
    for (const place of [0, 1, 2, 3]) {
      expect(zab.state(place).following).toMatchObject({ leader: 4, stage: 'serving' })
    }
  })

  test('a longer history beats a greater server', () => {
    const zab = zabCluster(3)
    settleAmong(zab, [0, 1])
    expect(leaderOf(zab)).toBe(1)
    write(zab, 1, 7)
    among(zab, [0, 1])
    fallSilent(zab, [0, 1])
    settleAmong(zab, [0, 2])
    expect(leaderOf(zab)).toBe(0)
    expect(historyOf(zab, 2)).toEqual(['1.1'])
  })

  test('a later epoch beats a longer history', () => {
    const zab = zabCluster(3)
    settleAmong(zab, [1, 2])
    // Proposals of epoch 1 that nobody but their leader has.
    for (const value of [11, 12, 13]) write(zab, 2, value, value)
    zab.drop()
    fallSilent(zab, [1, 2])
    settleAmong(zab, [0, 1])
    expect(leaderOf(zab, [0, 1])).toBe(1)
    fallSilent(zab, [0, 1])
    settleAmong(zab, [0, 2])
    expect(leaderOf(zab, [0, 2])).toBe(0)
    expect(historyOf(zab, 2)).toEqual([])
  })

  test('a server that comes late joins whom a quorum follows, without a new election', () => {
    const zab = zabCluster(3)
    settleAmong(zab, [0, 1])
    settleAmong(zab, [0, 1, 2])
    expect(leaderOf(zab)).toBe(1)
    expect(zab.state(2).following).toMatchObject({ leader: 1, stage: 'serving' })
    expect(zab.state(1).lead?.epoch).toBe(1)
  })

  test('it settles only once it has waited for a better vote', () => {
    const zab = zabCluster(3)
    among(zab, [0, 1])
    expect(zab.isArmed(1, 'finalize')).toBe(true)
    among(zab, [0, 1, 2])
    zab.fire(2, 'election')
    among(zab, [0, 1, 2])
    expect(zab.state(1).election.vote?.leader).toBe(2)
  })
})

describe('phase 1, discovery', () => {
  test('the new epoch is later than any that a quorum has accepted', () => {
    const zab = zabCluster(3)
    for (const epoch of [1, 2, 3]) {
      all(zab)
      expect(zab.state(leaderOf(zab)).lead?.epoch).toBe(epoch)
      fallSilent(zab, [0, 1, 2])
    }
  })

  test('a promise is given only once it would survive a crash', () => {
    const zab = zabCluster(3, { holdsDisk: true })
    const settle = (places: readonly number[]) => {
      for (let turn = 0; turn < 3; turn++) {
        zab.deliver()
        for (const place of places) if (zab.isArmed(place, 'finalize')) zab.fire(place, 'finalize')
      }
      zab.deliver()
    }
    for (const place of [0, 1, 2]) zab.flush(place)
    settle([0, 1, 2])
    expect(zab.state(0).following?.stage).toBe('accepting')
    expect(zab.state(2).lead?.phase).toBe('discovery')
    zab.flush(0)
    expect(underWay(zab, 'zab.ackEpoch')).toHaveLength(1)
    zab.deliver()
    expect(zab.state(2).lead?.phase).toBe('discovery')
    zab.flush(2)
    expect(zab.state(2).lead?.phase).toBe('synchronisation')
  })

  test('a follower leaves a leader of an earlier epoch than it has promised itself to', () => {
    const zab = zabCluster(3)
    settleAmong(zab, [1, 2])
    zab.fire(0, 'election')
    zab.deliver(({ body }) => body.kind === 'zab.vote' || body.kind === 'zab.followerInfo')
    // It promised itself elsewhere since it connected.
    zab.state(0).acceptedEpoch = 5
    zab.deliver(({ body }) => body.kind === 'zab.leaderInfo')
    expect(zab.state(0).role).toBe('looking')
  })

  test('a follower promises itself to an epoch once: to a second leader of it, it counts for nothing', () => {
    const zab = zabCluster(3)
    among(zab, [0, 1])
    for (const place of [0, 1]) zab.fire(place, 'finalize')
    zab.deliver(({ body }) => body.kind === 'zab.followerInfo')
    expect(zab.state(1).lead?.epoch).toBe(1)
    // Another leader of epoch 1 had its promise since it connected.
    zab.state(0).acceptedEpoch = 1
    zab.deliver(({ body }) => body.kind !== 'zab.vote')
    expect(zab.state(1).lead?.learners.get(0)).toMatchObject({ stage: 'promised', isPromise: false })
    expect(zab.state(1).lead?.phase).toBe('discovery')
  })

  test('a leader to be whose follower knows more gives up', () => {
    // The election is made to prefer the worst, which nothing forbids it to do.
    const worst = { beats: (a: { leader: number }, b: { leader: number }) => a.leader < b.leader }
    const zab = zabCluster(3, {}, worst)
    settleAmong(zab, [1, 2])
    write(zab, 1, 7)
    among(zab, [1, 2])
    fallSilent(zab, [1, 2])
    settleAmong(zab, [0, 1, 2])
    expect(zab.factCount('election-failed')).toBeGreaterThan(0)
    expect(zab.state(0).lead?.phase).not.toBe('broadcast')
    for (const place of [1, 2]) expect(historyOf(zab, place)).toEqual(['1.1'])
  })

  test('a voter that promised itself to a later epoch is taken in by an election', () => {
    const zab = zabCluster(3)
    settleAmong(zab, [1, 2])
    expect(leaderOf(zab, [1, 2])).toBe(2)
    // Place 0 hears of an epoch whose leader then fails.
    zab.state(0).acceptedEpoch = 5
    settleAmong(zab, [0, 1, 2])
    expect(zab.state(leaderOf(zab)).lead?.epoch).toBe(6)
    expect(zab.state(0).following?.stage ?? 'leads').not.toBe('connecting')
  })
})

describe('phase 2, synchronisation', () => {
  test('DIFF: a follower that is behind gets what it lacks', () => {
    const zab = zabCluster(3)
    settleAmong(zab, [1, 2])
    for (const value of [11, 12]) write(zab, 2, value, value)
    among(zab, [1, 2])
    settleAmong(zab, [0, 1, 2])
    expect(historyOf(zab, 0)).toEqual(['1.1', '1.2'])
    expect(zab.state(0).committed).toBe(2)
    expect(zab.factCount('sync-snap')).toBe(0)
  })

  test('TRUNC: a former leader drops what was never committed', () => {
    const zab = zabCluster(3)
    all(zab)
    write(zab, 2, 11)
    among(zab, [0, 1, 2])
    write(zab, 2, 12, 1)
    zab.drop()
    fallSilent(zab, [0, 1, 2])
    settleAmong(zab, [0, 1])
    write(zab, 1, 13, 2)
    among(zab, [0, 1])
    expect(historyOf(zab, 2)).toEqual(['1.1', '1.2'])
    settleAmong(zab, [0, 1, 2])
    expect(zab.factCount('sync-trunc')).toBe(1)
    expect(historyOf(zab, 2)).toEqual(['1.1', '2.1'])
    expect(new Set(zab.digests()).size).toBe(1)
  })

  test('SNAP: a follower that the log no longer reaches gets everything, in pieces', () => {
    const params = { snapshotEvery: 5, diffTxns: 1, snapshotChunkBytes: 256 }
    const zab = zabCluster(3, { params })
    settleAmong(zab, [1, 2])
    for (let i = 0; i < 20; i++) {
      write(zab, 2, 100 + i, i, i)
      among(zab, [1, 2])
    }
    settleAmong(zab, [0, 1, 2])
    expect(zab.factCount('sync-snap')).toBe(1)
    expect(zab.state(0).committed).toBe(20)
    expect(new Set(zab.digests()).size).toBe(1)
    // And it survives a crash.
    zab.crash(0)
    zab.boot(0)
    expect(zab.state(0).store.applied).toBe(20)
  })

  test('nothing is proposed before a quorum has logged the history; then all of it is committed', () => {
    const zab = zabCluster(3)
    all(zab)
    write(zab, 2, 11)
    // Logged at place 1, and nobody learns of it.
    zab.deliver(({ body, to }) => body.kind === 'zab.propose' && to === 1)
    zab.drop()
    fallSilent(zab, [0, 1, 2])
    zab.crash(2)
    settleAmong(zab, [0, 1])
    expect(leaderOf(zab, [0, 1])).toBe(1)
    for (const place of [0, 1]) expect(zab.state(place)).toMatchObject({ committed: 1, currentEpoch: 2 })
  })
})

describe('phase 3, broadcast', () => {
  test('a change is committed once a quorum has logged it, and answered where it was asked for', () => {
    const zab = zabCluster(5)
    all(zab)
    const op = write(zab, 0, 7)
    zab.deliver(({ body }) => body.kind === 'zab.request')
    zab.deliver(({ to }) => to === 1)
    zab.deliver(({ from }) => from === 1)
    expect(zab.state(4).committed).toBe(0)
    zab.deliver(({ to }) => to === 2)
    zab.deliver(({ from }) => from === 2)
    expect(zab.state(4).committed).toBe(1)
    expect(zab.replies.has(op)).toBe(false)
    zab.deliver()
    expect(zab.outcome(op)).toMatchObject({ status: 'ok', version: { at: 2 ** 32 + 1, by: 0 } })
  })

  test('an acknowledgement waits for the disk', () => {
    const zab = zabCluster(3, { holdsDisk: true })
    const flushAll = () => [0, 1, 2].forEach((place) => zab.flush(place))
    flushAll()
    zab.deliver()
    for (const place of [0, 1, 2]) zab.fire(place, 'finalize')
    for (let turn = 0; turn < 8; turn++) {
      zab.deliver()
      flushAll()
    }
    expect(leaderOf(zab)).toBe(2)
    const op = write(zab, 2, 7)
    zab.deliver()
    expect(zab.state(2).committed).toBe(0)
    zab.flush(0)
    zab.deliver()
    expect(zab.state(2).committed).toBe(0)
    zab.flush(1)
    zab.deliver()
    // Two followers are a quorum; the leader's own disk is not waited for.
    expect(zab.outcome(op).status).toBe('ok')
  })

  test('any number of proposals is under way at a time, and each builds on those before it', () => {
    const zab = zabCluster(3)
    all(zab)
    const first = zab.request(2, { f: 'write', key: 1, value: 7 }, 1)
    const opId = 900
    const op = { f: 'cas', key: 1, value: 8, expected: 7, count: 0, bytes: 10 } as const
    zab.inject(2, { type: 'request', opId, op, session: { process: 2, sequence: 1, token: null } })
    zab.inject(2, {
      type: 'request',
      opId: 901,
      op: { ...op, value: 9 },
      session: { process: 3, sequence: 1, token: null },
    })
    expect(underWay(zab, 'zab.propose').map(({ txn }) => `${txn.type} ${txn.version}`)).toEqual([
      'set 1',
      'set 1',
      'set 2',
      'set 2',
      'error 2',
      'error 2',
    ])
    zab.deliver()
    expect(zab.outcome(first).status).toBe('ok')
    expect(zab.outcome(opId)).toMatchObject({ status: 'ok', value: 1 })
    expect(zab.outcome(901)).toMatchObject({ status: 'ok', value: 0, version: null })
  })

  test('what is under way when servers come back is acknowledged by them with the history that they get', () => {
    const zab = zabCluster(5)
    all(zab)
    for (const place of [0, 1]) zab.crash(place)
    const op = write(zab, 4, 7)
    among(zab, [3, 4])
    // Two of five have it, and the third will not get it.
    expect(zab.replies.has(op)).toBe(false)
    for (const place of [0, 1]) zab.boot(place)
    all(zab)
    expect(leaderOf(zab)).toBe(4)
    expect(zab.outcome(op)).toMatchObject({ status: 'ok' })
  })

  test('too many proposals at a time are declined for certain', () => {
    const zab = zabCluster(3, { params: { outstandingMax: 4 } })
    all(zab)
    const ops = Array.from({ length: 6 }, (_, i) => write(zab, 2, 100 + i, i))
    expect(ops.slice(4).map((op) => zab.outcome(op))).toMatchObject([
      { status: 'fail', error: 'overloaded' },
      { status: 'fail', error: 'overloaded' },
    ])
    const forwarded = write(zab, 0, 200, 20)
    zab.deliver(({ body }) => body.kind === 'zab.request')
    zab.deliver(({ body }) => body.kind === 'zab.refused' || body.kind === 'zab.propose')
    expect(zab.outcome(forwarded)).toMatchObject({ status: 'fail', error: 'overloaded' })
    zab.deliver()
    expect(ops.slice(0, 4).every((op) => zab.outcome(op).status === 'ok')).toBe(true)
  })

  test('a leader that hears from no quorum for syncLimit ticks steps down, and its followers leave it', () => {
    const zab = zabCluster(3)
    all(zab)
    const op = write(zab, 2, 7)
    for (let half = 0; half < 11; half++) {
      for (const place of [0, 1, 2]) zab.fire(place, 'tick')
      zab.drop()
      if (half === 8) expect(zab.state(2).role).toBe('leading')
    }
    for (const place of [0, 1, 2]) expect(zab.state(place).role).toBe('looking')
    expect(zab.factCount('stepped-down')).toBe(1)
    // Nobody knows what becomes of it: another leader may find it in a log.
    expect(zab.outcome(op)).toMatchObject({ status: 'info', error: 'write-timeout' })
  })

  test('observers receive what is committed, and count for nothing', () => {
    const zab = zabCluster(5, { params: { observers: 2 } })
    all(zab)
    expect(leaderOf(zab)).toBe(2)
    const op = write(zab, 4, 7)
    zab.deliver(({ body }) => body.kind === 'zab.request')
    among(zab, [2, 3, 4])
    expect(zab.replies.has(op)).toBe(false)
    expect(historyOf(zab, 3)).toEqual([])
    write(zab, 0, 8, 1)
    zab.fire(2, 'tick')
    for (const place of [2, 0, 1, 3, 4]) {
      zab.advance(500)
      if (zab.isArmed(place, 'channel')) zab.fire(place, 'channel')
    }
    zab.deliver()
    expect(zab.outcome(op).status).toBe('ok')
    expect(historyOf(zab, 3)).toEqual(['1.1', '1.2'])
  })
})
