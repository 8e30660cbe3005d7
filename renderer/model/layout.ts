import type { Position, TopologyFile } from './file.ts'

/**
 * Where everything stands on the canvas: positions of the file where it has them, else the lab's own. Regions are
 * placed on the canvas, replicas and clients within their region, so that a region takes along what stands in it.
 * Pure geometry in CSS pixels at zoom 1.
 */

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface SceneRegion {
  readonly id: string
  readonly box: Box
  /** The least size that holds what stands in it. */
  readonly least: { readonly width: number; readonly height: number }
}

export interface ScenePlace {
  readonly kind: 'replica' | 'client'
  readonly id: string
  /** null: it names a region that does not exist, and stands on the canvas itself. */
  readonly region: string | null
  /** Within its region. */
  readonly box: Box
}

export interface Scene {
  readonly regions: readonly SceneRegion[]
  readonly places: readonly ScenePlace[]
}

/** Positions snap to this. */
export const GRID = 8

export const REPLICA = { width: 120, height: 56 } as const
export const CLIENT = { width: 120, height: 32 } as const
export const REGION = { header: 32, pad: 16, gap: 16, minWidth: 184, minHeight: 104 } as const
/** Between regions that the lab places: room for a line and its label. */
const REGION_GAP = 112
/** Columns of a region with many replicas. */
const COLUMNS_MAX = 8

export function sceneOf(file: TopologyFile): Scene {
  const known = new Set(file.regions.map(({ id }) => id))
  const places: ScenePlace[] = []
  const leasts = new Map<string, { width: number; height: number }>()
  const byRegion = placesByRegion(file, known)
  for (const { id } of uniqueById(file.regions)) {
    const placed = placesIn(id, byRegion.get(id) ?? [])
    places.push(...placed)
    leasts.set(
      id,
      leastOf(
        id,
        placed.map(({ box }) => box),
      ),
    )
  }
  const regions = regionsOf(file, leasts)
  places.push(...strays(byRegion.get(null) ?? [], regions))
  return { regions, places }
}

interface Unplaced {
  readonly kind: 'replica' | 'client'
  readonly id: string
  readonly at: Position | null
}

function placesByRegion(file: TopologyFile, known: ReadonlySet<string>): Map<string | null, Unplaced[]> {
  const groups = new Map<string | null, Unplaced[]>()
  const seen = new Set(known)
  for (const kind of ['replica', 'client'] as const) {
    for (const { id, region, at } of kind === 'replica' ? file.replicas : file.clients) {
      // Twice the same id is a problem that the list of problems names; the canvas draws the first.
      if (seen.has(id)) continue
      seen.add(id)
      const home = known.has(region) ? region : null
      const group = groups.get(home) ?? []
      group.push({ kind, id, at: positionOf(at) })
      groups.set(home, group)
    }
  }
  return groups
}

/** Those with a position stand there; the others fill rows, replicas above clients, around what stands already. */
function placesIn(region: string, members: readonly Unplaced[]): ScenePlace[] {
  const taken = members.flatMap((member) => (member.at === null ? [] : [boxAt(member.kind, member.at)]))
  const loose = members.filter(({ at }) => at === null)
  const columns = Math.min(COLUMNS_MAX, Math.max(2, Math.ceil(Math.sqrt(loose.length))))
  const slots = new Map<string, Box>()
  let y: number = REGION.header + REGION.pad / 2
  for (const kind of ['replica', 'client'] as const) {
    const queue = loose.filter((member) => member.kind === kind)
    const size = sizeOf(kind)
    while (queue.length > 0) {
      for (let column = 0; column < columns && queue.length > 0; column++) {
        const x = REGION.pad + column * (size.width + REGION.gap)
        const box = { x, y, ...size }
        if (taken.some((other) => overlaps(box, other))) continue
        slots.set(queue[0].id, box)
        queue.shift()
      }
      y += size.height + REGION.gap / 2
    }
  }
  return members.map(({ kind, id, at }) => {
    const box = at === null ? (slots.get(id) as Box) : boxAt(kind, at)
    return { kind, id, region, box }
  })
}

