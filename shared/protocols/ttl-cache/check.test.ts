import { expect, test } from 'vitest'
import { replicaOf, topologyOf } from '../../testing/topologies.ts'
import { withDefaults } from '../../testing/with-defaults.ts'
import type { ConsistencySpec, ParamValue, Topology } from '../../topology/types.ts'
import { manifest } from './manifest.ts'

function topology(
  consistency: Partial<ConsistencySpec>,
  params: Readonly<Record<string, ParamValue>> = {},
  overrides: Partial<Topology> = {},
): Topology {
  return withDefaults(
    topologyOf({
      replication: { strategy: 'ttl-cache', params },
      consistency: { read: 'eventual', session: [], onPartition: 'consistency', ...consistency },
      ...overrides,
    }),
    manifest,
  )
}

const paths = (...args: Parameters<typeof topology>) =>
  manifest.check(topology(...args)).map(({ path }) => path)

test.each(['linearizable', 'bounded-staleness'] as const)(
  'with availability reads are not %s, and the sentence names what is',
  (read) => {
    const [problem, ...others] = manifest.check(topology({ read, onPartition: 'availability' }))
    expect(others).toEqual([])
    expect(problem.path).toBe('$.consistency.read')
    expect(problem.sentence).toContain('Use "sequential"')
    expect(paths({ read })).toEqual([])
  },
)

test('to answer while renewing takes availability', () => {
  const params = { staleWhileRevalidateMs: 100 }
  expect(paths({}, params)).toEqual(['$.replication.params.staleWhileRevalidateMs'])
  expect(paths({ onPartition: 'availability' }, params)).toEqual([])
})

test('parents leave room for an origin and a cache', () => {
  expect(paths({}, { parents: 1 })).toEqual([])
  expect(paths({}, { parents: 2 })).toEqual(['$.replication.params.parents'])
  expect(paths({}, { parents: 1 }, { replicas: [replicaOf('r1')] })).toEqual(['$.replication.params.parents'])
})

test.each([
  [{ read: 'linearizable' }, /^The origin answers every read/],
  [{ read: 'bounded-staleness' }, /less than 500 ms old/],
  [{ read: 'sequential' }, /the session has written or read/],
  [{ read: 'read-your-writes' }, /the session has written,/],
  [{}, /no staler than 5000 ms/],
] as const)('%o is explained by what bounds it', (consistency, sentence) => {
  expect(manifest.explain(topology(consistency)).read).toMatch(sentence)
})

test('what a partition does is explained by the choice', () => {
  expect(manifest.explain(topology({})).partition).toMatch(/until its copies have run out/)
  expect(manifest.explain(topology({ onPartition: 'availability' })).partition).toMatch(
    /expired copies for 60000 ms more, after 300 ms of patience/,
  )
})
