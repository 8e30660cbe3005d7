import { describe, expect, test } from 'vitest'
import { topologyOf } from '../../testing/topologies.ts'
import type { ConsistencySpec, PartitioningSpec } from '../types.ts'
import { checkAcrossShards } from './shards.ts'

function problemsOf(scheme: PartitioningSpec['scheme'], consistency: Partial<ConsistencySpec>) {
  const plain = topologyOf()
  return checkAcrossShards({
    ...plain,
    partitioning: { ...plain.partitioning, scheme, shards: 4 },
    consistency: { ...plain.consistency, ...consistency },
  })
}

describe('what shards cannot promise together', () => {
  test.each(['sequential', 'causal', 'consistent-prefix'] as const)('%s reads', (read) => {
    const [problem, ...others] = problemsOf('hash', { read })
    expect(others).toEqual([])
    expect(problem.path).toBe('$.consistency.read')
    expect(problem.sentence).toMatch(/shards that know nothing of each other.*Ask for "linearizable"/)
    expect(problemsOf('none', { read })).toEqual([])
  })

  test('sessions whose promises speak of several keys, each by its place', () => {
    const session = [
      'read-your-writes',
      'monotonic-writes',
      'monotonic-reads',
      'writes-follow-reads',
    ] as const
    const problems = problemsOf('range', { read: 'eventual', session: [...session] })
    expect(problems.map(({ path }) => path)).toEqual(['$.consistency.session[1]', '$.consistency.session[3]'])
  })

  test('what holds of the whole where it holds of each key is promised', () => {
    expect(problemsOf('hash', { read: 'linearizable', session: ['monotonic-writes'] })).toEqual([])
    for (const read of ['eventual', 'monotonic-reads', 'read-your-writes', 'bounded-staleness'] as const) {
      expect(problemsOf('hash', { read })).toEqual([])
    }
  })
})
