import { describe, expect, test } from 'vitest'
import {
  among,
  beat,
  elect,
  entryOf,
  leaveLog,
  raftCluster,
  termsOf,
  timeOut,
} from '../../testing/raft-cluster.ts'
import type { Raft } from '../../testing/raft-cluster.ts'
import type { AppendEntries, Message } from './messages.ts'

const noPreVote = { params: { preVote: false, checkQuorum: false } }
const write = (raft: Raft, value: number, session = 0, key = 1) =>
  raft.request(0, { f: 'write', key, value }, session)
const appends = (raft: Raft) =>
  raft.network
    .map(({ body }) => body)
    .filter((body): body is AppendEntries => body.kind === 'raft.appendEntries')

describe('§5.3 log replication', () => {
  test('a write is answered once a majority has it, with its log position as version', () => {
    const raft = raftCluster(5)
    elect(raft, 0)
    const op = write(raft, 7)
    among(raft, [0, 1])
    expect(raft.replies.has(op)).toBe(false)
    beat(raft, 0, 3, [0, 1, 2])
    expect(raft.outcome(op)).toMatchObject({ status: 'ok', version: { at: 2, by: 0 } })
  })

  test('a follower refuses entries whose predecessor it lacks', () => {
    const raft = raftCluster(3)
    leaveLog(raft, 1, [1, 1])
    const body: Message = {
      kind: 'raft.appendEntries',
      term: 1,
      prevIndex: 4,
      prevTerm: 1,
      entries: [entryOf(1, 5)],
      commit: 0,
      closing: null,
    }
    raft.inject(1, { type: 'message', from: 3, body })
    expect(raft.network.at(-1)?.body).toMatchObject({
      isAccepted: false,
      index: 4,
      hintIndex: 2,
      hintTerm: 1,
    })
    expect(termsOf(raft, 1)).toEqual([1, 1])
  })

  test('figure 7: whatever followers lack or have too much, all end with the log of the leader', () => {
    const leader = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6]
    const raft = raftCluster(7, noPreVote)
    const followers = [
      [1, 1, 1, 4, 4, 5, 5, 6, 6],
      [1, 1, 1, 4],
      [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
      [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
      [1, 1, 1, 4, 4, 4, 4],
      [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
    ]
    leaveLog(raft, 0, leader, 7)
    followers.forEach((terms, i) => leaveLog(raft, i + 1, terms))
    elect(raft, 0)
    expect(raft.state(0).term).toBe(8)
    for (let place = 0; place < 7; place++) expect(termsOf(raft, place)).toEqual([...leader, 8])
    expect(new Set(raft.digests()).size).toBe(1)
  })

  test('fast conflict back-up: one refusal per term, not per entry', () => {
    const raft = raftCluster(3, noPreVote)
    const long = (term: number) => Array.from({ length: 40 }, () => term)
    leaveLog(raft, 0, [1, ...long(4)])
    leaveLog(raft, 1, [1, ...long(2), ...long(3)])
    timeOut(raft, 0)
    let refusals = 0
    do {
      raft.drop(({ to, from }) => to === 2 && from === 1)
      refusals += raft.network.filter(
        ({ body }) => body.kind === 'raft.appendEntriesReply' && !body.isAccepted,
      ).length
    } while (raft.network.length > 0 && raft.deliver(({ body }) => body === raft.network[0].body) > 0)
    expect(refusals).toBeLessThanOrEqual(2)
    expect(termsOf(raft, 1)).toEqual([1, ...long(4), 5])
  })

  test('an old append that arrives late takes nothing back', () => {
    const raft = raftCluster(3)
    elect(raft, 0)
    write(raft, 7)
    const early = appends(raft)[0]
    raft.deliver()
    write(raft, 8)
    raft.deliver()
    raft.inject(1, { type: 'message', from: 0, body: early })
    expect(termsOf(raft, 1)).toEqual([1, 1, 1])
  })

  test('a follower commits only what the message vouches for, not whatever else its log holds', () => {
    const raft = raftCluster(3)
    leaveLog(raft, 1, [1, 2, 2])
    const body: Message = {
      kind: 'raft.appendEntries',
      term: 3,
      prevIndex: 1,
      prevTerm: 1,
      entries: [],
      commit: 3,
      closing: null,
    }
    raft.inject(1, { type: 'message', from: 3, body })
    expect(raft.state(1).commitIndex).toBe(1)
  })

  test('§5.5 a lost append is found out by the next heartbeats', () => {
    const raft = raftCluster(3)
    elect(raft, 0)
    const op = write(raft, 7)
    raft.drop()
    beat(raft, 0, 3)
    expect(raft.outcome(op).status).toBe('ok')
    expect(termsOf(raft, 2)).toEqual([1, 1])
  })

  test('an acknowledgement waits for the disk of its follower', () => {
    const raft = raftCluster(3, { holdsDisk: true })
    timeOut(raft, 0)
    const settle = () => {
      for (let round = 0; round < 12; round++) {
        raft.deliver()
        for (const place of [0, 1, 2]) raft.flush(place)
      }
    }
    settle()
    const op = write(raft, 7)
    raft.deliver()
    raft.flush(0)
    expect(raft.replies.has(op)).toBe(false)
    raft.flush(1)
    raft.deliver()
    expect(raft.outcome(op).status).toBe('ok')
  })
})

describe('dissertation §10.2.1 writing to the disk in parallel', () => {
  test('the leader sends at once, and followers alone may commit before its own disk is done', () => {
    const raft = raftCluster(3, { holdsDisk: true })
    timeOut(raft, 0)
    for (let round = 0; round < 12; round++) {
      raft.deliver()
      for (const place of [0, 1, 2]) raft.flush(place)
    }
    const op = write(raft, 7)
    expect(appends(raft)).toHaveLength(2)
    raft.deliver()
    raft.flush(1)
    raft.deliver()
    expect(raft.replies.has(op)).toBe(false)
    raft.flush(2)
    raft.deliver()
    expect(raft.outcome(op).status).toBe('ok')
    expect(raft.state(0).durableIndex).toBe(1)
  })

  test('without it nothing leaves before the leader has it on disk', () => {
    const raft = raftCluster(3, { holdsDisk: true, params: { parallelDiskWrite: false } })
    timeOut(raft, 0)
    for (let round = 0; round < 12; round++) {
      raft.deliver()
      for (const place of [0, 1, 2]) raft.flush(place)
    }
    write(raft, 7)
    expect(appends(raft)).toEqual([])
    raft.flush(0)
    expect(appends(raft)).toHaveLength(2)
  })
})

describe('batching and pipelining', () => {
  test('what arrives at one instant goes out together, in messages of bounded size', () => {
    const raft = raftCluster(3, { params: { batchEntriesMax: 4 } })
    elect(raft, 0)
    for (let i = 0; i < 10; i++) write(raft, 100 + i, i)
    // The first found the system idle and left at once.
    expect(appends(raft).map(({ entries }) => entries.length)).toEqual([1, 1])
    raft.fire(0, 'flush')
    expect(appends(raft).map(({ entries }) => entries.length)).toEqual([1, 1, 4, 4, 1, 4, 4, 1])
    raft.deliver()
    expect(raft.state(0).commitIndex).toBe(11)
  })

  test('messages carry no entry beyond their size', () => {
    const raft = raftCluster(3, { params: { batchBytes: 100 } })
    elect(raft, 0)
    for (let i = 0; i < 7; i++) write(raft, 100 + i, i)
    raft.fire(0, 'flush')
    // 42 bytes an entry: the third passes a hundred.
    expect(
      appends(raft)
        .slice(2)
        .map(({ entries }) => entries.length),
    ).toEqual([3, 3, 3, 3])
  })

  test('a window of messages is under way to each follower, no more', () => {
    const raft = raftCluster(3, { params: { batchEntriesMax: 1, inflightMax: 3 } })
    elect(raft, 0)
    for (let i = 0; i < 9; i++) write(raft, 100 + i, i)
    raft.fire(0, 'flush')
    expect(appends(raft)).toHaveLength(6)
    raft.deliver(({ to }) => to === 1)
    raft.deliver(({ from }) => from === 1)
    expect(appends(raft).filter((_, i) => raft.network[i].to === 1)).toHaveLength(3)
    raft.deliver()
    expect(raft.state(0).commitIndex).toBe(10)
  })

  test('too many requests at a time are declined for certain', () => {
    const raft = raftCluster(3, { params: { pendingMax: 16 } })
    elect(raft, 0)
    const ops = Array.from({ length: 17 }, (_, i) => write(raft, 100 + i, i))
    expect(raft.outcome(ops[16])).toMatchObject({ status: 'fail', error: 'overloaded' })
    raft.fire(0, 'flush')
    raft.deliver()
    expect(ops.slice(0, 16).every((op) => raft.outcome(op).status === 'ok')).toBe(true)
  })
})

describe('§5.4.2 committing entries of earlier terms', () => {
  test('figure 8: an entry of an old term on a majority is not committed by counting, and may yet be replaced', () => {
    const raft = raftCluster(5, noPreVote)
    for (const place of [0, 1, 2, 3, 4]) leaveLog(raft, place, [1])
    // (a) S1 leads in term 2 and reaches S2 alone.
    timeOut(raft, 0)
    raft.deliver(({ body }) => body.kind.startsWith('raft.requestVote'))
    among(raft, [0, 1])
    expect([0, 1, 2].map((place) => termsOf(raft, place))).toEqual([[1, 2], [1, 2], [1]])
    // (b) S1 crashes; S5 leads in term 3 with the votes of S3 and S4, and takes an entry.
    raft.crash(0)
    timeOut(raft, 4)
    raft.drop(({ to }) => to === 0)
    raft.deliver(({ body, to, from }) => body.kind.startsWith('raft.requestVote') && to !== 1 && from !== 1)
    raft.drop()
    expect(termsOf(raft, 4)).toEqual([1, 3])
    // (c) S5 crashes; S1 restarts, leads in term 4 and brings its entry of term 2 to S3. Its own first entry of term
    // 4 gets nowhere yet.
    raft.crash(4)
    raft.boot(0)
    raft.inject(0, {
      type: 'message',
      from: 4,
      body: { kind: 'raft.heartbeat', term: 3, round: 0, commit: 0, closing: null },
    })
    timeOut(raft, 0)
    raft.drop(({ to }) => to === 4 || to === 3)
    raft.deliver(({ body }) => body.kind.startsWith('raft.requestVote'))
    expect(raft.state(0)).toMatchObject({ role: 'leader', term: 4 })
    const old: Message = {
      kind: 'raft.appendEntries',
      term: 4,
      prevIndex: 1,
      prevTerm: 1,
      entries: [],
      commit: 0,
      closing: null,
    }
    const second = raft.state(0).log.entries[1]
    raft.drop()
    for (const place of [1, 2])
      raft.inject(place, { type: 'message', from: 0, body: { ...old, entries: [second] } })
    raft.deliver(({ to }) => to === 0)
    expect([0, 1, 2].map((place) => termsOf(raft, place).slice(0, 2))).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ])
    expect(raft.state(0).lead?.progress.get(2)?.matched).toBe(2)
    expect(raft.state(0).commitIndex).toBe(0)
    // (d) S1 crashes; S5 comes back and replaces it everywhere.
    raft.crash(0)
    raft.drop()
    raft.boot(4)
    raft.inject(4, {
      type: 'message',
      from: 0,
      body: { kind: 'raft.heartbeat', term: 4, round: 0, commit: 0, closing: null },
    })
    timeOut(raft, 4)
    raft.drop(({ to }) => to === 0)
    raft.deliver(({ to }) => to !== 0)
    expect([1, 2, 3, 4].map((place) => termsOf(raft, place))).toEqual(
      Array.from({ length: 4 }, () => [1, 3, 5]),
    )
  })

  test('figure 8 (e): with an entry of its own term on a majority everything before it is committed', () => {
    const raft = raftCluster(5, noPreVote)
    for (const place of [0, 1, 2]) leaveLog(raft, place, [1, 2], 3)
    for (const place of [3, 4]) leaveLog(raft, place, [1], 3)
    timeOut(raft, 0)
    among(raft, [0, 1, 2])
    expect(raft.state(0)).toMatchObject({ term: 4, commitIndex: 3 })
  })
})
