import { describe, expect, test } from 'vitest'
import { among, beat, elect, raftCluster, timeOut } from '../../testing/raft-cluster.ts'
import type { Raft } from '../../testing/raft-cluster.ts'
import type { OpName } from '../contract.ts'
import { remember } from '../sessions.ts'
import type { SessionRecord } from '../sessions.ts'
import { failure } from './outcomes.ts'

/** An operation under a number of its session, as a retry would send it again. */
function command(
  raft: Raft,
  place: number,
  opId: number,
  sequence: number,
  fields: Record<string, unknown>,
): void {
  const op = { f: 'write' as OpName, key: 1, value: 0, expected: 0, count: 0, bytes: 10, ...fields }
  raft.inject(place, { type: 'request', opId, op, session: { process: 4, sequence, token: null } })
}

describe('§8, dissertation §6.3 clients', () => {
  test('a retry of what was applied gets the first answer and changes nothing', () => {
    const raft = raftCluster(3)
    elect(raft, 0)
    command(raft, 0, 100, 1, { f: 'cas', expected: 0, value: 7 })
    raft.deliver()
    expect(raft.outcome(100)).toMatchObject({ value: 1, version: { at: 2 } })
    command(raft, 0, 101, 1, { f: 'cas', expected: 0, value: 7 })
    raft.deliver()
    expect(raft.outcome(101)).toEqual(raft.outcome(100))
    expect(raft.state(0).commitIndex).toBe(2)
  })

  test('a retry that meets its first attempt in the log is applied once, at any replica', () => {
    const raft = raftCluster(3)
    elect(raft, 0)
    command(raft, 0, 100, 1, { f: 'cas', expected: 0, value: 7 })
    command(raft, 0, 101, 1, { f: 'cas', expected: 0, value: 7 })
    raft.fire(0, 'flush')
    raft.deliver()
    expect(raft.state(0).commitIndex).toBe(3)
    for (const opId of [100, 101]) expect(raft.outcome(opId)).toMatchObject({ value: 1, version: { at: 2 } })
  })

  test('a retry at the next leader is recognised there', () => {
    const raft = raftCluster(3)
    elect(raft, 0)
    command(raft, 0, 100, 1, { value: 7 })
    raft.deliver(({ body }) => body.kind === 'raft.appendEntries')
    raft.drop()
    raft.crash(0)
    timeOut(raft, 1)
    among(raft, [1, 2])
    command(raft, 1, 101, 1, { value: 7 })
    among(raft, [1, 2])
    expect(raft.outcome(101)).toMatchObject({ status: 'ok', version: { at: 2 } })
  })

  test('a request that the network doubled is done once', () => {
    const raft = raftCluster(3)
    elect(raft, 0)
    command(raft, 0, 100, 1, { value: 7 })
    command(raft, 0, 100, 1, { value: 7 })
    raft.deliver()
    expect(raft.state(0).commitIndex).toBe(2)
  })

  test('an attempt that is late, after its session has gone on, does nothing', () => {
    const raft = raftCluster(3)
    elect(raft, 0)
    command(raft, 0, 100, 2, { value: 8 })
    raft.deliver()
    command(raft, 0, 90, 1, { value: 7 })
    raft.deliver()
    expect(raft.state(0).machine.cells.get(1)?.value).toBe(8)
    expect(raft.replies.has(90)).toBe(false)
  })

  test('a full table of sessions loses the half that has been silent longest', () => {
    const sessions = new Map<number, SessionRecord>()
    const add = (process: number, at: number) =>
      remember(sessions, { process, sequence: 1, value: 0, version: at, at }, 4)
    for (const process of [1, 2, 3, 4]) add(process, process)
    add(1, 5)
    add(5, 6)
    expect([...sessions.keys()].sort((a, b) => a - b)).toEqual([1, 4, 5])
  })

  test('values, deletions, compare-and-set and scans', () => {
    const raft = raftCluster(1, { preloaded: 3 })
    elect(raft, 0)
    let sequence = 0
    const ask = (fields: Record<string, unknown>) => {
      const opId = 100 + ++sequence
      command(raft, 0, opId, sequence, fields)
      raft.deliver()
      if (raft.isArmed(0, 'flush')) raft.fire(0, 'flush')
      return raft.outcome(opId)
    }
    expect(ask({ f: 'read' })).toMatchObject({ value: 1, version: { at: 0 } })
    expect(ask({ f: 'read', key: 9 })).toMatchObject({ value: 0, version: null })
    expect(ask({ f: 'cas', key: 9, expected: 5, value: 6 })).toMatchObject({ value: 0, version: null })
    expect(ask({ f: 'cas', key: 9, expected: 0, value: 6 })).toMatchObject({ value: 1, version: { at: 3 } })
    expect(ask({ f: 'delete', key: 1 })).toMatchObject({ value: 0, version: { at: 4 } })
    expect(ask({ f: 'read', key: 1 })).toMatchObject({ value: 0, version: { at: 4 } })
    expect(ask({ f: 'scan', key: 0, count: 10 })).toMatchObject({ value: 3 })
    expect(ask({ f: 'scan', key: 0, count: 2 })).toMatchObject({ value: 2 })
  })
})

