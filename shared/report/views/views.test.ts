import { describe, expect, test } from 'vitest'
import { HOSTILE_NAMES, hostileReport } from '../testdata/hostile.ts'
import { sampleReport } from '../testdata/sample-report.ts'
import { csvReport, csvSeries, csvSummary } from './csv.ts'
import { jsonReport } from './json.ts'
import { escapeMarkdown, markdownReport } from './markdown.ts'

/** A strict reader of RFC 4180: throws on anything that the RFC does not allow. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let at = 0
  while (at < text.length) {
    const row: string[] = []
    for (;;) {
      const cell = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))/.exec(text.slice(at)) as RegExpExecArray
      at += cell[0].length
      row.push(cell[1] === undefined ? cell[2] : cell[1].replaceAll('""', '"'))
      if (text[at] === ',') at++
      else break
    }
    if (text.slice(at, at + 2) !== '\r\n')
      throw new Error(`no line end at ${at}: ${JSON.stringify(text.slice(at, at + 20))}`)
    at += 2
    rows.push(row)
  }
  return rows
}

describe('CSV', () => {
  test('the summary has three columns in every row and full precision', () => {
    const report = sampleReport()
    const rows = parseCsv(csvSummary(report))
    expect(rows[0]).toEqual(['metric', 'value', 'unit'])
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([3]))
    expect(rows).toContainEqual(['read.latency.p99', JSON.stringify(report.latencyMs.read.p99), 'ms'])
    expect(rows).toContainEqual(['scan.latency.p99', '', 'ms'])
  })

  test('the series has one row per bin', () => {
    const report = sampleReport()
    const rows = parseCsv(csvSeries(report))
    expect(rows).toHaveLength(1 + report.series.tMs.length)
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([11]))
  })

  test('the tables stand in one file, an empty line between them', () => {
    const report = sampleReport()
    expect(csvReport(report).split('\r\n\r\n')).toHaveLength(3)
    const { replicationLag: _, ...earlier } = report
    expect(csvReport(earlier).split('\r\n\r\n')).toHaveLength(2)
  })

  test('the replicas lag has two columns each, and one row per look; a replica that was down has empty cells', () => {
    const report = sampleReport()
    const [, , lag] = csvReport(report).split('\r\n\r\n')
    const rows = lag
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','))
    expect(rows[0].slice(0, 3)).toEqual(['t (ms)', 'r1: versions behind', 'r1: behind (ms)'])
    expect(rows).toHaveLength(1 + 208)
    expect(rows.map((row) => row.length)).toEqual(rows.map(() => 1 + 2 * report.topology.replicas.length))
    // r2 is down from 13 s on.
    expect(rows[1 + 131].slice(0, 5)).toEqual(['13100', '1', '8', '', ''])
  })

  test('names cannot become formulas, and negative numbers stay numbers', () => {
    const attacks = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '\uff1d1', '"=1"']
    const guarded = ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "'\r=1", "' =1", "'\uff1d1", '"=1"']
    const report = sampleReport()
    const replica = report.load.replicas[0]
    const named = parseCsv(
      csvSummary({
        ...report,
        faults: attacks.map((label, i) => ({
          index: i,
          kind: 'crash',
          label,
          fromMs: -1,
          toMs: 0,
          by: 'plan',
        })),
        load: { ...report.load, replicas: attacks.map((id) => ({ ...replica, id })) },
      }),
    )
    expect(named.flatMap(([metric, value]) => (/^fault \d+$/.test(metric) ? [value] : []))).toEqual(guarded)
    const cells = named.flatMap((row) => (row[0]?.endsWith(': operations') ? [row[0]] : []))
    expect(cells).toEqual(guarded.map((name) => `${name}: operations`))
    expect(named).toContainEqual(['fault 1 from', '-1', 'ms'])
    const dangerous = parseCsv(csvReport(hostileReport()).replace('\r\n\r\n', '\r\n')).flat()
    for (const cell of dangerous) if (/^[=+\-@\t\r]/.test(cell)) expect(Number(cell)).not.toBeNaN()
  })
})

describe('JSON', () => {
  test('reads back as the report it was', () => {
    const report = sampleReport()
    expect(JSON.parse(jsonReport(report))).toEqual(report)
    expect(jsonReport(sampleReport())).toBe(jsonReport(report))
  })
})

describe('Markdown', () => {
  test('says what a reviewer asks for', () => {
    const text = markdownReport(sampleReport())
    for (const part of [
      '# Three regions, local quorum',
      '**1 of 4 expectations was missed, 1 undecided.**',
      '| read.latency.p99 below 20 | ✓ met | 2.30 ms |  |',
      '## Errors',
      '## Prediction',
      'replica-lab run three-regions.topology.json --seed 42',
    ])
      expect(text).toContain(part)
  })

  test('every row of a table has as many cells as its head', () => {
    for (const block of markdownReport(hostileReport()).split('\n\n')) {
      if (!block.startsWith('|')) continue
      const widths = block.split('\n').map((line) => line.split(/(?<!\\)\|/).length)
      expect(new Set(widths).size, block).toBe(1)
    }
  })

  test.each(HOSTILE_NAMES)('%s is text', (name) => {
    const text = escapeMarkdown(name)
    expect(text).not.toMatch(/[<>]/)
    expect(text).not.toMatch(/(?<!\\)[|`[\]]/)
    expect(text).not.toMatch(/javascript:|https?:/)
  })

  test('a command cannot leave its code block', () => {
    const report = sampleReport()
    const command = 'a\n```\n<b>'
    const text = markdownReport({ ...report, provenance: { ...report.provenance, command } })
    expect(text.endsWith('````sh\na ``` <b>\n````\n')).toBe(true)
  })
})
