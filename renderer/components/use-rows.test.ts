import { expect, test } from 'vitest'
import { rowsInSight } from './use-rows.ts'

const indices = (...ask: Parameters<typeof rowsInSight>) => rowsInSight(...ask).map(({ index }) => index)

test('rows in sight exist, and eight on either side', () => {
  expect(indices(1000, 20, 0, 100)).toEqual(Array.from({ length: 13 }, (_, i) => i))
  // Half of row 50 and half of row 55 are seen.
  expect(indices(1000, 20, 1010, 100)).toEqual(Array.from({ length: 22 }, (_, i) => 42 + i))
  expect(indices(1000, 20, 19_900, 100)).toEqual(Array.from({ length: 13 }, (_, i) => 987 + i))
})

test('short and empty lists', () => {
  expect(indices(3, 20, 0, 500)).toEqual([0, 1, 2])
  expect(indices(0, 20, 0, 500)).toEqual([])
  expect(rowsInSight(3, 20, 0, 500)[2].startPx).toBe(40)
})
