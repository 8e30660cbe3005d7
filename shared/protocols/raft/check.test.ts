import { describe, expect, test } from 'vitest'
import { topologyOf } from '../../testing/topologies.ts'
import { withDefaults } from '../../testing/with-defaults.ts'
import { READ_LEVELS } from '../../topology/schema/behaviour.ts'
import type { ConsistencySpec, ParamValue } from '../../topology/types.ts'
import { check, warn } from './check.ts'
import { configure, readRules } from './config.ts'
import { manifest } from './manifest.ts'

function problems(params: Record<string, ParamValue>, consistency: Partial<ConsistencySpec> = {}) {
  const topology = topologyOf({
    replication: { strategy: 'raft', params },
    consistency: { read: 'eventual', session: [], onPartition: 'consistency', ...consistency },
  })
  return check(withDefaults(topology, manifest))
}

test.each(READ_LEVELS)('the level %s is offered as it is', (read) => {
  expect(problems({}, { read })).toEqual([])
})

test.each([
  ['linearizable', 'index'],
  ['bounded-staleness', 'bounded'],
  ['sequential', 'local'],
  ['causal', 'local'],
  ['eventual', 'local'],
] as const)('unless told otherwise, %s reads go by way of "%s"', (read, path) => {
  expect(
    readRules({ reads: 'auto', timestamps: 'none' }, { read, session: [], onPartition: 'consistency' }).path,
  ).toBe(path)
})

test('with availability all but linearizable and bounded reads are offered', () => {
  const refused = READ_LEVELS.filter((read) => problems({}, { read, onPartition: 'availability' }).length > 0)
  expect(refused).toEqual(['linearizable', 'bounded-staleness'])
  const [problem] = problems({}, { read: 'linearizable', onPartition: 'availability' })
  expect(problem.path).toBe('$.consistency.read')
  expect(problem.sentence).toMatch(/Use "sequential"/)
})

test.each([
  [{ reads: 'stale' }, { read: 'linearizable' }, '$.replication.params.reads'],
  [{ reads: 'lease', checkQuorum: false }, {}, '$.replication.params.checkQuorum'],
  [{ heartbeatMs: 1000 }, {}, '$.replication.params.heartbeatMs'],
  [{ learners: 3 }, {}, '$.replication.params.learners'],
  [{ reads: 'timestamp' }, {}, '$.replication.params.reads'],
  [{ timestamps: 'oracle', checkQuorum: false }, {}, '$.replication.params.checkQuorum'],
  [
    { timestamps: 'hybrid', maxStalenessMs: 500 },
    { read: 'bounded-staleness' },
    '$.replication.params.maxStalenessMs',
  ],
] as const)('%o with %o is refused at %s', (params, consistency, path) => {
  expect(problems(params, consistency).map((problem) => problem.path)).toEqual([path])
})

test('each shard needs a replica that votes', () => {
  const partitioning = { scheme: 'hash', shards: 2, virtualNodes: 1, replicationFactor: 1 } as const
  const topology = topologyOf({ replication: { strategy: 'raft', params: { learners: 1 } }, partitioning })
  const [problem] = check(withDefaults(topology, manifest))
  expect(problem.sentence).toMatch(/each shard has 1 replica, .* Set learners to 0/)
})

test('commit wait needs clocks that say how wrong they may be', () => {
  expect(problems({ timestamps: 'commit-wait' }).map(({ path }) => path)).toEqual(
    [0, 1, 2].map((position) => `$.replicas[${position}].clock.uncertaintyMs`),
  )
})

test.each([
  ['commit-wait', 'auto', 'linearizable', 'lease', false],
  ['commit-wait', 'timestamp', 'linearizable', 'snapshot', false],
  ['commit-wait', 'auto', 'bounded-staleness', 'snapshot', false],
  ['commit-wait', 'auto', 'sequential', 'local', false],
  ['hybrid', 'auto', 'linearizable', 'lease', true],
  ['hybrid', 'lease', 'linearizable', 'lease', false],
  ['hybrid', 'auto', 'bounded-staleness', 'snapshot', false],
  ['oracle', 'auto', 'linearizable', 'lease', true],
  ['oracle', 'follower-read-index', 'linearizable', 'follower-index', true],
  ['oracle', 'auto', 'bounded-staleness', 'bounded', false],
] as const)('with %s and "%s", %s reads go by way of "%s"', (timestamps, reads, read, path, stampsReads) => {
  const rules = readRules({ reads, timestamps }, { read, session: [], onPartition: 'consistency' })
  expect(rules).toMatchObject({ path, stampsReads })
})

test('a session that must see what it wrote is not answered from a snapshot within the bound', () => {
  const consistency = { read: 'bounded-staleness', onPartition: 'consistency' } as const
  const rules = readRules(
    { reads: 'auto', timestamps: 'hybrid' },
    { ...consistency, session: ['read-your-writes'] },
  )
  expect(rules.path).toBe('bounded')
})

test('every parameter of the manifest reaches the protocol', () => {
  const params = Object.fromEntries(manifest.params.map((spec) => [spec.name, spec.default]))
  const configured = configure(params) as unknown as Record<string, unknown>
  for (const { name } of manifest.params) expect(configured).toHaveProperty(name.replace(/Ms$/, 'Ns'))
  for (const value of Object.values(configured)) expect(value).not.toBeNaN()
})

describe('time limits against the links', () => {
  /** Three replicas 100 ms from each other. */
  const warnings = (params: Record<string, ParamValue>) => {
    const topology = topologyOf({ replication: { strategy: 'raft', params } })
    const { links } = topology
    return warn(
      withDefaults({ ...topology, links: { ...links, default: { ...links.default, oneWay: 50 } } }, manifest),
    ).map(({ path, sentence }) => [path, sentence])
  }

  test('an election timeout near or under the round trip to a majority is warned of', () => {
    expect(warnings({})).toEqual([])
    expect(warnings({ electionTimeoutMs: 150, heartbeatMs: 15 })).toEqual([])
    const [[path, sentence]] = warnings({ electionTimeoutMs: 149, heartbeatMs: 15 })
    expect(path).toBe('$.replication.params.electionTimeoutMs')
    expect(sentence).toContain('after 100 ms at best')
    expect(sentence).toContain('after 149 to 298 ms of silence')
  })

  test('a lease that a round renews too late is warned of, where reads rely on it', () => {
    // 1 000 ms, allowing for a drift of 1 000 ppm: 998.002 ms; a renewal takes the interval and 100 ms.
    expect(warnings({ reads: 'lease', heartbeatMs: 898 })).toEqual([])
    const [[path, sentence]] = warnings({ reads: 'lease', heartbeatMs: 899 })
    expect(path).toBe('$.replication.params.heartbeatMs')
    expect(sentence).toContain('A lease lasts 998 ms')
    expect(warnings({ reads: 'read-index', heartbeatMs: 899 })).toEqual([])
  })
})
