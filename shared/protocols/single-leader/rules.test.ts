import { describe, expect, test } from 'vitest'
import { commonEnd, lastUpTo } from './log.ts'
import type { Log } from './log.ts'
import { RULES } from './rules.ts'
import type { FollowerStatus } from './rules.ts'

const follower = (place: number, acknowledged: number, isConnected = true): FollowerStatus => ({
  place,
  received: acknowledged,
  written: acknowledged,
  applied: acknowledged,
  acknowledged,
  isConnected,
})

describe('synchronous_standby_names', () => {
  const three = [follower(1, 5), follower(2, 9), follower(3, 7)]

  test.each([
    ['any', 1, 9],
    ['any', 2, 7],
    ['any', 3, 5],
    ['first', 1, 5],
    ['first', 2, 5],
    ['any', 0, 10],
    ['any', 4, 0],
  ] as const)('%s %i confirms up to %i', (selection, acks, index) => {
    expect(RULES.confirmed(10, three, acks, selection)).toBe(index)
  })

  test('FIRST n: the next takes the place of one that is not connected, and too few confirm nothing', () => {
    const [one, two, last] = three
    const gone = { ...one, isConnected: false }
    expect(RULES.confirmed(10, [gone, two, last], 1, 'first')).toBe(9)
    expect(RULES.confirmed(10, [gone, two, last], 2, 'first')).toBe(7)
    expect(RULES.confirmed(10, [gone, two, last], 3, 'first')).toBe(0)
  })

  test('nothing is confirmed that the leader itself could still forget', () => {
    expect(RULES.confirmed(6, three, 1, 'any')).toBe(6)
  })
})

test('any so many answers include one of every set of copies of an acknowledged write', () => {
  for (let members = 1; members <= 7; members++) {
    for (let acks = 0; acks < members; acks++) {
      for (let known = 1; known <= members; known++) {
        // Brute force: copies are on acks + 1 logs, all others may be the ones that answered.
        const canMiss = known <= members - (acks + 1)
        expect(RULES.isSurveyComplete(known, members, acks)).toBe(!canMiss)
      }
    }
  }
})

test('a lease that the leader counts on ends before those who granted it let another lead, whatever the drift', () => {
  for (const ppm of [0, 1_000, 100_000]) {
    const usable = RULES.usableLease(1_000_000_000, ppm)
    // True time that passes while the leader's slow clock runs off the usable lease, and an arbiter's fast one its whole.
    const leaderTrue = usable / (1 - ppm / 1e6)
    const arbiterTrue = 1_000_000_000 / (1 + ppm / 1e6)
    expect(leaderTrue).toBeLessThanOrEqual(arbiterTrue)
    expect(leaderTrue).toBeGreaterThan(arbiterTrue - 10)
  }
})

describe('timelines', () => {
  const entry = (timeline: number) => ({ timeline, op: null, process: 0, sequence: 0 })
  const log: Log = {
    offset: 2,
    entries: [entry(1), entry(3), entry(3)],
    history: [
      { timeline: 1, from: 1 },
      { timeline: 3, from: 4 },
    ],
  }

  test('a position is reached, still to come, or lost with its timeline', () => {
    expect(RULES.place(log, 5, { timeline: 1, index: 3 })).toBe('reached')
    expect(RULES.place(log, 5, { timeline: 1, index: 1 })).toBe('reached')
    expect(RULES.place(log, 4, { timeline: 3, index: 5 })).toBe('ahead')
    expect(RULES.place(log, 5, { timeline: 3, index: 6 })).toBe('ahead')
    expect(RULES.place(log, 5, { timeline: 1, index: 4 })).toBe('lost')
    expect(RULES.place(log, 5, { timeline: 4, index: 5 })).toBe('ahead')
  })

  test('logs part where their histories do', () => {
    const other = [
      { timeline: 1, from: 1 },
      { timeline: 4, from: 7 },
    ]
    expect(commonEnd(log.history, 5, other, 9)).toBe(3)
    expect(commonEnd(log.history, 5, log.history, 4)).toBe(4)
    expect(commonEnd(log.history, 5, [], 0)).toBe(0)
  })

  test('another log may agree at the latest where no later timeline begins', () => {
    expect(lastUpTo(log, { timeline: 2, index: 9 })).toBe(3)
    expect(lastUpTo(log, { timeline: 3, index: 9 })).toBe(5)
    expect(lastUpTo(log, { timeline: 0, index: 9 })).toBe(0)
  })
})
