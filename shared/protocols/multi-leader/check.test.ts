import { expect, test } from 'vitest'
import { replicaOf, topologyOf } from '../../testing/topologies.ts'
import type { ConsistencySpec, ParamValue, Topology } from '../../topology/types.ts'
import { check, LEADERS_MAX } from './check.ts'
import { manifest } from './manifest.ts'

const DEFAULTS = Object.fromEntries(manifest.params.map((param) => [param.name, param.default]))

function problems(
  consistency: Partial<ConsistencySpec>,
  params: Record<string, ParamValue> = {},
  more: Partial<Topology> = {},
) {
  return check(
    topologyOf({
      replication: { strategy: 'multi-leader', params: { ...DEFAULTS, ...params } },
      consistency: { read: 'eventual', session: [], onPartition: 'availability', ...consistency },
      ...more,
    }),
  )
}

test('what is offered passes, with either choice on a partition', () => {
  for (const onPartition of ['consistency', 'availability'] as const) {
    for (const read of ['causal', 'read-your-writes', 'monotonic-reads', 'eventual'] as const) {
      expect(problems({ read, onPartition })).toEqual([])
    }
    const session: ConsistencySpec['session'] = ['monotonic-writes', 'writes-follow-reads']
    expect(problems({ session, onPartition })).toEqual([])
  }
})

test.each(['linearizable', 'sequential', 'bounded-staleness', 'consistent-prefix'] as const)(
  'reads are not %s, and the sentence names what comes nearest',
  (read) => {
    const [problem, ...others] = problems({ read })
    expect(others).toEqual([])
    expect(problem.path).toBe('$.consistency.read')
    expect(problem.sentence).toMatch(/Use "causal"/)
  },
)

test.each([
  ['clock', { clock: 'wall' }],
  ['durability', { durability: 'memory' }],
])('sessions need %s to be sound', (name, params) => {
  expect(problems({ read: 'read-your-writes' }, params).map(({ path }) => path)).toEqual([
    `$.replication.params.${name}`,
  ])
  expect(problems({}, params)).toEqual([])
})

test('under CouchDB’s winner neither deletions nor shown conflicts go together with sessions', () => {
  const mix = {
    read: 0.5,
    update: 0.4,
    insert: 0,
    scan: 0,
    readModifyWrite: 0,
    compareAndSet: 0,
    delete: 0.1,
  }
  const base = topologyOf({}).workload
  if (base.kind !== 'mix') throw new Error('the usual workload is a mix')
  const workload = { ...base, mix }
  const tree = { conflicts: 'revision-tree' }
  expect(problems({ read: 'causal' }, tree, { workload }).map(({ path }) => path)).toEqual(['$.workload.mix'])
  expect(problems({}, tree, { workload })).toEqual([])
  expect(problems({ read: 'causal' }, { conflicts: 'siblings' }, { workload })).toEqual([])
  const shown = { ...tree, readConflicts: true }
  expect(problems({ read: 'causal' }, shown).map(({ path }) => path)).toEqual([
    '$.replication.params.readConflicts',
  ])
  expect(problems({ read: 'causal' }, { ...shown, conflicts: 'siblings' })).toEqual([])
})

test('heartbeats must come before suspicion, and leaders have a bound', () => {
  expect(problems({}, { heartbeatMs: 2000, suspectAfterMs: 2000 }).map(({ path }) => path)).toEqual([
    '$.replication.params.heartbeatMs',
  ])
  const replicas = Array.from({ length: LEADERS_MAX + 1 }, (_, index) => replicaOf(`r${index}`))
  expect(problems({}, {}, { replicas }).map(({ path }) => path)).toEqual(['$.replicas'])
})
