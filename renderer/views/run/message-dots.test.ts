import { expect, test } from 'vitest'
import { heardNext, nextDots, shownMs } from './message-dots.ts'

test('the picture follows the run a quarter of a second behind, at its speed, and waits where nothing more is known', () => {
  const slow = heardNext(heardNext(null, 100, 1_000), 110, 1_100)
  expect(slow).toEqual({ runMs: 110, realMs: 1_100, speed: 0.1 })
  expect(shownMs(slow, 1_100)).toBeCloseTo(110 - 25, 9)
  expect(shownMs(slow, 1_200)).toBeCloseTo(110 - 15, 9)
  expect(shownMs(slow, 9_000)).toBe(110)
  // A run that is paused stands still.
  const paused = heardNext(slow, 110, 1_200)
  expect(shownMs(paused, 1_250)).toBe(110)
})

test('dots stay until they have arrived; of too many the latest are kept', () => {
  const message = { from: 'a', to: 'b', sentAtMs: 10, deliverAtMs: 40 }
  const dots = nextDots([], [message, { ...message, to: 'c', deliverAtMs: 90, lost: true }], 0)
  expect(dots.map(({ to, sentMs, arrivesMs, isLost }) => [to, sentMs, arrivesMs, isLost])).toEqual([
    ['b', 10, 40, false],
    ['c', 10, 90, true],
  ])
  expect(nextDots(dots, [], 41).map(({ to }) => to)).toEqual(['c'])
  const many = Array.from({ length: 500 }, (_, i) => ({ ...message, sentAtMs: i }))
  const kept = nextDots([], many, 0)
  expect([kept.length, kept[0].sentMs]).toEqual([400, 100])
})

test('what goes to a replica that joins is told from the rest', () => {
  const message = { from: 'a', to: 'b', sentAtMs: 10, deliverAtMs: 40 }
  const dots = nextDots([], [message, { ...message, from: 'b', to: 'a' }], 0, new Set(['b']))
  expect(dots.map(({ tone }) => tone)).toEqual(['moved', 'neutral'])
})