/** Room for the contents, and for the name beside the number of replicas. */
function leastOf(id: string, boxes: readonly Box[]): { width: number; height: number } {
  const heading = snapped(Math.min(320, 104 + 8 * id.length))
  return {
    width: Math.max(REGION.minWidth, heading, ...boxes.map((box) => box.x + box.width + REGION.pad)),
    height: Math.max(REGION.minHeight, ...boxes.map((box) => box.y + box.height + REGION.pad)),
  }
}

function regionsOf(
  file: TopologyFile,
  leasts: ReadonlyMap<string, { width: number; height: number }>,
): SceneRegion[] {
  const regions = uniqueById(file.regions).map(({ id, at, size }) => {
    const least = leasts.get(id) ?? { width: REGION.minWidth, height: REGION.minHeight }
    const width = Math.max(least.width, numberOr(size?.width, 0))
    const height = Math.max(least.height, numberOr(size?.height, 0))
    return { id, at: positionOf(at), least, size: { width, height } }
  })
  const placed = regions.flatMap(({ at, size }) => (at === null ? [] : [{ ...at, ...size }]))
  const loose = regions.filter(({ at }) => at === null)
  const origins = ringOf(loose.map(({ size }) => size))
  // Beside what has a position already, so that a region that is added never covers one.
  const shift =
    placed.length === 0
      ? { x: 0, y: 0 }
      : {
          x: Math.max(...placed.map((box) => box.x + box.width)) + REGION_GAP,
          y: Math.min(...placed.map((box) => box.y)),
        }
  let next = 0
  return regions.map(({ id, at, least, size }) => {
    const origin = at ?? { x: origins[next].x + shift.x, y: origins[next++].y + shift.y }
    return { id, least, box: { ...origin, ...size } }
  })
}

/** More boxes than this would make an ellipse that is mostly empty: they stand along the edges of a rectangle. */
const ELLIPSE_MAX = 16

/**
 * Top left corners of boxes on a ring that runs clockwise from the top left: a row for two, a triangle for three, a
 * square for four, then an ellipse, on which no straight line between two passes behind a third. Nothing overlaps.
 */
export function ringOf(sizes: readonly { width: number; height: number }[]): Position[] {
  const count = sizes.length
  if (count === 0) return []
  const width = Math.max(...sizes.map((size) => size.width))
  const height = Math.max(...sizes.map((size) => size.height))
  const step = { x: width + REGION_GAP, y: height + REGION_GAP }
  const centred = (column: number, row: number, i: number): Position => ({
    x: snapped(column * step.x + (width - sizes[i].width) / 2),
    y: snapped(row * step.y + (height - sizes[i].height) / 2),
  })
  if (count <= 2) return sizes.map((_, i) => centred(i, 0, i))
  if (count === 3) return [centred(0.5, 0, 0), centred(1, 0.9, 1), centred(0, 0.9, 2)]
  if (count === 4) return [centred(0, 0, 0), centred(1, 0, 1), centred(1, 1, 2), centred(0, 1, 3)]
  if (count <= ELLIPSE_MAX) return ellipseOf(sizes)
  const columns = Math.max(3, Math.ceil(count / 4) + 1)
  const rows = Math.max(2, Math.ceil((count - 2 * columns) / 2) + 2)
  const cells: [number, number][] = []
  for (let column = 0; column < columns; column++) cells.push([column, 0])
  for (let row = 1; row < rows - 1; row++) cells.push([columns - 1, row])
  for (let column = columns - 1; column >= 0; column--) cells.push([column, rows - 1])
  for (let row = rows - 2; row >= 1; row--) cells.push([0, row])
  return sizes.map((_, i) => {
    const [column, row] = cells[Math.floor((i * cells.length) / count)]
    return centred(column, row, i)
  })
}

