import { expect, test } from 'vitest'
import { CHARTS, CHART_SIZE } from '../../shared/report/charts/index.ts'
import { hostileReport } from '../../shared/report/testdata/hostile.ts'
import { sampleReport } from '../../shared/report/testdata/sample-report.ts'
import { htmlReport } from '../../shared/report/views/html/index.ts'
import { drawChart } from './draw-chart.ts'

const draw = (report = sampleReport()): string[] =>
  CHARTS.map((chart) => drawChart(chart.option(report, 'light'), CHART_SIZE))

test('equal options give equal text, whatever was drawn before', () => {
  const first = draw()
  const again = draw().reverse()
  expect(again.reverse()).toEqual(first)
  expect(first.join('')).not.toMatch(/\bzr\d/)
})

test('ids are unique on a page of all charts', () => {
  const ids = [
    ...draw()
      .join('')
      .matchAll(/\sid="([^"]*)"/g),
  ].map((match) => match[1])
  expect(ids.length).toBeGreaterThan(0)
  expect(new Set(ids).size).toBe(ids.length)
})

test('every chart draws its axes and lines within its size, without NaN', () => {
  for (const svg of draw()) {
    expect(svg).toMatch(/^<svg width="548" height="300"/)
    expect(svg).not.toMatch(/NaN|undefined/)
    expect(svg.match(/<text/g)?.length ?? 0).toBeGreaterThan(5)
  }
})

test('hostile names are drawn as text', () => {
  const svg = draw(hostileReport()).join('')
  expect(svg).not.toMatch(/<(?:script|img|b)\b/)
  expect(svg).not.toMatch(/<\w+[^>]*\son\w+=/)
})

test('a page is small, and colours on it follow the theme', () => {
  const html = htmlReport(sampleReport(), drawChart)
  expect(html.length).toBeLessThan(300_000)
  expect(html).toContain('stroke="var(--read)"')
  const drawings = html.slice(html.indexOf('</style>'))
  expect([...new Set(drawings.match(/(?:fill|stroke)="#[0-9a-f]{6}"/gi) ?? [])]).toEqual([])
})
