import { addPlace, addRegion, type Made } from './edits.ts'
import { setValue } from './edits-settings.ts'
import type { Position, TopologyFile } from './file.ts'
import {
  centreOf,
  clearOf,
  overlaps,
  REGION,
  regionAt,
  sceneOf,
  sizeOf,
  snapped,
  type Box,
  type Scene,
} from './layout.ts'
import { heldInside, pin } from './layout-arrange.ts'

/** What the palette offers: single things, and groups that are put down together. */
export interface PaletteItem {
  readonly id: string
  readonly label: string
  readonly help: string
  readonly icon: 'region' | 'replica' | 'client' | 'grid'
  /** `at`: where on the canvas it was dropped; null lets the lab find a place, for a replica or client in `region`. */
  add(file: TopologyFile, at: Position | null, region: string | null): Made
}

export const PALETTE: readonly PaletteItem[] = [
  {
    id: 'region',
    label: 'Region',
    help: 'A place with its own latency to the others.',
    icon: 'region',
    add: (file, at) => (at === null ? addRegion(file, null) : regionAround(file, at)),
  },
  {
    id: 'replica',
    label: 'Replica',
    help: 'A process that holds the data.',
    icon: 'replica',
    add: (file, at, region) => putPlace(file, 'replica', at, region),
  },
  {
    id: 'client',
    label: 'Client',
    help: 'A source of load.',
    icon: 'client',
    add: (file, at, region) => putPlace(file, 'client', at, region),
  },
  {
    id: 'one-region',
    label: '3 replicas, 1 region',
    help: 'Three replicas and a client in one data centre.',
    icon: 'grid',
    add: (file) => regionsWith(file, [undefined], 3),
  },
  {
    id: 'three-regions',
    label: '3 replicas, 3 regions',
    help: 'Three AWS regions with measured round trips, a replica and a client in each.',
    icon: 'grid',
    add: (file) => regionsWith(withMatrix(file), ['us-east-1', 'eu-west-1', 'ap-northeast-1'], 1),
  },
  {
    id: 'five-regions',
    label: '5 replicas, 5 regions',
    help: 'Five AWS regions with measured round trips, a replica and a client in each.',
    icon: 'grid',
    add: (file) =>
      regionsWith(
        withMatrix(file),
        ['us-east-1', 'us-west-2', 'eu-west-1', 'ap-northeast-1', 'ap-southeast-2'],
        1,
      ),
  },
]

export function paletteItem(id: string): PaletteItem | null {
  return PALETTE.find((item) => item.id === id) ?? null
}

/**
 * In the region under the point, or one beside it that a new region would overlap; in `region` without a point. Out on the
 * empty canvas a region is made round it.
 */
function putPlace(
  file: TopologyFile,
  kind: 'replica' | 'client',
  at: Position | null,
  region: string | null,
): Made {
  if (at === null) return addPlace(file, kind, region === null ? {} : { region })
  const scene = sceneOf(file)
  const home = regionAt(scene, at) ?? regionBeside(scene, newRegionAt(at))
  if (home === null) {
    const around = regionAround(file, at)
    const [id] = around.ids
    return addPlace(around.file, kind, { region: id })
  }
  const box = scene.regions.find(({ id }) => id === home)?.box ?? { x: 0, y: 0 }
  const { width, height } = sizeOf(kind)
  const within = heldInside({ x: snapped(at.x - box.x - width / 2), y: snapped(at.y - box.y - height / 2) })
  const others = scene.places.filter(({ region: other }) => other === home).map((place) => place.box)
  const free = clearOf({ ...within, width, height }, others)
  return addPlace(pin(file, [home]), kind, { region: home, at: free })
}

function newRegionAt(at: Position): Box {
  const [width, height] = [REGION.minWidth, REGION.minHeight]
  return { x: snapped(at.x - width / 2), y: snapped(at.y - height / 2), width, height }
}

/** Round the point, or as near to it as other regions let it stand. */
function regionAround(file: TopologyFile, at: Position): Made {
  const others = sceneOf(file).regions.map(({ box }) => box)
  return addRegion(pin(file, []), clearOf(newRegionAt(at), others))
}

/** The nearest region that a box overlaps. */
function regionBeside(scene: Scene, box: Box): string | null {
  const middle = centreOf(box)
  const distance = (other: Box): number => {
    const { x, y } = centreOf(other)
    return (x - middle.x) ** 2 + (y - middle.y) ** 2
  }
  const [nearest] = scene.regions
    .filter((region) => overlaps(region.box, box))
    .sort((a, b) => distance(a.box) - distance(b.box))
  return nearest?.id ?? null
}

/** The matrix is named only in a file whose regions it can know: else every other region would need entries. */
function withMatrix(file: TopologyFile): TopologyFile {
  const isFree = file.regions.length === 0 && file.links?.rtt === undefined
  return isFree ? setValue(file, ['links', 'rtt'], 'aws-2020') : file
}

function regionsWith(file: TopologyFile, names: readonly (string | undefined)[], replicas: number): Made {
  let next = file
  const ids: string[] = []
  const keep = (made: Made): string => {
    next = made.file
    ids.push(...made.ids)
    return made.ids[0]
  }
  for (const name of names) {
    const region = keep(addRegion(next, null, name))
    for (let count = 0; count < replicas; count++) keep(addPlace(next, 'replica', { region }))
    keep(addPlace(next, 'client', { region }))
  }
  return { file: next, ids }
}
