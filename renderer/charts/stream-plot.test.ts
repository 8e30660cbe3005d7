import { expect, test } from 'vitest'
import { niceTop, PLOT_LEFT, sampleAt } from './stream-plot.ts'

test('an axis ends at a step of 1, 2, 5', () => {
  expect([0, 0.3, 1, 1.01, 4.9, 5, 70, 1e6].map(niceTop)).toEqual([1, 0.5, 1, 2, 5, 5, 100, 1e6])
})

test('the sample under the pointer is the nearest one', () => {
  const plot = { atMs: [0, 100, 200, 1000], fromMs: 0, toMs: 1000 }
  const width = PLOT_LEFT + 1000 + 8
  const at = (ms: number) => sampleAt(plot, width, PLOT_LEFT + ms)
  expect([0, 49, 51, 550, 650, 1000].map(at)).toEqual([0, 0, 1, 2, 3, 3])
  expect(sampleAt(plot, width, 3)).toBeNull()
  expect(sampleAt({ ...plot, atMs: [] }, width, 400)).toBeNull()
})
