import { describe, expect, test } from 'vitest'
import { administer, among, beat, elect, raftCluster, timeOut } from '../../testing/raft-cluster.ts'
import type { Raft } from '../../testing/raft-cluster.ts'
import { configurationOf } from './state.ts'

const votersOf = (raft: Raft, place: number) => configurationOf(raft.state(place)).voters
const change = (raft: Raft, place: number, voters: number[], learners: number[] = []) =>
  administer(raft, place, { type: 'members', voters, learners })

describe('§6 joint consensus', () => {
  test('any set of voters to any other, by way of a configuration in which both majorities decide', () => {
    const raft = raftCluster(5, { params: { learners: 2 } })
    elect(raft, 0)
    change(raft, 0, [0, 3, 4])
    expect(configurationOf(raft.state(0))).toEqual({ voters: [0, 3, 4], outgoing: [0, 1, 2], learners: [] })
    // A majority of the new voters alone decides nothing,
    beat(raft, 0, 3, [0, 3, 4])
    expect(raft.state(0).commitIndex).toBe(1)
    // nor does one of the old alone; one old voter more completes both.
    beat(raft, 0, 3, [0, 1, 3])
    expect(configurationOf(raft.state(0))).toEqual({ voters: [0, 3, 4], outgoing: [], learners: [] })
    beat(raft, 0, 3, [0, 3, 4])
    expect(raft.state(0).commitIndex).toBe(3)
    expect(raft.state(3).commitIndex).toBe(3)
  })

  test('a configuration is in force from the moment it stands in the log', () => {
    const raft = raftCluster(3)
    elect(raft, 0)
    change(raft, 0, [0, 1])
    raft.deliver(({ from, to }) => from === 0 && to === 1)
    expect(configurationOf(raft.state(1)).outgoing).toEqual([0, 1, 2])
  })

  test('a configuration that another leader replaces is no longer in force', () => {
    const raft = raftCluster(3, { params: { preVote: false, checkQuorum: false } })
    elect(raft, 0)
    change(raft, 0, [0, 1])
    raft.drop()
    timeOut(raft, 2)
    among(raft, [1, 2])
    beat(raft, 2, 3)
    expect(configurationOf(raft.state(0))).toEqual({ voters: [0, 1, 2], outgoing: [], learners: [] })
  })

  test('a leader that finds a joint configuration leaves it', () => {
    const raft = raftCluster(3)
    elect(raft, 0)
    change(raft, 0, [1, 2])
    raft.deliver(({ body }) => body.kind === 'raft.appendEntries')
    raft.drop()
    timeOut(raft, 1)
    among(raft, [1, 2])
    expect(raft.state(1).role).toBe('leader')
    expect(configurationOf(raft.state(1))).toEqual({ voters: [1, 2], outgoing: [], learners: [] })
  })

  test('a leader that is removed leads until that is committed, without counting itself, and hands over', () => {
    const raft = raftCluster(3)
    elect(raft, 0)
    change(raft, 0, [1, 2])
    expect(raft.state(0).role).toBe('leader')
    raft.deliver()
    expect(raft.state(0).role).toBe('follower')
    const heir = [1, 2].find((place) => raft.state(place).role === 'leader')
    expect(heir).toBeDefined()
    // It never stands for election again.
    timeOut(raft, 0)
    expect(raft.state(0).role).toBe('follower')
  })

  test('one change at a time', () => {
    const raft = raftCluster(3)
    elect(raft, 0)
    change(raft, 0, [0, 1])
    change(raft, 0, [0, 2])
    expect(raft.factCount('change-refused')).toBe(1)
    expect(votersOf(raft, 0)).toEqual([0, 1])
  })
})

