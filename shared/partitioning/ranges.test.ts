import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evenBounds, mergeRanges, rangeOf, splitRanges, totalOf, type RangeLoad } from './ranges.ts'

test('a range begins with its bound and ends before the next', () => {
  const bounds = ['d', 'm']
  expect(['', 'a', 'czz', 'd', 'dd', 'lz', 'm', 'z'].map((name) => rangeOf(bounds, name))).toEqual([
    0, 0, 0, 1, 1, 1, 2, 2,
  ])
  expect(rangeOf([], 'x')).toBe(0)
})

test('the range of a name is how many bounds are at or before it', () => {
  const names = fc.string({ maxLength: 3 })
  fc.assert(
    fc.property(fc.uniqueArray(names, { maxLength: 12 }), names, (bounds, name) => {
      const sorted = bounds.sort((a, b) => (a < b ? -1 : 1))
      expect(rangeOf(sorted, name)).toBe(sorted.filter((bound) => bound <= name).length)
    }),
  )
})

describe('even bounds', () => {
  const letters = { count: 26, nameOf: (key: number) => String.fromCharCode(97 + key) }

  test('cut the names in order, whatever the order of the keys', () => {
    expect(evenBounds(letters, 2, 1000)).toEqual(['n'])
    const backwards = { count: 26, nameOf: (key: number) => letters.nameOf(25 - key) }
    expect(evenBounds(backwards, 13, 1000)).toEqual([...'cegikmoqsuwy'])
  })

  test('of more ranges than keys leave some empty, and lose no key', () => {
    const few = { count: 2, nameOf: letters.nameOf }
    const bounds = evenBounds(few, 5, 1000)
    expect(bounds).toEqual(['a', 'a', 'b', 'b'])
    expect(['a', 'b'].map((name) => rangeOf(bounds, name))).toEqual([2, 4])
  })
})

const MB = 1 << 20
const range = (start: string, ...keys: [name: string, megabytes: number, ratePerS: number][]): RangeLoad => ({
  start,
  keys: keys.map(([name, megabytes, ratePerS]) => ({ name, bytes: megabytes * MB, ratePerS })),
})

describe('splits', () => {
  const whole = range('', ['a', 10, 1], ['b', 10, 1], ['c', 10, 90], ['d', 30, 1], ['e', 4, 7])

  test('by size: where it comes nearest to two halves', () => {
    const [left, right, ...rest] = splitRanges([whole], { bytes: 40 * MB, ratePerS: Infinity })
    expect([left.start, right.start, rest]).toEqual(['', 'd', []])
  })

  test('by load: the hot key is left alone', () => {
    const starts = splitRanges([whole], { bytes: Infinity, ratePerS: 50 }).map(({ start }) => start)
    expect(starts).toEqual(['', 'c', 'd'])
  })

  test('a single key cannot be split', () => {
    const hot = range('x', ['x', 1, 1e6])
    expect(splitRanges([hot], { bytes: Infinity, ratePerS: 10 })).toEqual([hot])
  })
})

test('merges join small neighbours, and no more than fit', () => {
  const small = ['', 'b', 'c', 'd', 'e'].map((start) =>
    range(start, [start || 'a', 10, start === 'd' ? 90 : 1]),
  )
  const starts = mergeRanges(small, { bytes: 25 * MB, ratePerS: 50 }).map(({ start }) => start)
  expect(starts).toEqual(['', 'c', 'd', 'e'])
})

const loads = fc
  .uniqueArray(fc.tuple(fc.string({ minLength: 1, maxLength: 4 }), fc.nat(100), fc.nat(100)), {
    selector: ([name]) => name,
    minLength: 1,
    maxLength: 40,
  })
  .map((keys) => range('', ...keys.sort((a, b) => (a[0] < b[0] ? -1 : 1))))

test('splitting and merging keep every key in order, under the limits where they can, and split nothing that they merged', () => {
  fc.assert(
    fc.property(loads, fc.integer({ min: 50, max: 500 }), (whole, limit) => {
      const limits = { bytes: limit * MB, ratePerS: limit }
      const split = splitRanges([whole], limits)
      const half = { bytes: limits.bytes / 2, ratePerS: limits.ratePerS / 2 }
      const merged = mergeRanges(split, half)
      for (const ranges of [split, merged]) {
        expect(ranges.flatMap(({ keys }) => keys)).toEqual(whole.keys)
        expect(ranges.slice(1).every(({ start, keys }) => start === keys[0].name)).toBe(true)
      }
      for (const each of split) {
        const { bytes, ratePerS } = totalOf(each)
        expect(each.keys.length === 1 || (bytes <= limits.bytes && ratePerS <= limits.ratePerS)).toBe(true)
      }
      expect(splitRanges(merged, limits)).toEqual(merged)
      expect(mergeRanges(merged, half)).toEqual(merged)
    }),
  )
})
