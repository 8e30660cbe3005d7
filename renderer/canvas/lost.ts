import type { Position } from '../model/file.ts'
import { centreOf, type Box } from '../model/layout.ts'
import { borderPoint, hullOf, SIDE_MARGIN } from './geometry.ts'
import type { CanvasDecorations } from './types.ts'

/** Where nothing that is drawn stops a message, it is lost half way: in the gap of a cut, or anywhere on a lossy link. */
const HALF_WAY = 0.5

/**
 * The share of its way that a lost message gets: to the boundary that it would have to cross, to the door of a replica that is down,
 * else half way, where the gap of a cut is drawn.
 */
export function wayOfLost(
  { from, to }: { readonly from: string; readonly to: string },
  boxes: ReadonlyMap<string, Box>,
  { sides, replicas }: Pick<CanvasDecorations, 'sides' | 'replicas'>,
): number {
  const [a, b] = [boxes.get(from), boxes.get(to)]
  if (a === undefined || b === undefined) return HALF_WAY
  const [start, end] = [centreOf(a), centreOf(b)]
  const crossed = sides?.find((ids) => ids.includes(from) !== ids.includes(to))
  if (crossed !== undefined) {
    const hull = hullOf(
      crossed.flatMap((id) => boxes.get(id) ?? []),
      SIDE_MARGIN,
    )
    const out = crossed.includes(from) ? exitShare(start, end, hull) : exitShare(end, start, hull)
    return out === null ? HALF_WAY : crossed.includes(from) ? out : 1 - out
  }
  if (replicas?.get(to)?.state !== 'down') return HALF_WAY
  const door = borderPoint(b, start)
  const way = Math.hypot(end.x - start.x, end.y - start.y)
  return way === 0 ? HALF_WAY : Math.hypot(door.x - start.x, door.y - start.y) / way
}

/** The share of the way from a point within a convex polygon to one outside at which it is left; null where it never is. */
export function exitShare(from: Position, to: Position, polygon: readonly Position[]): number | null {
  const way = { x: to.x - from.x, y: to.y - from.y }
  let exit: number | null = null
  polygon.forEach((p, i) => {
    const q = polygon[(i + 1) % polygon.length]
    const edge = { x: q.x - p.x, y: q.y - p.y }
    const cross = way.x * edge.y - way.y * edge.x
    if (cross === 0) return
    const share = ((p.x - from.x) * edge.y - (p.y - from.y) * edge.x) / cross
    const along = ((p.x - from.x) * way.y - (p.y - from.y) * way.x) / cross
    if (share >= 0 && share <= 1 && along >= 0 && along <= 1) exit = Math.max(exit ?? 0, share)
  })
  return exit
}
