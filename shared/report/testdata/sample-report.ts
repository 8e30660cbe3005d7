import { exp, pow } from '../../base/math.ts'
import { Rng } from '../../base/rng.ts'
import type { LatencySummary, Metrics, VisibilityPoint } from '../../metrics/types.ts'
import type { Prediction } from '../../predict/types.ts'
import type { ReplicaSpec, Topology } from '../../topology/types.ts'
import { agreementOf } from '../agreement.ts'
import { expectationResult } from '../expectations.ts'
import { settingLines } from '../settings.ts'
import type { FaultWindow, GuaranteeResult, Report } from '../types.ts'

/**
 * A report with plausible figures for a run that never took place: nine replicas in three regions, a partition and a
 * crash. For tests of views and for looking at pages; no figure in it was measured.
 */
const BIN_MS = 200
const DURATION_MS = 20_000
const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-1']
const SIDES = ['ap-southeast-1', 'the rest']
const CLOCK = { offsetMs: 0, driftPpm: 0, uncertaintyMs: 0 }

export function sampleTopology(): Topology {
  const replicas: ReplicaSpec[] = REGIONS.flatMap((region, r) =>
    ['a', 'b', 'c'].map((zone, z) => ({
      id: `r${r * 3 + z + 1}`,
      region,
      zone,
      at: null,
      disk: { fsync: 0.4 },
      clock: CLOCK,
      service: { perMessageMs: 0.02 },
    })),
  )
  return {
    format: 'replica-lab/topology@1',
    name: 'Three regions, local quorum',
    notes: 'A made-up run for looking at the page.\nSources: none.',
    regions: REGIONS.map((id) => ({ id, zones: ['a', 'b', 'c'], at: null })),
    replicas,
    clients: REGIONS.map((region, i) => ({
      id: `web-${i + 1}`,
      region,
      zone: null,
      at: null,
      sessions: 16,
      loop: { open: { ratePerS: 400 } },
      clock: CLOCK,
      timeoutMs: 2000,
      retry: { max: 1, backoffMs: 10, backoffMsMax: 1000 },
    })),
    links: {
      rtt: null,
      default: {
        oneWay: 0.25,
        oneWayOf: {},
        lossPpm: 0,
        duplicatePpm: 0,
        reorderPpm: 0,
        ordered: false,
        bandwidthMbps: null,
      },
      between: [],
    },
    replication: {
      strategy: 'leaderless',
      params: {
        n: 3,
        r: 1,
        w: 2,
        coordinator: 'replica',
        readRepair: 'async',
        hintedHandoff: true,
        hintWindowMs: 10000,
      },
    },
    partitioning: { scheme: 'none', shards: 1, virtualNodes: 16 },
    consistency: { read: 'eventual', session: ['read-your-writes'], onPartition: 'availability' },
    workload: {
      kind: 'mix',
      mix: { read: 0.95, update: 0.05, insert: 0, scan: 0, readModifyWrite: 0, compareAndSet: 0, delete: 0 },
      mixName: 'ycsb-b',
      keys: 1000,
      distribution: { kind: 'scrambled-zipfian', constant: 0.99 },
      valueBytes: 100,
      scanLengthMax: 100,
    },
    faults: [
      { kind: 'partition', groups: [['ap-southeast-1']], atMs: 6000, forMs: 4000 },
      { kind: 'crash', replica: 'r2', atMs: 13_000, forMs: 2500 },
    ],
    run: { durationMs: DURATION_MS, warmupMs: 1000, seed: 42, timeScale: 1 },
    expect: [
      { metric: 'read.latency.p99', below: 20 },
      { metric: 'availability', atLeast: 0.999 },
      { metric: 'stale.fraction', below: 0.01 },
      { guarantee: 'read-your-writes', is: 'holds' },
    ],
  }
}

const FAULTS: readonly FaultWindow[] = [
  {
    index: 0,
    kind: 'partition',
    label: 'ap-southeast-1 cut off from the rest',
    fromMs: 6000,
    toMs: 10_000,
    by: 'plan',
  },
  { index: 1, kind: 'crash', label: 'r2 crashed', fromMs: 13_000, toMs: 15_500, by: 'plan' },
]

