import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { VersionVector } from '../protocols/contract.ts'
import { OP_NAMES, STATUS } from '../history/types.ts'
import type { History } from '../history/types.ts'
import { historyOf } from '../testing/histories.ts'
import type { OpSpec } from '../testing/histories.ts'
import { metricsOf } from './index.ts'

const write = (at: number, end: number, version: number, more: Partial<OpSpec> = {}): OpSpec => ({
  f: 'write',
  at,
  end,
  version: [version, 0],
  ...more,
})
const read = (at: number, version: number | null, more: Partial<OpSpec> = {}): OpSpec => ({
  f: 'read',
  at,
  end: at + 1,
  ...(version === null ? {} : { version: [version, 0] as const }),
  ...more,
})
const stalenessOf = (ops: OpSpec[], more = {}) => metricsOf(historyOf({ ops, ...more })).staleness

describe('the definition', () => {
  test('a read that began before the acknowledgement is fresh whatever it returned', () => {
    const { reads, staleReads, staleFraction } = stalenessOf([write(0, 10, 1), read(9.999999, null)])
    expect({ reads, staleReads, staleFraction }).toEqual({ reads: 1, staleReads: 0, staleFraction: 0 })
  })

  test('a read that begins at the very nanosecond of the acknowledgement counts as after it', () => {
    const { staleReads, timeLagMs, visibility } = stalenessOf([write(0, 10, 1), read(10, null)])
    expect(staleReads).toBe(1)
    expect(timeLagMs.max).toBe(0)
    expect(visibility).toEqual([{ tMs: 0, fresh: 0, reads: 1 }])
  })

  test('version lag counts the newer versions, time lag starts at the first of them to be acknowledged', () => {
    // Version 3 is acknowledged before version 2: the lag of a read of 1 runs from 3's acknowledgement.
    const ops = [write(0, 1, 1), write(2, 20, 2), write(3, 10, 3), write(4, 90, 4), read(30, 1)]
    const { versionLag, timeLagMs } = stalenessOf(ops)
    expect(versionLag).toEqual({ mean: 2, p50: 2, p99: 2, max: 2, histogram: [[2, 1]] })
    expect(timeLagMs.max).toBe(20)
  })

  test('concurrent timestamps are ordered by author', () => {
    const ops = [write(0, 1, 5, { version: [5, 1] }), write(0, 1, 5, { version: [5, 2] })]
    expect(stalenessOf([...ops, read(2, 5, { version: [5, 1] })]).staleReads).toBe(1)
    expect(stalenessOf([...ops, read(2, 5, { version: [5, 2] })]).staleReads).toBe(0)
  })

  test('writes of unknown or no effect make no read stale', () => {
    for (const status of ['info', 'open', 'fail'] as const) {
      const end = status === 'open' ? null : 1
      expect(stalenessOf([write(0, 1, 9, { status, end }), read(5, null)]).staleReads).toBe(0)
    }
  })

  test('an unacknowledged version that is newer than the acknowledged ones is fresh', () => {
    expect(stalenessOf([write(0, 1, 1), write(2, 50, 2), read(10, 2)]).staleReads).toBe(0)
  })

  test('deletes and successful compare-and-set are writes, failed ones are not', () => {
    const old = read(10, 1)
    expect(stalenessOf([write(0, 1, 1), write(2, 3, 2, { f: 'delete' }), old]).staleReads).toBe(1)
    expect(stalenessOf([write(0, 1, 1), write(2, 3, 2, { f: 'cas', result: 1 }), old]).staleReads).toBe(1)
    expect(stalenessOf([write(0, 1, 1), write(2, 3, 2, { f: 'cas', result: 0 }), old]).staleReads).toBe(0)
  })

  test('keys are judged apart, and the preloaded value is older than every write', () => {
    const preloaded = { f: 'read', at: 10, end: 11, key: 1, result: 1, version: [0, 0] } as const
    const { staleReads, reads } = stalenessOf([write(0, 1, 1), preloaded, read(10, 1)], {
      initial: 1,
      preloaded: 2,
    })
    expect({ staleReads, reads }).toEqual({ staleReads: 0, reads: 2 })
    expect(stalenessOf([write(0, 1, 1), { ...preloaded, key: 0 }], { initial: 1 }).staleReads).toBe(1)
  })

  test('warm-up writes count as versions, warm-up reads are not judged', () => {
    const { reads, staleReads } = stalenessOf([write(0, 1, 1), read(2, null), read(9, null)], {
      warmupNs: 5_000_000,
    })
    expect({ reads, staleReads }).toEqual({ reads: 1, staleReads: 1 })
  })

  test('reads whose version the record does not say are left unjudged', () => {
    const { reads, unjudged } = stalenessOf([write(0, 1, 1), read(5, null, { result: 9 }), read(6, 1)])
    expect({ reads, unjudged }).toEqual({ reads: 1, unjudged: 1 })
  })

  test('an acknowledged write without a version leaves later reads of its key unjudged', () => {
    const unversioned: OpSpec = { f: 'write', at: 3, end: 4 }
    const { reads, unjudged } = stalenessOf([
      write(0, 1, 1),
      read(2, 1),
      unversioned,
      read(5, 1),
      read(5, 1, { key: 2 }),
    ])
    expect({ reads, unjudged }).toEqual({ reads: 2, unjudged: 1 })
  })

  test('regions are those of the reading clients', () => {
    const ops = [write(0, 1, 1), read(5, null, { session: 1 }), read(5, 1, { session: 0 })]
    expect(stalenessOf(ops, { clientRegions: ['west', 'east'] }).byRegion).toEqual({
      east: { reads: 1, staleReads: 1, staleFraction: 1 },
      west: { reads: 1, staleReads: 0, staleFraction: 0 },
    })
  })

  test('key numbers may be as sparse as they like', () => {
    const key = 4_000_000_000
    expect(stalenessOf([write(0, 1, 1, { key }), read(5, null, { key })]).staleReads).toBe(1)
  })
})

