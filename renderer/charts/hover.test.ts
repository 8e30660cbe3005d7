import { expect, test } from 'vitest'
import { CHARTS, type ChartOption } from '../../shared/report/charts/index.ts'
import { sampleReport } from '../../shared/report/testdata/sample-report.ts'
import { frameOf, hoverAt, namedPoints, pointWithin, seriesOf } from './hover.ts'
import { nearestAt } from './nearest.ts'

const WORDS = { x: (value: number) => `x ${value}`, y: (value: number) => `y ${value}` }
const line = (name: string, data: [number, number | null][], step?: string) => ({
  type: 'line',
  name,
  data,
  lineStyle: { color: name },
  ...(step === undefined ? {} : { step }),
})
const hovered = (series: object[], x: number) =>
  hoverAt(seriesOf({ series, xAxis: { type: 'value' } }), WORDS, x)

test('the nearest of some values, the earlier of two that are as near', () => {
  expect([-9, 0, 4, 5, 6, 99].map((wanted) => nearestAt([0, 10, 30], wanted))).toEqual([0, 0, 0, 0, 1, 2])
  expect(nearestAt([], 3)).toBe(0)
})

test('a pointer is answered with the nearest place that has a value, and every line there', () => {
  const lines = [
    line('a', [
      [0, 1],
      [10, 2],
      [20, 3],
    ]),
    line('b', [
      [0, 5],
      [12, null],
      [20, 7],
    ]),
  ]
  expect(hovered(lines, 18)).toEqual({
    at: 20,
    head: 'x 20',
    rows: [
      { name: 'a', colour: 'a', text: 'y 3' },
      { name: 'b', colour: 'b', text: 'y 7' },
    ],
  })
  // Nothing was there: nothing is said.
  expect(hovered(lines, 12)?.rows).toEqual([{ name: 'a', colour: 'a', text: 'y 2' }])
})

test('what holds until the next value holds until there', () => {
  const steps = [
    line(
      'a',
      [
        [0, 1],
        [10, 2],
        [20, 3],
      ],
      'end',
    ),
  ]
  expect(hovered(steps, 9.9)?.rows[0].text).toBe('y 1')
  expect(hovered(steps, 10)?.rows[0].text).toBe('y 2')
})

test('bars stand at their place among the categories, styled ones too', () => {
  const bars = [{ type: 'bar', name: 'n', data: [4, { value: 9, itemStyle: { color: 'red' } }, null] }]
  expect(hovered(bars, 1.2)?.rows[0].text).toBe('y 9')
  expect(hovered(bars, 2)?.rows).toEqual([])
  expect(hovered([], 2)).toBeNull()
})

test.each(CHARTS.map((chart) => [chart.id, chart] as const))('%s can be pointed at', (_, chart) => {
  const report = sampleReport()
  const option = chart.option(report, 'light')
  const { left, right, top, bottom, bounds } = frameOf(option)
  for (const margin of [left, right, top, bottom]) expect(margin).toBeGreaterThan(0)
  expect(bounds.to).toBeGreaterThan(bounds.from)
  const found = hoverAt(seriesOf(option), chart.words(report), (bounds.from + bounds.to) / 2)
  expect(found?.rows.length).toBeGreaterThan(0)
  expect(found?.at).toBeGreaterThanOrEqual(bounds.from)
  expect(found?.at).toBeLessThanOrEqual(bounds.to)
})

test('points that stand for something are called by it, and only those that are pointed at', () => {
  const points = (...all: [string, number, number][]) => ({
    type: 'line',
    name: 'all',
    data: all.map(([name, x, y]) => ({ name, value: [x, y] })),
    lineStyle: { color: 'grey' },
  })
  const series = [points(['a', 1, 5], ['b', 3, 6]), points(['c', 3, 7], ['d', 100, 8])]
  expect(hovered(series, 2.5)).toEqual({
    at: 3,
    head: 'x 3',
    rows: [
      { name: 'b', colour: 'grey', text: 'y 6' },
      { name: 'c', colour: 'grey', text: 'y 7' },
    ],
  })
  // On a logarithmic axis thirty is nearer to a hundred than to three.
  const grid = { left: 0, right: 0, top: 0, bottom: 0 }
  const option = { grid, series, xAxis: { type: 'log', min: 1, max: 1000 } } as ChartOption
  expect(frameOf(option)).toMatchObject({ isLog: true, bounds: { from: 0, to: 3 } })
  expect(hoverAt(seriesOf(option), WORDS, Math.log10(30))?.rows[0].name).toBe('d')
})

test('strokes of a range are no values', () => {
  const range = {
    ...line('', [
      [1, 1],
      [1, 9],
    ]),
    isRange: true,
  }
  expect(hovered([range, line('a', [[1, 4]])], 1)?.rows).toEqual([{ name: 'a', colour: 'a', text: 'y 4' }])
})

test('points with names stand where both axes put them, lines have none', () => {
  const named = (name: string, value: [number, number | null]) => ({ name, value })
  const series = [
    { ...line('a', []), data: [named('p', [10, 1]), named('q', [100, 10]), named('none', [10, null])] },
    line('b', [[10, 1]]),
  ]
  const points = (yAxis: object) => namedPoints({ series, xAxis: { type: 'log' }, yAxis } as ChartOption)
  expect(points({ type: 'log', min: 1, max: 100 })).toEqual([
    { name: 'p', x: 1, down: 1 },
    { name: 'q', x: 2, down: 0.5 },
  ])
  expect(points({ type: 'value', min: 0, max: 20 }).map(({ down }) => down)).toEqual([0.95, 0.5])
  // Where an axis finds its own bounds, nobody knows where a point is.
  expect(points({ type: 'value' })).toEqual([])
})

test('the nearest point within reach is meant', () => {
  const points = [
    { px: 10, py: 10 },
    { px: 16, py: 10 },
    { px: 12, py: 90 },
  ]
  expect(pointWithin(points, { x: 14, y: 11 }, 12)).toBe(points[1])
  expect(pointWithin(points, { x: 12, y: 80 }, 12)).toBe(points[2])
  expect(pointWithin(points, { x: 40, y: 40 }, 12)).toBeNull()
})
