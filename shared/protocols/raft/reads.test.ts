import { describe, expect, test } from 'vitest'
import { administer, among, beat, elect, raftCluster, timeOut } from '../../testing/raft-cluster.ts'
import type { Raft } from '../../testing/raft-cluster.ts'
import type { ConsistencySpec } from '../../topology/types.ts'

const read = (raft: Raft, place: number, session = 50) => raft.request(place, { f: 'read', key: 1 }, session)
const write = (raft: Raft, place: number, value: number) =>
  raft.request(place, { f: 'write', key: 1, value }, value)

function group(reads: string, consistency: Partial<ConsistencySpec> = {}, params = {}): Raft {
  return raftCluster(3, {
    params: { reads, ...params },
    consistency: { read: 'linearizable', ...consistency },
  })
}

/** A leader in term 2 while the one of term 1 has not heard of it; a write of 8 follows one of 7. */
function twoLeaders(raft: Raft): void {
  elect(raft, 0)
  write(raft, 0, 7)
  raft.deliver()
  timeOut(raft, 1)
  among(raft, [1, 2])
  write(raft, 1, 8)
  among(raft, [1, 2])
  expect([0, 1].map((place) => raft.state(place).role)).toEqual(['leader', 'leader'])
}

describe('dissertation §6.4 ReadIndex', () => {
  test('a read is answered after a round of heartbeats that was sent after it came', () => {
    const raft = group('read-index')
    elect(raft, 0)
    write(raft, 0, 7)
    raft.deliver()
    raft.fire(0, 'heartbeat')
    const op = read(raft, 0)
    raft.deliver(({ body }) => body.kind === 'raft.heartbeat' && body.round === 1)
    raft.deliver(({ body }) => body.kind === 'raft.heartbeatReply')
    expect(raft.replies.has(op)).toBe(false)
    raft.deliver()
    expect(raft.outcome(op)).toMatchObject({ value: 7, version: { at: 2 } })
  })

  test('a deposed leader answers nothing', () => {
    const raft = group('read-index')
    twoLeaders(raft)
    const op = read(raft, 0)
    raft.deliver()
    // It follows the new leader by now, and says so.
    expect(raft.replies.has(op)).toBe(false)
    beat(raft, 1, 1)
    expect(raft.outcome(op)).toMatchObject({ error: 'not-leader', redirect: 1 })
  })

  test('a new leader answers nothing before an entry of its own term is committed', () => {
    const raft = group('read-index')
    elect(raft, 0)
    write(raft, 0, 7)
    raft.deliver(({ body }) => body.kind !== 'raft.heartbeat')
    raft.drop()
    timeOut(raft, 1)
    raft.deliver(({ body }) => /Vote/.test(body.kind))
    raft.drop()
    expect(raft.state(1)).toMatchObject({ role: 'leader', commitIndex: 1 })
    const op = read(raft, 1)
    raft.deliver(({ body }) => /heartbeat/.test(body.kind))
    expect(raft.replies.has(op)).toBe(false)
    beat(raft, 1, 3)
    expect(raft.outcome(op).value).toBe(7)
  })

  test('reads that come while a round is under way share the next where the window is full', () => {
    const raft = group('read-index', {}, { inflightMax: 1 })
    elect(raft, 0)
    for (let i = 0; i < 10; i++) read(raft, 0, i)
    const rounds = raft.network.filter(({ body }) => body.kind === 'raft.heartbeat')
    expect(rounds).toHaveLength(2)
    raft.deliver()
    expect(raft.replies.size).toBe(10)
    expect(raft.state(0).lead?.round).toBe(2)
  })
})

describe('dissertation §6.4.1 leases', () => {
  test('within a lease the leader answers at once', () => {
    const raft = group('lease')
    elect(raft, 0)
    beat(raft, 0)
    raft.advance(500)
    expect(raft.outcome(read(raft, 0)).status).toBe('ok')
  })

  test('it ends an election timeout after the heartbeats were sent, less the drift of both clocks', () => {
    for (const [clockDriftPpm, lastMs] of [
      [0, 999],
      [100_000, 818],
    ]) {
      const raft = group('lease', {}, { clockDriftPpm })
      elect(raft, 0)
      beat(raft, 0)
      raft.advance(lastMs)
      expect(raft.outcome(read(raft, 0)).status).toBe('ok')
      raft.advance(1)
      expect(raft.replies.has(read(raft, 0, 51))).toBe(false)
    }
  })

  test('voters elect nobody else while it may hold, not even after a restart', () => {
    const raft = group('lease', {}, { preVote: false })
    elect(raft, 0)
    beat(raft, 0)
    raft.crash(1)
    raft.boot(1)
    raft.inject(2, { type: 'timer', name: 'election' })
    raft.inject(2, { type: 'message', from: 0, body: { kind: 'raft.timeoutNow', term: 0 } })
    raft.deliver()
    expect(raft.state(0).role).toBe('leader')
    const body = { kind: 'raft.requestVote', term: 2, lastIndex: 9, lastTerm: 1, isTransfer: false } as const
    raft.inject(1, { type: 'message', from: 2, body })
    expect(raft.state(1)).toMatchObject({ term: 1, votedFor: 0 })
  })

  test('a leader that has asked another to take over has no lease any more', () => {
    const raft = group('lease')
    elect(raft, 0)
    beat(raft, 0)
    administer(raft, 0, { type: 'transfer', to: 1 })
    raft.drop()
    raft.advance(1001)
    raft.fire(0, 'heartbeat')
    raft.deliver()
    expect(raft.replies.has(read(raft, 0))).toBe(false)
    raft.deliver()
    expect(raft.replies.size).toBe(1)
  })
})

