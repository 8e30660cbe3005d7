import type { Keys } from './types.ts'

/** The range of a name: how many of the ascending bounds are at or before it, as code units compare. */
export function rangeOf(bounds: readonly string[], name: string): number {
  let [from, to] = [0, bounds.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if (bounds[middle] <= name) from = middle + 1
    else to = middle
  }
  return from
}

/**
 * Bounds of so many ranges with equally many keys each, by at most `sampled` keys. Where there are fewer keys than ranges
 * some bounds coincide, and the ranges between them are empty.
 */
export function evenBounds(keys: Keys, ranges: number, sampled: number): string[] {
  const count = Math.min(keys.count, sampled)
  const names = Array.from({ length: count }, (_, at) => keys.nameOf(Math.floor((at * keys.count) / count)))
  names.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return Array.from({ length: ranges - 1 }, (_, index) => names[Math.floor(((index + 1) * count) / ranges)])
}

/** A key, or several neighbours taken as one, with what decides splits: how much there is and how much it is asked for. */
export interface KeyLoad {
  name: string
  bytes: number
  ratePerS: number
}

/** A range and the keys in it, ascending. Ranges follow one another; the first begins before every key. */
export interface RangeLoad {
  /** Where it begins; "" is before every key. */
  start: string
  keys: readonly KeyLoad[]
}

/** What a range may hold and take. Infinity: no limit. */
export interface RangeLimits {
  bytes: number
  ratePerS: number
}

/**
 * Splits ranges until none is beyond a limit that a split can mend, each at the key that comes nearest to halving what
 * there is too much of: by size as HBase and TiKV do, by load as CockroachDB does. A single key cannot be split, however hot.
 */
export function splitRanges(ranges: readonly RangeLoad[], limits: RangeLimits): RangeLoad[] {
  return ranges.flatMap((range) => {
    const { bytes, ratePerS } = totalOf(range)
    const isLarge = bytes > limits.bytes
    if (!isLarge && ratePerS <= limits.ratePerS) return [range]
    const at = splitIndex(range, isLarge ? 'bytes' : 'ratePerS')
    if (at === null) return [range]
    const [left, right] = [range.keys.slice(0, at), range.keys.slice(at)]
    return splitRanges(
      [
        { start: range.start, keys: left },
        { start: right[0].name, keys: right },
      ],
      limits,
    )
  })
}

/**
 * Merges neighbours, from the left, as long as what they make together is within the limits in both respects. The limits are
 * to lie well below those for splitting (half is usual), or ranges would split and merge in turn.
 */
export function mergeRanges(ranges: readonly RangeLoad[], limits: RangeLimits): RangeLoad[] {
  const merged: RangeLoad[] = []
  for (const range of ranges) {
    const left = merged.at(-1)
    const both = left === undefined ? range : { start: left.start, keys: [...left.keys, ...range.keys] }
    const { bytes, ratePerS } = totalOf(both)
    if (left !== undefined && bytes <= limits.bytes && ratePerS <= limits.ratePerS) merged.pop()
    else if (left !== undefined) {
      merged.push(range)
      continue
    }
    merged.push(both)
  }
  return merged
}

/** Bytes and operations of all keys of a range. */
export function totalOf({ keys }: RangeLoad): RangeLimits {
  let [bytes, ratePerS] = [0, 0]
  for (const key of keys) {
    bytes += key.bytes
    ratePerS += key.ratePerS
  }
  return { bytes, ratePerS }
}

/** The index of the key at which the second half begins, or null where there is one key. */
function splitIndex(range: RangeLoad, by: keyof RangeLimits): number | null {
  const half = totalOf(range)[by] / 2
  let before = 0
  let [best, distance] = [0, Infinity]
  for (const [index, key] of range.keys.entries()) {
    if (index > 0 && Math.abs(before - half) < distance) {
      best = index
      distance = Math.abs(before - half)
    }
    before += key[by]
  }
  return best === 0 ? null : best
}
