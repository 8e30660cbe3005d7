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
    replication: { strategy: 'zab', params },
    consistency: { read: 'eventual', session: [], onPartition: 'consistency', ...consistency },
  })
  return check(withDefaults(topology, manifest))
}

test.each(READ_LEVELS)('the level %s is offered as it is', (read) => {
  expect(problems({}, { read })).toEqual([])
})

test.each([
  ['linearizable', 'quorum-sync'],
  ['bounded-staleness', 'bounded'],
  ['sequential', 'local'],
  ['causal', 'local'],
  ['eventual', 'local'],
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

test.each([
  [{ reads: 'local' }, { read: 'linearizable' }, '$.replication.params.reads'],
  [{ reads: 'sync' }, { read: 'linearizable' }, '$.replication.params.reads'],
  [{ reads: 'sync' }, { read: 'bounded-staleness' }, '$.replication.params.reads'],
  [{ observers: 3 }, {}, '$.replication.params.observers'],
] as const)('%o with %o is refused at %s', (params, consistency, path) => {
  const found = problems(params, consistency)
  expect(found.map((problem) => problem.path)).toEqual([path])
  expect(found[0].sentence).toMatch(/ (Set|Lower) /)
})

test('every parameter of the manifest reaches the protocol', () => {
  const params = Object.fromEntries(manifest.params.map((spec) => [spec.name, spec.default]))
  const configured = configure(params) as unknown as Record<string, unknown>
  for (const { name } of manifest.params) expect(configured).toHaveProperty(name.replace(/Ms$/, 'Ns'))
  for (const value of Object.values(configured)) expect(value).not.toBeNaN()
})

test('limits near or under the round trips of a quorum are warned of', () => {
  /** Three servers 100 ms from each other: 200 ms to synchronise, 100 ms to hear. */
  const warnings = (params: Record<string, ParamValue>) => {
    const topology = topologyOf({ replication: { strategy: 'zab', params } })
    const { links } = topology
    return warn(
      withDefaults({ ...topology, links: { ...links, default: { ...links.default, oneWay: 50 } } }, manifest),
    ).map(({ path, sentence }) => [path.slice('$.replication.params.'.length), sentence])
  }
  expect(warnings({})).toEqual([])
  expect(warnings({ tickMs: 50, initLimit: 6, syncLimit: 3 })).toEqual([])
  const [[name, sentence], ...others] = warnings({ tickMs: 50, initLimit: 5, syncLimit: 3 })
  expect([name, others]).toEqual(['initLimit', []])
  expect(sentence).toContain('A quorum takes 200 ms at best to synchronise')
  expect(sentence).toContain('initLimit leaves it 250 ms')
  expect(warnings({ tickMs: 50, initLimit: 6, syncLimit: 2 }).map(([path]) => path)).toEqual(['syncLimit'])
  expect(warnings({ tickMs: 10, initLimit: 6, syncLimit: 3 })).toHaveLength(2)
  // Observers have no say: the one voter that is left needs nobody.
  expect(warnings({ tickMs: 10, observers: 2 })).toEqual([])
})
