import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../base/canonical-json.ts'
import { metricsOf } from '../metrics/index.ts'
import { historyOf } from '../testing/histories.ts'
import { topologyOf } from '../testing/topologies.ts'
import type { FaultSpec, LinkEntry, Topology } from '../topology/types.ts'
import { buildReport } from './build.ts'
import { regionRoundTrips } from './region-round-trips.ts'
import { settingLines, type StrategyWords } from './settings.ts'
import { sampleReport, sampleTopology } from './testdata/sample-report.ts'
import { busiestShard, expectationSentence, verdictSentences } from './words.ts'
import type { ExpectationResult, Provenance, Report } from './types.ts'

const PROVENANCE: Provenance = {
  tool: 't',
  version: '1',
  command: 'c',
  at: 'now',
  node: 'v20',
  platform: 'p',
  wallMs: 1,
  eventsPerS: null,
}
const CRASH: FaultSpec = { kind: 'crash', replica: 'r1', atMs: 4, forMs: null }

function reportOf(topology: Topology, provenance = PROVENANCE, strategy?: StrategyWords): Report {
  const history = historyOf({
    ops: [
      { f: 'write', at: 0, end: 2, value: 5, version: [1, 0] },
      { f: 'read', at: 3, end: 4, version: [1, 0] },
      { f: 'read', at: 5, end: 6, version: [0, 0] },
      { f: 'read', at: 7, end: null },
    ],
    faults: [{ index: 0, phase: 'start', timeNs: 4e6, spec: CRASH, replicas: ['r1'], sides: [], by: 'plan' }],
    notes: [{ timeNs: 1.5e6, place: 'r1', kind: 'role', text: 'leader' }],
  })
  const metrics = metricsOf(history)
  return buildReport({
    topology,
    history,
    metrics,
    prediction: null,
    verdicts: null,
    provenance,
    simulation: { events: 9, messages: 4 },
    live: null,
    ...(strategy === undefined ? {} : { strategy }),
    plan: {
      seed: 77,
      replicaCount: 3,
      shards: [{ id: 0, replicas: [0, 1], spares: [2] }],
      places: ['r1', 'r2', 'r3'].map((name, id) => ({
        id,
        name,
        kind: 'replica',
        region: 'east',
        zone: null,
      })),
    },
  })
}

describe('a report', () => {
  const topology = topologyOf({
    expect: [
      { metric: 'stale.fraction', below: 0.1 },
      { guarantee: 'causal', is: 'holds' },
    ],
  })
  const report = reportOf(topology)

  test('takes its figures from the metrics and its seed and spares from the plan', () => {
    expect(report).toMatchObject({
      format: 'replica-lab/report@1',
      seed: 77,
      spares: ['r3'],
      operations: { ok: 3, unknown: 1 },
      staleness: { reads: 2, staleReads: 1 },
      faults: [{ kind: 'crash', label: 'r1 crashed', fromMs: 4 }],
      notes: [{ tMs: 1.5, place: 'r1', kind: 'role', text: 'leader' }],
      simulation: { events: 9, messages: 4 },
    })
    expect(report.expectations.map((result) => result.status)).toEqual(['missed', 'undecided'])
  })

  test('is plain JSON without NaN, and the same each time but for its provenance', () => {
    const text = canonicalJson(report)
    expect(JSON.parse(text)).toEqual(report)
    expect(canonicalJson(reportOf(topology))).toBe(text)
    const elsewhere = reportOf(topology, { ...PROVENANCE, at: 'later', wallMs: 99 })
    expect(canonicalJson({ ...elsewhere, provenance: PROVENANCE })).toBe(text)
  })
})

describe('facts that are figures', () => {
  const countsConflicts = (kinds: string[]): Report =>
    reportOf(topologyOf({ expect: [{ metric: 'conflicts', below: 1 }] }), PROVENANCE, {
      title: 'Some strategy',
      params: [],
      facts: kinds.map((kind) => ({ kind, label: `Label of ${kind}`, help: '' })),
      check: () => [],
      explain: () => ({ read: '', partition: '' }),
    })

  test('that did not happen are 0 where the strategy counts them', () => {
    const report = countsConflicts(['conflict', 'election'])
    expect(report.facts).toEqual([{ kind: 'conflict', total: 0, byReplica: {}, label: 'Label of conflict' }])
    expect(report.expectations[0]).toMatchObject({ status: 'met', actual: 0 })
  })

  test('are unknown where the strategy does not count them', () => {
    expect(countsConflicts(['election']).expectations[0].status).toBe('undecided')
  })
})