describe('requests at followers', () => {
  test('redirect: the client is told who leads', () => {
    const raft = raftCluster(3)
    elect(raft, 0)
    const op = raft.request(1, { f: 'write', key: 1, value: 7 })
    expect(raft.outcome(op)).toMatchObject({ status: 'fail', error: 'not-leader', redirect: 0 })
  })

  test('forward: the follower asks the leader and passes the answer on', () => {
    const raft = raftCluster(3, { params: { requestsAtFollowers: 'forward' } })
    elect(raft, 0)
    const op = raft.request(1, { f: 'write', key: 1, value: 7 })
    raft.deliver()
    expect(raft.outcome(op)).toMatchObject({ status: 'ok', version: { at: 2 } })
    expect(raft.state(1).forwarded.size).toBe(0)
  })

  test('forward: without an answer nobody knows', () => {
    const raft = raftCluster(3, { params: { requestsAtFollowers: 'forward', requestTimeoutMs: 100 } })
    elect(raft, 0)
    const op = raft.request(1, { f: 'write', key: 1, value: 7 })
    raft.drop()
    raft.fire(1, 'sweep')
    expect(raft.outcome(op)).toMatchObject({ status: 'info', error: 'write-timeout' })
  })

  test('forward: what two leaders were asked for is not undone because one of them says no', () => {
    const raft = raftCluster(3, { params: { requestsAtFollowers: 'forward' } })
    elect(raft, 0)
    const op = raft.request(1, { f: 'write', key: 1, value: 7 })
    raft.deliver(({ to, body }) => to === 0 && body.kind === 'raft.forward')
    raft.drop()
    timeOut(raft, 2)
    raft.deliver(({ from, to, body }) => from !== 0 && to !== 0 && body.kind !== 'raft.forward')
    expect(raft.state(1)).toMatchObject({ leader: 2, forwardedTo: 2 })
    const body = {
      kind: 'raft.forwardReply',
      opId: op,
      outcome: failure('not-leader', 0),
      clock: null,
    } as const
    raft.inject(1, { type: 'message', from: 2, body })
    // The first one may have done it all the same.
    expect(raft.outcome(op)).toMatchObject({ status: 'info', error: 'write-timeout' })
  })

  test('forward: what a lost leader has not answered goes to the next, and is done once', () => {
    const raft = raftCluster(3, { params: { requestsAtFollowers: 'forward' } })
    elect(raft, 0)
    const op = raft.request(1, { f: 'write', key: 1, value: 7 })
    // The leader has it in its log and in one other's, and is not heard of again.
    raft.deliver(({ to, body }) => to === 0 && body.kind === 'raft.forward')
    if (raft.isArmed(0, 'flush')) raft.fire(0, 'flush')
    raft.deliver(({ to, body }) => to === 2 && body.kind === 'raft.appendEntries')
    raft.drop()
    timeOut(raft, 2)
    among(raft, [1, 2])
    beat(raft, 2, 2)
    expect(raft.outcome(op)).toMatchObject({ status: 'ok', version: { at: 2 } })
    const read = raft.request(2, { f: 'read', key: 1 })
    among(raft, [1, 2])
    beat(raft, 2, 2)
    expect(raft.outcome(read)).toMatchObject({ value: 7, version: { at: 2 } })
  })

  test('without a leader a request waits for one', () => {
    const raft = raftCluster(3)
    const op = raft.request(0, { f: 'write', key: 1, value: 7 })
    expect(raft.replies.size).toBe(0)
    elect(raft, 0)
    if (raft.isArmed(0, 'flush')) raft.fire(0, 'flush')
    raft.deliver()
    expect(raft.outcome(op).status).toBe('ok')
  })
})

describe('a leader that loses its place', () => {
  test('what it had appended may be committed by its successor, and is then answered', () => {
    const raft = raftCluster(3)
    elect(raft, 0)
    const op = raft.request(0, { f: 'write', key: 1, value: 7 })
    raft.deliver(({ body }) => body.kind === 'raft.appendEntries')
    raft.drop()
    timeOut(raft, 1)
    among(raft, [1, 2])
    beat(raft, 1, 3)
    expect(raft.state(0).role).toBe('follower')
    expect(raft.outcome(op)).toMatchObject({ status: 'ok', version: { at: 2 } })
  })

  test('what its successor replaced is unknown: it may stand in another log and be committed yet', () => {
    const raft = raftCluster(3)
    elect(raft, 0)
    const op = raft.request(0, { f: 'write', key: 1, value: 7 })
    raft.drop()
    timeOut(raft, 1)
    among(raft, [1, 2])
    beat(raft, 1, 3)
    expect(raft.outcome(op)).toMatchObject({ status: 'info', error: 'write-timeout' })
  })
})
