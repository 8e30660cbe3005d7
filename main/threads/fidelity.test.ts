import { describe, expect, test } from 'vitest'
import { logBucketOf } from '../../shared/base/log-counts.ts'
import { fidelityOf, latenessOf } from './fidelity.ts'
import type { FidelityFacts } from './fidelity.ts'
import type { Counts, ThreadTiming } from './timing.ts'

const MS = 1_000_000

/** `count` durations of so many ms, of which the last of each hundred takes `tailMs`. */
const counts = (ms: number, tailMs = ms, count = 1000): Counts => [
  [ms * MS, count - count / 100],
  [tailMs * MS, count / 100],
]

function thread(overrides: Partial<ThreadTiming> = {}): ThreadTiming {
  return {
    thread: 0,
    messages: counts(0.05),
    timers: counts(0.05),
    links: [],
    stalls: { count: 0, totalNs: 0, maxNs: 0 },
    workedNs: 100 * MS,
    elapsedNs: 1000 * MS,
    ...overrides,
  }
}

const judge = (overrides: Partial<FidelityFacts> = {}) =>
  fidelityOf({
    timeScale: 1,
    medianLinkMs: 1,
    threads: [thread()],
    namesOn: (index) => `r${index + 1}`,
    nameOfEnd: (place) => `r${place + 1}`,
    threadCount: 5,
    cores: 2,
    cpu: { own: 0.2, machine: 0.3 },
    startMs: 50,
    messages: null,
    fsync: null,
    ...overrides,
  })

describe('lateness', () => {
  test('quantiles over several threads', () => {
    expect(latenessOf([counts(1, 9, 600), counts(2, 8, 400)])).toEqual({
      p50: 1,
      p90: 2,
      p99: 2,
      p999: 9,
      max: 9,
      count: 1000,
    })
    expect(latenessOf([[]])).toEqual({ p50: null, p90: null, p99: null, p999: null, max: null, count: 0 })
  })

  test('0.3 ms, or a tenth of what links take, whichever is more, is faithful', () => {
    const late = { threads: [thread({ messages: counts(0.31) })] }
    expect(judge({ threads: [thread({ messages: counts(0.3) })] }).faithful).toBe(true)
    expect(judge(late).faithful).toBe(false)
    expect(judge({ ...late, medianLinkMs: 3.1 }).faithful).toBe(true)
    expect(judge(late).reason).toBe(
      '99 % of messages were at most 0.31 ms late and 99 % of timers at most 0.05 ms; ' +
        '0.3 ms would be faithful: this machine wakes threads late.',
    )
  })

  test('a world slowed down forgives in proportion', () => {
    const late = { threads: [thread({ messages: counts(1.2) })], timeScale: 4 }
    expect(judge(late)).toMatchObject({ faithful: true, timeScaleNeeded: null, timeScale: 4 })
    expect(judge({ ...late, timeScale: 3.9 }).faithful).toBe(false)
  })

  test('timers count as much as messages', () => {
    const { faithful, reason } = judge({ threads: [thread({ timers: counts(0.1, 7), messages: [] })] })
    expect(faithful).toBe(true)
    expect(reason).toBe('99 % of timers at most 0.1 ms; up to 0.3 ms counts as faithful.')
    expect(judge({ threads: [thread({ timers: counts(7) })] }).faithful).toBe(false)
  })

  test('where nothing was measured, nothing is claimed', () => {
    const nothing = thread({ messages: [], timers: [], elapsedNs: 0, workedNs: 0 })
    expect(judge({ threads: [nothing] })).toMatchObject({
      faithful: false,
      timeScaleNeeded: null,
      reason: 'nothing that happened after the warm-up was measured.',
      busy: [{ thread: 'r1', share: 0 }],
    })
  })

  test('the worst ten links, those of a thread before and after a crash together', () => {
    const link = (from: number, ms: number, count: number) => ({
      from,
      to: 20,
      lateness: [[logBucketOf(ms * MS), count]] as Counts,
    })
    const many = Array.from({ length: 15 }, (_, from) => link(from, 1 + from, 10))
    const { links } = judge({ threads: [thread({ links: many }), thread({ links: [link(3, 90, 10)] })] })
    expect(links.map(({ from }) => from)).toEqual(
      [3, 14, 13, 12, 11, 10, 9, 8, 7, 6].map((place) => `r${place + 1}`),
    )
    expect(links[0]).toMatchObject({ to: 'r21', latenessMs: { count: 20 } })
    expect(links[0].latenessMs.p50).toBeCloseTo(4, 0)
    expect(links[0].latenessMs.p99).toBeCloseTo(90, -1)
  })
})

