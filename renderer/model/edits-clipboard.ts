import { LIMITS } from '../../shared/topology/limits.ts'
import { addRegion, freeId, idsOf, kindOf, withKnownZone, type Made } from './edits.ts'
import { setValue } from './edits-settings.ts'
import { absoluteBoxes, overlaps, REGION, sceneOf, snapped, type Box } from './layout.ts'
import type { ClientFile, LinkFile, Position, RegionFile, ReplicaFile, TopologyFile } from './file.ts'

/** Copy and paste: a part of a topology as JSON of its own, so that it passes between windows and into mails. */
export interface Clip {
  readonly format: typeof CLIP_FORMAT
  readonly regions: readonly RegionFile[]
  readonly replicas: readonly ReplicaFile[]
  readonly clients: readonly ClientFile[]
  /** Entries of `links.between` of which both ends are copied. */
  readonly links: readonly LinkFile[]
}

const CLIP_FORMAT = 'replica-lab/clip@1'

/** More than any canvas holds: a clip beyond it is not looked at. */
const CLIP_PLACES_MAX = 2_100

/** Room for "-copy-1234" within the longest id. */
const COPY_CHARS = 10

/** What `ids` name, with all that stands in their regions; null where they name nothing. */
export function copy(file: TopologyFile, ids: Iterable<string>): Clip | null {
  const named = new Set(ids)
  const regions = file.regions.filter(({ id }) => named.has(id))
  const whole = new Set(regions.map(({ id }) => id))
  const isTaken = (place: { id: string; region: string }): boolean =>
    named.has(place.id) || whole.has(place.region)
  const replicas = file.replicas.filter(isTaken)
  const clients = file.clients.filter(isTaken)
  const taken = new Set([...regions, ...replicas, ...clients].map(({ id }) => id))
  if (taken.size === 0) return null
  const links = (file.links?.between ?? []).filter(({ from, to }) => taken.has(from) && taken.has(to))
  return { format: CLIP_FORMAT, regions, replicas, clients, links }
}

/** A clip from text that may come from anywhere; null where it is none. Its settings are for the lab to check. */
export function clipOf(text: string): Clip | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  const clip = value as Record<string, unknown>
  const { regions, replicas, clients, links } = clip
  const isSound =
    clip.format === CLIP_FORMAT &&
    isListOf(regions, ['id']) &&
    isListOf(replicas, ['id', 'region']) &&
    isListOf(clients, ['id', 'region']) &&
    isListOf(links, ['from', 'to']) &&
    regions.length + replicas.length + clients.length <= CLIP_PLACES_MAX
  return isSound ? (value as Clip) : null
}

function isListOf(value: unknown, fields: readonly string[]): value is readonly unknown[] {
  return (
    Array.isArray(value) &&
    value.every(
      (item: unknown) =>
        typeof item === 'object' &&
        item !== null &&
        fields.every((field) => typeof (item as Record<string, unknown>)[field] === 'string'),
    )
  )
}

/**
 * Puts a clip into a file under new names where the old ones are taken. Places whose region is not part of the clip go
 * to `region`, else to the region they came from where the file has it. Copies of places stand `offset` beside the
 * originals; regions that would lie over others stand to the right of all of them.
 */
export function paste(
  file: TopologyFile,
  clip: Clip,
  { region = null, offset = 24 }: { region?: string | null; offset?: number } = {},
): Made {
  const taken = idsOf(file)
  const names = new Map<string, string>()
  const named = (id: string): string => {
    const name = taken.has(id) ? freeId(stemOf(id), taken) : id
    taken.add(name)
    names.set(id, name)
    return name
  }
  const regions = clip.regions.map((item) => ({ ...item, id: named(item.id), ...beside(item.at, offset) }))
  let base = file
  let fallback: string | null = null
  const homeOf = (home: string): string => {
    const copied = clip.regions.some(({ id }) => id === home) ? names.get(home) : undefined
    if (copied !== undefined) return copied
    const wanted = region ?? home
    if (kindOf(base, wanted) === 'region') return wanted
    fallback ??= base.regions.at(-1)?.id ?? null
    if (fallback === null) {
      const made = addRegion(base, null)
      base = made.file
      fallback = made.ids[0]
      taken.add(fallback)
    }
    return fallback
  }
  const placed = <T extends ReplicaFile | ClientFile>(item: T): T => {
    const home = homeOf(item.region)
    const isWithRegion = clip.regions.some(({ id }) => id === item.region)
    if (isWithRegion) return { ...item, id: named(item.id), region: home }
    const zones = base.regions.find(({ id }) => id === home)?.zones ?? []
    return withKnownZone({ ...item, id: named(item.id), region: home, ...beside(item.at, offset) }, zones)
  }
  const replicas = clip.replicas.map(placed)
  const clients = clip.clients.map(placed)
  const links = clip.links.map((entry) => ({
    ...entry,
    from: names.get(entry.from) ?? entry.from,
    to: names.get(entry.to) ?? entry.to,
  }))
  const next: TopologyFile = {
    ...base,
    regions: [...base.regions, ...regions],
    replicas: [...base.replicas, ...replicas],
    clients: [...base.clients, ...clients],
  }
  const between = [...(next.links?.between ?? []), ...links]
  const linked = links.length === 0 ? next : setValue(next, ['links', 'between'], between)
  return {
    file: besideRegions(linked, new Set(regions.map(({ id }) => id))),
    ids: [...regions, ...replicas, ...clients].map(({ id }) => id),
  }
}

/** Copies beside their originals, in one step. */
export function duplicate(file: TopologyFile, ids: Iterable<string>): Made {
  const clip = copy(file, ids)
  return clip === null ? { file, ids: [] } : paste(file, clip)
}

/** Moves the regions of these ids, all alike, to where they lie over no other. */
function besideRegions(file: TopologyFile, pasted: ReadonlySet<string>): TopologyFile {
  if (pasted.size === 0 || pasted.size === file.regions.length) return file
  const all = absoluteBoxes(sceneOf(file))
  const boxesOf = (isPasted: boolean): Box[] =>
    file.regions.flatMap(({ id }) => (pasted.has(id) === isPasted ? (all.get(id) ?? []) : []))
  const [copies, others] = [boxesOf(true), boxesOf(false)]
  if (!copies.some((copied) => others.some((other) => overlaps(copied, other)))) return file
  const right = Math.max(...others.map(({ x, width }) => x + width))
  const by = snapped(right + REGION.gap - Math.min(...copies.map(({ x }) => x)))
  const regions = file.regions.map((item) =>
    pasted.has(item.id) && item.at !== undefined
      ? { ...item, at: { x: item.at.x + by, y: item.at.y } }
      : item,
  )
  return { ...file, regions }
}

function beside(at: Position | undefined, offset: number): { at?: Position } {
  return at === undefined ? {} : { at: { x: at.x + offset, y: at.y + offset } }
}

/** "r12" → "r", "region-3" → "region-", "eu-west-1" → "eu-west-1-": a number is appended to it. */
function stemOf(id: string): string {
  const match = /^(r|c|region-|.*[a-z]-copy-)\d+$/.exec(id)
  return match?.[1] ?? `${id.replace(/-copy-\d+$/, '').slice(0, LIMITS.idChars - COPY_CHARS)}-copy-`
}
