import { describe, expect, test } from 'vitest'
import { PALETTES } from '../palette.ts'
import { sampleReport } from '../testdata/sample-report.ts'
import type { Report } from '../types.ts'
import { COMPARE_CHARTS } from './charts.ts'
import { comparisonRows, labelsOf, type ComparedRuns } from './comparison.ts'

/** The sample, and the same with slower writes, one more stale read in a hundred and no convergence. */
function twoRuns(): ComparedRuns {
  const base = sampleReport()
  const other: Report = {
    ...base,
    latencyMs: {
      ...base.latencyMs,
      write: { ...base.latencyMs.write, p99: (base.latencyMs.write.p99 ?? 0) * 2.5 },
    },
    staleness: { ...base.staleness, staleFraction: (base.staleness.staleFraction ?? 0) + 0.01 },
    availability: { ...base.availability, overall: (base.availability.overall ?? 1) - 0.2 },
    convergence: { ...base.convergence, convergedAfterMs: null },
  }
  return [
    { label: 'one', report: base },
    { label: 'two', report: other },
  ]
}
const row = (metric: string) => comparisonRows(twoRuns()).find((each) => each.metric === metric)

describe('differences', () => {
  test('are told against the first run, in words, with which is better', () => {
    expect(row('write.latency.p99')?.differences.map(({ words, isBetter }) => [words, isBetter])).toEqual([
      ['', null],
      ['2.5 times as much', false],
    ])
    expect(row('read.latency.p99')?.differences[1]).toMatchObject({ words: 'same', isBetter: null })
    expect(row('stale.fraction')?.differences[1]).toMatchObject({ words: '1 points more', isBetter: false })
  })

  test.each([
    [0.5, '50 % less'],
    [0.123, '88 % less'],
    [0.0043, '99.6 % less'],
    [0.0001, 'over 99.9 % less'],
    [0, 'none'],
    [1.25, '25 % more'],
  ])('of %d of the first run are "%s"', (share, words) => {
    const base = sampleReport()
    const write = { ...base.latencyMs.write, p99: (base.latencyMs.write.p99 ?? 0) * share }
    const other: Report = { ...base, latencyMs: { ...base.latencyMs, write } }
    const rows = comparisonRows([
      { label: 'one', report: base },
      { label: 'two', report: other },
    ])
    expect(rows.find(({ metric }) => metric === 'write.latency.p99')?.differences[1].words).toBe(words)
  })

  test('know that more availability is better', () => {
    expect(row('availability')?.differences[1]).toMatchObject({ words: '20 points less', isBetter: false })
  })

  test('say nothing where a run has no figure', () => {
    expect(row('convergence.ms')?.differences[1]).toEqual({
      text: '—',
      relative: null,
      words: '',
      isBetter: null,
    })
  })
})

test('labels tell runs apart, by seed where the names are the same', () => {
  const a = sampleReport()
  const b = { ...a, seed: a.seed + 1 }
  const c = { ...a, topology: { ...a.topology, name: 'other' } }
  const labels = labelsOf([a, b, c, a])
  expect(labels[2]).toBe('other')
  expect(new Set(labels).size).toBe(4)
  expect(labels[1]).toContain(`seed ${b.seed}`)
})

describe.each(COMPARE_CHARTS.map((chart) => [chart.id, chart] as const))('%s', (_, chart) => {
  test('draws one line per run and hue: same colour, another dash', () => {
    const option = chart.option(twoRuns(), 'light')
    const series = option.series as { name: string; lineStyle: { color: string; type: unknown } }[]
    const colours = new Set(series.map(({ lineStyle }) => lineStyle.color))
    expect(series).toHaveLength(2 * colours.size)
    for (const colour of colours) {
      const lines = series.filter(({ lineStyle }) => lineStyle.color === colour)
      expect(new Set(lines.map(({ lineStyle }) => JSON.stringify(lineStyle.type))).size).toBe(2)
      expect(Object.values(PALETTES.light)).toContain(colour)
    }
  })

  test('has words for both runs and a full table', () => {
    const runs = twoRuns()
    expect(chart.aria(runs)).toMatch(/^(Latency|Staleness|Throughput|Availability)/)
    expect(chart.aria(runs)).toContain('two')
    expect(chart.empty(runs)).toBeNull()
    const table = chart.table(runs)
    expect(table?.rows).toHaveLength(2)
    for (const cells of table?.rows ?? []) expect(cells).toHaveLength(table?.columns.length as number)
  })
})