/** The smallest ellipse, one and a half times as wide as high, on which the boxes keep apart; the first at its top. */
function ellipseOf(sizes: readonly { width: number; height: number }[]): Position[] {
  for (let radius = 120; ; radius *= 1.06) {
    const boxes = sizes.map(({ width, height }, i) => {
      const turn = (2 * Math.PI * i) / sizes.length - Math.PI / 2
      const x = 1.5 * radius * Math.cos(turn) - width / 2
      const y = radius * Math.sin(turn) - height / 2
      return { x: snapped(x), y: snapped(y), width, height }
    })
    const isApart = boxes.every((a, i) => boxes.slice(i + 1).every((b) => !overlaps(a, b, REGION_GAP / 2)))
    if (!isApart) continue
    const left = Math.min(...boxes.map(({ x }) => x))
    const top = Math.min(...boxes.map(({ y }) => y))
    return boxes.map(({ x, y }) => ({ x: x - left, y: y - top }))
  }
}

/** Places without a region stand in a row below everything, where they are seen. */
function strays(members: readonly Unplaced[], regions: readonly SceneRegion[]): ScenePlace[] {
  const y = Math.max(0, ...regions.map(({ box }) => box.y + box.height)) + REGION.gap
  return members.map(({ kind, id, at }, i) => ({
    kind,
    id,
    region: null,
    box: at === null ? { x: i * (REPLICA.width + REGION.gap), y, ...sizeOf(kind) } : boxAt(kind, at),
  }))
}

export function sizeOf(kind: 'replica' | 'client'): { width: number; height: number } {
  return kind === 'replica' ? REPLICA : CLIENT
}

function boxAt(kind: 'replica' | 'client', at: Position): Box {
  return { ...at, ...sizeOf(kind) }
}

export function overlaps(a: Box, b: Box, margin = 0): boolean {
  return (
    a.x < b.x + b.width + margin &&
    b.x < a.x + a.width + margin &&
    a.y < b.y + b.height + margin &&
    b.y < a.y + a.height + margin
  )
}

/** The nearest place below, or in the next column, where a box keeps off all others. */
export function clearOf(box: Box, others: readonly Box[]): Position {
  for (let column = 0; column < COLUMNS_MAX; column++) {
    const x = box.x + column * (box.width + REGION.gap)
    for (let step = 0; step < 2 * REPLICA.height; step += GRID) {
      const at = { x, y: box.y + step }
      if (!others.some((other) => overlaps({ ...box, ...at }, other, GRID))) return at
    }
  }
  return { x: box.x, y: box.y }
}

export function snapped(value: number): number {
  return Math.round(value / GRID) * GRID
}

export function centreOf(box: Box): Position {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

/** Boxes on the canvas by id: of regions as they are, of places with their region's position added. */
export function absoluteBoxes(scene: Scene): Map<string, Box> {
  const boxes = new Map<string, Box>(scene.regions.map(({ id, box }) => [id, box]))
  for (const { id, region, box } of scene.places) {
    const home = region === null ? undefined : boxes.get(region)
    boxes.set(id, home === undefined ? box : { ...box, x: box.x + home.x, y: box.y + home.y })
  }
  return boxes
}

/** The region under a point, the topmost (last) first; null on the empty canvas. */
export function regionAt(scene: Scene, point: Position): string | null {
  const hit = scene.regions.findLast(
    ({ box }) =>
      point.x >= box.x && point.x <= box.x + box.width && point.y >= box.y && point.y <= box.y + box.height,
  )
  return hit?.id ?? null
}

function uniqueById<T extends { id: string }>(items: readonly T[]): T[] {
  return [...new Map(items.toReversed().map((item) => [item.id, item])).values()].toReversed()
}

/** What the file says may be anything while somebody types it in the JSON view. */
function positionOf(at: unknown): Position | null {
  if (typeof at !== 'object' || at === null) return null
  const { x, y } = at as Partial<Position>
  return typeof x === 'number' && typeof y === 'number' ? { x, y } : null
}

function numberOr(value: unknown, other: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : other
}
