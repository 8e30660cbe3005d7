/**
 * How much a series of values at 0, 1, 2, … grows from one to the next: the median of the slopes between all pairs
 * (Theil 1950, Sen 1968), which a few outliers cannot move as they would a least-squares line.
 */
export function slopeOf(values: readonly number[]): number {
  const slopes: number[] = []
  for (let to = 1; to < values.length; to++) {
    for (let from = 0; from < to; from++) slopes.push((values[to] - values[from]) / (to - from))
  }
  if (slopes.length === 0) return 0
  slopes.sort((a, b) => a - b)
  const middle = slopes.length >> 1
  return slopes.length % 2 === 1 ? slopes[middle] : (slopes[middle - 1] + slopes[middle]) / 2
}
