import { place, type Placing } from './edits.ts'
import type { Position, TopologyFile } from './file.ts'
import {
  absoluteBoxes,
  centreOf,
  clearOf,
  overlaps,
  REGION,
  ringOf,
  sceneOf,
  snapped,
  type Box,
  type Scene,
} from './layout.ts'
import { cityOf, projected } from './layout-world.ts'

/** Arrangements of what stands on the canvas: each is one edit, and returns the same file where nothing moves. */

export type Arrangement = 'auto' | 'ring' | 'grid' | 'world'

export const ARRANGEMENTS: readonly { value: Arrangement; label: string; help: string }[] = [
  {
    value: 'auto',
    label: 'Automatic',
    help: 'Forgets positions: the lab lays everything out, now and later.',
  },
  { value: 'ring', label: 'Ring', help: 'Regions on a ring in the order of the file.' },
  { value: 'grid', label: 'Grid', help: 'Regions in rows and columns.' },
  { value: 'world', label: 'World map', help: 'Regions of known clouds where they are on Earth.' },
]

export function arrange(file: TopologyFile, arrangement: Arrangement): TopologyFile {
  if (arrangement === 'auto') {
    const everything = [
      ...file.regions.map(({ id }) => ({ kind: 'region' as const, id, at: null })),
      ...file.replicas.map(({ id }) => ({ kind: 'replica' as const, id, at: null })),
      ...file.clients.map(({ id }) => ({ kind: 'client' as const, id, at: null })),
    ]
    return place(file, everything)
  }
  const { regions } = sceneOf(file)
  const sizes = regions.map(({ box }) => box)
  const origins =
    arrangement === 'ring' ? ringOf(sizes) : arrangement === 'grid' ? gridOf(sizes) : worldOf(regions)
  return place(
    file,
    regions.map(({ id }, i) => ({ kind: 'region', id, at: origins[i] })),
  )
}

function gridOf(sizes: readonly Box[]): Position[] {
  const columns = Math.ceil(Math.sqrt(sizes.length))
  const width = Math.max(0, ...sizes.map((size) => size.width)) + 5 * REGION.gap
  const height = Math.max(0, ...sizes.map((size) => size.height)) + 5 * REGION.gap
  return sizes.map((_, i) => ({
    x: snapped((i % columns) * width),
    y: snapped(Math.floor(i / columns) * height),
  }))
}

/** Regions near their place on Earth, pushed apart until none covers another; unknown ones in a row below. */
function worldOf(regions: Scene['regions']): Position[] {
  const boxes: Box[] = []
  let unknown = 0
  for (const { id, box } of regions) {
    const city = cityOf(id)
    const centre =
      city === null ? { x: 300 * unknown++, y: projected({ lat: -75, lon: 0 }).y } : projected(city)
    boxes.push({ ...box, x: centre.x - box.width / 2, y: centre.y - box.height / 2 })
  }
  return separated(boxes, 3 * REGION.gap).map(({ x, y }) => ({ x: snapped(x), y: snapped(y) }))
}

/** How far pushing apart may have taken a region from its city while the picture is still a map. */
const STRAY_PX = 260

/** Whether regions stand where they are on Earth: told by the positions themselves, so that undo undoes the map too. */
export function isWorldMap(file: TopologyFile): boolean {
  let near = 0
  let far = 0
  for (const { id, box } of sceneOf(file).regions) {
    const city = cityOf(id)
    if (city === null) continue
    const [at, centre] = [projected(city), centreOf(box)]
    if (Math.hypot(at.x - centre.x, at.y - centre.y) <= STRAY_PX) near++
    else far++
  }
  return near > 0 && near > far && file.regions.every(({ at }) => at !== undefined)
}

const ROUNDS_MAX = 400

/** Pushes overlapping boxes apart along the shorter way, half each, until none overlaps or the rounds are used up. */
export function separated(boxes: readonly Box[], margin: number): Box[] {
  const moving = boxes.map((box) => ({ ...box }))
  for (let round = 0; round < ROUNDS_MAX; round++) {
    let isCalm = true
    for (const [i, a] of moving.entries()) {
      for (const b of moving.slice(i + 1)) {
        if (!overlaps(a, b, margin)) continue
        isCalm = false
        const dx = b.x + b.width / 2 - a.x - a.width / 2
        const dy = b.y + b.height / 2 - a.y - a.height / 2
        const byX = (a.width + b.width) / 2 + margin - Math.abs(dx)
        const byY = (a.height + b.height) / 2 + margin - Math.abs(dy)
        // A pixel more than needed, so that rounding to the grid leaves the margin.
        if (byX < byY) {
          const push = ((byX + 1) / 2) * (dx < 0 ? -1 : 1)
          a.x -= push
          b.x += push
        } else {
          const push = ((byY + 1) / 2) * (dy < 0 ? -1 : 1)
          a.y -= push
          b.y += push
        }
      }
    }
    if (isCalm) break
  }
  return moving
}

export type Alignment = 'left' | 'centre' | 'right' | 'top' | 'middle' | 'bottom'

/** Aligns two or more things by an edge or their middle. What stands in an aligned region goes along with it. */
export function align(file: TopologyFile, ids: readonly string[], alignment: Alignment): TopologyFile {
  return rearranged(file, ids, 2, (boxes) => {
    const left = Math.min(...boxes.map((box) => box.x))
    const right = Math.max(...boxes.map((box) => box.x + box.width))
    const top = Math.min(...boxes.map((box) => box.y))
    const bottom = Math.max(...boxes.map((box) => box.y + box.height))
    return boxes.map((box) => {
      switch (alignment) {
        case 'left':
          return { x: left, y: box.y }
        case 'right':
          return { x: right - box.width, y: box.y }
        case 'centre':
          return { x: (left + right - box.width) / 2, y: box.y }
        case 'top':
          return { x: box.x, y: top }
        case 'bottom':
          return { x: box.x, y: bottom - box.height }
        case 'middle':
          return { x: box.x, y: (top + bottom - box.height) / 2 }
      }
    })
  })
}

