import { expect, test } from 'vitest'
import { panned, zoomed } from './range.ts'

const BOUNDS = { from: 0, to: 1000 }

test('a zoom keeps the place under the pointer where it is', () => {
  expect(zoomed({ from: 100, to: 200 }, 0.5, 150, BOUNDS, 1)).toEqual({ from: 125, to: 175 })
  const range = zoomed({ from: 100, to: 200 }, 0.3, 120, BOUNDS, 1)
  expect((120 - range.from) / (range.to - range.from)).toBeCloseTo(0.2)
})

test('neither zoom nor pan leaves the bounds, and a zoom ends at the least span', () => {
  expect(zoomed({ from: 0, to: 900 }, 4, 10, BOUNDS, 1)).toEqual(BOUNDS)
  expect(zoomed({ from: 100, to: 102 }, 0.01, 101, BOUNDS, 1)).toEqual({ from: 100.5, to: 101.5 })
  expect(zoomed({ from: 0, to: 5 }, 0.1, 5, { from: 0, to: 5 }, 20)).toEqual({ from: 0, to: 5 })
  expect(panned({ from: 900, to: 1000 }, 50, BOUNDS)).toEqual({ from: 900, to: 1000 })
  expect(panned({ from: 20, to: 120 }, -50, BOUNDS)).toEqual({ from: 0, to: 100 })
})
