import { describe, expect, test } from 'vitest'
import { checkTopology } from '../topology/parse.ts'
import { strategies } from './registry.ts'

/** Six replicas, of which each shard has as many as said. */
function problemsOf(strategy: string, params: Record<string, unknown>, replicationFactor: number) {
  const parsed = checkTopology(
    {
      format: 'replica-lab/topology@1',
      name: 'members',
      regions: [{ id: 'here' }],
      replicas: Array.from({ length: 6 }, (_, index) => ({ id: `r${index}`, region: 'here' })),
      clients: [{ id: 'c1', region: 'here' }],
      replication: { strategy, params },
      partitioning: { scheme: 'hash', shards: 4, replicationFactor },
      workload: { mix: 'ycsb-a' },
    },
    strategies,
  )
  return parsed.ok ? [] : parsed.error.map(({ path }) => path)
}

describe('numbers of replicas are those of a shard', () => {
  const rows: [strategy: string, params: Record<string, unknown>, enough: number, path: string][] = [
    ['raft', { learners: 2 }, 3, '$.replication.params.learners'],
    ['zab', { observers: 2 }, 3, '$.replication.params.observers'],
    ['chain', { chainLength: 3 }, 3, '$.replication.params.chainLength'],
    [
      'single-leader',
      { replication: 'synchronous', syncReplicas: 2 },
      3,
      '$.replication.params.syncReplicas',
    ],
    ['leaderless', { n: 3 }, 3, '$.partitioning.replicationFactor'],
  ]
  test.each(rows)('%s %j', (strategy, params, enough, path) => {
    expect(problemsOf(strategy, params, enough)).toEqual([])
    expect(problemsOf(strategy, params, enough - 1)).toEqual([path])
  })

  test('a witness alone holds nothing', () => {
    const params = { failover: 'automatic', witness: true }
    expect(problemsOf('single-leader', params, 3)).toEqual([])
    expect(problemsOf('single-leader', params, 1)).toEqual(['$.replication.params.witness'])
  })
})
