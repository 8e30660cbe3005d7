import type { VisibilityPoint } from '../metrics/types.ts'

/**
 * Where a measured curve reaches `level`, from a straight line fitted to ln P(stale) over ln t: all points around it
 * share in the answer, so that it is much steadier than the two next to it. 0 where the curve begins at or above
 * `level`; null where fewer than two points after 0 have stale reads.
 */
export function fittedCrossing(points: readonly VisibilityPoint[], level: number): number | null {
  if (points.length > 0 && points[0].tMs === 0 && points[0].fresh >= level) return 0
  const usable = points.filter(({ tMs, fresh }) => tMs > 0 && fresh < 1)
  if (usable.length < 2) return null
  const xs = usable.map(({ tMs }) => Math.log(tMs))
  const ys = usable.map(({ fresh }) => Math.log(1 - fresh))
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [x, y] = [mean(xs), mean(ys)]
  const slope =
    xs.reduce((sum, each, index) => sum + (each - x) * (ys[index] - y), 0) /
    xs.reduce((sum, each) => sum + (each - x) ** 2, 0)
  return Math.exp(x + (Math.log(1 - level) - y) / slope)
}
