import { expect, test } from 'vitest'
import { agreementOf, freshAt } from './agreement.ts'
import { sampleReport } from './testdata/sample-report.ts'

const report = sampleReport()
const prediction = report.prediction as NonNullable<typeof report.prediction>
const line = [
  { tMs: 0, fresh: 0.5, reads: 1 },
  { tMs: 10, fresh: 1, reads: 1 },
]

test('the predicted curve is read along straight lines and held at its ends', () => {
  expect([-1, 0, 5, 10, 99].map((t) => freshAt(line, t))).toEqual([0.5, 0.5, 0.75, 1, 1])
  expect(freshAt([], 1)).toBeNull()
})

test('the largest gap is found where it is, and few reads do not make one', () => {
  const visibility = [
    { tMs: 0, fresh: 0.51, reads: 10_000 },
    { tMs: 5, fresh: 0.7, reads: 10_000 },
    { tMs: 7, fresh: 0, reads: 12 },
  ]
  const agreement = agreementOf(
    { ...report, staleness: { ...report.staleness, visibility } },
    { ...prediction, visibility: line },
    0,
  )
  expect(agreement.freshGapPoints).toBeCloseTo(5, 9)
  expect(agreement.freshGapAtMs).toBe(5)
  expect(agreement.sentence).toMatch(/at most 5 percentage points \(at t = 5 ms\)/)
  expect(agreement.sentence).not.toMatch(/faults/)
})

test('a gap within chance says so', () => {
  const visibility = [{ tMs: 5, fresh: 0.76, reads: 1000 }]
  const agreement = agreementOf(
    { ...report, staleness: { ...report.staleness, visibility } },
    { ...prediction, visibility: line },
    1,
  )
  expect(agreement.sentence).toMatch(/no more than chance explains/)
  expect(agreement.sentence).toMatch(/knows no faults/)
})

test('quantiles with fewer than ten operations beyond them are not compared', () => {
  const { read, write } = report.latencyMs
  const latencyMs = { ...report.latencyMs, read: { ...read, count: 1000 }, write: { ...write, count: 0 } }
  const { latency } = agreementOf({ ...report, latencyMs }, prediction, 0)
  expect(latency.map((entry) => entry.metric)).toEqual(
    ['p50', 'p90', 'p95', 'p99'].map((p) => `read.latency.${p}`),
  )
  expect(latency[0]?.ratio).toBe((read.p50 as number) / prediction.latencyMs.read.p50)
})

test('nothing to compare is said, not drawn', () => {
  const none = { ...report.latencyMs.read, count: 0 }
  const latencyMs = { ...report.latencyMs, read: none, write: none }
  const staleness = { ...report.staleness, visibility: [] }
  expect(agreementOf({ latencyMs, staleness }, prediction, 0)).toMatchObject({
    freshGapPoints: null,
    latency: [],
  })
})