describe('reads through the log', () => {
  test('a read is an entry, and answered when that is applied', () => {
    const raft = group('log')
    elect(raft, 0)
    write(raft, 0, 7)
    const op = read(raft, 0)
    raft.fire(0, 'flush')
    raft.deliver()
    expect(raft.outcome(op).value).toBe(7)
    expect(raft.state(0).commitIndex).toBe(3)
  })
})

describe('dissertation §6.4 reads at followers', () => {
  test('a follower asks how far it must have applied, and answers by itself', () => {
    const raft = group('follower-read-index')
    elect(raft, 0)
    write(raft, 0, 7)
    raft.deliver()
    const op = read(raft, 2)
    expect(raft.network.map(({ to, body }) => [to, body.kind])).toEqual([[0, 'raft.readIndex']])
    raft.deliver()
    expect(raft.outcome(op)).toMatchObject({ value: 7 })
  })

  test('it waits until it has applied that much', () => {
    const raft = group('follower-read-index')
    elect(raft, 0)
    write(raft, 0, 7)
    among(raft, [0, 1])
    const op = read(raft, 2)
    raft.deliver()
    expect(raft.replies.has(op)).toBe(false)
    beat(raft, 0, 3)
    expect(raft.outcome(op).value).toBe(7)
  })

  test('reads that come while a question is under way wait for the next one', () => {
    const raft = group('follower-read-index')
    elect(raft, 0)
    for (let i = 0; i < 5; i++) read(raft, 2, i)
    expect(raft.network.filter(({ body }) => body.kind === 'raft.readIndex')).toHaveLength(1)
    raft.deliver()
    expect(raft.replies.size).toBe(5)
    expect(raft.state(2).follower.askedId).toBe(5)
  })

  test('a lost question is asked again', () => {
    const raft = group('follower-read-index')
    elect(raft, 0)
    const op = read(raft, 2)
    raft.drop()
    raft.fire(2, 'sweep')
    raft.deliver()
    expect(raft.outcome(op).status).toBe('ok')
  })
})

describe('levels below linearizable', () => {
  const lagging = (consistency: Partial<ConsistencySpec>, params = {}) => {
    const raft = raftCluster(3, { params, consistency })
    elect(raft, 0)
    beat(raft, 0)
    write(raft, 0, 7)
    among(raft, [0, 1])
    return raft
  }
  const readWith = (raft: Raft, place: number, token: unknown) => {
    const op = { f: 'read', key: 1, value: 0, expected: 0, count: 0, bytes: 10 } as const
    raft.inject(place, { type: 'request', opId: 999, op, session: { process: 9, sequence: 1, token } })
    return 999
  }

  test('eventual: any replica answers at once from what it has', () => {
    const raft = lagging({ read: 'eventual' })
    expect(raft.outcome(read(raft, 2)).value).toBe(0)
  })

  test('sequential: the replica catches up with what the session has seen', () => {
    const raft = lagging({ read: 'sequential' })
    const seen = raft.outcome(read(raft, 1)).token
    expect(seen).toBe(2)
    const op = readWith(raft, 2, seen)
    expect(raft.replies.has(op)).toBe(false)
    beat(raft, 0, 3)
    expect(raft.outcome(op)).toMatchObject({ value: 7, token: 2 })
  })

  test('read-your-writes hands a position to writers only, monotonic-reads to readers only', () => {
    const mine = lagging({ read: 'read-your-writes' })
    expect(mine.outcome(1).token).toBe(2)
    expect(mine.outcome(read(mine, 1)).token).toBe(null)
    const monotonic = lagging({ read: 'eventual', session: ['monotonic-reads'] })
    expect(monotonic.outcome(1).token).toBe(null)
    expect(monotonic.outcome(read(monotonic, 1)).token).toBe(2)
  })

  test('bounded staleness: an answer lends its freshness to reads within the bound', () => {
    const raft = lagging({ read: 'bounded-staleness' }, { maxStalenessMs: 300 })
    const first = read(raft, 1)
    expect(raft.replies.has(first)).toBe(false)
    raft.deliver()
    expect(raft.outcome(first).value).toBe(7)
    raft.advance(300)
    expect(raft.outcome(read(raft, 1, 51)).value).toBe(7)
    raft.advance(1)
    expect(raft.replies.has(read(raft, 1, 52))).toBe(false)
  })
})

describe('cut off from the majority', () => {
  test('consistency: the minority answers nothing, and in the end says that it cannot', () => {
    const raft = raftCluster(3, { consistency: { read: 'eventual' }, params: { requestTimeoutMs: 700 } })
    elect(raft, 0)
    timeOut(raft, 2)
    const ops = [read(raft, 2), write(raft, 2, 7)]
    while (raft.isArmed(2, 'sweep')) raft.fire(2, 'sweep')
    for (const op of ops) expect(raft.outcome(op)).toMatchObject({ status: 'fail', error: 'unavailable' })
  })

  test('availability: it answers reads from what it has, and still no writes', () => {
    const raft = raftCluster(3, { consistency: { read: 'eventual', onPartition: 'availability' } })
    elect(raft, 0)
    write(raft, 0, 7)
    raft.deliver()
    timeOut(raft, 2)
    raft.drop()
    expect(raft.outcome(read(raft, 2)).value).toBe(7)
    expect(raft.factCount('cut-off-read')).toBe(1)
    expect(raft.replies.has(write(raft, 2, 8))).toBe(false)
  })
})