describe('dotted versions', () => {
  const dot = (end: number, counter: number, place: number): OpSpec => ({
    f: 'write',
    at: 0,
    end,
    version: [counter, place],
  })
  const saw = (at: number, context: VersionVector): OpSpec => ({
    f: 'read',
    at,
    end: at + 1,
    result: 5,
    context,
  })

  test('a version is newer when the context does not cover its dot', () => {
    const writes = [dot(1, 1, 0), dot(2, 2, 0), dot(3, 1, 1)]
    const lagOf = (context: VersionVector) =>
      stalenessOf([...writes, saw(10, context)], { order: 'dotted' }).versionLag.max
    expect(lagOf([])).toBe(3)
    expect(lagOf([[0, 1]])).toBe(2)
    expect(lagOf([[0, 2]])).toBe(1)
    expect(lagOf([[1, 1]])).toBe(2)
    expect(lagOf([[0, 2], [1, 1]])).toBe(0) // prettier-ignore
  })

  test('the time lag starts at the earliest uncovered acknowledgement', () => {
    const ops = [dot(1, 1, 0), dot(4, 2, 0), dot(3, 1, 1), saw(10, [[0, 1]])]
    expect(stalenessOf(ops, { order: 'dotted' }).timeLagMs.max).toBe(7)
  })
})

describe('P(fresh | t)', () => {
  test('t runs from the last acknowledgement before the read; reads of unwritten keys have none', () => {
    const ops = [write(0, 1, 1), write(2, 5, 2), read(8, 2), read(3, 1), read(50, null, { key: 9 })]
    const { visibility, reads } = stalenessOf(ops)
    expect(reads).toBe(3)
    expect(visibility.map((point) => point.reads)).toEqual([1, 1])
    // 2 ms and 3 ms lie in the bins from 10^0.3 and 10^0.4, and 2 > 10^0.3.
    expect(visibility[0].tMs).toBeCloseTo(10 ** 0.35, 9)
    expect(visibility[1].tMs).toBeCloseTo(10 ** 0.45, 9)
  })

  test('a probe has one point per offset, at the offset asked for or else at the median delay', () => {
    const ops = [
      write(0, 1, 1),
      write(0, 1, 1, { key: 1 }),
      read(1, 1, { tag: 1 }),
      read(6, null, { key: 1, tag: 2 }),
    ]
    const history = historyOf({ ops })
    expect(metricsOf(history, { offsetsMs: [0, 4.9] }).staleness.visibility).toEqual([
      { tMs: 0, fresh: 1, reads: 1 },
      { tMs: 4.9, fresh: 0, reads: 1 },
    ])
    expect(metricsOf(history).staleness.visibility[1].tMs).toBe(5)
  })

  test('what lies outside the bins falls into the outermost', () => {
    const ops = [write(0, 1, 1), read(1.000001, 1), read(400_000, 1)]
    expect(stalenessOf(ops).visibility.map((point) => Math.round(point.tMs * 1e3))).toEqual([11, 89_125_094])
  })
})

