import { expect, test } from 'vitest'
import { topologyOf } from '../../testing/topologies.ts'
import { withDefaults } from '../../testing/with-defaults.ts'
import { READ_LEVELS } from '../../topology/schema/behaviour.ts'
import type { ConsistencySpec, ParamValue } from '../../topology/types.ts'
import { check, warn } from './check.ts'
import { configure, readRules } from './config.ts'
import { manifest } from './manifest.ts'

function problems(params: Record<string, ParamValue>, consistency: Partial<ConsistencySpec> = {}) {
  const topology = topologyOf({
    replication: { strategy: 'chain', params },
    consistency: { read: 'eventual', session: [], onPartition: 'consistency', ...consistency },
  })
  return check(withDefaults(topology, manifest))
}

test.each(READ_LEVELS)('the level %s is offered as it is', (read) => {
  expect(problems({}, { read })).toEqual([])
})

test.each([
  ['linearizable', 'apportioned'],
  ['bounded-staleness', 'bounded'],
  ['sequential', 'committed'],
  ['causal', 'committed'],
  ['read-your-writes', 'committed'],
  ['monotonic-reads', 'committed'],
  ['consistent-prefix', 'committed'],
  ['eventual', 'newest'],
] as const)('unless told otherwise, %s reads go by way of "%s"', (read, path) => {
  expect(readRules({ reads: 'auto' }, { read, session: [], onPartition: 'consistency' }).path).toBe(path)
})

test('with availability all but linearizable and bounded reads are offered', () => {
  const refused = READ_LEVELS.filter((read) => problems({}, { read, onPartition: 'availability' }).length > 0)
  expect(refused).toEqual(['linearizable', 'bounded-staleness'])
  const [problem] = problems({}, { read: 'linearizable', onPartition: 'availability' })
  expect(problem.path).toBe('$.consistency.read')
  expect(problem.sentence).toMatch(/Use "sequential"/)
})

test.each(['newest-known', 'bounded-inconsistency'])('%s reads are for the level eventual alone', (reads) => {
  expect(READ_LEVELS.filter((read) => problems({ reads }, { read }).length === 0)).toEqual(['eventual'])
  expect(problems({ reads }, { session: ['monotonic-reads'] })[0].sentence).toMatch(
    /cannot keep to monotonic-reads/,
  )
})

test('committed reads are for all but linearizable and bounded ones', () => {
  const refused = READ_LEVELS.filter((read) => problems({ reads: 'committed' }, { read }).length > 0)
  expect(refused).toEqual(['linearizable', 'bounded-staleness'])
})

test.each([
  [{ heartbeatMs: 500, suspectAfterMs: 500, leaseMs: 600 }, '$.replication.params.heartbeatMs'],
  [{ leaseMs: 100 }, '$.replication.params.leaseMs'],
  [{ chainLength: 4 }, '$.replication.params.chainLength'],
] as const)('%o is refused at %s', (params, path) => {
  expect(problems(params).map((problem) => problem.path)).toEqual([path])
})

test('every parameter of the manifest reaches the protocol', () => {
  const params = Object.fromEntries(manifest.params.map((spec) => [spec.name, spec.default]))
  const configured = configure(params) as unknown as Record<string, unknown>
  for (const { name } of manifest.params) expect(configured).toHaveProperty(name.replace(/Ms$/, 'Ns'))
  for (const value of Object.values(configured)) expect(value).not.toBeNaN()
})

test('limits that pass before a node can have heard from the masters again are warned of', () => {
  /** Three replicas 100 ms from each other and back. */
  const warnings = (params: Record<string, ParamValue>) => {
    const topology = topologyOf({ replication: { strategy: 'chain', params } })
    const { links } = topology
    return warn(
      withDefaults({ ...topology, links: { ...links, default: { ...links.default, oneWay: 50 } } }, manifest),
    ).map(({ path, sentence }) => [path.slice('$.replication.params.'.length), sentence])
  }
  expect(warnings({})).toEqual([])
  const tight = { heartbeatMs: 40, clockDriftPpm: 0 }
  expect(warnings({ suspectAfterMs: 140, leaseMs: 140, ...tight })).toEqual([])
  const [[name, sentence], ...others] = warnings({ suspectAfterMs: 139, leaseMs: 140, ...tight })
  expect([name, others]).toEqual(['suspectAfterMs', []])
  expect(sentence).toContain('hears from the masters every 40 ms, 100 ms late (its round trip)')
  expect(warnings({ suspectAfterMs: 140, leaseMs: 139, ...tight }).map(([path]) => path)).toEqual(['leaseMs'])
  expect(warnings({ suspectAfterMs: 140, leaseMs: 140, ...tight, clockDriftPpm: 5000 })[0][1]).toContain(
    'leaseMs leaves it 138.6 ms',
  )
  // Who is alone in the chain and the one master asks nobody.
  expect(warnings({ suspectAfterMs: 100, leaseMs: 100, ...tight, chainLength: 1, masters: 1 })).toEqual([])
})
