import type { VisibilityPoint } from '../metrics/types.ts'

/** Where a measured curve reaches `level`, by a straight line between the points around it; null if nowhere. */
export function crossing(points: readonly VisibilityPoint[], level: number): number | null {
  if (points.length > 0 && points[0].fresh >= level) return points[0].tMs
  for (let index = 1; index < points.length; index++) {
    const [a, b] = [points[index - 1], points[index]]
    if (b.fresh >= level) return a.tMs + ((level - a.fresh) / (b.fresh - a.fresh)) * (b.tMs - a.tMs)
  }
  return null
}
