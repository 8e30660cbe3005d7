import { describe, expect, test } from 'vitest'
import { sampleReport } from '../testdata/sample-report.ts'
import type { Report } from '../types.ts'
import type { ComparedRuns } from './comparison.ts'
import { heldFigures, type Tolerance } from './tolerance.ts'

/** The sample with figures of one's own. */
function reportOf(figures: {
  p99?: number | null
  availability?: number | null
  failed?: number
  okPerS?: number
  stale?: number
  lagP99?: number | null
}): Report {
  const base = sampleReport()
  const { p99 = 10, availability = 0.999, failed = 0, okPerS = 100, stale = 0, lagP99 = null } = figures
  return {
    ...base,
    latencyMs: { ...base.latencyMs, read: { ...base.latencyMs.read, p99 } },
    availability: { ...base.availability, overall: availability },
    operations: { ...base.operations, failed },
    throughput: { ...base.throughput, okPerS },
    staleness: {
      ...base.staleness,
      staleFraction: stale,
      timeLagMs: { ...base.staleness.timeLagMs, p99: lagP99 },
    },
  }
}

const only = (metric: string, limit: number): Tolerance => ({
  overall: null,
  byMetric: new Map([[metric, limit]]),
})

function held(metric: string, limit: number, before: Report, after: Report): [string, number | null] {
  const runs: ComparedRuns = [
    { label: 'before', report: before },
    { label: 'after', report: after },
  ]
  const [{ status, worseBy }, ...others] = heldFigures(runs, only(metric, limit))
  expect(others).toEqual([])
  return [status, worseBy === null ? null : Math.round(worseBy * 1e6) / 1e6]
}

describe('a figure is held', () => {
  test.each([
    // Less is better: per cent of what it was.
    ['read.latency.p99', 10, { p99: 10 }, { p99: 11 }, ['kept', 10]],
    ['read.latency.p99', 10, { p99: 1 }, { p99: 1.1 }, ['kept', 10]],
    ['read.latency.p99', 10, { p99: 10 }, { p99: 11.01 }, ['exceeded', 10.1]],
    ['read.latency.p99', 0, { p99: 10 }, { p99: 5 }, ['kept', -50]],
    // More is better.
    ['throughput.okPerS', 5, { okPerS: 100 }, { okPerS: 94 }, ['exceeded', 6]],
    ['throughput.okPerS', 5, { okPerS: 100 }, { okPerS: 200 }, ['kept', -100]],
    // Shares by points of a hundred.
    ['availability', 0.3, { availability: 0.999 }, { availability: 0.995 }, ['exceeded', 0.4]],
    ['availability', 0.4, { availability: 0.999 }, { availability: 0.995 }, ['kept', 0.4]],
    ['stale.fraction', 1, { stale: 0 }, { stale: 0.02 }, ['exceeded', 2]],
    // Of nothing there is no per cent.
    ['operations.failed', 1000, { failed: 0 }, { failed: 1 }, ['exceeded', null]],
    ['operations.failed', 0, { failed: 0 }, { failed: 0 }, ['kept', 0]],
    // A run without the figure, and one without any stale read.
    ['read.latency.p99', 10, { p99: 10 }, { p99: null }, ['undecided', null]],
    ['read.latency.p99', 10, { p99: null }, { p99: 10 }, ['undecided', null]],
    ['stale.timeLagMs.p99', 0, { stale: 0.1, lagP99: 5 }, { stale: 0, lagP99: null }, ['kept', null]],
  ] as const)('%s to %d: %j, then %j', (metric, limit, before, after, expected) => {
    expect(held(metric, limit, reportOf(before), reportOf(after))).toEqual(expected)
  })
})

test('one limit for all holds every figure that the first run has, of every later run', () => {
  const runs: ComparedRuns = [
    { label: 'a', report: reportOf({ p99: null }) },
    { label: 'b', report: reportOf({ p99: 10 }) },
    { label: 'c', report: reportOf({ p99: null, failed: 3 }) },
  ]
  const all = heldFigures(runs, { overall: 10, byMetric: new Map([['availability', 0]]) })
  expect(all.some(({ metric }) => metric === 'read.latency.p99')).toBe(false)
  expect(all.filter(({ status }) => status !== 'kept')).toMatchObject([
    { metric: 'operations.failed', run: 2, status: 'exceeded' },
  ])
  expect(
    all.filter(({ metric }) => metric === 'availability').map(({ run, tolerated }) => [run, tolerated]),
  ).toEqual([
    [1, 0],
    [2, 0],
  ])
})
