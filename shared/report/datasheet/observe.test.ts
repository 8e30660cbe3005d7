import { describe, expect, test } from 'vitest'
import { nsOfMs } from '../../base/time.ts'
import { faultEvents, historyOf, type OpSpec } from '../../testing/histories.ts'
import { calmAgainMs, experienceOf, leaderAt, lostUntil, outagesOf, sessionsOf } from './observe.ts'
import { LATE } from './types.ts'

const ALL = { fromNs: 0, toNs: nsOfMs(1_000_000), answeredByNs: nsOfMs(1_000_000) }

describe('what clients of one side saw', () => {
  const history = historyOf({
    clientRegions: ['east', 'west'],
    ops: [
      { f: 'read', session: 0, at: 10, end: 12 },
      { f: 'read', session: 1, at: 11, end: 20 },
      { f: 'write', session: 0, at: 20, end: 40 },
      { f: 'write', session: 0, at: 30, end: 130, status: 'info', error: 'timeout' },
      { f: 'read', session: 0, at: 50, end: 110 },
      { f: 'read', session: 0, at: 90, end: 91 },
      { f: 'cas', session: 0, at: 60, end: 61, status: 'fail', error: 'unavailable' },
    ],
  })
  const mine = sessionsOf(history, ['c1', 'r1'])

  test('counts its own operations of the span by their end, and names why others had none', () => {
    const span = { isOurs: mine, fromNs: nsOfMs(10), toNs: nsOfMs(90), answeredByNs: nsOfMs(100) }
    expect(experienceOf(history, new Uint8Array(7), span)).toMatchObject({
      reads: { tried: 2, answered: 1, fraction: 0.5 },
      writes: { tried: 3, answered: 1, fraction: 1 / 3 },
      errors: [
        { code: LATE, operations: 1 },
        { code: 'timeout', operations: 1 },
        { code: 'unavailable', operations: 1 },
      ],
      judgedReads: 0,
      staleFraction: null,
    })
  })

  test('stale are those of the reads answered that a newer version had overtaken', () => {
    const verdicts = new Uint8Array(7)
    // Rows are in the order of beginning: the side's reads are rows 0, 4 and 6.
    verdicts[0] = 1
    verdicts[1] = 2
    verdicts[4] = 2
    const { staleFraction, judgedReads } = experienceOf(history, verdicts, { isOurs: mine, ...ALL })
    expect({ staleFraction, judgedReads }).toEqual({ staleFraction: 0.5, judgedReads: 2 })
  })

  test('the longest time without a success is between two ends, or to the borders of the span', () => {
    const span = { isOurs: mine, fromNs: nsOfMs(10), toNs: nsOfMs(200) }
    expect(outagesOf(history, span)).toEqual({ readMs: 90, writeMs: 160 })
    const others = sessionsOf(history, ['c2'])
    expect(outagesOf(history, { ...span, isOurs: others })).toEqual({ readMs: 180, writeMs: null })
  })
})

describe('who leads', () => {
  const sample = (atMs: number, shard: number, roles: readonly string[]) =>
    roles.map((role, place) => ({
      timeNs: nsOfMs(atMs),
      place,
      shard,
      up: true,
      role,
      applied: 0,
      digest: 0,
      backlog: 0,
    }))
  const of = (...samples: ReturnType<typeof sample>[]) => historyOf({ ops: [], samples: samples.flat() })

  test('by the last look before the instant', () => {
    const history = of(
      sample(0, 0, ['leader', 'follower', 'follower']),
      sample(100, 0, ['follower', 'leader', 'follower']),
    )
    expect(leaderAt(history, nsOfMs(99))).toBe('r1')
    expect(leaderAt(history, nsOfMs(100))).toBe('r2')
  })

  test('of several shards the one who leads most; nobody where all lead', () => {
    const shards = [0, 1, 2].map((shard) => sample(0, shard, shard === 0 ? ['leader', ''] : ['', 'leader']))
    expect(leaderAt(of(...shards), 0)).toBe('r2')
    expect(leaderAt(of(sample(0, 0, ['leader', 'leader', 'leader'])), 0)).toBeNull()
    expect(leaderAt(of(sample(0, 0, ['replica', 'replica'])), 0)).toBeNull()
  })
})

describe('calm again', () => {
  /** A write every 10 ms; those that begin from 5 s up to `slowUntilMs` take 40 ms, others 4. */
  const ops = (slowUntilMs: number): OpSpec[] =>
    Array.from({ length: 1_000 }, (_, at) => ({
      f: 'write' as const,
      at: at * 10,
      end: at * 10 + (at * 10 >= 5_000 && at * 10 < slowUntilMs ? 40 : 4),
    }))
  const calm = { fromNs: 0, toNs: nsOfMs(5_000) }
  const after = { fromNs: nsOfMs(5_000), toNs: nsOfMs(10_000) }
  const again = (history: ReturnType<typeof historyOf>) => calmAgainMs(history, Uint8Array.of(1), calm, after)

  test('from the end of the last half second that was slow', () => {
    expect(again(historyOf({ ops: ops(6_200) }))).toBe(1_500)
    expect(again(historyOf({ ops: ops(0) }))).toBe(0)
    expect(again(historyOf({ ops: ops(20_000) }))).toBeNull()
  })

  test('not while operations go unanswered', () => {
    const some = ops(0).map((op, at) =>
      at >= 500 && at < 560 && at % 10 === 0
        ? { ...op, status: 'fail' as const, error: 'timeout' as const }
        : op,
    )
    expect(again(historyOf({ ops: some }))).toBe(1_000)
  })
})

describe('writes lost after a heal', () => {
  const write = (value: number, at: number, key = 0): OpSpec => ({ f: 'write', key, value, at, end: at + 1 })
  const read = (result: number, at: number, key = 0): OpSpec => ({ f: 'read', key, result, at, end: at + 1 })
  const lost = (...ops: OpSpec[]) => {
    const spread = ops.map((op, session) => ({ ...op, session }))
    return lostUntil(
      historyOf({ ops: spread, order: 'dotted', faults: faultEvents(1_000, 10_000) }),
      nsOfMs(10_000),
    )
  }

  test('the older of two came back', () => {
    expect(lost(write(5, 2_000), write(6, 3_000), read(5, 21_000))).toMatchObject({
      acknowledged: 2,
      judgedKeys: 1,
      lost: 1,
      examples: ['process 1 wrote 6 to k0; in the end process 2 read 5 from k0'],
    })
  })

  test('what was written after the heal does not cover the loss, as long as somebody looked before', () => {
    const before = [write(5, 2_000), write(6, 3_000), read(5, 21_000)]
    expect(lost(...before, write(7, 22_000), read(7, 33_000)).lost).toBe(1)
    expect(lost(write(5, 2_000), write(6, 3_000), write(7, 22_000), read(7, 33_000))).toMatchObject({
      judgedKeys: 0,
      lost: 0,
    })
  })

  test('a read that ran beside the next write is no witness', () => {
    const beside: OpSpec = { ...read(7, 21_000), end: 22_500 }
    expect(lost(write(5, 2_000), write(6, 3_000), beside, write(7, 22_000)).judgedKeys).toBe(0)
  })
})
