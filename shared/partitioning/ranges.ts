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
