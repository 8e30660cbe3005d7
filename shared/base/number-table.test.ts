import { expect, test } from 'vitest'
import { deepClone, firstDifference } from './clone.ts'
import { NumberTable } from './number-table.ts'
import { Rng } from './rng.ts'

/** Below, at and beyond the bound of the array, near and far. */
const NUMBERS = [0, 1, 2, 7, 63, 1000, 4094, 4095, 4096, 4097, 5000, 9_999_999, 2 ** 31, 2 ** 40]

test('does what a Map does', () => {
  const rng = Rng.stream(1, 'number-table')
  const table = new NumberTable<number>()
  const map = new Map<number, number>()
  for (let step = 0; step < 5_000; step++) {
    const at = NUMBERS[rng.below(NUMBERS.length)]
    if (rng.below(3) === 0) {
      table.delete(at)
      map.delete(at)
    } else {
      table.set(at, step)
      map.set(at, step)
    }
    expect(table.size).toBe(map.size)
    for (const each of NUMBERS) {
      expect(table.get(each)).toBe(map.get(each))
      expect(table.has(each)).toBe(map.has(each))
    }
    expect([...table.values()].sort((a, b) => a - b)).toEqual([...map.values()].sort((a, b) => a - b))
  }
})

test('a zero, a false and a null are values', () => {
  const table = new NumberTable<0 | false | null>()
  table.set(3, 0)
  table.set(5, false)
  table.set(4096, null)
  expect([table.get(3), table.get(5), table.get(4096), table.size]).toEqual([0, false, null, 3])
  expect(table.get(4)).toBeUndefined()
})

test('a copy is a table of its own, and differs once it is changed', () => {
  const table = new NumberTable<{ value: number }>()
  table.set(2, { value: 1 })
  table.set(10_000, { value: 2 })
  const copy = deepClone(table)
  expect(firstDifference(table, copy)).toBeNull()
  copy.set(1, { value: 3 })
  expect(table.has(1)).toBe(false)
  expect(firstDifference(table, copy)).not.toBeNull()
})
