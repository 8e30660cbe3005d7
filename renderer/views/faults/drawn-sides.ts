import { hullOf } from '../../canvas/geometry.ts'
import { sidesOf } from '../../model/fault-edits-groups.ts'
import type { Position, TopologyFile } from '../../model/file.ts'
import { absoluteBoxes, sceneOf } from '../../model/layout.ts'

/** Room round a place that the boundary of another side must not enter. */
const MARGIN = 4

/**
 * The sides of a partition as boundaries to draw: one round each side where they keep clear of each other. Where they
 * would cross, as for sides that lie across each other, one round each side's part of a region.
 */
export function drawnSides(file: TopologyFile, groups: readonly (readonly string[])[]): string[][] {
  const sides: string[][] = []
  for (const [name, side] of sidesOf(file, groups)) (sides[side] ??= []).push(name)
  const whole = sides.filter((side) => side !== undefined)
  if (whole.length < 2) return []
  const boxes = absoluteBoxes(sceneOf(file))
  const hulls = whole.map((side) =>
    hullOf(
      side.flatMap((id) => boxes.get(id) ?? []),
      MARGIN,
    ),
  )
  const isClear = hulls.every((hull, i) => hulls.slice(i + 1).every((other) => !overlap(hull, other)))
  return isClear ? whole : whole.flatMap((side) => byRegion(file, side))
}

function byRegion(file: TopologyFile, side: readonly string[]): string[][] {
  const regionOf = new Map([...file.replicas, ...file.clients].map(({ id, region }) => [id, region]))
  const parts = new Map<string | undefined, string[]>()
  for (const id of side) {
    const region = regionOf.get(id)
    parts.set(region, [...(parts.get(region) ?? []), id])
  }
  return [...parts.values()]
}

/** Whether two convex polygons meet: unless some edge of one of them has all of the other on its far side. */
function overlap(a: readonly Position[], b: readonly Position[]): boolean {
  return !isParted(a, b) && !isParted(b, a)
}

function isParted(a: readonly Position[], b: readonly Position[]): boolean {
  return a.some((from, i) => {
    const to = a[(i + 1) % a.length]
    const normal = { x: to.y - from.y, y: from.x - to.x }
    const along = ({ x, y }: Position): number => x * normal.x + y * normal.y
    const [own, other] = [a.map(along), b.map(along)]
    return Math.max(...own) < Math.min(...other) || Math.max(...other) < Math.min(...own)
  })
}
