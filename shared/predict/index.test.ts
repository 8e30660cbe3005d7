import { describe, expect, test } from 'vitest'
import { buildPlan } from '../plan/build.ts'
import { pbsTopology } from '../testing/pbs.ts'
import { clientOf, replicaOf, topologyOf } from '../testing/topologies.ts'
import type { Topology } from '../topology/types.ts'
import { canPredict, predict } from './index.ts'

const predicted = (topology: Topology, seed = 1) =>
  predict(topology, buildPlan(topology), { trials: 20_000, seed })

test('what has no model is refused with a sentence that says why', () => {
  expect(canPredict(topologyOf())).toBeNull()
  const zab = topologyOf({ replication: { strategy: 'zab', params: {} } })
  expect(canPredict(zab)).toMatch(/"zab"/)
  expect(() => predict(zab, buildPlan(topologyOf()))).toThrow(/"zab"/)
  const plain = topologyOf()
  expect(canPredict({ ...plain, consistency: { ...plain.consistency, read: 'linearizable' } })).toMatch(/ABD/)
  const { params } = plain.replication
  const swapping = { ...plain, replication: { ...plain.replication, params: { ...params, lightweightTransactions: true } } } // prettier-ignore
  expect(canPredict(swapping)).toBeNull()
  if (plain.workload.kind !== 'mix') throw new Error('the plain topology has a mix')
  const mix = { ...plain.workload.mix, compareAndSet: 0.1, update: 0.4 }
  expect(canPredict({ ...swapping, workload: { ...plain.workload, mix } })).toMatch(/Paxos/)
  expect(canPredict(topologyOf({ partitioning: { scheme: 'hash', shards: 4, virtualNodes: 1 } }))).toMatch(
    /none/,
  )
})

test('the same seed gives the same prediction, another one does not', () => {
  const topology = pbsTopology('LNKD-DISK', 1, 1)
  expect(predicted(topology, 5)).toEqual(predicted(topology, 5))
  expect(predicted(topology, 6).freshAtZero).not.toBe(predicted(topology, 5).freshAtZero)
})

test('the curve rises, holds the offsets of the probe, and its ends agree with the figures', () => {
  const topology = pbsTopology('LNKD-DISK', 1, 1)
  const workload = { kind: 'probe', offsetsMs: [0, 3.3, 47], samples: 10, valueBytes: 1 } as const
  const { visibility, freshAtZero, t999Ms } = predicted({
    ...topology,
    workload: { ...workload, offsetsMs: [0, 3.3, 47] },
  })
  expect(visibility[0]).toEqual({ tMs: 0, fresh: freshAtZero, reads: 20_000 })
  expect(visibility.map(({ tMs }) => tMs)).toEqual(expect.arrayContaining([0, 0.01, 0.0112, 3.3, 47, 1000]))
  for (let at = 1; at < visibility.length; at++) {
    expect(visibility[at].tMs).toBeGreaterThan(visibility[at - 1].tMs)
    expect(visibility[at].fresh).toBeGreaterThanOrEqual(visibility[at - 1].fresh)
  }
  expect(visibility.find(({ tMs }) => tMs > t999Ms! * 1.002)!.fresh).toBeGreaterThanOrEqual(0.999)
  expect(visibility.filter(({ tMs }) => tMs < t999Ms! * 0.998).at(-1)!.fresh).toBeLessThan(0.999)
})

test('all numbers are finite, and percentile curves rise', () => {
  const prediction = predicted(pbsTopology('WAN', 2, 1))
  for (const curve of [prediction.curves.read, prediction.curves.write]) {
    for (let at = 1; at < curve.length; at++) expect(curve[at][1]).toBeGreaterThanOrEqual(curve[at - 1][1])
  }
  expect(JSON.stringify(prediction)).not.toContain('null')
  expect(Object.values(prediction.latencyMs.read).every(Number.isFinite)).toBe(true)
})

test('the order in which clients are listed does not matter, nor how many are alike', () => {
  const one = pbsTopology('LNKD-SSD', 1, 1)
  const many = { ...one, clients: Array.from({ length: 40 }, (_, at) => clientOf(`c${at}`)) }
  expect(predicted(many).latencyMs).toEqual(predicted(one).latencyMs)
})

test('the read share follows the workload', () => {
  const base = topologyOf()
  const mix = { read: 0, update: 0, insert: 0, scan: 0, readModifyWrite: 1, compareAndSet: 0, delete: 0 }
  const loadOf = (workload: Topology['workload']) => predicted({ ...base, workload, replication: { ...base.replication, params: { ...base.replication.params, r: 1, w: 3 } } }).quorum?.load // prettier-ignore
  if (base.workload.kind !== 'mix') throw new Error('the plain topology has a mix')
  expect(
    loadOf({ ...base.workload, mix: { ...mix, read: 0.95, update: 0.05, readModifyWrite: 0 } }),
  ).toBeCloseTo(0.95 / 3 + 0.05, 12)
  expect(loadOf({ ...base.workload, mix })).toBeCloseTo(2 / 3, 12)
  expect(loadOf({ kind: 'probe', offsetsMs: [0], samples: 1, valueBytes: 1 })).toBeCloseTo(2 / 3, 12)
})

describe('caveats name what is left out, and only that', () => {
  const plain = pbsTopology('LNKD-SSD', 2, 2)

  test('the PBS configurations have none but that of the load', () => {
    expect(predicted(plain).caveats).toEqual([
      'The load counts the replicas that an operation waits for; every write and every read is sent to all 3.',
    ])
  })

  const cases: [RegExp, Topology][] = [
    [/^Faults/, { ...plain, faults: [{ kind: 'crash', replica: 'r1', atMs: 1, forMs: 1 }] }],
    [/overlap it/, topologyOf()],
    [
      /queue/,
      { ...plain, replicas: ['r1', 'r2', 'r3'].map((id) => replicaOf(id, { service: { perMessageMs: 1 } })) },
    ],
    [
      /Bandwidth/,
      { ...plain, links: { ...plain.links, default: { ...plain.links.default, bandwidthMbps: 100 } } },
    ],
    [/Lost/, { ...plain, links: { ...plain.links, default: { ...plain.links.default, lossPpm: 10 } } }],
    [/in order/, { ...plain, links: { ...plain.links, default: { ...plain.links.default, ordered: true } } }],
    [
      /Clocks/,
      { ...plain, clients: [clientOf('c1', { clock: { offsetMs: 5, driftPpm: 0, uncertaintyMs: 0 } })] },
    ],
    [/request timeout of 1 ms/, withParams(plain, { requestTimeoutMs: 1 })],
    [/Blocking read repair/, withParams(plain, { readRepair: 'blocking' })],
    [/visible sooner/, withParams(plain, { antiEntropy: true })],
    [/speculative/, withParams(plain, { readFanout: 'quorum', speculativeRetryMs: 3 })],
    [/wherever they are/, withParams(plain, { readScope: 'local' })],
    [/Session/, { ...plain, consistency: { ...plain.consistency, session: ['read-your-writes'] } }],
  ]
  for (const [sentence, topology] of cases) {
    test(`${sentence}`, () => expect(predicted(topology).caveats.join('\n')).toMatch(sentence))
  }
})

function withParams(topology: Topology, params: Record<string, string | number | boolean>): Topology {
  return {
    ...topology,
    replication: { strategy: 'leaderless', params: { ...topology.replication.params, ...params } },
  }
}