export function sampleReport(overrides: Partial<Report> = {}): Report {
  const topology = overrides.topology ?? sampleTopology()
  const metrics = sampleMetrics(topology)
  const prediction = samplePrediction(topology.name)
  const guarantees: GuaranteeResult[] = []
  return {
    format: 'replica-lab/report@1',
    provenance: {
      tool: 'replica-lab',
      version: '0.1.0',
      command: 'replica-lab run three-regions.topology.json --seed 42 --report report.html',
      at: '2026-01-02T03:04:05Z',
      node: 'v20.20.2',
      platform: 'linux x64',
      wallMs: 412.5,
      eventsPerS: 1_940_000,
    },
    runtime: 'simulated',
    seed: 42,
    topology,
    settings: settingLines(topology, null),
    spares: ['r3', 'r6', 'r9'],
    regionRoundTripMs: [
      [0.5, 70.2, 212],
      [70.2, 0.5, 176],
      [212, 176, 0.5],
    ],
    durationMs: DURATION_MS,
    measuredMs: DURATION_MS - 1000,
    stoppedEarly: null,
    ...metrics,
    facts: metrics.facts.map((fact) => ({ ...fact, label: fact.kind.replaceAll('-', ' ') })),
    faults: [...FAULTS],
    notes: [],
    prediction,
    agreement: agreementOf(metrics, prediction, FAULTS.length),
    guarantees,
    expectations: topology.expect.map((spec) => expectationResult(spec, metrics, guarantees)),
    simulation: { events: 801_244, messages: 241_377 },
    live: null,
    ...overrides,
  }
}

function curveOf(median: number, tail: number): [number, number][] {
  return Array.from({ length: 90 }, (_, i): [number, number] => {
    const position = (i / 89) * 4.2
    return [
      1 - exp(-position * 2.302585092994046),
      median * (0.7 + 0.4 * position) + tail * exp(2.1 * (position - 4.2)),
    ]
  })
}

function summaryOf(count: number, scale: number, tail: number): LatencySummary {
  const at = (position: number): number => scale * (0.7 + 0.4 * position) + tail * exp(2.1 * (position - 4.2))
  return {
    count,
    mean: at(0.5),
    min: scale * 0.6,
    p50: at(0.301),
    p90: at(1),
    p95: at(1.301),
    p99: at(2),
    p999: at(3),
    p9999: at(4),
    max: at(4.4),
  }
}

function sampleSeries(rng: Rng): Metrics['series'] {
  const tMs = Array.from({ length: DURATION_MS / BIN_MS }, (_, i) => i * BIN_MS)
  const parted = tMs.map((t) => t >= 6000 && t < 10_000)
  const crashed = tMs.map((t) => t >= 13_000 && t < 13_600)
  const noise = (scale: number): number => 1 + scale * (rng.uniform() - 0.5)
  const failed = tMs.map((_, i) => (parted[i] ? Math.round(11 * noise(0.5)) : 0))
  const unknown = tMs.map((_, i) => (crashed[i] ? Math.round(18 * noise(0.4)) : 0))
  const invoked = tMs.map(() => Math.round(240 * noise(0.2)))
  const ok = invoked.map((count, i) => count - failed[i] - unknown[i])
  return {
    binMs: BIN_MS,
    tMs,
    invoked,
    ok,
    failed,
    unknown,
    readP50: tMs.map(() => 1.1 * noise(0.06)),
    readP99: tMs.map((_, i) => (parted[i] ? 9.4 : crashed[i] ? 21 : 4.2) * noise(0.25)),
    writeP50: tMs.map(() => 2.3 * noise(0.06)),
    writeP99: tMs.map((_, i) => (parted[i] ? 31 : crashed[i] ? 44 : 8.1) * noise(0.3)),
    staleFraction: tMs.map((_, i) => (parted[i] ? 0.03 : 0.002) * noise(0.5)),
    availability: invoked.map((count, i) => ok[i] / count),
  }
}