/** Makes the gaps between three or more things even; the outermost stay. */
export function distribute(file: TopologyFile, ids: readonly string[], axis: 'x' | 'y'): TopologyFile {
  const length = axis === 'x' ? 'width' : 'height'
  return rearranged(file, ids, 3, (boxes) => {
    const order = boxes.map((_, i) => i).sort((a, b) => boxes[a][axis] - boxes[b][axis] || a - b)
    const first = boxes[order[0]]
    const last = boxes[order[order.length - 1]]
    const filled = boxes.reduce((sum, box) => sum + box[length], 0)
    const gap = (last[axis] + last[length] - first[axis] - filled) / (boxes.length - 1)
    const origins = boxes.map(({ x, y }) => ({ x, y }))
    let at = first[axis]
    for (const i of order) {
      origins[i][axis] = at
      at += boxes[i][length] + gap
    }
    return origins
  })
}

function rearranged(
  file: TopologyFile,
  ids: readonly string[],
  least: number,
  arrangement: (boxes: readonly Box[]) => Position[],
): TopologyFile {
  const scene = sceneOf(file)
  const moving = movableOf(scene, ids)
  if (moving.length < least) return file
  const absolute = absoluteBoxes(scene)
  const origins = arrangement(moving.map((id) => absolute.get(id) as Box))
  return moveTo(
    file,
    scene,
    moving.map((id, i) => ({ id, at: origins[i] })),
  )
}

/** Of a selection, what moves by itself: what stands in a selected region goes with it. */
export function movableOf(scene: Scene, ids: readonly string[]): string[] {
  const named = new Set(ids)
  const regions = scene.regions.filter(({ id }) => named.has(id)).map(({ id }) => id)
  const whole = new Set(regions)
  const places = scene.places.filter(
    ({ id, region }) => named.has(id) && !(region !== null && whole.has(region)),
  )
  return [...regions, ...places.map(({ id }) => id)]
}

/**
 * Moves things to absolute positions on the canvas, and pins what the lab would otherwise lay out anew because of it.
 * A place that goes beyond the left or upper edge of its region is held inside.
 */
export function moveTo(
  file: TopologyFile,
  scene: Scene,
  moves: readonly { id: string; at: Position; region?: string }[],
): TopologyFile {
  const regions = new Map(scene.regions.map((region) => [region.id, region]))
  const places = new Map(scene.places.map((item) => [item.id, item]))
  const origins = new Map(scene.regions.map(({ id, box }) => [id, { x: box.x, y: box.y }]))
  for (const { id, at } of moves) if (regions.has(id)) origins.set(id, at)
  const placings: Placing[] = []
  const touched = new Set<string>()
  for (const { id, at, region } of moves) {
    const item = places.get(id)
    if (item === undefined) {
      if (regions.has(id)) placings.push({ kind: 'region', id, at })
      continue
    }
    const home = region ?? item.region
    const origin = home === null ? undefined : origins.get(home)
    const inside = origin === undefined ? at : heldInside({ x: at.x - origin.x, y: at.y - origin.y })
    // Dropped into another region it keeps off what stands there; within its own it goes where it is put.
    const isNew = home !== item.region
    const others = isNew ? scene.places.filter((other) => other.region === home).map(({ box }) => box) : []
    const within = clearOf({ ...item.box, ...inside }, others)
    for (const name of [home, item.region]) if (name !== null) touched.add(name)
    placings.push({ kind: item.kind, id, at: within, ...(region === undefined ? {} : { region }) })
  }
  return place(file, [...pinsOf(scene, touched, new Set(moves.map(({ id }) => id))), ...placings])
}

/** Moves a selection by a distance: the arrow keys. */
export function nudge(file: TopologyFile, ids: readonly string[], by: Position): TopologyFile {
  const scene = sceneOf(file)
  const absolute = absoluteBoxes(scene)
  const moves = movableOf(scene, ids).map((id) => {
    const { x, y } = absolute.get(id) as Box
    return { id, at: { x: x + by.x, y: y + by.y } }
  })
  return moves.length === 0 ? file : moveTo(file, scene, moves)
}

/** Writes down where all regions stand, and what stands in `regions`: before something is put at a place of its own. */
export function pin(file: TopologyFile, regions: Iterable<string>): TopologyFile {
  return place(file, pinsOf(sceneOf(file), new Set(regions), new Set()))
}

/** Present positions of all regions, and of the places of those that are touched. */
function pinsOf(scene: Scene, touched: ReadonlySet<string>, moved: ReadonlySet<string>): Placing[] {
  const stood = ({ x, y }: Box): Position => ({ x, y })
  return [
    ...scene.regions
      .filter(({ id }) => !moved.has(id))
      .map(({ id, box }): Placing => ({ kind: 'region', id, at: stood(box) })),
    ...scene.places
      .filter(({ id, region }) => !moved.has(id) && region !== null && touched.has(region))
      .map(({ kind, id, box }): Placing => ({ kind, id, at: stood(box) })),
  ]
}

/** Below the name of the region, and off its left border. */
export function heldInside({ x, y }: Position): Position {
  return { x: Math.max(REGION.gap / 2, x), y: Math.max(REGION.header, y) }
}
