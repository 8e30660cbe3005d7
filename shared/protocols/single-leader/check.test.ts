import { expect, test } from 'vitest'
import { topologyOf } from '../../testing/topologies.ts'
import { withDefaults } from '../../testing/with-defaults.ts'
import { READ_LEVELS } from '../../topology/schema/behaviour.ts'
import type { ChangeSpec, ConsistencySpec, ParamValue, PartitioningSpec } from '../../topology/types.ts'
import { check, warn } from './check.ts'
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

test('leases near or under the round trip that grants them are warned of, and those that heartbeats renew too late', () => {
  /** Three replicas 100 ms from each other and back. */
  const warnings = (params: Record<string, ParamValue>) => {
    const topology = topologyOf({ replication: { strategy: 'single-leader', params } })
    const { links } = topology
    return warn(
      withDefaults({ ...topology, links: { ...links, default: { ...links.default, oneWay: 50 } } }, manifest),
    ).map(({ path, sentence }) => [path.slice('$.replication.params.'.length), sentence])
  }
  expect(warnings({})).toEqual([])
  expect(warnings({ leaseMs: 150, heartbeatMs: 40 })).toEqual([])
  const [[name, sentence], ...others] = warnings({ leaseMs: 149, heartbeatMs: 40 })
  expect([name, others]).toEqual(['leaseMs', []])
  expect(sentence).toContain('granted a lease after 100 ms at best')
  expect(sentence).toContain('after 149 to 298 ms of silence')
  // 179.6 ms of 180, allowing for a drift of 1 000 ppm on either side; a renewal takes the interval and 100 ms.
  expect(warnings({ leaseMs: 180, heartbeatMs: 80, clockDriftPpm: 0 })).toEqual([])
  const [[late, why]] = warnings({ leaseMs: 180, heartbeatMs: 80, clockDriftPpm: 1000 })
  expect(late).toBe('heartbeatMs')
  expect(why).toContain('A lease lasts 179.6 ms')
  // Leases are for those who may be followed by another.
  expect(warnings({ leaseMs: 100, heartbeatMs: 40, failover: 'off' })).toEqual([])
  expect(warnings({ leaseMs: 100, heartbeatMs: 40, fencing: false })).toEqual([])
  // A witness alone grants them, a round trip away as everyone else.
  expect(warnings({ leaseMs: 149, heartbeatMs: 40, witness: true }).map(([path]) => path)).toEqual([
    'leaseMs',
  ])
})
