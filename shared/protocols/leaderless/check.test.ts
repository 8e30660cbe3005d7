import { describe, expect, test } from 'vitest'
import { clientOf, replicaOf, topologyOf } from '../../testing/topologies.ts'
import type { ConsistencySpec, ParamValue, Topology } from '../../topology/types.ts'
import { check } from './check.ts'
import { manifest } from './manifest.ts'

const DEFAULTS = Object.fromEntries(manifest.params.map((param) => [param.name, param.default]))

function problems(params: Record<string, ParamValue>, overrides: Partial<Topology> = {}) {
  return check(
    topologyOf({ replication: { strategy: 'leaderless', params: { ...DEFAULTS, ...params } }, ...overrides }),
  )
}

const consistency = (fields: Partial<ConsistencySpec>): Partial<Topology> => ({
  consistency: { read: 'eventual', session: [], onPartition: 'consistency', ...fields },
})

test('what is in order passes', () => {
  expect(problems({})).toEqual([])
  expect(problems({ sloppyQuorum: true })).toEqual([])
  expect(problems({}, consistency({ read: 'monotonic-reads', session: ['read-your-writes'] }))).toEqual([])
})

test.each([
  [
    { n: 4 },
    '$.replication.params.n',
    'n is 4, but the topology has 3 replicas. Lower n to 3, or add replicas.',
  ],
  [
    { n: 2, w: 3 },
    '$.replication.params.w',
    'w is 3, but only n = 2 replicas hold a key. Lower w to 2, or raise n.',
  ],
  [
    { n: 2, r: 3 },
    '$.replication.params.r',
    'r is 3, but only n = 2 replicas hold a key. Lower r to 2, or raise n.',
  ],
])('%o', (params, path, sentence) => {
  expect(problems(params)).toEqual([
    { path, sentence: typeof sentence === 'string' ? sentence : (expect.stringMatching(sentence) as string) },
  ])
})

const threeRegions: Partial<Topology> = {
  regions: ['east', 'west', 'south'].map((id) => ({ id, zones: [], at: null })),
  replicas: ['east', 'east', 'west', 'west'].map((region, index) => replicaOf(`r${index}`, { region })),
}

test('scopes need enough copies in every region that they speak of', () => {
  const local = { n: 3, r: 2, w: 1, readScope: 'local', coordinator: 'replica' }
  expect(problems(local, threeRegions).map(({ sentence }) => sentence)).toEqual([
    'r is 2, but the region "west" holds 1 copy of a key. Lower r to 1, or raise n so that the region gets 2.',
  ])
  expect(problems({ ...local, n: 4 }, threeRegions)).toEqual([])
  const each = { n: 3, w: 2, writeScope: 'each' }
  expect(problems(each, threeRegions).map(({ path }) => path)).toEqual(['$.replication.params.w'])
  const clients = [clientOf('c1', { region: 'south' })]
  const far = problems(
    { n: 4, r: 1, readScope: 'local', coordinator: 'client' },
    { ...threeRegions, clients },
  )
  expect(far.map(({ sentence }) => sentence)).toEqual([
    'r is 1, but the region "south" holds 0 copies of a key. Set readScope to "any", or raise n so that the region gets 1.',
  ])
})

test.each(['sequential', 'bounded-staleness', 'causal', 'consistent-prefix'] as const)(
  'reads are not %s, and the sentence says what is nearest',
  (read) => {
    const [problem, ...others] = problems({}, consistency({ read }))
    expect(others).toEqual([])
    expect(problem.path).toBe('$.consistency.read')
    expect(problem.sentence).toMatch(/Use "/)
  },
)

test('session guarantees across keys are refused at their place in the list', () => {
  const found = problems({}, consistency({ session: ['read-your-writes', 'monotonic-writes'] }))
  expect(found.map(({ path }) => path)).toEqual(['$.consistency.session[1]'])
})

describe('linearizable', () => {
  const linearizable = (params: Record<string, ParamValue>, fields: Partial<ConsistencySpec> = {}) =>
    problems(params, consistency({ read: 'linearizable', ...fields })).map(({ path }) => path)

  test('is offered: by ABD or, with transactions, by Paxos', () => {
    expect(linearizable({})).toEqual([])
    expect(linearizable({ lightweightTransactions: true })).toEqual([])
    expect(linearizable({ registers: 'abd', r: 1, w: 3 })).toEqual([])
    expect(linearizable({ registers: 'paxos', r: 1, w: 1, readScope: 'local' })).toEqual([])
  })

  test.each([
    [{ registers: 'timestamps' }, 'registers'],
    [{ r: 1, w: 2 }, 'r'],
    [{ sloppyQuorum: true }, 'sloppyQuorum'],
    [{ conflicts: 'siblings' }, 'conflicts'],
    [{ readScope: 'local' }, 'readScope'],
    [{ writeScope: 'each' }, 'writeScope'],
    [{ registers: 'abd', lightweightTransactions: true }, 'lightweightTransactions'],
  ])('%o is refused', (params, name) => {
    expect(linearizable(params)).toEqual([`$.replication.params.${name}`])
  })

  test('is not what a partition leaves to everybody', () => {
    expect(linearizable({}, { onPartition: 'availability' })).toEqual(['$.consistency.onPartition'])
  })
})

describe('compare-and-set', () => {
  const mix = { read: 0.5, update: 0, insert: 0, scan: 0, readModifyWrite: 0, compareAndSet: 0.5, delete: 0 }
  const withMix = (params: Record<string, ParamValue>) =>
    problems(params, { workload: { ...topologyOf().workload, mix } as Topology['workload'] }).map(
      ({ path }) => path,
    )

  test('needs transactions', () => {
    expect(withMix({})).toEqual(['$.workload.mix.compareAndSet'])
    expect(withMix({ lightweightTransactions: true })).toEqual([])
    expect(withMix({ registers: 'paxos' })).toEqual([])
  })

  test('compares with one value', () => {
    expect(withMix({ lightweightTransactions: true, conflicts: 'siblings' })).toEqual([
      '$.replication.params.conflicts',
    ])
  })
})