describe('dissertation §4.1 one server at a time', () => {
  const single = (replicas: number, learners = 0) =>
    raftCluster(replicas, { params: { membership: 'single-server', learners } })

  test('a change of one voter takes one entry and no joint configuration', () => {
    const raft = single(4, 1)
    elect(raft, 0)
    change(raft, 0, [0, 1, 2, 3])
    expect(configurationOf(raft.state(0))).toEqual({ voters: [0, 1, 2, 3], outgoing: [], learners: [] })
    among(raft, [0, 1])
    expect(raft.state(0).commitIndex).toBe(1)
    beat(raft, 0, 3, [0, 1, 3])
    expect(raft.state(0).commitIndex).toBe(2)
  })

  test('two voters at once are refused', () => {
    const raft = single(5)
    elect(raft, 0)
    change(raft, 0, [0, 1, 2])
    expect(raft.factCount('change-refused')).toBe(1)
  })

  test("no change before an entry of the leader's own term is committed", () => {
    const raft = single(3)
    timeOut(raft, 0)
    raft.deliver(({ body }) => /Vote/.test(body.kind))
    expect(raft.state(0).role).toBe('leader')
    change(raft, 0, [0, 1])
    expect(raft.factCount('change-refused')).toBe(1)
    raft.deliver()
    change(raft, 0, [0, 1])
    expect(votersOf(raft, 0)).toEqual([0, 1])
  })
})

describe('dissertation §4.2.1 learners', () => {
  test('they get the log, have no vote and do not count', () => {
    const raft = raftCluster(4, { params: { learners: 2 } })
    elect(raft, 0)
    const op = raft.request(0, { f: 'write', key: 1, value: 7 })
    among(raft, [0, 2, 3])
    expect(raft.replies.has(op)).toBe(false)
    beat(raft, 0, 3)
    expect(raft.outcome(op).status).toBe('ok')
    expect(raft.state(3).machine.cells.get(1)?.value).toBe(7)
    timeOut(raft, 3)
    expect(raft.network).toEqual([])
  })

  test('a voter must have been a learner that has caught up', () => {
    const raft = raftCluster(4, { params: { learners: 1 } })
    elect(raft, 0)
    for (let i = 0; i < 30; i++) {
      raft.request(0, { f: 'write', key: 1, value: 100 + i }, i)
      among(raft, [0, 1, 2])
    }
    change(raft, 0, [0, 1, 2, 3])
    expect(raft.factCount('change-refused')).toBe(1)
    beat(raft, 0, 3)
    change(raft, 0, [0, 1, 2, 3])
    raft.deliver()
    expect(votersOf(raft, 3)).toEqual([0, 1, 2, 3])
  })

  test('a learner that was made a voter without knowing it still votes', () => {
    const raft = raftCluster(3, { params: { learners: 1 } })
    elect(raft, 0)
    change(raft, 0, [0, 1, 2])
    among(raft, [0, 1])
    raft.crash(0)
    timeOut(raft, 1)
    among(raft, [1, 2])
    expect(raft.state(1).role).toBe('leader')
  })
})

describe('rotation', () => {
  test.each(['joint', 'single-server'])(
    '%s: voters leave and come back, and the group goes on',
    (membership) => {
      const raft = raftCluster(5, { params: { membership, rotateMembersMs: 100 } })
      elect(raft, 0)
      const seen = new Set<string>()
      for (let round = 0; round < 40; round++) {
        const leader = raft.members.find((place) => raft.state(place).role === 'leader')
        if (leader === undefined) {
          timeOut(raft, [1, 2, 3, 4, 0].find((place) => votersOf(raft, place).includes(place)) as number)
          raft.deliver()
          continue
        }
        raft.fire(leader, 'rotate-members')
        raft.deliver()
        seen.add(JSON.stringify(votersOf(raft, leader)))
        raft.request(leader, { f: 'write', key: 1, value: 100 + round }, round)
        raft.deliver()
      }
      expect(seen.size).toBeGreaterThan(4)
      expect([...raft.replies.values()].filter(({ status }) => status === 'ok').length).toBeGreaterThan(20)
    },
  )
})
