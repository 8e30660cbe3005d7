import { describe, expect, test } from 'vitest'
import { sampleReport } from '../testdata/sample-report.ts'
import { formatMs } from '../numbers.ts'
import { PALETTES } from '../palette.ts'
import { CHARTS } from './index.ts'
import { latencyScale, percentileText, tailPosition, tailShare, tailTicks, zeroLogScale } from './scales.ts'
import { whereNonZero, faultLabels } from './frame.ts'
import type { Report } from '../types.ts'

const chart = (id: string) => CHARTS.find((candidate) => candidate.id === id) as (typeof CHARTS)[number]
const seriesOf = (id: string, report: Report, theme: 'light' | 'dark' = 'light') =>
  chart(id).option(report, theme).series as {
    name?: string
    data: unknown[]
    lineStyle?: { color: string; type: unknown }
    markArea?: { data: [{ name: string; xAxis: number }, { xAxis: number }][] }
  }[]

/** The option without its functions, as text. */
const plain = (option: unknown): string => JSON.stringify(option)

describe.each(CHARTS.map((candidate) => [candidate.id, candidate] as const))('%s', (_, candidate) => {
  test('is a pure function of the report', () => {
    const report = sampleReport()
    const before = JSON.stringify(report)
    const option = plain(candidate.option(report, 'light'))
    expect(plain(candidate.option(sampleReport(), 'light'))).toBe(option)
    expect(plain(candidate.option(report, 'dark'))).not.toBe(option)
    expect(JSON.stringify(report)).toBe(before)
    expect(option).not.toContain('NaN')
  })

  test('has words, and a table with full rows', () => {
    const report = sampleReport()
    expect(candidate.empty(report)).toBeNull()
    expect(candidate.caption(report)).toMatch(/\w\.$/)
    const table = candidate.table(report)
    expect(table?.rows.length).toBeGreaterThan(0)
    for (const row of table?.rows ?? []) expect(row).toHaveLength(table?.columns.length as number)
  })

  test('does not fail on a run in which nothing happened', () => {
    const report = emptyReport()
    plain(candidate.option(report, 'light'))
    candidate.caption(report)
    expect(candidate.aria(report)).not.toMatch(/NaN|undefined/)
  })
})

test('reads are blue and writes orange; predictions have the same hue, dashed', () => {
  const lines = seriesOf('latency-percentiles', sampleReport())
  expect(lines.map((line) => [line.name, line.lineStyle?.color, line.lineStyle?.type !== 'solid'])).toEqual([
    ['reads', PALETTES.light.read, false],
    ['reads, predicted', PALETTES.light.read, true],
    ['writes', PALETTES.light.write, false],
    ['writes, predicted', PALETTES.light.write, true],
  ])
})

test.each([
  'latency-over-time',
  'throughput',
  'availability',
  'convergence',
  'replication-lag',
  'replication-lag-versions',
])('%s has the fault windows behind it', (id) => {
  const areas = seriesOf(id, sampleReport())[0]?.markArea?.data.map(([from, to]) => [
    from.name,
    from.xAxis,
    to.xAxis,
  ])
  expect(areas).toEqual([
    ['F1', 6, 10],
    ['F2', 13, 15.5],
  ])
})

test('the share of each version lag adds up to all reads', () => {
  const report = sampleReport()
  const rows = chart('version-lag').table(report)?.rows as string[][]
  expect(rows.map((row) => row[0])).toEqual(['0', '1', '2', '3', '4', '5–8', '9–16'])
  expect(rows.reduce((sum, row) => sum + Number(row[1].replaceAll(',', '')), 0)).toBe(report.staleness.reads)
})

test('each side of a partition has a bar, and only what has sides', () => {
  const report = sampleReport()
  const sides = report.availability.windows.flatMap((window) => window.sides)
  expect(sides.length).toBeGreaterThan(1)
  expect(seriesOf('availability-by-side', report)[0].data).toEqual([86.2, 100])
  const rows = chart('availability-by-side').table(report)?.rows as string[][]
  expect(rows.map(([, side, , succeeded]) => [side, succeeded])).toEqual([
    [sides[0].label, '86.2 %'],
    [sides[1].label, '100 %'],
  ])
})

