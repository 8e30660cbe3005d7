import { expect, test } from 'vitest'
import { topologyOf } from '../../testing/topologies.ts'
import { withDefaults } from '../../testing/with-defaults.ts'
import { READ_LEVELS } from '../../topology/schema/behaviour.ts'
import type { ConsistencySpec, ParamValue } from '../../topology/types.ts'
import { check } from './check.ts'
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