function samplePrediction(topology: string): Prediction {
  const latency = (scale: number): Prediction['latencyMs']['read'] => ({
    p50: scale * 0.82,
    p90: scale * 1.1,
    p95: scale * 1.22,
    p99: scale * 1.5,
    p999: scale * 2.06,
    mean: scale * 0.9,
  })
  return {
    format: 'replica-lab/prediction@1',
    topology,
    model: 'WARS (Bailis et al., VLDB 2012)',
    trials: 1_000_000,
    latencyMs: { read: latency(1.35), write: latency(2.8) },
    curves: { read: curveOf(1.32, 2), write: curveOf(2.7, 4) },
    freshAtZero: 0.71,
    visibility: visibilityOf(0, () => 1_000_000),
    t999Ms: 41.3,
    quorum: {
      n: 3,
      r: 1,
      w: 2,
      readsOverlapWrites: false,
      writesOverlapWrites: true,
      readResilience: 2,
      writeResilience: 1,
      load: 0.35,
      capacity: 2.857,
      kStaleness: [1, 2, 3, 5, 10].map((k) => ({ k, pStale: Number(pow(1 / 3, k).toPrecision(6)) })),
    },
    caveats: ['Queueing at replicas is left out.', 'Faults, read repair and hinted handoff are left out.'],
  }
}

function visibilityOf(shift: number, reads: (t: number) => number): VisibilityPoint[] {
  const tMs = [0, ...Array.from({ length: 38 }, (_, i) => 0.05 * exp(i * 0.23))]
  return tMs.map((t) => ({
    tMs: t,
    fresh: 1 - (0.29 + shift) * exp(-t / 5.4) - 0.004 * exp(-t / 90),
    reads: reads(t),
  }))
}

/** Samples of r2 while its crash lasts. */
function isDown(id: string, sample: number): boolean {
  return id === 'r2' && sample >= 130 && sample < 155
}

/** One replica is cut off for four seconds, at ten samples a second and 120 writes a second; one comes back. */
function lagAt(place: number, sample: number): number {
  const cutOff = place === 2 && sample >= 60 && sample < 104 ? (sample - 60) * 12 : 0
  const catchingUp = place === 1 && sample >= 155 && sample < 165 ? (165 - sample) * 20 : 0
  return cutOff + catchingUp + ((sample * (place + 3)) % 4)
}