test('the table of the load has what its bars have, per second', () => {
  const report = sampleReport()
  const bars = seriesOf('load', report)
  const rows = chart('load').table(report)?.rows as string[][]
  expect(rows.map(([id]) => id)).toEqual(report.load.replicas.map(({ id }) => id))
  const [first] = report.load.replicas
  const row = rows[0].slice(1).map((cell) => Number(cell.replaceAll(/[^\d.]/g, '')))
  for (const [i, { data }] of bars.entries()) expect((data[0] as number) / row[i]).toBeCloseTo(1, 2)
  expect(row[2]).toBeCloseTo((first.operations * 1000) / report.durationMs, 0)
})

test('a shard that is asked twice its even share and more stands out', () => {
  const bars = seriesOf('shard-load', sampleReport())[0].data as {
    value: number
    itemStyle: { color: string }
  }[]
  expect(bars.map(({ itemStyle }) => itemStyle.color)).toEqual([
    PALETTES.light.neutralSoft,
    PALETTES.light.neutralSoft,
    PALETTES.light.neutralSoft,
  ])
  const report = sampleReport()
  const hot = { ...report.load.shards[1], share: 0.7 }
  const load = { ...report.load, shards: [report.load.shards[0], hot, report.load.shards[2]] }
  const drawn = seriesOf('shard-load', { ...report, load })[0].data as typeof bars
  expect(drawn[1].itemStyle.color).toBe(PALETTES.light.neutralDeep)
})

test('replication lag: a line for each replica that was furthest behind, broken while it was down', () => {
  const report = sampleReport()
  const lines = seriesOf('replication-lag', report).slice(1)
  expect(report.topology.replicas.length).toBeGreaterThan(6)
  expect(lines).toHaveLength(6)
  // r3 was cut off, and by far the furthest behind; the legend is in the order of the topology.
  expect(lines.map(({ name }) => name).slice(0, 3)).toEqual(['r1', 'r2', 'r3'])
  expect(new Set(lines.map(({ lineStyle }) => JSON.stringify(lineStyle))).size).toBe(6)
  const heights = (name: string) =>
    (lines.find((line) => line.name === name)?.data as [number, number | null][]).map(([, y]) => y)
  expect(Math.max(...heights('r3').map((y) => y ?? 0))).toBeGreaterThan(4000)
  expect(heights('r2')[129]).not.toBeNull()
  expect(
    heights('r2')
      .slice(130, 155)
      .every((y) => y === null),
  ).toBe(true)
  expect(chart('replication-lag').aria(report)).toContain('r3 was furthest behind')
  expect(chart('replication-lag').caption(report)).toContain(
    `6 of ${report.topology.replicas.length} replicas`,
  )
})

test('reports of earlier versions say that they know of no lag', () => {
  const { replicationLag: _, ...report } = sampleReport()
  const { timeLagCurve: _curve, ...staleness } = report.staleness
  const earlier = { ...report, staleness }
  for (const id of ['replication-lag', 'replication-lag-versions', 'time-lag']) {
    expect(chart(id).empty(earlier)).toMatch(/version that did not/)
    plain(chart(id).option(earlier, 'light'))
    expect(chart(id).aria(earlier)).not.toMatch(/NaN|undefined/)
  }
})

test('time lag rises to all stale reads at the longest', () => {
  const report = sampleReport()
  const [{ data }] = seriesOf('time-lag', report) as [{ data: [number, number][] }]
  const percents = data.map(([, percent]) => percent)
  expect(percents).toEqual([...percents].sort((a, b) => a - b))
  expect(percents.at(-1)).toBe(100)
  expect(
    chart('time-lag')
      .words(report)
      .x((data.at(-1) as [number, number])[0]),
  ).toBe(formatMs(report.staleness.timeLagMs.max))
})

test('percentiles stand where -log10(1 - p) puts them', () => {
  expect([0, 0.5, 0.9, 0.99, 0.999].map((p) => Math.round(tailPosition(p) * 1e6) / 1e6)).toEqual([
    0, 0.30103, 1, 2, 3,
  ])
  expect(tailTicks(3).map((tick) => tick.text)).toEqual(['0', '50', '90', '99', '99.9'])
})

