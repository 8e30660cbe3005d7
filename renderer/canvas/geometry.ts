import type { Position } from '../model/file.ts'
import { centreOf, type Box } from '../model/layout.ts'
import type { Range } from '../model/range.ts'

/** Where the straight line from the centre of a box towards a point leaves the box. */
export function borderPoint(box: Box, towards: Position): Position {
  const centre = centreOf(box)
  const dx = towards.x - centre.x
  const dy = towards.y - centre.y
  if (dx === 0 && dy === 0) return centre
  const share = Math.min(
    dx === 0 ? Infinity : box.width / 2 / Math.abs(dx),
    dy === 0 ? Infinity : box.height / 2 / Math.abs(dy),
  )
  // Of boxes that overlap the line would run backwards: it shrinks to the centre instead.
  return share >= 1 ? centre : { x: centre.x + dx * share, y: centre.y + dy * share }
}

export function between(from: Position, to: Position, share: number): Position {
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
}

/** How far the boundary of a side stands from what is on it: less than a region's caption does. */
export const SIDE_MARGIN = 8

/** The convex hull of boxes with a margin, clockwise on the screen from the left (Andrew's monotone chain). */
export function hullOf(boxes: readonly Box[], margin: number): Position[] {
  const points = boxes
    .flatMap(({ x, y, width, height }) => [
      { x: x - margin, y: y - margin },
      { x: x + width + margin, y: y - margin },
      { x: x - margin, y: y + height + margin },
      { x: x + width + margin, y: y + height + margin },
    ])
    .sort((a, b) => a.x - b.x || a.y - b.y)
  if (points.length === 0) return []
  const cross = (o: Position, a: Position, b: Position): number =>
    (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x)
  const half = (ordered: readonly Position[]): Position[] => {
    const chain: Position[] = []
    for (const point of ordered) {
      while (chain.length >= 2 && cross(chain[chain.length - 2], chain[chain.length - 1], point) <= 0)
        chain.pop()
      chain.push(point)
    }
    return chain.slice(0, -1)
  }
  return [...half(points), ...half(points.toReversed())]
}

/** Which side of the line through a and b a point lies on: -1 or 1; points on the line count as 1. */
export function sideOf(a: Position, b: Position, point: Position): -1 | 1 {
  return (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x) < 0 ? -1 : 1
}

/** The thing nearest to `from` in a direction, by the distance of centres, what lies aside counting double. */
export function nearestTowards<T extends { readonly box: Box }>(
  from: Box,
  candidates: readonly T[],
  direction: Position,
): T | null {
  const start = centreOf(from)
  let best: T | null = null
  let bestDistance = Infinity
  for (const candidate of candidates) {
    const { x, y } = centreOf(candidate.box)
    const along = (x - start.x) * direction.x + (y - start.y) * direction.y
    const aside = Math.abs((x - start.x) * direction.y) + Math.abs((y - start.y) * direction.x)
    if (along <= 0) continue
    const distance = along + 2 * aside
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/**
 * Where a view of `length` that shows all of `content` and begins at `origin` should begin instead, so that it shows as much as
 * it can of what lies behind the content, in the middle where that is shorter than the view.
 */
export function originBefore(
  { origin, length }: { readonly origin: number; readonly length: number },
  content: Range,
  behind: Range,
): number {
  const wanted =
    behind.to - behind.from > length
      ? clamped(origin, behind.from, behind.to - length)
      : (behind.from + behind.to - length) / 2
  return content.to - content.from > length ? origin : clamped(wanted, content.to - length, content.from)
}

const clamped = (value: number, from: number, to: number): number => Math.max(from, Math.min(to, value))
