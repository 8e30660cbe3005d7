import type { SweepFigure } from './types.ts'

/** Median and range of what the seeds gave. */
export function sweepFigure(values: readonly (number | null)[]): SweepFigure {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b)
  if (sorted.length === 0) return { median: null, min: null, max: null, values }
  const half = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
  return { median, min: sorted[0], max: sorted[sorted.length - 1], values }
}

/** Every combination, the last list fastest: [[1, 2], ['a', 'b']] gives [1, a], [1, b], [2, a], [2, b]. */
export function product(lists: readonly (readonly unknown[])[]): unknown[][] {
  return lists.reduce<unknown[][]>(
    (combinations, list) => combinations.flatMap((before) => list.map((value) => [...before, value])),
    [[]],
  )
}