describe('round trips between regions', () => {
  const entry = (from: string, to: string, oneWay: number, directed = false): LinkEntry => ({
    from,
    to,
    oneWay,
    directed,
  })
  const withLinks = (between: LinkEntry[], rtt: string | null = null): number[][] => {
    const topology = sampleTopology()
    return regionRoundTrips({ ...topology, links: { ...topology.links, rtt, between } })
  }

  test('the default both ways, unless an entry says otherwise', () => {
    expect(withLinks([entry('us-east-1', 'eu-west-1', 35)])).toEqual([
      [0.5, 70, 0.5],
      [70, 0.5, 0.5],
      [0.5, 0.5, 0.5],
    ])
  })

  test('the two directions add up', () => {
    const trips = withLinks([
      entry('us-east-1', 'eu-west-1', 35, true),
      entry('eu-west-1', 'us-east-1', 40, true),
    ])
    expect([trips[0]?.[1], trips[1]?.[0]]).toEqual([75, 75])
  })

  test('a named matrix, which entries overrule', () => {
    const trips = withLinks([entry('us-east-1', 'eu-west-1', 1)], 'aws-2020')
    expect(trips[0]?.[1]).toBe(2)
    expect(trips[0]?.[2]).toBeGreaterThan(100)
  })
})

describe('settings in words', () => {
  const quorum = (params: Topology['replication']['params']): string => {
    const lines = settingLines(topologyOf({ replication: { strategy: 'leaderless', params } }), null)
    return lines.find((line) => line.label === 'Quorum')?.consequence ?? 'none'
  }
  test.each([
    [{ n: 3, r: 2, w: 2 }, /^R \+ W > N: every read meets .*survive the loss of 1 replica\.$/],
    [
      { n: 3, r: 1, w: 1 },
      /^R \+ W ≤ N: .*66\.7 % of quorum pairs do not meet.*survive the loss of 2 replicas\.$/,
    ],
    [{ n: 3, r: 1, w: 3 }, /reads survive the loss of 2 replicas, writes of 0\.$/],
    [{ n: 3, r: 2, w: 2, sloppyQuorum: true }, /sloppy quorum are not bound/],
    [{ n: 9, r: 2, w: 2, readScope: 'local' }, /count replicas of a region/],
    [{ heartbeatMs: 50 }, /^none$/],
  ])('%j', (params, words) => expect(quorum(params)).toMatch(words))
})

describe('verdicts in words', () => {
  const result = (status: ExpectationResult['status']): ExpectationResult => ({
    text: '',
    status,
    actual: null,
    reason: '',
  })
  test.each<[ExpectationResult['status'][], string]>([
    [[], ''],
    [['met'], 'The one expectation was met.'],
    [['met', 'met'], 'All 2 expectations were met.'],
    [['met', 'missed'], '1 of 2 expectations was missed.'],
    [['missed', 'missed', 'undecided'], '2 of 3 expectations were missed, 1 undecided.'],
    [['met', 'undecided'], '1 of 2 expectations undecided, none missed.'],
  ])('%j: %s', (statuses, text) => expect(expectationSentence(statuses.map(result))).toBe(text))

  test('a run without a success says so', () => {
    const report = sampleReport()
    const none = { ...report.latencyMs.scan }
    const sentences = verdictSentences({
      ...report,
      stoppedEarly: 'interrupted',
      latencyMs: { ...report.latencyMs, read: none, write: none },
    })
    expect(sentences.join(' ')).toMatch(/The run ended early: interrupted\..*No operation succeeded/)
  })

  test('all of the operations is every operation, not 100 %', () => {
    const report = sampleReport()
    const availability = { ...report.availability, overall: 1 }
    expect(verdictSentences({ ...report, availability })).toContain('Every operation succeeded.')
  })
})

describe('the longest time without a write', () => {
  // 823 writes in 19 s: 23.1 ms apart on average, so that the longest of their gaps is near 23.1 × ln 823 = 155 ms.
  const withOutage = (ms: number, count = 823): string => {
    const report = sampleReport()
    const { availability, latencyMs } = report
    return verdictSentences({
      ...report,
      measuredMs: 19_000,
      latencyMs: { ...latencyMs, write: { ...latencyMs.write, p50: 1.76, count } },
      availability: {
        ...availability,
        outages: { ...availability.outages, read: null, write: { ms, fromMs: 0 } },
      },
    }).join(' ')
  }
  test.each<[number, number | undefined, boolean]>([
    [167, undefined, false],
    [265, undefined, false],
    [275, undefined, true],
    [167, 19_000, true],
    [99, 19_000, false],
    [5000, 0, true],
  ])('of %d ms, of so many writes (%s), is told: %s', (ms, count, isTold) => {
    expect(withOutage(ms, count).includes('no write succeeded for')).toBe(isTold)
  })
})

describe('the busiest shard', () => {
  const shard = (id: number, asked: number, share: number) => ({
    id,
    replicas: [`r${id}`, 'r9'],
    asked,
    share,
    askedPerS: [],
  })
  const { load } = sampleReport()

  test('is named with its part and what an even one would be', () => {
    const shards = [shard(0, 20, 0.2), shard(1, 70, 0.7), shard(2, 5, 0.05), shard(3, 5, 0.05)]
    expect(busiestShard({ ...load, shards })).toBe(
      "shard 1 (r1, r9) took 70 % of 4 shards' operations; an even share is 25 %",
    )
  })

  test('is not spoken of where there is one', () => {
    expect(busiestShard({ ...load, shards: [] })).toBeNull()
  })
})
