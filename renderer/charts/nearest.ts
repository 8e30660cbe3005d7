/** Index of the value nearest to `wanted` among ascending ones, the earlier of two that are equally near; 0 of none. */
export function nearestAt(values: readonly number[], wanted: number): number {
  let low = 0
  let high = Math.max(0, values.length - 1)
  while (low < high) {
    const middle = (low + high) >> 1
    if (values[middle] < wanted) low = middle + 1
    else high = middle
  }
  return low > 0 && wanted - values[low - 1] <= values[low] - wanted ? low - 1 : low
}
