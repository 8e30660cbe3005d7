import { removedFrom, renamedIn } from './edits-references.ts'
import { setValue, withField, withoutField } from './edits-settings.ts'
import type { ClientFile, Position, RegionFile, ReplicaFile, TopologyFile } from './file.ts'

/** Edits of what stands on the canvas. Each returns the same object where nothing changes. */

export type PlaceKind = 'region' | 'replica' | 'client'

const LIST_OF = { region: 'regions', replica: 'replicas', client: 'clients' } as const

/** A file, and what was made in it: to be marked afterwards. */
export interface Made {
  readonly file: TopologyFile
  readonly ids: readonly string[]
}

/** Every id of the file: regions, replicas and clients share one space of names. */
export function idsOf(file: TopologyFile): Set<string> {
  return new Set([...file.regions, ...file.replicas, ...file.clients].map(({ id }) => id))
}

/** `r1`, `r2`, …: the first that is free. */
export function freeId(prefix: string, taken: ReadonlySet<string>): string {
  let count = 1
  while (taken.has(`${prefix}${count}`)) count++
  return `${prefix}${count}`
}

export function kindOf(file: TopologyFile, id: string): PlaceKind | null {
  if (file.regions.some((region) => region.id === id)) return 'region'
  if (file.replicas.some((replica) => replica.id === id)) return 'replica'
  return file.clients.some((client) => client.id === id) ? 'client' : null
}

export function addRegion(file: TopologyFile, at: Position | null, name?: string): Made {
  const taken = idsOf(file)
  const id = name !== undefined && !taken.has(name) ? name : freeId('region-', taken)
  const region: RegionFile = at === null ? { id } : { id, at }
  return { file: { ...file, regions: [...file.regions, region] }, ids: [id] }
}

/** Adds a replica or client to a region; without one, to the last region, or to a new one where there is none. */
export function addPlace(
  file: TopologyFile,
  kind: 'replica' | 'client',
  where: { region?: string; at?: Position | null },
): Made {
  const known = file.regions.find((region) => region.id === where.region) ?? file.regions.at(-1)
  const home = known === undefined ? addRegion(file, null) : { file, ids: [known.id] }
  const [region] = home.ids
  const id = freeId(kind === 'replica' ? 'r' : 'c', idsOf(home.file))
  const place = { id, region, ...(where.at === undefined || where.at === null ? {} : { at: where.at }) }
  const list = LIST_OF[kind]
  return { file: { ...home.file, [list]: [...home.file[list], place] }, ids: [id] }
}

/** Gives a region, replica or client another id, everywhere. An id that is taken or empty changes nothing. */
export function rename(file: TopologyFile, from: string, to: string): TopologyFile {
  if (from === to || to === '' || idsOf(file).has(to)) return file
  const kind = kindOf(file, from)
  if (kind === null) return file
  const renamed = <T extends { id: string }>(items: readonly T[]): readonly T[] =>
    mapped(items, (item) => (item.id === from ? { ...item, id: to } : item))
  const moved = <T extends { region: string }>(items: readonly T[]): readonly T[] =>
    kind === 'region'
      ? mapped(items, (item) => (item.region === from ? { ...item, region: to } : item))
      : items
  const next = {
    ...file,
    regions: renamed(file.regions),
    replicas: moved(renamed(file.replicas)),
    clients: moved(renamed(file.clients)),
  }
  return renamedIn(next, from, to)
}

/** Removes places, and with a region all that stands in it; links and faults that speak of them go or shrink. */
export function remove(file: TopologyFile, ids: Iterable<string>): TopologyFile {
  const named = new Set(ids)
  const gone = new Set<string>()
  for (const region of file.regions) if (named.has(region.id)) gone.add(region.id)
  for (const place of [...file.replicas, ...file.clients])
    if (named.has(place.id) || gone.has(place.region)) gone.add(place.id)
  if (gone.size === 0) return file
  const left = <T extends { id: string }>(items: readonly T[]): readonly T[] => {
    const kept = items.filter(({ id }) => !gone.has(id))
    return kept.length === items.length ? items : kept
  }
  const next = {
    ...file,
    regions: left(file.regions),
    replicas: left(file.replicas),
    clients: left(file.clients),
  }
  return removedFrom(next, gone)
}

/** Sets a field of one region, replica or client. */
export function setOf(
  file: TopologyFile,
  kind: PlaceKind,
  id: string,
  path: readonly (string | number)[],
  value: unknown,
): TopologyFile {
  const list = LIST_OF[kind]
  const index = file[list].findIndex((item) => item.id === id)
  return index < 0 ? file : setValue(file, [list, index, ...path], value)
}

/** Where things stand: regions on the canvas, replicas and clients within their region. */
export interface Placing {
  readonly kind: PlaceKind
  readonly id: string
  /** null: the lab lays it out. */
  readonly at: Position | null
  readonly region?: string
}

/** Moves things; a replica or client that changes its region gives up a zone that the new one lacks. */
export function place(file: TopologyFile, placings: readonly Placing[]): TopologyFile {
  if (placings.length === 0) return file
  const byId = new Map(placings.map((placing) => [placing.id, placing]))
  const zonesOf = new Map(file.regions.map((region) => [region.id, region.zones ?? []]))
  const placed = <T extends RegionFile | ReplicaFile | ClientFile>(item: T): T => {
    const placing = byId.get(item.id)
    if (placing === undefined) return item
    const next = atOf(item, placing.at)
    const { region } = placing
    if (region === undefined || !('region' in next) || next.region === region || !zonesOf.has(region))
      return next
    return withKnownZone({ ...next, region }, zonesOf.get(region) ?? [])
  }
  const regions = mapped(file.regions, placed)
  const replicas = mapped(file.replicas, placed)
  const clients = mapped(file.clients, placed)
  const isSame = regions === file.regions && replicas === file.replicas && clients === file.clients
  return isSame ? file : { ...file, regions, replicas, clients }
}

/** A place gives up a zone that its region does not have. */
export function withKnownZone<T extends object>(place: T, zones: readonly string[]): T {
  const zone: unknown = 'zone' in place ? place.zone : undefined
  return typeof zone === 'string' && !zones.includes(zone) ? withoutField(place, 'zone') : place
}

function atOf<T extends { at?: Position | null }>(item: T, at: Position | null): T {
  if (at === null) return withoutField(item, 'at')
  const rounded = { x: Math.round(at.x), y: Math.round(at.y) }
  return item.at?.x === rounded.x && item.at.y === rounded.y ? item : withField(item, 'at', rounded)
}

/** Moves a replica up or down: their order is the order of preference. */
export function reorder(file: TopologyFile, id: string, by: -1 | 1): TopologyFile {
  const from = file.replicas.findIndex((replica) => replica.id === id)
  const to = from + by
  if (from < 0 || to < 0 || to >= file.replicas.length) return file
  const replicas = [...file.replicas]
  ;[replicas[from], replicas[to]] = [replicas[to], replicas[from]]
  return { ...file, replicas }
}

/** A list mapped, and the same list where no item changed. */
export function mapped<T>(items: readonly T[], change: (item: T) => T): readonly T[] {
  const next = items.map(change)
  return next.some((item, index) => item !== items[index]) ? next : items
}
