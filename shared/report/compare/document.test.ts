import { describe, expect, test } from 'vitest'
import type { ChartOption, Size } from '../charts/index.ts'
import { HOSTILE_NAMES, hostileReport } from '../testdata/hostile.ts'
import { ALLOWED, elements } from '../testdata/html-elements.ts'
import { sampleReport } from '../testdata/sample-report.ts'
import type { Report } from '../types.ts'
import { comparabilityWarnings, comparisonOf, expectationCounts, type BroughtRun } from './document.ts'
import { settingDifferences } from './settings.ts'
import { csvComparison } from './views/csv.ts'
import { htmlComparison } from './views/html.ts'
import { markdownComparison } from './views/markdown.ts'

const PROVENANCE = { tool: 'replica-lab', version: '1', command: 'replica-lab compare a b' }
const draw = (_: ChartOption, { width, height }: Size): string =>
  `<svg width="${width}" height="${height}"></svg>`

/** The report with another topology. */
function changed(
  report: Report,
  change: (topology: Report['topology']) => Partial<Report['topology']>,
): Report {
  return { ...report, topology: { ...report.topology, ...change(report.topology) } }
}

describe('settings that differ', () => {
  test('are named by their path, with the values of all', () => {
    const base = sampleReport()
    const other = changed(base, ({ replication, run, replicas }) => ({
      name: 'other',
      replication: { ...replication, params: { ...replication.params, r: 3 } },
      run: { ...run, seed: 99 },
      replicas: replicas.slice(0, -1),
    }))
    const found = settingDifferences([base, other].map(({ topology }) => topology))
    expect(found[0]).toMatchObject({ path: '$.replicas[8].id', values: ['r9', null] })
    expect(
      found.every(({ path }) => path.startsWith('$.replicas[8].') || path === '$.replication.params.r'),
    ).toBe(true)
    expect(found.find(({ path }) => path === '$.replication.params.r')?.values).toEqual([
      base.topology.replication.params.r ?? null,
      3,
    ])
  })

  test('are none where only words and expectations differ', () => {
    const base = sampleReport().topology
    expect(settingDifferences([base, { ...base, notes: 'x', expect: [] }, base])).toEqual([])
  })
})

describe('warnings', () => {
  const warnings = (other: Report): string[] =>
    comparabilityWarnings([
      { label: 'a', report: sampleReport() },
      { label: 'b', report: other },
    ])

  test('are none of runs that were asked for the same', () => {
    expect(warnings({ ...sampleReport(), seed: 7 })).toEqual([])
  })

  test.each([
    [{ stoppedEarly: 'it was stopped by hand' }, '"b" ended early: it was stopped by hand.'],
    [
      changed(sampleReport(), ({ run }) => ({ run: { ...run, durationMs: 5000 } })),
      '"b" ran for 5 s, "a" for 20 s.',
    ],
    [
      {
        settings: sampleReport().settings.map((line) =>
          line.label === 'Load' ? { ...line, value: 'less' } : line,
        ),
      },
      /^Load of "b" and "a" differ: less; /,
    ],
  ])('%#', (other, expected) => {
    const found = warnings({ ...sampleReport(), ...other })
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(expected)
  })
})

test('expectations are counted', () => {
  const results = (['met', 'missed', 'undecided', 'met'] as const).map((status) => ({
    text: '',
    status,
    actual: null,
    reason: '',
  }))
  expect(expectationCounts(results)).toBe('2 of 4 expectations met, 1 missed and 1 undecided')
  expect(expectationCounts([])).toBe('')
})

describe.each(['plain', ...HOSTILE_NAMES])('views of runs called %s', (name) => {
  const runs: BroughtRun[] = [
    { label: name, source: name, report: hostileReport() },
    { label: `${name} 2`, source: name, report: sampleReport() },
  ]
  const byMetric = new Map([['read.latency.p99', 0]])
  const comparison = comparisonOf(runs, { overall: 0, byMetric }, { ...PROVENANCE, command: name })

  test('the page is balanced HTML without scripts, handlers or links', () => {
    const html = htmlComparison(comparison, runs, draw)
    expect([...new Set(elements(html))].filter((element) => !ALLOWED.has(element))).toEqual([])
    expect(/<[^>]+\s(?:on\w+|href|src|srcset|action)\b/i.exec(html.replace(/="[^"]*"/g, ''))).toBe(null)
    const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1])
    expect(new Set(ids).size).toBe(ids.length)
    expect(html).toContain(`content="default-src 'none'`)
  })

  test('tables of Markdown have as many cells in every row as in their head', () => {
    for (const block of markdownComparison(comparison, runs).split('\n\n')) {
      if (!block.startsWith('|')) continue
      const widths = block.split('\n').map((line) => line.split(/(?<!\\)\|/).length)
      expect(new Set(widths).size, block).toBe(1)
    }
  })

  test('no cell of the CSV is a formula', () => {
    for (const line of csvComparison(comparison).split('\r\n')) expect(line).not.toMatch(/^"?[=+@]/)
  })
})
