import { expect, test } from 'vitest'
import { topologyOf } from '../../testing/topologies.ts'
import { withDefaults } from '../../testing/with-defaults.ts'
import { READ_LEVELS } from '../../topology/schema/behaviour.ts'
import type { ChangeSpec, ConsistencySpec, ParamValue, PartitioningSpec } from '../../topology/types.ts'
import { check } from './check.ts'
import { configure } from './config.ts'
import { manifest } from './manifest.ts'

function problems(params: Record<string, ParamValue>, consistency: Partial<ConsistencySpec> = {}) {
  const topology = topologyOf({
    replication: { strategy: 'single-leader', params },
    consistency: { read: 'eventual', session: [], onPartition: 'consistency', ...consistency },
  })
  return check(withDefaults(topology, manifest))
}

const refused = (params: Record<string, ParamValue>, onPartition: ConsistencySpec['onPartition']) =>
  READ_LEVELS.filter((read) => problems(params, { read, onPartition }).length > 0)

const NEEDS_ALL = ['linearizable', 'sequential', 'bounded-staleness', 'consistent-prefix']
const SAFE = { replication: 'synchronous', followersApply: 'confirmed' }

test('asynchronous failover keeps what sessions are promised, and no more', () => {
  expect(refused({}, 'consistency')).toEqual(NEEDS_ALL)
  expect(refused({}, 'availability')).toEqual(NEEDS_ALL)
})

test('synchronous replication with fencing gives every level', () => {
  expect(refused(SAFE, 'consistency')).toEqual([])
  expect(refused(SAFE, 'availability')).toEqual(NEEDS_ALL)
})

test('without failover nothing is lost', () => {
  expect(refused({ failover: 'off' }, 'consistency')).toEqual([])
  expect(refused({ failover: 'off' }, 'availability')).toEqual(['bounded-staleness'])
})

test.each([
  [{ witness: true, failover: 'off' }, {}, 'replication.params.witness'],
  [{ replication: 'synchronous', syncReplicas: 3 }, {}, 'replication.params.syncReplicas'],
  [{ heartbeatMs: 600 }, {}, 'replication.params.heartbeatMs'],
  [{ ...SAFE, acknowledge: 'applied' }, {}, 'replication.params.followersApply'],
  [{ replication: 'semi-synchronous' }, {}, 'replication.params.degradeAfterMs'],
  [{ fencing: false }, {}, 'replication.params.fencing'],
  [{ ...SAFE, readsFrom: 'followers' }, { read: 'linearizable' }, 'replication.params.readsFrom'],
  [{ ...SAFE, visibility: 'after-commit' }, { read: 'linearizable' }, 'replication.params.visibility'],
  [{ ...SAFE, followersApply: 'received' }, { read: 'sequential' }, 'replication.params.followersApply'],
] as const)('%o with %o is refused at %s', (params, consistency, path) => {
  expect(problems(params, consistency).map((problem) => problem.path)).toEqual([`$.${path}`])
})

const JOIN: ChangeSpec = { atMs: 1, kind: 'join', replica: 'r3' }
const OFF = { failover: 'off' }
const SYNC = { failover: 'off', replication: 'synchronous' }

test.each<[string, Record<string, ParamValue>, ChangeSpec[], PartitioningSpec['scheme'], string[]]>([
  ['a standby joins without failover', OFF, [JOIN], 'none', []],
  ['with failover', {}, [JOIN], 'none', ['$.changes']],
  ['in a divided key space', OFF, [JOIN], 'hash', ['$.changes']],
  ['the leader leaves', OFF, [{ ...JOIN, kind: 'leave', replica: 'r1' }], 'none', ['$.changes[0].replica']],
  ['another leaves', OFF, [{ ...JOIN, kind: 'leave', replica: 'r2' }], 'none', []],
  ['too few followers at first', { ...SYNC, syncReplicas: 2 }, [JOIN], 'none', ['$.changes']],
  [
    'too few followers later',
    { ...SYNC, syncReplicas: 2 },
    [{ ...JOIN, kind: 'leave', replica: 'r2' }],
    'none',
    ['$.changes[0].replica'],
  ],
])('members that change: %s', (_, params, changes, scheme, paths) => {
  const plain = topologyOf()
  const topology = topologyOf({
    replication: { strategy: 'single-leader', params },
    partitioning: { ...plain.partitioning, scheme },
    changes,
  })
  expect(check(withDefaults(topology, manifest)).map(({ path }) => path)).toEqual(paths)
})

test('every parameter of the manifest reaches the protocol', () => {
  const params = Object.fromEntries(manifest.params.map((spec) => [spec.name, spec.default]))
  const configured = configure(params) as unknown as Record<string, unknown>
  for (const { name } of manifest.params) expect(configured).toHaveProperty(name.replace(/Ms$/, 'Ns'))
})