/** The definition word for word, every read against every write. */
function bruteForce(history: History) {
  const { ops } = history
  const out = { reads: 0, stale: 0, lags: new Map<number, number>(), timeLags: [] as number[] }
  for (let row = 0; row < ops.count; row++) {
    if (
      OP_NAMES[ops.f[row]] !== 'read' ||
      ops.status[row] !== STATUS.ok ||
      ops.invokedNs[row] < history.warmupNs
    )
      continue
    let lag = 0
    let first = Infinity
    for (let other = 0; other < ops.count; other++) {
      const isWrite = OP_NAMES[ops.f[other]] === 'write' || OP_NAMES[ops.f[other]] === 'delete'
      if (!isWrite || ops.key[other] !== ops.key[row] || ops.status[other] !== STATUS.ok) continue
      if (ops.endedNs[other] > ops.invokedNs[row] || !isNewer(history, other, row)) continue
      lag++
      first = Math.min(first, ops.endedNs[other])
    }
    out.reads++
    out.lags.set(lag, (out.lags.get(lag) ?? 0) + 1)
    if (lag > 0) {
      out.stale++
      out.timeLags.push(ops.invokedNs[row] - first)
    }
  }
  return out
}

function isNewer({ order, ops, contexts }: History, write: number, read: number): boolean {
  if (order === 'dotted') {
    const context = contexts.get(read) ?? []
    return !context.some(
      ([place, counter]) => place === ops.versionBy[write] && counter >= ops.versionAt[write],
    )
  }
  if (Number.isNaN(ops.versionAt[read])) return true
  return (
    ops.versionAt[write] > ops.versionAt[read] ||
    (ops.versionAt[write] === ops.versionAt[read] && ops.versionBy[write] > ops.versionBy[read])
  )
}

const instant = fc.integer({ min: 0, max: 40 })
const anyOp: fc.Arbitrary<OpSpec> = fc
  .record({
    f: fc.constantFrom<OpSpec['f']>('read', 'read', 'write', 'write', 'delete'),
    key: fc.integer({ min: 0, max: 2 }),
    at: instant,
    took: fc.integer({ min: 0, max: 30 }),
    status: fc.constantFrom<NonNullable<OpSpec['status']>>('ok', 'ok', 'ok', 'fail', 'info'),
    version: fc.option(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 2 })), {
      nil: undefined,
    }),
    context: fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 9 })), {
      selector: ([place]) => place,
      maxLength: 4,
    }),
  })
  .map(({ took, version, context, ...op }) => {
    // Writes always have a version; a read without one found nothing.
    const known = version ?? (op.f === 'read' ? undefined : ([5, 1] as const))
    return { ...op, end: op.at + took, ...(known === undefined ? {} : { version: known }), context }
  })

for (const order of ['ordered', 'dotted'] as const) {
  test(`agrees with brute force on random ${order} histories`, () => {
    fc.assert(
      fc.property(fc.array(anyOp, { maxLength: 60 }), fc.integer({ min: 0, max: 20 }), (ops, warmupMs) => {
        const history = historyOf({ ops, order, warmupNs: warmupMs * 1_000_000 })
        const expected = bruteForce(history)
        const measured = metricsOf(history).staleness
        expect(measured.reads).toBe(expected.reads)
        expect(measured.staleReads).toBe(expected.stale)
        expect(measured.versionLag.histogram).toEqual([...expected.lags].sort((a, b) => a[0] - b[0]))
        expect(measured.timeLagMs.count).toBe(expected.timeLags.length)
        if (expected.stale === 0) return
        const mean = expected.timeLags.reduce((sum, lag) => sum + lag, 0) / expected.timeLags.length / 1e6
        expect(measured.timeLagMs.mean).toBeCloseTo(mean, 6)
        expect(measured.timeLagMs.max).toBe(Math.max(...expected.timeLags) / 1e6)
      }),
      { numRuns: 400 },
    )
  })
}
