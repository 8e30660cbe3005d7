import { describe, expect, test } from 'vitest'
import {
  administer,
  beat,
  among,
  elect,
  leaveLog,
  raftCluster,
  termsOf,
  timeOut,
} from '../../testing/raft-cluster.ts'
import type { Raft } from '../../testing/raft-cluster.ts'

const noPreVote = { params: { preVote: false, checkQuorum: false } }
const roleOf = (raft: Raft, place: number) => raft.state(place).role

describe('§5.1 terms', () => {
  test('a later term makes candidates and leaders followers', () => {
    const raft = raftCluster(3, noPreVote)
    elect(raft, 0)
    timeOut(raft, 1)
    expect(roleOf(raft, 1)).toBe('candidate')
    raft.deliver(({ to }) => to === 0)
    expect(raft.state(0)).toMatchObject({ role: 'follower', term: 2, leader: -1 })
  })

  test('messages of an earlier term are refused, and tell their sender of the later one', () => {
    const raft = raftCluster(3, noPreVote)
    elect(raft, 0)
    timeOut(raft, 1)
    among(raft, [1, 2])
    expect(roleOf(raft, 0)).toBe('leader')
    raft.fire(0, 'heartbeat')
    raft.deliver()
    expect(raft.state(0)).toMatchObject({ role: 'follower', term: 2 })
    expect(roleOf(raft, 1)).toBe('leader')
  })
})

describe('§5.2 leader election', () => {
  test('a majority elects, a minority does not', () => {
    const raft = raftCluster(5)
    timeOut(raft, 0)
    among(raft, [0, 1])
    expect(roleOf(raft, 0)).toBe('pre-candidate')
    timeOut(raft, 0)
    among(raft, [0, 1, 2])
    expect(roleOf(raft, 0)).toBe('leader')
  })

  test('a voter votes once per term, first come first served', () => {
    const raft = raftCluster(3, noPreVote)
    timeOut(raft, 0)
    timeOut(raft, 1)
    raft.deliver(({ from, to, body }) => to === 2 && from === 1 && body.kind === 'raft.requestVote')
    raft.deliver(({ to }) => to === 2)
    expect(raft.state(2).votedFor).toBe(1)
    raft.deliver()
    expect([roleOf(raft, 0), roleOf(raft, 1)]).toEqual(['follower', 'leader'])
  })

  test('votes are counted by voter: a doubled message is one vote', () => {
    const raft = raftCluster(5, noPreVote)
    timeOut(raft, 0)
    raft.deliver(({ to }) => to === 1)
    raft.duplicate(({ body }) => body.kind === 'raft.requestVoteReply')
    raft.deliver(({ from }) => from === 1)
    expect(roleOf(raft, 0)).toBe('candidate')
  })

  test('split votes end with another round of timeouts', () => {
    const raft = raftCluster(4, noPreVote)
    timeOut(raft, 0)
    timeOut(raft, 1)
    raft.deliver(({ from, to }) => from === 0 && to === 2)
    raft.deliver(({ from, to }) => from === 1 && to === 3)
    raft.deliver()
    expect([roleOf(raft, 0), roleOf(raft, 1)]).toEqual(['follower', 'follower'])
    elect(raft, 1)
    expect(raft.state(1).term).toBe(2)
  })

  test('the timeout is drawn from one to two election timeouts, again after each contact', () => {
    const raft = raftCluster(3, { params: { electionTimeoutMs: 1000 } })
    expect(raft.log).toContain('r1 arms election for 1000–1999.999999 ms')
    elect(raft, 0)
    raft.advance(1500)
    raft.fire(0, 'heartbeat')
    raft.deliver()
    raft.log.length = 0
    raft.fire(1, 'election')
    expect(raft.log.join()).toMatch(/^r1 arms election/)
    expect(roleOf(raft, 1)).toBe('follower')
  })

  test('a vote is heard only once it is durable, and outlives a crash', () => {
    const raft = raftCluster(3, { ...noPreVote, holdsDisk: true })
    timeOut(raft, 0)
    expect(raft.network).toEqual([])
    raft.flush(0)
    raft.deliver(({ to }) => to === 1)
    expect(raft.network.filter(({ from }) => from === 1)).toEqual([])
    raft.flush(1)
    raft.crash(1)
    raft.drop()
    raft.boot(1)
    expect(raft.state(1)).toMatchObject({ term: 1, votedFor: 0 })
    timeOut(raft, 2)
    raft.flush(2)
    raft.deliver(({ to, from }) => from === 2 && to === 1)
    raft.flush(1)
    raft.deliver(({ from }) => from === 1)
    expect(roleOf(raft, 2)).not.toBe('leader')
  })

  test("a candidate's own vote counts once it is durable", () => {
    const raft = raftCluster(1, { holdsDisk: true })
    timeOut(raft, 0)
    expect(roleOf(raft, 0)).toBe('candidate')
    raft.flush(0)
    expect(roleOf(raft, 0)).toBe('leader')
  })

  test('the first replica of a new group need not wait for its timeout', () => {
    const raft = raftCluster(3, { params: { campaignAtStart: true } })
    raft.deliver()
    expect(roleOf(raft, 0)).toBe('leader')
    raft.crash(0)
    raft.boot(0)
    expect(roleOf(raft, 0)).toBe('follower')
  })
})

