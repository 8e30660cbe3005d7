import { expect, test } from 'vitest'
import { sampleLive } from './testdata/sample-live.ts'
import { sampleReport } from './testdata/sample-report.ts'
import type { LiveFigures } from './types.ts'
import { csvSummary } from './views/csv.ts'
import { htmlReport } from './views/html/index.ts'
import { markdownReport } from './views/markdown.ts'
import { verdictSentences } from './words.ts'

const reportOf = (overrides: Partial<LiveFigures> = {}) =>
  sampleReport({ runtime: 'live', simulation: null, live: sampleLive(overrides) })
const draw = () => '<svg></svg>'

test('the verdict says whether the run kept time, what would, and that disks were real', () => {
  const text = verdictSentences(reportOf()).join(' ')
  expect(text).toContain('The run did not keep time: 99 % of messages were at most 1.13 ms late; ')
  expect(text).toContain('A timeScale of 5 would make up for it.')
  expect(text).toContain('Disks were real files: fdatasync took 0.150 ms at the median and 0.330 ms at p99.')
  const calm = verdictSentences(reportOf({ faithful: true, timeScaleNeeded: null, fsyncMs: null })).join(' ')
  expect(calm).toContain('The run kept time: ')
  expect(calm).not.toMatch(/timeScale|fdatasync/)
})

test('disks that were never written to have no figures to show', () => {
  const none = { p50: null, p90: null, p99: null, p999: null, max: null, count: 0 }
  const text = verdictSentences(reportOf({ fsyncMs: none })).join(' ')
  expect(text).toContain('Disks were real files, and nothing was written to them.')
  expect(text).not.toContain('null')
})

test.each([
  ['Markdown', (live: Partial<LiveFigures>) => markdownReport(reportOf(live))],
  ['the page', (live: Partial<LiveFigures>) => htmlReport(reportOf(live), draw)],
])('%s shows lateness, links, stalls, cores and what became of the messages', (_, view) => {
  const text = view({}).replaceAll('\u00a0', ' ')
  for (const part of [
    'messages, late by',
    '11,782',
    'fdatasync of real files took',
    '2 times for more than 5 ms, r2 for 8.58 ms',
    'r2 4.6 % and c1 2.9 %',
    'this program 20.3 %, everything on the machine 97',
    '5 threads in 290 ms',
    '11,800 sent, 11,782 delivered, 15 dropped by faults and lossy links, 3 under way at the end, none lost',
    '77,077',
  ])
    expect(text).toContain(part)
  const other = view({
    stalls: { count: 0, maxMs: 0, thread: null },
    links: [],
    fsyncMs: null,
    messages: null,
  })
  expect(other).toContain('never for more than 5 ms')
  expect(other).not.toMatch(/fdatasync|none lost|77,077/)
})

test('a lost message is called what it is', () => {
  const messages = { sent: 10, duplicated: 0, delivered: 8, dropped: 0, inFlight: 0, lost: 2 }
  expect(markdownReport(reportOf({ messages }))).toContain("2 lost, which is a bug of the lab's")
})

test('simulated runs have no timing', () => {
  expect(markdownReport(sampleReport())).not.toContain('## Timing')
  expect(htmlReport(sampleReport(), draw)).not.toContain('id="timing"')
  expect(csvSummary(sampleReport())).not.toContain('live:')
})

test('CSV has the figures in full precision', () => {
  const rows = csvSummary(reportOf()).split('\r\n')
  for (const row of [
    'live: faithful,no,',
    'live: time scale needed,5,',
    'live: lateness of messages p99,1.13,ms',
    'live: fdatasync p50,0.15,ms',
    'live: longest stall,8.58,ms',
    'live: messages lost,0,count',
    'live: lateness from c1 to r3 p99,2.29,ms',
  ])
    expect(rows).toContain(row)
})
