import { expect, test } from 'vitest'
import { sampleReport } from '../../shared/report/testdata/sample-report.ts'
import { barText, leftMs } from './progress.ts'
import { shellWord } from '../host/shell-word.ts'
import { summaryText } from './summary.ts'
import { plain, tableText } from './table.ts'

test('columns line up: text at the left, figures at the right', () => {
  expect(tableText([['a', { right: 'p50' }], ['longer', { right: '1' }], ['é']], '  ')).toBe(
    '  a       p50\n  longer    1\n  é\n',
  )
})

test('nothing that a terminal would obey comes out of a file', () => {
  expect(plain('a\x1b[31mb\u202ec\nd')).toBe('a\ufffd[31mb\ufffdc\ufffdd')
  expect(tableText([['\x1b]0;x\x07']])).not.toContain('\x1b')
})

test('the progress bar is as wide at the start as at the end', () => {
  expect(barText('simulating', 0, null)).toBe(`simulating ${'░'.repeat(30)}   0 %`)
  expect(barText('simulating', 0.5, 8000)).toBe(
    `simulating ${'█'.repeat(15)}${'░'.repeat(15)}  50 %  8 s left`,
  )
  expect(barText('simulating', 0.02, 392_000)).toContain('6 min 32 s left')
  expect(barText('simulating', 1.5, 0)).toBe(`simulating ${'█'.repeat(30)} 100 %  0 s left`)
})

test('the time left goes by the pace so far', () => {
  expect(leftMs(0.25, 4000, 0.5)).toBe(8000)
  expect(leftMs(0.001, 4000, 0.999)).toBeNull()
  expect(leftMs(0.9, 4000, -0.1)).toBe(0)
})

test('what was measured is never rounded to what it missed', () => {
  const expectations = [
    { text: 'availability at least 0.9999', status: 'missed' as const, actual: 0.99961, reason: '' },
    { text: 'write.outage.max below 10000', status: 'missed' as const, actual: 10_100, reason: '' },
    { text: 'linearizable holds', status: 'met' as const, actual: 'holds', reason: '' },
    { text: 'scan.latency.p99 below 1', status: 'undecided' as const, actual: null, reason: 'no scans' },
  ]
  const text = summaryText({ ...sampleReport(), expectations }, 1, [])
  expect(text).toMatch(/missed +availability at least 0\.9999 +was 0\.99961 \(99\.961 %\)\n/)
  expect(text).toMatch(/missed +write\.outage\.max below 10000 +was 10\.1 s\n/)
  expect(text).toMatch(/met +linearizable holds +was holds\n/)
  expect(text).toMatch(/undecided +scan\.latency\.p99 below 1 +no scans\n/)
})

test('acknowledged writes that are gone have a line of their own', () => {
  const lost = (lostWrites: number): string => {
    const figures = { acknowledgedWrites: 6114, judgedKeys: 920, lostWrites }
    const guarantees = [{ name: 'acknowledged-writes', status: 'violated' as const, evidence: null, figures }]
    return summaryText({ ...sampleReport(), guarantees }, 1, [])
  }
  expect(lost(8)).toMatch(
    /^lost writes +8 acknowledged writes of 6,114 were gone in the end, among 920 keys that could be judged$/m,
  )
  expect(lost(1)).toMatch(/1 acknowledged write of 6,114 was gone in the end/)
  expect(lost(0)).not.toContain('lost writes')
})

test('words that a shell would take apart are quoted', () => {
  expect(shellWord('presets/a-b.topology.json')).toBe('presets/a-b.topology.json')
  expect(shellWord("it's here; rm *")).toBe(`'it'\\''s here; rm *'`)
  expect(shellWord('')).toBe(`''`)
})
