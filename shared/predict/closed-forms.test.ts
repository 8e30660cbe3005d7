import { describe, expect, test } from 'vitest'
import { buildPlan } from '../plan/build.ts'
import { clientOf, replicaOf, topologyOf } from '../testing/topologies.ts'
import type { DistributionSpec, Topology } from '../topology/types.ts'
import { predict } from './index.ts'
import { missProbability } from './quorum.ts'

const TRIALS = 400_000
/** Four standard deviations of a fraction near one half. */
const CHANCE = 4 * Math.sqrt(0.25 / TRIALS)

function legs(n: number, r: number, w: number, oneWayOf: Record<string, DistributionSpec>): Topology {
  const base = topologyOf()
  return topologyOf({
    replicas: Array.from({ length: n }, (_, at) => replicaOf(`r${at + 1}`)),
    links: { ...base.links, default: { ...base.links.default, oneWay: 0, oneWayOf } },
    replication: {
      strategy: 'leaderless',
      params: { ...base.replication.params, n, r, w, coordinator: 'client' },
    },
    workload: { kind: 'probe', offsetsMs: [0, 1, 2, 5, 10, 30], samples: 1, valueBytes: 1 },
  })
}

function predicted(topology: Topology, trials = TRIALS) {
  return predict(topology, buildPlan(topology), { trials, seed: 3 })
}

const freshAt = (prediction: ReturnType<typeof predicted>, tMs: number): number =>
  prediction.visibility.find((point) => point.tMs === tMs)?.fresh as number

describe('exponential writes, memoryless: P(stale | t) = C(N−W, R) / C(N, R) · e^(−R t / mean)', () => {
  // A and R take no time and S decides at random which R of N answer first. At the commit, N − W replicas still wait,
  // each for an exponential time; the read is stale if all of the R are among those and still wait at t.
  const mean = 10
  const cases = [
    [1, 1, 1],
    [2, 1, 1],
    [3, 1, 1],
    [3, 2, 1],
    [3, 1, 2],
    [5, 2, 2],
    [5, 3, 2],
    [7, 3, 1],
  ]
  for (const [n, r, w] of cases as [number, number, number][]) {
    test(`N=${n} R=${r} W=${w}`, () => {
      const exponential: DistributionSpec = { dist: 'exponential', meanMs: mean }
      const prediction = predicted(
        legs(n, r, w, {
          'leaderless.write': exponential,
          'leaderless.readAck': { dist: 'uniform', min: 1, max: 2 },
        }),
      )
      for (const tMs of [0, 1, 2, 5, 10, 30]) {
        const stale = missProbability(n, r, w) * Math.exp((-r * tMs) / mean)
        expect(Math.abs(1 - freshAt(prediction, tMs) - stale)).toBeLessThan(CHANCE + 0.0005)
      }
      // The w-th of n exponential times, and the r-th of n uniform ones.
      let writeMean = 0
      for (let at = 0; at < w; at++) writeMean += mean / (n - at)
      expect(prediction.latencyMs.write.mean / writeMean).toBeCloseTo(1, 1.5)
      expect(prediction.latencyMs.read.mean).toBeCloseTo(1 + r / (n + 1), 2)
    })
  }
})

describe('constant legs', () => {
  test('every trial is alike: latencies are sums, and a write shows at an exact delay', () => {
    // W = 30, A = 1: committed at 31. R = 2 and S = 1: the read arrives at 31 + t + 2, after the write.
    const alike = predicted(legs(3, 1, 1, { 'leaderless.write': 30, 'leaderless.writeAck': 1 }), 1000)
    expect(alike.latencyMs.write).toEqual({ p50: 31, p90: 31, p95: 31, p99: 31, p999: 31, mean: 31 })
    expect(alike.freshAtZero).toBe(1)
    expect(alike.t999Ms).toBe(0)
  })

  test('at the very delay at which the message arrives, the read is fresh', () => {
    // The writer commits at r1 at once, r2 is 20 ms away from it; the reader asks r2, 5 ms from there.
    const base = topologyOf()
    const link = (from: string, to: string, oneWay: number) => ({ from, to, oneWay, directed: false })
    const topology = topologyOf({
      replicas: [replicaOf('r1'), replicaOf('r2')],
      clients: [clientOf('c1')],
      links: { ...base.links, between: [link('c1', 'r1', 1), link('c1', 'r2', 20)] },
      replication: {
        strategy: 'leaderless',
        params: { ...base.replication.params, n: 2, r: 1, w: 1, coordinator: 'client' },
      },
      workload: { kind: 'probe', offsetsMs: [0, 7], samples: 1, valueBytes: 1 },
    })
    // r1 answers both: fresh at once.
    expect(predicted(topology, 100).freshAtZero).toBe(1)
    // With a reader next to r2, its read arrives at 2 + t + 1, the write at 20.
    const two = { ...topology, clients: [clientOf('c1'), clientOf('c2')] }
    const linked: Topology = {
      ...two,
      links: {
        ...topology.links,
        between: [...topology.links.between, link('c2', 'r1', 20), link('c2', 'r2', 1)],
      },
      workload: { kind: 'probe', offsetsMs: [0, 16.999, 17], samples: 1, valueBytes: 1 },
    }
    const prediction = predicted(linked, 1000)
    // Writer and reader are the same client half of the time.
    expect(prediction.freshAtZero).toBe(0.5)
    expect(freshAt(prediction, 17)).toBe(1)
    expect(prediction.t999Ms).toBeCloseTo(17, 1)
  })
})