function sampleMetrics(topology: Topology): Metrics {
  const rng = Rng.stream(7, 'sample report')
  const series = sampleSeries(rng)
  const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0)
  const ok = sum(series.ok)
  const failed = sum(series.failed)
  const unknown = sum(series.unknown)
  const read = summaryOf(Math.round(ok * 0.95), 1.35, 28)
  const write = summaryOf(Math.round(ok * 0.05), 2.8, 60)
  const empty: LatencySummary = {
    count: 0,
    mean: null,
    min: null,
    p50: null,
    p90: null,
    p95: null,
    p99: null,
    p999: null,
    p9999: null,
    max: null,
  }
  const staleReads = 193
  return {
    operations: { invoked: ok + failed + unknown + 1201, ok, failed, unknown, warmup: 1201 },
    latencyMs: {
      read,
      write,
      scan: empty,
      byRegion: Object.fromEntries(
        topology.regions.map((region, i) => [
          region.id,
          {
            read: summaryOf(7300, 1.2 + 0.2 * i, 22 + 9 * i),
            write: summaryOf(390, 2.5 + 0.3 * i, 50 + 9 * i),
            scan: empty,
          },
        ]),
      ),
      curves: { read: curveOf(1.35, 28), write: curveOf(2.8, 60).slice(0, 70) },
    },
    throughput: { okPerS: ok / 19, invokedPerS: (ok + failed + unknown) / 19 },
    staleness: {
      reads: 21_870,
      staleReads,
      staleFraction: staleReads / 21_870,
      versionLag: {
        mean: 0.011,
        p50: 0,
        p99: 1,
        max: 9,
        histogram: [
          [0, 21_677],
          [1, 141],
          [2, 31],
          [3, 12],
          [5, 6],
          [9, 3],
        ],
      },
      timeLagMs: { ...summaryOf(staleReads, 42, 1200), p9999: null },
      timeLagCurve: curveOf(42, 1200).slice(0, 46),
      visibility: visibilityOf(0.006, (t) => (t === 0 ? 61 : Math.round(900 * exp(-t / 130)))).filter(
        (point) => point.reads > 0,
      ),
      acknowledgedWrites: 2400,
      overtakenWrites: 0,
      unjudged: 0,
      byRegion: {},
      definition:
        'P(fresh | t) is the fraction of reads that were not stale, of those invoked t after the last acknowledged write of ' +
        'their key. A read is stale when a version newer than the one it returned was acknowledged before the read began.',
    },
    availability: {
      overall: ok / (ok + failed + unknown),
      calm: 1,
      windows: [
        {
          fault: 0,
          label: 'ap-southeast-1 cut off from the rest',
          fromMs: 6000,
          toMs: 10_000,
          overall: 0.954,
          sides: SIDES.map((label, i) => ({
            label,
            availability: i === 0 ? 0.862 : 1,
            operations: 1600 + 1600 * i,
          })),
          operations: 4800,
        },
        {
          fault: 1,
          label: 'r2 crashed',
          fromMs: 13_000,
          toMs: 15_500,
          overall: 0.981,
          sides: [],
          operations: 3000,
        },
      ],
      outages: {
        read: { ms: 84, fromMs: 6012 },
        write: { ms: 412, fromMs: 13_004 },
        definition: 'The longest time in which no read (no write) succeeded, though clients tried.',
      },
      errors: {
        unavailable: failed,
        timeout: Math.round(unknown / 3),
        'write-timeout': unknown - Math.round(unknown / 3),
      },
      definition:
        'Operations that succeeded, of all that should have begun in the time shown. An operation whose outcome is unknown ' +
        'counts as not available.',
    },
    load: {
      replicas: topology.replicas.map((replica, i) => ({
        id: replica.id,
        operations: 2600 + 40 * ((i * 7) % 5),
        messagesIn: 24_000 + 1700 * ((i * 5) % 7),
        messagesOut: 23_000 + 1500 * ((i * 3) % 7),
        bytesIn: 5_100_000 + 200_000 * (i % 4),
        bytesOut: 4_900_000 + 200_000 * (i % 3),
        busy: 0.024 + 0.002 * (i % 4),
      })),
      shards: [0.22, 0.56, 0.22].map((share, i) => ({
        id: i,
        replicas: topology.replicas.map(({ id }) => id),
        asked: share * 24_000,
        share,
        askedPerS: [share * 1_200, share * 1_200],
      })),
      messagesPerOperation: 9.72,
      bytesPerOperation: 1994,
      byKind: [
        { kind: 'leaderless.read', label: 'read request', messages: 60_210, bytes: 3_612_600 },
        { kind: 'leaderless.readAck', label: 'read answer', messages: 60_101, bytes: 9_616_160 },
        { kind: 'leaderless.write', label: 'write', messages: 11_240, bytes: 2_023_200 },
        { kind: 'leaderless.writeAck', label: 'write confirmation', messages: 10_940, bytes: 547_000 },
      ],
      dropped: { loss: 0, partition: 1204, down: 312, overflow: 0 },
      duplicated: 0,
      series: { binMs: BIN_MS, tMs: [], messagesInPerS: {} },
    },
    convergence: {
      convergedAfterMs: 620,
      equalAtEnd: true,
      sampleEveryMs: 100,
      series: {
        tMs: Array.from({ length: 208 }, (_, i) => i * 100),
        distinctStates: Array.from({ length: 208 }, (_, i) =>
          i > 205 ? 1 : i >= 60 && i < 104 ? 3 + rng.below(3) : i >= 130 && i < 160 ? 3 : 1 + rng.below(3),
        ),
      },
      definition:
        'From the last write, or the last heal if later, until all replicas of every shard hold the same state.',
    },
    replicationLag: {
      sampleEveryMs: 100,
      tMs: Array.from({ length: 208 }, (_, i) => i * 100),
      replicas: topology.replicas.map(({ id }, place) => ({
        id,
        versions: Array.from({ length: 208 }, (_, i) => (isDown(id, i) ? null : lagAt(place, i))),
        ms: Array.from({ length: 208 }, (_, i) => (isDown(id, i) ? null : lagAt(place, i) * 8)),
      })),
      leftOut: 0,
      furthest: { ms: { p50: 8, p99: 320, max: 352 }, versions: { p50: 1, p99: 40, max: 44 } },
      reason: null,
      definition: 'Versions: how many fewer a replica had applied than the furthest replica of its shard.',
    },
    facts: [
      { kind: 'read-repair', total: 181, byReplica: { r1: 90, r2: 91 } },
      { kind: 'hint-stored', total: 742, byReplica: { r1: 412, r4: 330 } },
      { kind: 'hint-delivered', total: 742, byReplica: { r1: 412, r4: 330 } },
    ],
    series,
  }
}
