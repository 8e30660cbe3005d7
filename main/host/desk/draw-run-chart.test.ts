import { expect, test } from 'vitest'
import { sampleReport } from '../../../shared/report/testdata/sample-report.ts'
import { drawRunChart } from './draw-run-chart.ts'

const QUERY = {
  chart: 'throughput',
  theme: 'light',
  unit: 'auto',
  width: 500,
  height: 280,
  range: null,
} as const

/** Numbers on the horizontal axis, which stand lowest. */
function ticksOf(svg: string): number[] {
  const texts = [...svg.matchAll(/translate\(([\d.]+) ([\d.]+)\)[^>]*>([\d.]+)<\/text>/g)]
  const lowest = Math.max(...texts.map(([, , y]) => Number(y)))
  return texts.filter(([, , y]) => Number(y) === lowest).map(([, , , text]) => Number(text))
}

test('a chart is drawn in the size that is wanted', () => {
  expect(drawRunChart([sampleReport()], QUERY)).toMatch(/^<svg width="500" height="280"/)
})

test('of an axis only the part that is looked at is drawn', () => {
  const all = ticksOf(drawRunChart([sampleReport()], QUERY))
  const part = ticksOf(drawRunChart([sampleReport()], { ...QUERY, range: { from: 6, to: 8 } }))
  expect([all[0], all.length > 2]).toEqual([0, true])
  expect(part.length).toBeGreaterThan(2)
  expect(Math.min(...part)).toBeGreaterThanOrEqual(6)
  expect(Math.max(...part)).toBeLessThanOrEqual(8)
})

test('several runs share the axes of the charts that compare', () => {
  const runs = [sampleReport(), sampleReport({ seed: 99 })]
  expect(drawRunChart(runs, { ...QUERY, chart: 'compare-throughput' })).toContain('99')
})

test('what is no chart is said to be none', () => {
  expect(() => drawRunChart([sampleReport()], { ...QUERY, chart: 'compare-throughput' })).toThrow(
    'There is no chart "compare-throughput".',
  )
})
