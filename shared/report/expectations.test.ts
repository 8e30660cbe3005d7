import { describe, expect, test } from 'vitest'
import { METRIC_NAMES } from '../topology/metric-names.ts'
import type { ExpectationSpec } from '../topology/types.ts'
import { expectationResult } from './expectations.ts'
import { metricValue } from './metric-value.ts'
import { sampleReport } from './testdata/sample-report.ts'
import type { ExpectationResult, GuaranteeResult } from './types.ts'

const report = sampleReport()
const withRead = (p99: number | null) => ({
  ...report,
  latencyMs: { ...report.latencyMs, read: { ...report.latencyMs.read, p99 } },
})
const verdict = (
  name: string,
  status: GuaranteeResult['status'],
  evidence: unknown = null,
): GuaranteeResult => ({ name, status, evidence })

describe('thresholds', () => {
  const metric = 'read.latency.p99'
  test.each<[ExpectationSpec, number | null, ExpectationResult['status'], string, string]>([
    [{ metric, below: 20 }, 19.9, 'met', 'read.latency.p99 below 20', ''],
    [
      { metric, below: 20 },
      20,
      'missed',
      'read.latency.p99 below 20',
      'exactly at the limit, which does not count',
    ],
    [{ metric, atMost: 20 }, 20, 'met', 'read.latency.p99 at most 20', ''],
    [{ metric, atMost: 20 }, 60, 'missed', 'read.latency.p99 at most 20', '3 times above the limit'],
    [
      { metric, above: 20 },
      20,
      'missed',
      'read.latency.p99 above 20',
      'exactly at the limit, which does not count',
    ],
    [{ metric, above: 20 }, 20.1, 'met', 'read.latency.p99 above 20', ''],
    [{ metric, atLeast: 20 }, 20, 'met', 'read.latency.p99 at least 20', ''],
    [{ metric, atLeast: 20 }, 19, 'missed', 'read.latency.p99 at least 20', 'under by 1'],
    [{ metric, below: 0 }, 1, 'missed', 'read.latency.p99 below 0', 'over by 1'],
    [
      { metric, below: 20 },
      null,
      'undecided',
      'read.latency.p99 below 20',
      'the run has no figure for read.latency.p99',
    ],
  ])('%j of %s is %s', (spec, actual, status, text, reason) => {
    expect(expectationResult(spec, withRead(actual), [])).toEqual({ text, status, actual, reason })
  })
})

test('what a live run measured that did not keep time may be the machine’s fault', () => {
  const spec = { metric: 'read.latency.p99', below: 20 } as const
  const status = (p99: number, faithful: boolean) =>
    expectationResult(spec, withRead(p99), [], { faithful }).status
  expect([status(60, true), status(60, false), status(10, false)]).toEqual(['missed', 'undecided', 'met'])
  expect(expectationResult(spec, withRead(60), [], { faithful: false }).reason).toBe(
    '3 times above the limit, in a run that did not keep time',
  )
})

describe('guarantees', () => {
  const holds = { guarantee: 'causal', is: 'holds' } as const
  test.each<[ExpectationSpec, GuaranteeResult[], ExpectationResult['status'], string]>([
    [holds, [], 'undecided', 'no checker ran for causal'],
    [holds, [verdict('linearizable', 'holds')], 'undecided', 'no checker ran for causal'],
    [holds, [verdict('causal', 'holds')], 'met', ''],
    [holds, [verdict('causal', 'violated')], 'missed', 'the checker found a violation'],
    [
      holds,
      [verdict('causal', 'undecided', 'out of steps')],
      'undecided',
      'the checker could not decide: out of steps',
    ],
    [{ guarantee: 'causal', is: 'violated' }, [verdict('causal', 'violated')], 'met', ''],
    [
      { guarantee: 'causal', is: 'violated' },
      [verdict('causal', 'holds')],
      'missed',
      'no violation was found',
    ],
  ])('%j given %j is %s', (spec, guarantees, status, reason) => {
    expect(expectationResult(spec, report, guarantees)).toMatchObject({ status, reason })
  })
})

test('the busiest shard at the end is that of the last quarter in which clients asked', () => {
  const rates = [
    [900, 900, 900, 900, 900, 900, 100, 100, 0, 0],
    [0, 0, 0, 0, 0, 0, 300, 300, 0, 0],
    [0, 0, 0, 0, 0, 100, 100, 100, 0, 0],
  ]
  const shards = rates.map((askedPerS, id) => ({ id, replicas: [], asked: 0, share: 0, askedPerS }))
  const withShards = (some: typeof shards) => ({ ...report, load: { ...report.load, shards: some } })
  expect(metricValue(withShards(shards), 'shards.busiestAtEnd')).toBe(0.6)
  expect(metricValue(withShards([]), 'shards.busiestAtEnd')).toBe(null)
})

describe('metric names', () => {
  const scan = report.latencyMs.read
  const facts = ['conflict', 'lost-update', 'streamed', 'streamed-bytes'].map((kind) => ({
    kind,
    label: kind,
    help: '',
    total: 3,
    byReplica: {},
  }))
  const full = { ...report, latencyMs: { ...report.latencyMs, scan }, facts }
  test.each(METRIC_NAMES.map((metric) => metric.name))('%s has a figure', (name) => {
    expect(metricValue(full, name)).toEqual(expect.any(Number))
  })

  test('an unknown name has none, not even one that every object has', () => {
    for (const name of ['toString', '__proto__', 'read.latency.p42', ''])
      expect(metricValue(full, name)).toBeNull()
  })

  test('P(fresh | 0) is only the figure of t = 0', () => {
    const visibility = [{ tMs: 0.01, fresh: 0.5, reads: 9 }]
    expect(
      metricValue({ ...report, staleness: { ...report.staleness, visibility } }, 'fresh.atZero'),
    ).toBeNull()
  })
})