describe('§5.4.1 election restriction', () => {
  test.each([
    { voter: [1, 1], candidate: [1], grants: false },
    { voter: [1, 1], candidate: [1, 1], grants: true },
    { voter: [1, 1], candidate: [1, 1, 1], grants: true },
    { voter: [1, 1, 1], candidate: [1, 2], grants: true },
    { voter: [1, 2], candidate: [1, 1, 1], grants: false },
  ])('log $voter votes for log $candidate: $grants', ({ voter, candidate, grants }) => {
    for (const preVote of [false, true]) {
      const raft = raftCluster(3, { params: { preVote } })
      leaveLog(raft, 0, candidate, 2)
      leaveLog(raft, 1, voter, 2)
      timeOut(raft, 0)
      among(raft, [0, 1])
      expect(roleOf(raft, 0) === 'leader').toBe(grants)
    }
  })
})

describe('dissertation §9.6 pre-vote', () => {
  test('a replica that was cut off comes back without raising its term', () => {
    const raft = raftCluster(3)
    elect(raft, 0)
    for (let i = 0; i < 5; i++) {
      timeOut(raft, 2)
      raft.drop()
    }
    expect(raft.state(2)).toMatchObject({ term: 1, role: 'pre-candidate' })
    raft.fire(0, 'heartbeat')
    raft.deliver()
    expect(raft.state(2)).toMatchObject({ term: 1, role: 'follower', leader: 0 })
  })

  test('nobody who hears from a leader promises a vote', () => {
    const raft = raftCluster(3)
    elect(raft, 0)
    timeOut(raft, 2)
    raft.fire(0, 'heartbeat')
    raft.deliver(({ from, to }) => from === 0 && to === 1)
    raft.deliver(({ from, to }) => from !== 0 || to !== 2)
    expect(roleOf(raft, 2)).not.toBe('candidate')
    expect(raft.state(2).term).toBe(1)
  })

  test('without it the same replica deposes a leader that works', () => {
    const raft = raftCluster(3, { params: { preVote: false } })
    elect(raft, 0)
    timeOut(raft, 2)
    raft.drop()
    raft.fire(0, 'heartbeat')
    raft.deliver()
    expect(roleOf(raft, 0)).toBe('follower')
  })
})

describe('§6, dissertation §4.2.3 disruptive servers', () => {
  test('a vote request is passed over while a leader is heard from', () => {
    const raft = raftCluster(3, { params: { preVote: false } })
    elect(raft, 0)
    timeOut(raft, 2)
    raft.fire(0, 'heartbeat')
    raft.deliver(({ from, to }) => from === 0 && to === 1)
    raft.deliver(({ from, to }) => from === 2 && to !== 2)
    expect(raft.state(1).term).toBe(1)
    expect(roleOf(raft, 0)).toBe('leader')
  })
})

describe('dissertation §6.2 check quorum', () => {
  test('a leader that no majority answers steps down; one that a majority answers stays', () => {
    const raft = raftCluster(5)
    elect(raft, 0)
    raft.fire(0, 'heartbeat')
    among(raft, [0, 1, 2])
    raft.fire(0, 'election')
    expect(roleOf(raft, 0)).toBe('leader')
    raft.fire(0, 'heartbeat')
    among(raft, [0, 1])
    raft.fire(0, 'election')
    expect(roleOf(raft, 0)).toBe('follower')
  })
})

describe('dissertation §3.10 leadership transfer', () => {
  test('the target is brought up to date, campaigns at once and wins though all hear from the leader', () => {
    const raft = raftCluster(3)
    elect(raft, 0)
    raft.request(0, { f: 'write', key: 1, value: 7 })
    among(raft, [0, 2])
    administer(raft, 0, { type: 'transfer', to: 1 })
    // The leader takes nothing new meanwhile, and what came is served by the next.
    const late = raft.request(0, { f: 'write', key: 2, value: 8 }, 1)
    expect(raft.replies.has(late)).toBe(false)
    while (raft.isArmed(0, 'heartbeat')) beat(raft, 0)
    expect(roleOf(raft, 1)).toBe('leader')
    expect(raft.state(1).term).toBe(2)
    expect(termsOf(raft, 1)).toEqual([1, 1, 2])
    expect(raft.outcome(late)).toMatchObject({ error: 'not-leader', redirect: 1 })
  })

  test('a transfer that does not come about is given up after an election timeout', () => {
    const raft = raftCluster(3)
    elect(raft, 0)
    administer(raft, 0, { type: 'transfer', to: 1 })
    raft.drop()
    const held = raft.request(0, { f: 'write', key: 1, value: 7 })
    raft.advance(1000)
    raft.fire(0, 'heartbeat')
    among(raft, [0, 2])
    expect(raft.outcome(held).status).toBe('ok')
    expect(roleOf(raft, 0)).toBe('leader')
  })

  test('learners and strangers cannot be chosen', () => {
    const raft = raftCluster(4, { params: { learners: 1 } })
    elect(raft, 0)
    administer(raft, 0, { type: 'transfer', to: 3 })
    expect(raft.state(0).lead?.transferTo).toBe(-1)
  })
})