test('t = 0 has its own place left of the lowest decade', () => {
  const scale = zeroLogScale([0, 0.05, 10, 250], String)
  expect(scale.position(0)).toBeLessThan(scale.position(0.01))
  expect(scale.min).toBeLessThan(scale.position(0))
  expect(scale.ticks.map((tick) => tick.text)).toEqual(['0', '0.01', '0.1', '1', '10', '100'])
  expect(zeroLogScale([], String).max).toBeGreaterThan(zeroLogScale([], String).min)
  expect(zeroLogScale([0], String).max).toBeGreaterThan(zeroLogScale([0], String).min)
})

test('a latency axis is linear until the range asks for a logarithm', () => {
  expect(latencyScale([1, 20, null])).toEqual({ min: 0 })
  expect(latencyScale([])).toEqual({ min: 0 })
  expect(latencyScale([1.1, 50])).toEqual({ type: 'log', min: 1, max: 50, ticks: [1, 2, 5, 10, 20, 50] })
  expect(latencyScale([0.03, 900])).toEqual({
    type: 'log',
    min: 0.02,
    max: 1000,
    ticks: [0.1, 1, 10, 100, 1000],
  })
})

test('a rare outcome has edges and nothing between', () => {
  const points = [0, 0, 5, 0, 0, 0].map((y, x) => [x, y] as const)
  expect(whereNonZero(points)).toEqual([
    [0, null],
    [2, 0],
    [2, 5],
    [3, 0],
    [4, null],
    [5, null],
  ])
})

function emptyReport(): Report {
  const report = sampleReport({ prediction: null, agreement: null, faults: [], durationMs: 0, measuredMs: 0 })
  const nothing = { ...report.latencyMs.scan }
  return {
    ...report,
    operations: { invoked: 0, ok: 0, failed: 0, unknown: 0, warmup: 0 },
    latencyMs: {
      read: nothing,
      write: nothing,
      scan: nothing,
      byRegion: {},
      curves: { read: [], write: [] },
    },
    staleness: {
      ...report.staleness,
      reads: 0,
      staleReads: 0,
      staleFraction: null,
      versionLag: { mean: null, p50: null, p99: null, max: null, histogram: [] },
      visibility: [],
    },
    availability: { ...report.availability, overall: null, calm: null, windows: [], errors: {} },
    load: { ...report.load, replicas: [], shards: [], messagesPerOperation: null, bytesPerOperation: null },
    convergence: { ...report.convergence, series: { tMs: [], distinctStates: [] } },
    series: {
      binMs: 100,
      tMs: [],
      invoked: [],
      ok: [],
      failed: [],
      unknown: [],
      readP50: [],
      readP99: [],
      writeP50: [],
      writeP99: [],
      staleFraction: [],
      availability: [],
    },
  }
}

test('a position reads as the quantity that stands there', () => {
  for (const p of [0, 0.5, 0.9, 0.99, 0.9999]) expect(tailShare(tailPosition(p))).toBeCloseTo(p, 9)
  expect([0.5, 0.99, 0.999].map(percentileText)).toEqual(['p50', 'p99', 'p99.9'])
  const scale = zeroLogScale([0, 0.2, 30], String)
  for (const ms of [0, 0.2, 1, 30]) expect(scale.timeAt(scale.position(ms))).toBeCloseTo(ms, 9)
  const words = chart('throughput').words(sampleReport())
  expect(words.y(1234)).toBe('1,230 per s')
})

test('half of the operations lie left of the median in the distribution, and the curve rises', () => {
  const report = sampleReport()
  const reads = seriesOf('latency-cdf', report).find(({ name }) => name === 'reads')?.data as [
    number,
    number,
  ][]
  expect(reads.length).toBeGreaterThan(10)
  for (let i = 1; i < reads.length; i++) {
    expect(reads[i][0]).toBeGreaterThanOrEqual(reads[i - 1][0])
    expect(reads[i][1]).toBeGreaterThanOrEqual(reads[i - 1][1])
  }
  const half = reads.find(([, percent]) => percent >= 50) as [number, number]
  expect(10 ** half[0] / (report.latencyMs.read.p50 as number)).toBeCloseTo(1, 1)
  expect(chart('latency-cdf').words(report).x(half[0])).toBe(formatMs(10 ** half[0]))
})

