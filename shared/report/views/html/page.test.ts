import { describe, expect, test } from 'vitest'
import { CHARTS, type ChartOption, type Size } from '../../charts/index.ts'
import { hostileReport } from '../../testdata/hostile.ts'
import { ALLOWED, elements } from '../../testdata/html-elements.ts'
import { sampleReport } from '../../testdata/sample-report.ts'
import { htmlReport } from './index.ts'

const draw = (option: ChartOption, size: Size): string =>
  `<svg width="${size.width}" height="${size.height}"><desc>${Object.keys(option).length}</desc></svg>`

describe.each([
  ['a plain report', sampleReport()],
  ['hostile names', hostileReport()],
  [
    'a bare report',
    sampleReport({
      prediction: null,
      agreement: null,
      faults: [],
      expectations: [],
      settings: [],
      simulation: null,
      facts: [],
    }),
  ],
])('%s', (_, report) => {
  const html = htmlReport(report, draw)

  test('is balanced HTML of known elements, without script, handlers or links', () => {
    expect([...new Set(elements(html))].filter((name) => !ALLOWED.has(name))).toEqual([])
    const names = html.replace(/="[^"]*"/g, '')
    expect(/<[^>]+\s(?:on\w+|href|src|srcset|action)\b/i.exec(names)?.[0]).toBeUndefined()
  })

  test('forbids everything but its own styles and pictures', () => {
    expect(html.includes(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`)).toBe(true)
  })

  test('has headings in order and scopes in tables', () => {
    const levels = [...html.matchAll(/<h([1-6])\b/g)].map((match) => Number(match[1]))
    expect(levels[0]).toBe(1)
    expect(levels.filter((level) => level === 1)).toHaveLength(1)
    for (const [i, level] of levels.entries()) if (i > 0) expect(level - levels[i - 1]).toBeLessThanOrEqual(1)
    expect(/<th(?! scope=")[\s>]/.exec(html)).toBeNull()
  })

  test('has unique ids', () => {
    const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1])
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('shows no NaN, undefined or Infinity', () => {
    expect(
      /\b(?:NaN|undefined|Infinity|\[object)\b/.exec(html.replace(/<style>[^<]*<\/style>/, '')),
    ).toBeNull()
  })
})

test('pictures carry sentences that begin with their quantity', () => {
  const html = htmlReport(sampleReport(), draw)
  const labels = [...html.matchAll(/role="img" aria-label="([^"]*)"/g)].map((match) => match[1])
  expect(labels).toHaveLength(CHARTS.length + 1)
  for (const quantity of ['Latency', 'Staleness', 'Throughput', 'Availability', 'Topology']) {
    expect(
      labels.some((label) => label.startsWith(quantity)),
      quantity,
    ).toBe(true)
  }
})

test('whatever may differ between two runs is inside the provenance footer', () => {
  const report = sampleReport()
  const other = {
    ...report,
    provenance: {
      tool: 'x',
      version: 'x',
      command: 'x',
      at: 'x',
      node: 'x',
      platform: 'x',
      wallMs: 1,
      eventsPerS: null,
    },
  }
  const without = (html: string): string => html.replace(/<footer id="provenance">[^]*?<\/footer>/, '')
  expect(without(htmlReport(other, draw))).toBe(without(htmlReport(report, draw)))
  expect(htmlReport(other, draw)).not.toBe(htmlReport(report, draw))
})

test('a chart without data says what would fill it', () => {
  const report = sampleReport()
  const html = htmlReport({ ...report, staleness: { ...report.staleness, visibility: [] } }, draw)
  expect(html).toContain('A probe workload, or one with writes, fills this chart.')
})
