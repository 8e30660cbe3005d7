import { describe, expect, test } from 'vitest'
import { strategies } from '../../protocols/registry.ts'
import { checkTopology } from '../parse.ts'

const REPLICAS = ['r1', 'r2', 'r3', 'r4']

function problemsOf(changes: unknown, overrides: Record<string, unknown> = {}): [string, string][] {
  const parsed = checkTopology(
    {
      format: 'replica-lab/topology@1',
      name: 'changes',
      regions: [{ id: 'here' }],
      replicas: REPLICAS.map((id) => ({ id, region: 'here' })),
      clients: [{ id: 'c1', region: 'here' }],
      replication: { strategy: 'raft' },
      partitioning: { scheme: 'hash', shards: 4, replicationFactor: 3 },
      workload: { mix: 'ycsb-a' },
      changes,
      ...overrides,
    },
    strategies,
  )
  return parsed.ok ? [] : parsed.error.map(({ path, sentence }) => [path, sentence])
}

const join = (replica: string, atMs = 100) => ({ atMs, kind: 'join', replica })
const leave = (replica: string, atMs = 100) => ({ atMs, kind: 'leave', replica })

describe('changes of the cluster', () => {
  test.each([
    ['one joins', [join('r4')]],
    ['one leaves', [leave('r2')]],
    ['one leaves and comes back, whatever the order in the file', [join('r2', 900), leave('r2', 300)]],
  ])('%s', (_, changes) => expect(problemsOf(changes)).toEqual([]))

  test.each([
    ['nobody of that name', [join('r5')], '$.changes[0].replica', /There is no replica "r5"/],
    [
      'who is there',
      [leave('r1', 500), join('r2', 100), join('r2', 200)],
      '$.changes[2].replica',
      /joins although/,
    ],
    ['who is gone', [leave('r4', 100), leave('r4', 200)], '$.changes[1].replica', /leaves although/],
    [
      'too few left',
      [leave('r4', 100), leave('r3', 200)],
      '$.changes[1].replica',
      /there are 2 replicas.*have 3/,
    ],
    [
      'too few at the start',
      [join('r4'), join('r3')],
      '$.changes',
      /2 replicas are there when the run begins/,
    ],
    ['no instant', [{ kind: 'join', replica: 'r4' }], '$.changes[0].atMs', /missing/],
    [
      'no such kind',
      [{ atMs: 1, kind: 'sleep', replica: 'r4' }],
      '$.changes[0].kind',
      /"join" or "leave"|join/,
    ],
  ])('%s', (_, changes, path, sentence) => {
    const problems = problemsOf(changes)
    expect(problems.map(([where]) => where)).toEqual([path])
    expect(problems[0][1]).toMatch(sentence)
  })

  test('only where the strategy can change members', () => {
    const [[path, sentence], ...others] = problemsOf([join('r4')], { replication: { strategy: 'chain' } })
    expect(others).toEqual([])
    expect([path, sentence]).toEqual(['$.changes', expect.stringMatching(/cannot change while .* runs\./)])
  })

  test.each(['consistent-hashing', 'rendezvous', 'none'])('under %s too', (scheme) => {
    for (const replication of [{ strategy: 'raft' }, { strategy: 'leaderless', params: { n: 3 } }]) {
      expect(problemsOf([join('r4')], { partitioning: { scheme }, replication })).toEqual([])
    }
  })

  test('n copies take n replicas, also where the key space is in one piece', () => {
    const problems = problemsOf([leave('r4', 100), leave('r3', 200)], {
      partitioning: { scheme: 'none' },
      replication: { strategy: 'leaderless', params: { n: 3 } },
    })
    expect(problems).toEqual([
      ['$.changes[1].replica', expect.stringMatching(/there are 2 replicas.*have 3/)],
    ])
  })

  test.each([{ lightweightTransactions: true }, { registers: 'paxos' }])('not with Paxos: %j', (params) => {
    const problems = problemsOf([join('r4')], {
      replication: { strategy: 'leaderless', params: { n: 3, ...params } },
    })
    expect(problems).toEqual([['$.changes', expect.stringMatching(/Paxos.*not modelled/)]])
  })
})