test('axes, words and tables say ms throughout where that is wanted', () => {
  const report = sampleReport()
  expect(report.durationMs).toBeGreaterThan(2000)
  const seconds = /\d s\b|\(s\)/
  const textOf = (candidate: (typeof CHARTS)[number], unit: 'auto' | 'ms') => {
    const { xAxis } = candidate.option(report, 'light', unit) as { xAxis: { name: string; max?: number } }
    const words = candidate.words(report, unit)
    const cells = candidate.table(report, unit)?.rows.flat() ?? []
    return [xAxis.name, candidate.caption(report, unit), words.x(xAxis.max ?? 0), ...cells].join(' | ')
  }
  const overTime = CHARTS.filter(({ isOverTime }) => isOverTime)
  expect(overTime.length).toBeGreaterThan(2)
  for (const candidate of overTime) {
    expect(textOf(candidate, 'auto'), candidate.id).toMatch(seconds)
    expect(textOf(candidate, 'ms'), candidate.id).not.toMatch(seconds)
    expect(candidate.words(report, 'ms').x(report.durationMs)).toBe(formatMs(report.durationMs, 'ms'))
  }
})

describe('where a run has nothing to show', () => {
  const report = sampleReport()
  const zeros = (values: readonly number[]) => values.map(() => 0)
  const { series, load, staleness } = report
  test.each<[string, Partial<Report>, RegExp]>([
    [
      'throughput',
      {
        series: {
          ...series,
          ok: zeros(series.ok),
          failed: zeros(series.failed),
          unknown: zeros(series.unknown),
        },
      },
      /No operation ended/,
    ],
    [
      'load',
      {
        load: {
          ...load,
          replicas: load.replicas.map((each) => ({ ...each, operations: 0, messagesIn: 0, messagesOut: 0 })),
        },
      },
      /sent or received/,
    ],
    ['time-lag', { staleness: { ...staleness, reads: 0, staleReads: 0 } }, /No read was judged/],
    ['time-lag', { staleness: { ...staleness, staleReads: 0 } }, /No read was stale/],
    [
      'availability-by-side',
      {
        availability: {
          ...report.availability,
          windows: report.availability.windows.map((window) => ({
            ...window,
            sides: window.sides.map((side) => ({ ...side, availability: null, operations: 0 })),
          })),
        },
      },
      /No client that stood on one side/,
    ],
  ])('%s says why instead of drawing empty axes', (id, change, sentence) => {
    expect(chart(id).empty(report)).toBeNull()
    expect(chart(id).empty({ ...report, ...change })).toMatch(sentence)
  })
})

test('what stands beside an axis is short enough for it', () => {
  const { yAxis } = chart('throughput').option(sampleReport(), 'light') as {
    yAxis: { axisLabel: { formatter: (value: number) => string } }
  }
  const { formatter } = yAxis.axisLabel
  expect([0, 0.25, 250_000, 1_500_000, 3e9].map(formatter)).toEqual([
    '0',
    '0.25',
    '250,000',
    '1.5 M',
    '3,000 M',
  ])
})

describe('numbers of faults over a chart', () => {
  const fault = (index: number, fromMs: number, toMs: number) =>
    ({ index, kind: 'crash', label: '', fromMs, toMs, by: 'plan' }) as const
  const labels = (...windows: [number, number][]) => {
    const faults = windows.map(([fromMs, toMs], at) => fault(10 + at, fromMs, toMs))
    return [...faultLabels(faults, faults, 10_000)].sort(([a], [b]) => a - b).map(([, label]) => label)
  }

  test('each over the middle of its own', () => {
    expect(labels([1000, 2000], [3000, 4000], [5000, 5000])).toEqual(['F1', 'F2', 'F3'])
  })

  test('those that would stand in one another are said together, in their order', () => {
    expect(labels([1000, 5000], [1000, 4900], [1000, 5000], [8000, 9000])).toEqual(['', 'F1 F2 F3', '', 'F4'])
  })

  test('what is near the first of a row of them belongs to it, what is as far as the row is long does not', () => {
    expect(labels([1000, 1000], [1390, 1390], [1590, 1590], [1800, 1800])).toEqual(['F1 F2 F3', '', '', 'F4'])
  })

  test('one that outlasts the run has its middle in the part that is seen', () => {
    expect(labels([6000, 90_000], [8000, 8000])).toEqual(['F1 F2', ''])
  })
})