describe('replica as coordinator', () => {
  const base = topologyOf()
  const regions = ['a', 'b', 'c']
  const threeRegions = (params: Record<string, string | number | boolean>): Topology =>
    topologyOf({
      regions: regions.map((id) => ({ id, zones: [], at: null })),
      replicas: regions.map((region) => replicaOf(`r-${region}`, { region })),
      clients: regions.map((region) => clientOf(`c-${region}`, { region, loop: { open: { ratePerS: 5 } } })),
      links: {
        ...base.links,
        between: [
          { from: 'a', to: 'b', oneWay: 10, directed: false },
          { from: 'a', to: 'c', oneWay: 40, directed: false },
          { from: 'b', to: 'c', oneWay: 50, directed: false },
        ],
      },
      replication: {
        strategy: 'leaderless',
        params: { ...base.replication.params, coordinator: 'replica', ...params },
      },
    })

  test('the hop from the client is added on both ways, and the own copy costs nothing', () => {
    const { latencyMs, freshAtZero } = predicted(threeRegions({ r: 1, w: 1 }), 900)
    expect(latencyMs.write.p50).toBe(2)
    expect(latencyMs.read.p50).toBe(2)
    // Fresh only for a reader of the writer's own region.
    expect(freshAtZero).toBeCloseTo(1 / 3, 2)
  })

  test('a quorum of two waits for the nearer region', () => {
    const { latencyMs, quorum } = predicted(threeRegions({ r: 2, w: 2 }), 900)
    // 1 + 20 + 1 from a and b, 1 + 80 + 1 from c.
    expect(latencyMs.write.p50).toBeCloseTo(22, 1)
    expect(latencyMs.write.p999).toBeCloseTo(82, 0)
    expect(quorum?.readsOverlapWrites).toBe(true)
  })

  test('local reads of each-region writes are fresh; local reads of local writes are not', () => {
    const each = predicted(threeRegions({ r: 1, w: 1, readScope: 'local', writeScope: 'each' }), 900)
    expect(each.freshAtZero).toBe(1)
    expect(each.quorum?.readsOverlapWrites).toBe(true)
    const local = predicted(threeRegions({ r: 1, w: 1, readScope: 'local', writeScope: 'local' }), 900)
    expect(local.freshAtZero).toBeCloseTo(1 / 3, 2)
    expect(local.quorum?.readsOverlapWrites).toBe(false)
    expect(local.quorum?.writesOverlapWrites).toBe(false)
  })

  test('readFanout quorum asks the nearest members, whatever their order', () => {
    const topology = threeRegions({ coordinator: 'client', readFanout: 'quorum', r: 2, w: 3 })
    const { latencyMs } = predicted({ ...topology, replicas: [...topology.replicas].reverse() }, 900)
    // a and b wait for each other, c for a: 20, 20 and 80 ms there and back.
    expect(latencyMs.read.p50).toBeCloseTo(20, 1)
    expect(latencyMs.read.mean).toBeCloseTo(40, 9)
    // All of them: 80, 100 and 100 ms.
    expect(latencyMs.write.mean).toBeCloseTo(280 / 3, 9)
  })

  test('a write to each region waits for w members there', () => {
    const topology = threeRegions({
      coordinator: 'client',
      n: 6,
      r: 1,
      w: 2,
      writeScope: 'each',
      readScope: 'local',
    })
    const second = regions.map((region) => replicaOf(`s-${region}`, { region }))
    const six = {
      ...topology,
      replicas: [...topology.replicas, ...second],
      links: {
        ...topology.links,
        // The second replica of b is slow.
        between: [...topology.links.between, { from: 's-b', to: 'c-a', oneWay: 70, directed: false }],
      },
      clients: [clientOf('c-a', { region: 'a' })],
    }
    const { latencyMs, quorum } = predicted(six, 100)
    expect(latencyMs.write.p50).toBe(140)
    expect(quorum?.readsOverlapWrites).toBe(true)
  })

  test('fsync delays the acknowledgement, service time every message', () => {
    const topology = threeRegions({ r: 1, w: 1, durability: 'fsync' })
    const slow = {
      ...topology,
      replicas: topology.replicas.map((replica) => ({
        ...replica,
        disk: { fsync: 3 },
        service: { perMessageMs: 0.5 },
      })),
    }
    const { latencyMs } = predicted(slow, 900)
    expect(latencyMs.write.p50).toBe(5.5)
    expect(latencyMs.read.p50).toBe(2.5)
  })

  test('readFanout quorum waits for the nearest r, all of them', () => {
    const base3 = legs(3, 2, 1, { 'leaderless.readAck': { dist: 'uniform', min: 0, max: 6 } })
    const all = predicted(base3)
    const params = { ...base3.replication.params, readFanout: 'quorum' }
    const asked = predicted({ ...base3, replication: { strategy: 'leaderless', params } })
    expect(all.latencyMs.read.mean).toBeCloseTo(3, 1) // second of three
    expect(asked.latencyMs.read.mean).toBeCloseTo(4, 1) // slower of two
  })
})
