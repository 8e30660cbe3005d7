import { expect, test } from 'vitest'
import { sampleLive } from '../../../shared/report/testdata/sample-live.ts'
import { sampleReport } from '../../../shared/report/testdata/sample-report.ts'
import type { Report } from '../../../shared/report/types.ts'
import { keyFigures } from './key-figures.ts'
import { remarksOn } from './remarks.ts'

const whole: Report = { ...sampleReport(), agreement: null, live: null, stoppedEarly: null }
const none = {
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
/** As if nothing had succeeded, or nothing was asked. */
function silent(invoked: number, warmup: number): Report {
  const { outages } = whole.availability
  return {
    ...whole,
    operations: { invoked, ok: 0, failed: invoked, unknown: 0, warmup },
    latencyMs: { ...whole.latencyMs, read: none, write: none },
    staleness: { ...whole.staleness, reads: 0, staleReads: 0, staleFraction: null },
    availability: { ...whole.availability, overall: invoked === 0 ? null : 0, calm: null, outages },
  }
}
const sentencesOf = (report: Report) => remarksOn(report).map(({ sentence }) => sentence)

test('a run that went well has nothing to be warned of', () => {
  expect(remarksOn(whole)).toEqual([])
})

test.each<[string, Report, RegExp]>([
  ['nothing asked', silent(0, 0), /^No operation began\. .*hold of nothing/],
  [
    'asked in the warm-up alone',
    silent(0, 7),
    /^No operation began once the warm-up was over, only 7 operations before/,
  ],
  ['all failed', silent(12, 0), /^None of the 12 operations succeeded/],
  [
    'reads failed',
    { ...whole, latencyMs: { ...whole.latencyMs, read: none } },
    /^No read succeeded, though clients tried/,
  ],
  [
    'writes failed',
    { ...whole, latencyMs: { ...whole.latencyMs, write: none } },
    /^No write succeeded, though clients tried/,
  ],
  [
    'a thread died',
    { ...whole, stoppedEarly: 'replica r2: out of memory' },
    /^Ended early: replica r2: out of memory\./,
  ],
])('%s: says so, once', (_, report, sentence) => {
  const remarks = remarksOn(report)
  expect(remarks).toHaveLength(1)
  expect(remarks[0].isWarning).toBe(true)
  expect(remarks[0].sentence).toMatch(sentence)
})

test('reads that nobody tried are not missed', () => {
  const outages = { ...whole.availability.outages, read: null }
  const report = {
    ...whole,
    latencyMs: { ...whole.latencyMs, read: none },
    availability: { ...whole.availability, outages },
  }
  expect(remarksOn(report)).toEqual([])
})

test('a record that came without times is not said to have failed', () => {
  const settings = [{ label: 'Imported', value: 'x.edn', consequence: '' }]
  expect(
    remarksOn({ ...whole, settings, latencyMs: { ...whole.latencyMs, read: none, write: none } }),
  ).toEqual([])
})

test('a live run says whether it was faithful, and warns where it was not', () => {
  const of = (faithful: boolean) =>
    remarksOn({ ...whole, live: sampleLive({ faithful, reason: 'it was so' }) })
  expect(of(true)).toEqual([{ isWarning: false, sentence: 'Faithful: it was so' }])
  expect(of(false)).toEqual([{ isWarning: true, sentence: 'Not faithful: it was so' }])
})

test('a figure that is missing says why', () => {
  const details = keyFigures(silent(0, 0)).map(({ detail }) => detail)
  expect(details.slice(2)).toEqual([
    'no read was timed',
    'no write was timed',
    'no read was judged',
    'nothing was asked',
  ])
  const throughout = { ...whole, availability: { ...whole.availability, calm: null } }
  expect(keyFigures(throughout).at(-1)?.detail).toBe('faults from beginning to end')
  for (const { value, detail } of [...keyFigures(silent(0, 0)), ...keyFigures(whole)])
    expect(`${value} ${detail}`).not.toMatch(/NaN|null|undefined/)
  expect(sentencesOf(whole).join()).not.toMatch(/NaN|null|undefined/)
})
