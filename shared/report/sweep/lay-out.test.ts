import { describe, expect, test } from 'vitest'
import { PALETTES } from '../palette.ts'
import { sweepCharts } from './charts.ts'
import { figureAxis } from './figure-axis.ts'
import { sweepFigure } from './figures.ts'
import { changing, linesOf, settingAxis, tradesOf, unbeaten } from './lay-out.ts'
import { placeNames } from './place-names.ts'
import type { Sweep, SweepFigure } from './types.ts'
import { briefWords, constantsSentence } from './words.ts'

type Values = readonly (number | null)[]

/** Settings with their values, and for each combination the values that its seeds gave for each metric. */
function sweepOf(
  vary: Record<string, readonly unknown[]>,
  metrics: readonly string[],
  rows: readonly (readonly [readonly unknown[], ...Values[]])[],
): Sweep {
  const seeds = rows[0][1].map((_, i) => i + 1)
  return {
    format: 'replica-lab/sweep@1',
    provenance: {
      tool: 'replica-lab',
      version: '1',
      command: 'c',
      at: 'a',
      node: 'n',
      platform: 'p',
      wallMs: 1,
      eventsPerS: null,
    },
    topology: 'three',
    vary: Object.entries(vary).map(([path, values]) => ({ path: `$.${path}`, values })),
    seeds,
    metrics: metrics.map((name) => ({ name, unit: 'ms' })),
    rows: rows.map(([set, ...figures]) => ({ set, runs: seeds.length, figures: figures.map(sweepFigure) })),
    refused: [],
    failed: [],
    missing: 0,
  }
}

const READ = 'read.latency.p99'
const WRITE = 'write.latency.p99'
const STALE = 'stale.fraction'
const AVAILABLE = 'availability'
const METRICS = ['read.latency.p50', READ, WRITE, STALE, AVAILABLE]

describe('the setting along the axis', () => {
  const axisOf = (vary: Record<string, readonly unknown[]>) => settingAxis(sweepOf(vary, [], [[[], []]]))

  test('has numbers, and of those that have it has most', () => {
    expect(axisOf({ level: ['a', 'b', 'c', 'd'], r: [1, 2], w: [1, 2, 3] }).index).toBe(2)
    expect(axisOf({ level: ['a', 'b'], disk: ['x', 'y', 'z'] }).index).toBe(1)
    // One number is a line of points above each other.
    expect(axisOf({ level: ['a', 'b'], r: [3] }).index).toBe(0)
  })

  test('is logarithmic where numbers are far apart', () => {
    const near = axisOf({ r: [1, 30] })
    expect(near.position(1, 0, 1)).toBe(1)
    const far = axisOf({ ms: [1, 10, 1000] })
    expect([1, 10, 1000].map((value) => far.position(value, 0, 1))).toEqual([0, 1, expect.closeTo(3)])
    expect(far.ticks.map(({ text }) => text)).toEqual(['1', '10', '1,000'])
    expect(far.nearest(0.8)).toBe('10')
    expect(axisOf({ ms: [0, 1000] }).position(1000, 0, 1)).toBe(1000)
  })

  test('of texts spreads the marks of several lines around each', () => {
    const axis = axisOf({ level: ['a', 'b'] })
    expect([0, 1].map((line) => axis.position('b', line, 2))).toEqual([0.9, 1.1])
    expect(axis.position('b', 0, 1)).toBe(1)
  })
})

test('lines have the other settings in common, and are called by what is different', () => {
  const vary = { level: ['low', 'high'], fixed: [true], r: [1, 2] }
  const combinations = [
    [['low', true, 1], [1]],
    [['low', true, 2], [2]],
    [['high', true, 2], [3]],
  ] as const
  const sweep = sweepOf(vary, [READ], combinations)
  expect(
    linesOf(sweep, settingAxis(sweep)).map(({ label, rows }) => [label, rows.map(({ set }) => set[2])]),
  ).toEqual([
    ['low', [1, 2]],
    ['high', [2]],
  ])
  expect(briefWords(sweep.vary, ['low', true, 1])).toBe('low, r = 1')
})

