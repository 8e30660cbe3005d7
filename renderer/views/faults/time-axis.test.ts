import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { panned, zoomed, type Range } from '../../model/range.ts'
import { exactWords, revealing, roundStepMs, snapped, snappedBar, SPAN_MS_MIN, ticksOf } from './time-axis.ts'
import { draggedTimes } from './use-bar-drag.ts'

const RUN = { from: 0, to: 10_000 }
const GRID = { stepMs: 100, edges: [0, 4_030, 10_000], reachMs: 60, endMs: 10_000 }

test('steps are round, ticks are whole multiples of them and far enough apart', () => {
  expect([3, 120, 1_000, 7_000, 50_000, 61_000, 1e9].map(roundStepMs)).toEqual([
    ...[5, 200, 1_000, 10_000, 50_000, 120_000, 86_400_000],
  ])
  expect(ticksOf(RUN, 800, 80)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((s) => s * 1_000))
  expect(ticksOf({ from: 4_030, to: 4_080 }, 500, 100)).toEqual([4_030, 4_040, 4_050, 4_060, 4_070, 4_080])
})

test('words lose no digit of what is in the file', () => {
  expect([0, 850, 1_000, 4_250, 90_000, 12_345.5].map(exactWords)).toEqual([
    ...['0 s', '850 ms', '1 s', '4.25 s', '90 s', '12.3455 s'],
  ])
})

describe('snapping', () => {
  test('an edge nearby wins over the step, the nearer of two over the other', () => {
    expect(snapped(4_010, GRID)).toBe(4_030)
    expect(snapped(4_130, GRID)).toBe(4_100)
    expect(snapped(3_950, GRID)).toBe(4_000)
  })

  test('a bar meets an edge with either end', () => {
    expect(snappedBar(4_010, 1_000, GRID)).toBe(4_030)
    expect(snappedBar(3_010, 1_000, GRID)).toBe(3_030)
    expect(snappedBar(2_040, 1_000, GRID)).toBe(2_000)
  })
})

describe('drags', () => {
  const bar = { atMs: 2_000, forMs: 1_000 }
  test('a bar moves as a whole, between the beginning and the end of the run', () => {
    expect(draggedTimes(bar, 'whole', 250, GRID)).toEqual({ atMs: 2_300, forMs: 1_000 })
    expect(draggedTimes(bar, 'whole', -5_000, GRID)).toEqual({ atMs: 0, forMs: 1_000 })
    expect(draggedTimes(bar, 'whole', 50_000, GRID)).toEqual({ atMs: 10_000, forMs: 1_000 })
  })

  test('its beginning moves against a fixed end, its end against a fixed beginning', () => {
    expect(draggedTimes(bar, 'start', 300, GRID)).toEqual({ atMs: 2_300, forMs: 700 })
    expect(draggedTimes(bar, 'start', 5_000, GRID)).toEqual({ atMs: 2_900, forMs: 100 })
    expect(draggedTimes(bar, 'end', 1_010, GRID)).toEqual({ atMs: 2_000, forMs: 2_030 })
    expect(draggedTimes(bar, 'end', -5_000, GRID)).toEqual({ atMs: 2_000, forMs: 100 })
  })

  test('an end at the end of the run is open, and comes back from there', () => {
    expect(draggedTimes(bar, 'end', 6_990, GRID)).toEqual({ atMs: 2_000, forMs: null })
    expect(draggedTimes({ atMs: 2_000, forMs: null }, 'end', -1_000, GRID)).toEqual({
      atMs: 2_000,
      forMs: 7_000,
    })
    expect(draggedTimes({ atMs: 2_000, forMs: null }, 'start', 500, GRID)).toEqual({
      atMs: 2_500,
      forMs: null,
    })
  })
})

test('zoom keeps what is under the pointer, and no zoom or pan leaves the run', () => {
  const half = zoomed(RUN, 0.5, 2_500, RUN, SPAN_MS_MIN)
  expect(half).toEqual({ from: 1_250, to: 6_250 })
  expect(panned(half, 9_000, RUN)).toEqual({ from: 5_000, to: 10_000 })
  expect(revealing(half, 7_000, RUN)).toEqual({ from: 2_000, to: 7_000 })
  expect(revealing(half, 3_000, RUN)).toBe(half)
  const amount = fc.double({ min: -2e4, max: 2e4, noNaN: true })
  const steps = fc.array(fc.tuple(fc.double({ min: 0.1, max: 8, noNaN: true }), amount), { maxLength: 30 })
  fc.assert(
    fc.property(steps, (moves) => {
      let range: Range = RUN
      for (const [factor, by] of moves) {
        range = panned(zoomed(range, factor, (range.from + range.to) / 2, RUN, SPAN_MS_MIN), by, RUN)
        expect(range.from).toBeGreaterThanOrEqual(0)
        expect(range.to).toBeLessThanOrEqual(10_000 + 1e-6)
        expect(range.to - range.from).toBeGreaterThan(19.999)
      }
    }),
  )
})
