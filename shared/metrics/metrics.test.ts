import { describe, expect, test } from 'vitest'
import { Histogram } from '../base/histogram.ts'
import { nsOfMs } from '../base/time.ts'
import { faultEvents, historyOf, samplesOf, trafficOf } from '../testing/histories.ts'
import type { OpSpec } from '../testing/histories.ts'
import { metricsOf } from './index.ts'
import { binWidthNs } from './series.ts'
import { countedQuantile, curveShares, percentileCurve, summaryOf } from './summary.ts'

const op = (f: OpSpec['f'], at: number, end: number | null, more: Partial<OpSpec> = {}): OpSpec => ({
  f,
  at,
  end,
  ...more,
})

/** Every number of a figure, wherever it stands. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value]
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(numbersIn) : []
}

describe('counts', () => {
  const ops = [
    op('write', 0, 5),
    op('read', 10, 20),
    op('read', 10, 40, { status: 'fail', error: 'unavailable' }),
    op('write', 15, 90, { status: 'info', error: 'write-timeout' }),
    op('write', 20, null),
    op('read', 60, 110),
  ]

  test('operations by outcome, the warm-up apart', () => {
    const history = historyOf({ ops, warmupNs: nsOfMs(10), issuedUntilNs: nsOfMs(100), endedNs: nsOfMs(200) })
    const { operations, throughput, availability } = metricsOf(history)
    expect(operations).toEqual({ invoked: 5, ok: 2, failed: 1, unknown: 2, warmup: 1 })
    // One of the successes ended after the clients had stopped.
    expect(throughput.okPerS).toBeCloseTo(1 / 0.09, 9)
    expect(throughput.invokedPerS).toBeCloseTo(5 / 0.09, 9)
    expect(availability.errors).toEqual({ unavailable: 1, 'write-timeout': 1 })
    expect(availability.overall).toBe(2 / 5)
  })

  test('nothing happened: no figure is NaN or infinite', () => {
    const metrics = metricsOf(historyOf({ ops: [] }))
    expect(numbersIn(metrics).every(Number.isFinite)).toBe(true)
    expect(metrics.latencyMs.read).toMatchObject({ count: 0, p50: null, max: null })
    expect(metrics.staleness.staleFraction).toBeNull()
    expect(metrics.availability.overall).toBeNull()
    expect(metrics.series.tMs).toEqual([])
    expect(metrics.convergence.convergedAfterMs).toBeNull()
  })

  test('a single operation of no duration: no figure is NaN or infinite', () => {
    expect(numbersIn(metricsOf(historyOf({ ops: [op('read', 0, 0)] }))).every(Number.isFinite)).toBe(true)
  })
})

describe('latency', () => {
  test('runs from the intended start, of successful operations alone, by kind and region', () => {
    const ops = [
      op('read', 10, 12, { intended: 4 }),
      op('read', 20, 90, { status: 'fail' }),
      op('write', 30, 31, { session: 1 }),
      op('delete', 31, 34, { session: 1 }),
      op('cas', 40, 45),
      op('scan', 50, 57),
    ]
    const { latencyMs } = metricsOf(historyOf({ ops, clientRegions: ['east', 'west'] }))
    expect(latencyMs.read).toMatchObject({ count: 1, min: 8, max: 8, mean: 8 })
    expect(latencyMs.write).toMatchObject({ count: 3, min: 1, max: 5, mean: 3 })
    expect(latencyMs.scan).toMatchObject({ count: 1, max: 7 })
    expect(latencyMs.byRegion.west).toMatchObject({ read: { count: 0 }, write: { count: 2, max: 3 } })
    expect(latencyMs.byRegion.east.write.count).toBe(1)
  })

  test('a region may be called __proto__', () => {
    const { latencyMs, staleness } = metricsOf(
      historyOf({ ops: [op('read', 0, 1)], clientRegions: ['__proto__'] }),
    )
    expect(Object.keys(latencyMs.byRegion)).toEqual(['__proto__'])
    expect(Object.keys(staleness.byRegion)).toEqual(['__proto__'])
  })

  test('percentile curves go from the least value to the greatest, evenly in log(1 − p)', () => {
    const durations = new Histogram()
    for (let ms = 1; ms <= 1000; ms++) durations.record(nsOfMs(ms))
    const curve = percentileCurve(durations)
    expect(curve[0]).toEqual([0, 1])
    expect(curve.at(-1)![0]).toBe(0.999)
    expect(Math.abs(curve.at(-1)![1] - 999)).toBeLessThan(4)
    for (const [p, ms] of curve) expect(Math.abs(ms - Math.max(1, p * 1000))).toBeLessThan(p * 4 + 1)
    const shares = curveShares(1000)
    expect(shares.length).toBe(61)
    expect(shares[20]).toBeCloseTo(0.9, 12)
    expect(shares[40]).toBeCloseTo(0.99, 12)
    expect(curveShares(1)).toEqual([0])
    expect(curveShares(0)).toEqual([])
  })

  test('quantiles of a summary against sorted values', () => {
    const durations = new Histogram()
    const values = Array.from({ length: 5000 }, (_, at) => 1000 + ((at * 7919) % 5000) * 13)
    values.forEach((ns) => durations.record(ns))
    values.sort((a, b) => a - b)
    const summary = summaryOf(durations)
    for (const [key, p] of [
      ['p50', 0.5],
      ['p90', 0.9],
      ['p95', 0.95],
      ['p99', 0.99],
      ['p999', 0.999],
    ] as const)
      // prettier-ignore
      expect(summary[key]! / (values[Math.ceil(p * 5000) - 1] / 1e6)).toBeCloseTo(1, 2)
  })

  test('countedQuantile is the nearest rank', () => {
    const counted = [[0, 50], [1, 49], [7, 1]] as const // prettier-ignore
    expect([0, 0.5, 0.51, 0.99, 0.991, 1].map((p) => countedQuantile(counted, 100, p))).toEqual([
      0, 0, 1, 1, 7, 7,
    ])
    expect(countedQuantile([], 0, 0.5)).toBeNull()
  })
})

describe('series', () => {
  test('there are 60 to 240 bins on a 1-2-5 ladder', () => {
    for (let ms = 0.001; ms < 1e8; ms *= 1.37) {
      const width = binWidthNs(nsOfMs(ms))
      expect(nsOfMs(ms) / width).toBeGreaterThanOrEqual(60)
      expect(nsOfMs(ms) / width).toBeLessThan(160)
      expect(Number(width.toExponential().split('e')[0])).toBeOneOf([1, 2, 5])
    }
    expect(binWidthNs(nsOfMs(20_000))).toBe(nsOfMs(200))
  })

  test('counts are filed under the end, latency, staleness and availability under the intended start', () => {
    const ops = [
      op('write', 0, 12, { version: [1, 0] }),
      op('read', 25, 31, { intended: 21, version: [0, 0] }),
      op('read', 41, 95, { version: [1, 0], status: 'fail' }),
      op('write', 55, null),
      op('read', 58, 150),
    ]
    const { series } = metricsOf(historyOf({ ops, issuedUntilNs: nsOfMs(60), endedNs: nsOfMs(150) }))
    expect(series.binMs).toBe(1)
    expect(series.tMs.length).toBe(60)
    const where = (values: readonly (number | null)[]) =>
      values.flatMap((value, bin) => (value === null || value === 0 ? [] : [[series.tMs[bin], value]]))
    expect(where(series.invoked)).toEqual([[0, 1], [25, 1], [41, 1], [55, 1], [58, 1]]) // prettier-ignore
    expect(where(series.ok)).toEqual([[12, 1], [31, 1]]) // prettier-ignore
    expect(where(series.failed)).toEqual([])
    expect(where(series.readP50)).toEqual([[21, 10], [58, 92]]) // prettier-ignore
    expect(where(series.writeP99)).toEqual([[0, 12]])
    expect(series.staleFraction[21]).toBe(1)
    expect([series.availability[21], series.availability[41], series.availability[55], series.availability[56]]).toEqual([1, 0, 0, null]) // prettier-ignore
  })

  test('bins begin where the warm-up ends', () => {
    const ops = [op('write', 10, 11), op('write', 30, 31), op('write', 79, 80)]
    const { series } = metricsOf(historyOf({ ops, warmupNs: nsOfMs(20), issuedUntilNs: nsOfMs(80) }))
    expect([series.tMs[0], series.tMs.at(-1), series.binMs]).toEqual([20, 79, 1])
    expect(series.invoked.reduce((sum, count) => sum + count)).toBe(2)
  })
})

describe('availability', () => {
  const failed = { status: 'fail', error: 'unavailable' } as const

  test('windows are the faults, calm is the time outside them, sides are those of the clients', () => {
    const ops = [
      op('read', 5, 6),
      op('read', 20, 21, { session: 0 }),
      op('read', 21, 22, { session: 1, ...failed }),
      op('read', 22, 23, { session: 1 }),
      op('read', 29.999999, 31, { session: 0, ...failed }),
      op('read', 30, 31, { ...failed }),
      // It should have begun in the window.
      op('read', 40, 41, { intended: 25, session: 2 }),
    ]
    const faults = faultEvents(20, 30, { index: 4, sides: [['r1', 'c1'], ['r2', 'r3', 'c2']] }) // prettier-ignore
    const history = historyOf({ ops, faults, clientRegions: ['east', 'east', 'east'] })
    const { availability } = metricsOf(history)
    expect(availability.overall).toBe(4 / 7)
    expect(availability.calm).toBe(1 / 2)
    expect(availability.windows).toEqual([
      { fault: null, label: 'no fault', fromMs: 0, toMs: 41, overall: 0.5, operations: 2, sides: [] },
      {
        fault: 4,
        label: 'partition r1 c1 | r2 r3 c2',
        fromMs: 20,
        toMs: 30,
        overall: 3 / 5,
        operations: 5,
        sides: [
          { label: 'r1, c1', availability: 1 / 2, operations: 2 },
          { label: 'r2, r3, c2', availability: 1 / 2, operations: 2 },
        ],
      },
    ])
  })

  test('faults overlap, and one that is never lifted lasts to the end', () => {
    const ops = [op('read', 5, 6), op('read', 15, 16), op('read', 25, 26), op('read', 35, 36, failed)]
    const faults = [...faultEvents(10, 30), ...faultEvents(20, null, { index: 1 })]
    const { windows, calm } = metricsOf(historyOf({ ops, faults })).availability
    expect(windows.map(({ fault, operations, overall, toMs }) => [fault, operations, overall, toMs])).toEqual(
      [
        [null, 1, 1, 36],
        [0, 2, 1, 30],
        [1, 2, 0.5, 36],
      ],
    )
    expect(calm).toBe(1)
  })

  test('a crash ends with the restart of the last replica it struck', () => {
    const crash = { kind: 'power-loss', atMs: 10, forMs: null, replicas: ['r1', 'r2'] } as const
    const restart = (index: number, atMs: number, replica: string) =>
      faultEvents(atMs, null, {
        index,
        phase: 'instant',
        replicas: [replica],
        spec: { kind: 'restart', atMs, forMs: null, replica },
      })
    const faults = [
      ...faultEvents(10, null, { spec: { ...crash, replicas: ['r1', 'r2'] }, replicas: ['r1', 'r2'] }),
      ...restart(1, 20, 'r2'),
      ...restart(2, 30, 'r1'),
    ]
    const ops = [op('read', 25, 26), op('read', 35, 36)]
    const { windows } = metricsOf(historyOf({ ops, faults })).availability
    expect(windows.map(({ fault, toMs, operations }) => [fault, toMs, operations])).toEqual([
      [null, 36, 1],
      [0, 30, 1],
    ])
    expect(windows[1].label).toBe('power-loss of r1, r2')
  })

  test('without faults there are no windows, and all time is calm', () => {
    const { windows, calm } = metricsOf(historyOf({ ops: [op('read', 0, 1)] })).availability
    expect({ windows, calm }).toEqual({ windows: [], calm: 1 })
  })
})

describe('load', () => {
  test('sums the bins per replica, and divides the totals by all operations', () => {
    const places = 4
    // Two bins of 100 ms, the second cut short by the end of the record at 150 ms; r2 is place 1.
    const messagesIn = new Float64Array(2 * places)
    messagesIn[1] = 30
    messagesIn[places + 1] = 10
    const busyNs = new Float64Array(2 * places)
    busyNs[1] = nsOfMs(90)
    busyNs[places + 1] = nsOfMs(25)
    const requests = new Float64Array(2 * places)
    requests[1] = 2
    requests[places + 1] = 2
    const traffic = trafficOf(places, {
      binNs: nsOfMs(100),
      bins: 2,
      messagesIn,
      busyNs,
      requests,
      byKind: [
        { kind: 'a', label: 'A', messages: 30, bytes: 1000 },
        { kind: 'b', label: 'B', messages: 10, bytes: 500 },
      ],
      duplicated: 3,
    })
    const ops = [op('read', 0, 1), op('read', 10, 11), op('read', 120, 121), op('read', 140, 150)]
    const { load } = metricsOf(historyOf({ ops, traffic, warmupNs: nsOfMs(100) }))
    expect(load.replicas.map(({ id }) => id)).toEqual(['r1', 'r2', 'r3'])
    expect(load.replicas[1]).toMatchObject({ operations: 4, messagesIn: 40, messagesOut: 0, busy: 0.5 })
    expect([load.messagesPerOperation, load.bytesPerOperation, load.duplicated]).toEqual([10, 375, 3])
    expect(load.series).toMatchObject({ binMs: 100, tMs: [0, 100] })
    expect(load.series.messagesInPerS.r2).toEqual([300, 200])
  })
})

describe('convergence', () => {
  const samples = samplesOf([
    [0, [1, 1, 1]],
    [100, [1, 2, 3]],
    [200, [2, 2, 2]],
    [300, [2, 2, 3]],
    [400, [4, 4, 4]],
    [500, [4, 4, 4]],
  ])
  const wrote = (at: number, end: number, more: Partial<OpSpec> = {}) => op('write', at, end, more)
  const measured = (ops: OpSpec[], more = {}) => metricsOf(historyOf({ ops, samples, ...more })).convergence

  test('from the last write to the first sample from which on all are equal', () => {
    const { convergedAfterMs, equalAtEnd, series } = measured([wrote(90, 130), op('read', 400, 401)])
    expect({ convergedAfterMs, equalAtEnd }).toEqual({ convergedAfterMs: 270, equalAtEnd: true })
    expect(series).toEqual({ tMs: [0, 100, 200, 300, 400, 500], distinctStates: [1, 3, 1, 2, 1, 1] })
  })

  test('from the last heal, if that was later', () => {
    expect(measured([wrote(90, 130)], { faults: faultEvents(50, 350) }).convergedAfterMs).toBe(50)
    expect(measured([wrote(90, 130)], { faults: faultEvents(50, 450) }).convergedAfterMs).toBe(50)
  })

  test('a write that failed for sure counts for nothing, an unknown one from its beginning', () => {
    expect(measured([wrote(90, 130), wrote(140, 390, { status: 'fail' })]).convergedAfterMs).toBe(270)
    expect(measured([wrote(90, 130), wrote(140, 490, { status: 'info' })]).convergedAfterMs).toBe(260)
  })

  test('null where the replicas differ at the end, or no sample followed', () => {
    const apart = measured([wrote(0, 1)], { samples: samplesOf([[0, [1, 1]], [100, [1, 2]]]) }) // prettier-ignore
    expect([apart.convergedAfterMs, apart.equalAtEnd]).toEqual([null, false])
    expect(measured([wrote(0, 600)]).convergedAfterMs).toBeNull()
  })

  test('shards are compared within themselves; the most divided one shows', () => {
    const two = [
      ...samplesOf([[0, [1, 2]]]),
      ...samplesOf([[0, [9, 9]]]).map((sample) => ({ ...sample, shard: 1 })),
    ]
    expect(measured([], { samples: two }).series.distinctStates).toEqual([2])
  })
})

test('facts are summed by kind, with the places that noted them', () => {
  const facts = new Map([
    ['repair', Float64Array.of(0, 2, 0, 1)],
    ['hint', Float64Array.of(5, 0, 0, 0)],
  ])
  expect(metricsOf(historyOf({ ops: [], facts })).facts).toEqual([
    { kind: 'hint', total: 5, byReplica: { r1: 5 } },
    { kind: 'repair', total: 3, byReplica: { r2: 2, c1: 1 } },
  ])
})