describe('trades', () => {
  test('are between reads, writes and the first other figure, where they differ by more than seeds do', () => {
    const trades = (one: readonly Values[], two: readonly Values[]) =>
      tradesOf(
        sweepOf({ r: [1, 2] }, METRICS, [
          [[1], ...one],
          [[2], ...two],
        ]),
      ).map(({ x, y }) => [METRICS[x], METRICS[y]])
    const same: Values = [1, 1]
    expect(
      trades([same, [1, 2], [5, 6], [0.1, 0.2], same], [same, [3, 4], [3, 4], [0.3, 0.4], same]),
    ).toEqual([
      [READ, WRITE],
      [READ, STALE],
      [WRITE, STALE],
    ])
    // Writes overlap, staleness is the same, and of reads the median alone differs.
    expect(trades([[1, 2], same, [3, 5], same, [0.8, 0.9]], [[3, 4], same, [4, 6], same, [1, 1]])).toEqual([
      ['read.latency.p50', AVAILABLE],
    ])
  })

  const beatenOf = (
    metrics: readonly [string, string],
    rows: Record<string, readonly [Values, Values]>,
  ): string[] => {
    const sweep = sweepOf(
      { name: Object.keys(rows) },
      metrics,
      Object.entries(rows).map(([name, [a, b]]) => [[name], a, b] as const),
    )
    const best = unbeaten(sweep, { x: 0, y: 1 })
    return sweep.rows.flatMap((row) => (best.has(row) ? [] : [row.set[0] as string]))
  }

  test('who is better in one figure and not worse in the other beats', () => {
    const rows = {
      a: [[1], [4]],
      b: [[2], [2]],
      c: [[4], [1]],
      d: [[3], [3]],
      e: [[4], [2]],
      f: [[null], [0]],
    } as const
    expect(beatenOf([READ, WRITE], rows)).toEqual(['d', 'e', 'f'])
    // Of availability more is better: a has most of it, and reads soonest.
    expect(beatenOf([READ, AVAILABLE], rows)).toEqual(['b', 'c', 'd', 'e', 'f'])
  })

  test('with several seeds better means better with each', () => {
    const rows = {
      a: [
        [10, 12],
        [5, 5],
      ],
      b: [
        [9, 11],
        [7, 8],
      ],
      c: [
        [13, 14],
        [5, 5],
      ],
      d: [
        [13, 14],
        [4, 5],
      ],
    } as const
    expect(beatenOf([READ, WRITE], rows)).toEqual(['b', 'c', 'd'])
  })

  test('nobody is beaten in a circle, whatever the ranges', () => {
    let state = 1
    const random = (): number => (state = (state * 48271) % 2147483647) % 6
    for (let round = 0; round < 500; round++) {
      const rows = Object.fromEntries(
        Array.from(
          { length: 6 },
          (_, i) =>
            [
              `r${i}`,
              [
                [random(), random()],
                [random(), random()],
              ],
            ] as const,
        ),
      )
      expect(beatenOf([READ, WRITE], rows).length).toBeLessThan(6)
    }
  })
})

test('figures that never change have a sentence and no chart', () => {
  const sweep = sweepOf(
    { r: [1, 2] },
    [READ, AVAILABLE],
    [
      [[1], [3, 4], [1, 1]],
      [[2], [3, 4], [1, 1]],
    ],
  )
  expect(changing(sweep)).toEqual([0])
  expect(constantsSentence(sweep, [0])).toBe('The same in every run: availability 100 %.')
  expect(constantsSentence(sweep, [0, 1])).toBe('')
  expect(sweepCharts(sweep).map(({ title }) => title)).toEqual(['read.latency.p99 by r'])
})