describe('what made it so', () => {
  const late = { messages: counts(2) }
  const stalls = (count: number, maxMs: number, totalMs: number) => ({
    count,
    maxNs: maxMs * MS,
    totalNs: totalMs * MS,
  })

  test('the machine was used up, by ourselves or by others', () => {
    const threads = [thread(late)]
    expect(judge({ threads, cpu: { own: 0.93, machine: 0.97 } })).toMatchObject({
      saturated: true,
      reason: expect.stringMatching(/0\.3 ms would be faithful: the 2 cores were 97 % busy\.$/) as string,
    })
    expect(judge({ threads, cpu: { own: 0.2, machine: 0.95 } }).reason).toMatch(
      /: the 2 cores were 95 % busy, mostly with other programs\.$/,
    )
    expect(judge({ threads, cores: 1, cpu: { own: 0.92, machine: null } }).reason).toMatch(
      /: the core was 92 % busy\.$/,
    )
  })

  test('one thread had more to do than one core can', () => {
    const busy = thread({ ...late, thread: 2, workedNs: 980 * MS })
    expect(judge({ threads: [thread(), busy] })).toMatchObject({
      saturated: true,
      busy: [
        { thread: 'r3', share: 0.98 },
        { thread: 'r1', share: 0.1 },
      ],
      reason: expect.stringMatching(/: the thread of r3 was at work 98 % of the time\.$/) as string,
    })
  })

  test('it stood still', () => {
    const {
      faithful,
      saturated,
      reason,
      stalls: sum,
    } = judge({
      threads: [
        thread({ ...late, stalls: stalls(2, 8, 12) }),
        thread({ thread: 1, stalls: stalls(1, 40, 40) }),
      ],
    })
    expect([faithful, saturated]).toEqual([false, false])
    expect(sum).toEqual({ count: 3, maxMs: 40, thread: 'r2' })
    expect(reason).toMatch(/: threads stood still 3 times, that of r2 for 40 ms\.$/)
  })

  test('standing still for a hundredth of the time spoils a run by itself; for less, or shortly, it does not', () => {
    expect(judge({ threads: [thread({ stalls: stalls(3, 20, 11) })] }).faithful).toBe(false)
    expect(judge({ threads: [thread({ stalls: stalls(3, 20, 9) })] }).faithful).toBe(true)
    // Links of a second hide twenty milliseconds.
    expect(judge({ threads: [thread({ stalls: stalls(3, 20, 11) })], medianLinkMs: 1000 }).faithful).toBe(
      true,
    )
  })

  test('a faithful run on cores that were used up says so', () => {
    const { faithful, reason } = judge({ cpu: { own: 0.95, machine: 0.99 } })
    expect(faithful).toBe(true)
    expect(reason).toMatch(/counts as faithful, although the 2 cores were 99 % busy\.$/)
  })
})

describe('the scale that would have sufficed', () => {
  test('what is late by as much in any world: so much slower, and a quarter on top', () => {
    // 2.4 ms at a tolerance of 0.3 ms: eight times, and a quarter.
    expect(judge({ threads: [thread({ messages: counts(2.4) })] }).timeScaleNeeded).toBe(10)
    expect(judge({ threads: [thread({ messages: counts(2.4) })], timeScale: 2 }).timeScaleNeeded).toBe(10)
    // At that scale, as late as ever, the same run is faithful.
    expect(judge({ threads: [thread({ messages: counts(2.4) })], timeScale: 10 }).faithful).toBe(true)
  })

  test('stalls: until the longest is forgiven', () => {
    const stalls = { count: 10, maxNs: 30 * MS, totalNs: 100 * MS }
    const scale = judge({ threads: [thread({ stalls })] }).timeScaleNeeded as number
    expect(scale).toBe(125)
    expect(judge({ threads: [thread({ stalls })], timeScale: scale }).faithful).toBe(true)
  })

  test('always slower than it was, by a whole number, and no slower than a file may say', () => {
    expect(judge({ threads: [thread({ messages: counts(0.301) })] }).timeScaleNeeded).toBe(2)
    expect(judge({ threads: [thread({ messages: counts(1.3) })], timeScale: 4.2 }).timeScaleNeeded).toBe(6)
    expect(judge({ threads: [thread({ messages: counts(9000) })] }).timeScaleNeeded).toBe(1000)
  })

  /**
   * A thread that is given more work than there is time: the load is `load` times what it can do. After a second it
   * has got through 1 / load of it, and what it does last is late by the rest.
   */
  const overloaded = (load: number, scale: number): FidelityFacts['threads'] => {
    const perS = load / scale
    const behindMs = 1000 * Math.max(0, 1 - 1 / perS)
    const queue: Counts = Array.from({ length: 1000 }, (_, i) => [(behindMs * i * MS) / 1000 + 0.05 * MS, 1])
    return [thread({ messages: queue, timers: [], workedNs: 1000 * MS * Math.min(1, perS) })]
  }

  test.each([1.2, 2, 3, 8])('a load %d times too large: enough to leave half of the thread free', (load) => {
    const first = judge({ threads: overloaded(load, 1) })
    expect(first.faithful).toBe(false)
    expect(first.saturated).toBe(true)
    const scale = first.timeScaleNeeded as number
    expect(scale).toBeGreaterThanOrEqual(2 * load - 0.01)
    expect(scale).toBeLessThanOrEqual(Math.ceil(2 * load) + 1)
    expect(judge({ threads: overloaded(load, scale), timeScale: scale }).faithful).toBe(true)
  })

  test('a machine that others use up: waiting for a core takes as long in a slower world', () => {
    const threads = [thread({ messages: counts(4) })]
    const { timeScaleNeeded } = judge({ threads, cpu: { own: 0.1, machine: 1 } })
    expect(timeScaleNeeded).toBe(17)
  })
})