describe('the axis of a figure', () => {
  const figure = (...values: number[]): SweepFigure => sweepFigure(values)

  test.each([
    [READ, [2.4, 1.3], { min: 0, max: 2.5, interval: 0.5 }],
    [READ, [7310, 2960], { min: 0, max: 8000, interval: 2000 }],
    [READ, [0, 900], { min: 0, max: 1000, interval: 200 }],
    [READ, [0], { min: 0, max: 1, interval: 0.5 }],
    [STALE, [0.0075, 0.001], { min: 0, max: 0.8, interval: 0.2 }],
    [AVAILABLE, [1, 0.9995], { min: 99.9, max: 100, interval: expect.closeTo(0.02) as number }],
    [AVAILABLE, [1, 0.865], { min: 0, max: 100, interval: 20 }],
  ])('%s of %j', (name, values, range) => {
    const { min, max, interval } = figureAxis(
      name,
      values.map((value) => figure(value)),
    ).range
    expect({ min, max, interval }).toEqual({ ...range, max: expect.closeTo(range.max) as number })
  })

  test('is logarithmic over more than a decade and a half', () => {
    const axis = figureAxis(READ, [figure(2), figure(2000)])
    expect(axis.range).toMatchObject({ type: 'log', min: 2, max: 2000 })
    expect([2, 200, 2000].map(axis.share)).toEqual([0, expect.closeTo(2 / 3), 1])
  })

  test('has shares in per cent', () => {
    const axis = figureAxis(STALE, [figure(0.004), figure(0.008)])
    expect([axis.drawn(0.004), axis.share(0.004), axis.text(0.4), axis.title]).toEqual([
      0.4,
      0.5,
      '0.4 %',
      'stale.fraction (%)',
    ])
  })
})

describe('names of points', () => {
  const plot = { width: 400, height: 200 }
  const at = (x: number, y: number, name = 'name') => ({ x, y, name })

  test('stand on the right where there is room, else on another side', () => {
    expect(placeNames([at(0.5, 0.5)], [], plot)).toEqual(['right'])
    expect(placeNames([at(0.99, 0.5)], [], plot)).toEqual(['left'])
    // Another mark is where the name would be.
    expect(placeNames([at(0.5, 0.5)], [at(0.56, 0.5)], plot)).toEqual(['left'])
    expect(placeNames([at(0.5, 0.5)], [at(0.56, 0.5), at(0.44, 0.5)], plot)).toEqual(['top'])
    expect(placeNames([at(0.5, 0)], [at(0.56, 0), at(0.44, 0)], plot)).toEqual(['bottom'])
  })

  test('are left out where every side is taken, and do not lie on each other', () => {
    const crowd = Array.from({ length: 12 }, (_, i) => at(0.5 + i / 400, 0.5))
    const sides = placeNames(crowd, [], plot)
    expect(sides.filter((side) => side !== null).length).toBeGreaterThan(0)
    expect(sides.filter((side) => side === 'top').length).toBeLessThan(2)
    expect(placeNames([at(0.5, 0.5, 'x'.repeat(100))], [], plot)).toEqual([null])
  })
})

test('every chart can be drawn, in both themes', () => {
  const sweep = sweepOf(
    { r: [1, 2] },
    [READ, WRITE],
    [
      [[1], [1, 2], [5, 6]],
      [[2], [3, 4], [3, 4]],
    ],
  )
  const charts = sweepCharts(sweep)
  expect(charts.map(({ id }) => id)).toEqual([
    'sweep-trade-read-latency-p99-write-latency-p99',
    'sweep-read-latency-p99',
    'sweep-write-latency-p99',
  ])
  for (const chart of charts) {
    expect(chart.empty(sweep)).toBe(null)
    expect(JSON.stringify(chart.option(sweep, 'dark'))).toContain(PALETTES.dark.muted)
  }
  expect(charts[0].table(sweep)?.rows).toEqual([
    ['r = 1', '1.50 ms (1 to 2)', '5.50 ms (5 to 6)', 'no'],
    ['r = 2', '3.50 ms (3 to 4)', '3.50 ms (3 to 4)', 'no'],
  ])
})
