import { compileDistribution } from '../topology/distributions.ts'
import type { Distribution } from '../topology/distributions.ts'
import { rttMatrix } from '../topology/rtt.ts'
import { nsOfMs } from '../base/time.ts'
import type { Ns } from '../base/time.ts'
import type { DistributionSpec, LinkEntry, LinkSpec, LinksSpec } from '../topology/types.ts'
import type { LinkPlan, LinkTable, Place, PlaceId } from './types.ts'

/** Bits per byte over bits per microsecond: a byte takes 8000 ns at 1 Mbit/s. */
const NS_PER_BYTE_AT_1_MBPS = 8000

/**
 * What the file says of the link from one place to another, field by field. From the least specific to the most:
 * `default`, the round-trip matrix (half of it each way, between different regions only), entries that name two
 * regions, entries that name a region and a place, entries that name two places; among equals the later entry. A more
 * specific statement wins. One that gives `oneWay` speaks for every message kind that it does not itself name in
 * `oneWayOf`, so it discards what less specific ones said of kinds; one that gives only `oneWayOf` adds kinds.
 */
export function resolveLink(
  links: LinksSpec,
  from: Place,
  to: Place,
  entries: readonly LinkEntry[],
): LinkSpec {
  const link: LinkSpec = { ...links.default }
  if (links.rtt !== null && from.region !== to.region) {
    const roundTripMs = rttMatrix(links.rtt).roundTripMs(from.region, to.region)
    if (roundTripMs !== null) {
      link.oneWay = roundTripMs / 2
      link.oneWayOf = {}
    }
  }
  for (const entry of entries) {
    if (entry.oneWay !== undefined) {
      link.oneWay = entry.oneWay
      link.oneWayOf = {}
    }
    if (entry.oneWayOf !== undefined) link.oneWayOf = { ...link.oneWayOf, ...entry.oneWayOf }
    link.lossPpm = entry.lossPpm ?? link.lossPpm
    link.duplicatePpm = entry.duplicatePpm ?? link.duplicatePpm
    link.reorderPpm = entry.reorderPpm ?? link.reorderPpm
    link.ordered = entry.ordered ?? link.ordered
    if (entry.bandwidthMbps !== undefined) link.bandwidthMbps = entry.bandwidthMbps
  }
  return link
}

/** Entries by the pair of names they hold for, each with its position in the file. */
class EntryIndex {
  private readonly byFrom = new Map<string, Map<string, { entry: LinkEntry; position: number }[]>>()
  private readonly names = new Set<string>()

  constructor(between: readonly LinkEntry[]) {
    between.forEach((entry, position) => {
      this.add(entry.from, entry.to, entry, position)
      if (!entry.directed && entry.from !== entry.to) this.add(entry.to, entry.from, entry, position)
    })
  }

  private add(from: string, to: string, entry: LinkEntry, position: number): void {
    this.names.add(from).add(to)
    let row = this.byFrom.get(from)
    if (row === undefined) {
      row = new Map<string, { entry: LinkEntry; position: number }[]>()
      this.byFrom.set(from, row)
    }
    const list = row.get(to)
    if (list === undefined) row.set(to, [{ entry, position }])
    else list.push({ entry, position })
  }

  /** Whether any entry speaks of this name. */
  mentions(name: string): boolean {
    return this.names.has(name)
  }

  private of(from: string, to: string): readonly { entry: LinkEntry; position: number }[] {
    return this.byFrom.get(from)?.get(to) ?? []
  }

  /** The entries that hold from one place to another, the least specific first. */
  forPair(from: Place, to: Place): LinkEntry[] {
    const mixed = [...this.of(from.name, to.region), ...this.of(from.region, to.name)]
    mixed.sort((a, b) => a.position - b.position)
    return [...this.of(from.region, to.region), ...mixed, ...this.of(from.name, to.name)].map((e) => e.entry)
  }
}

/** A link and its median, kept for `roundTripNs`. */
interface Resolved {
  plan: LinkPlan
  medianNs: Ns
}

class LazyLinkTable implements LinkTable {
  private readonly places: readonly Place[]
  private readonly links: LinksSpec
  private readonly entries: EntryIndex
  /** Places that no entry names are alike within their region: they share a class, and classes share links. */
  private readonly classOf: Int32Array
  private readonly classes: number
  /** Rows by the class of the sender, made when first asked for; columns by that of the receiver. */
  private readonly rows: (Resolved | undefined)[][] = []
  private readonly compiled = new Map<DistributionSpec, Distribution>()
  private readonly toItself: Resolved

  constructor(places: readonly Place[], links: LinksSpec) {
    this.places = places
    this.links = links
    this.entries = new EntryIndex(links.between)
    this.classOf = new Int32Array(places.length)
    const classes = new Map<string, number>()
    let count = 0
    for (const place of places) {
      if (this.entries.mentions(place.name)) {
        this.classOf[place.id] = count++
        continue
      }
      let shared = classes.get(place.region)
      if (shared === undefined) classes.set(place.region, (shared = count++))
      this.classOf[place.id] = shared
    }
    this.classes = count
    this.toItself = this.compile({
      oneWay: 0,
      oneWayOf: {},
      lossPpm: 0,
      duplicatePpm: 0,
      reorderPpm: 0,
      ordered: true,
      bandwidthMbps: null,
    })
  }

  between(from: PlaceId, to: PlaceId): LinkPlan {
    return this.resolved(from, to).plan
  }

  roundTripNs(a: PlaceId, b: PlaceId): Ns {
    return this.resolved(a, b).medianNs + this.resolved(b, a).medianNs
  }

  private resolved(from: PlaceId, to: PlaceId): Resolved {
    if (from === to) return this.toItself
    const row = (this.rows[this.classOf[from]] ??= new Array<Resolved | undefined>(this.classes))
    return (row[this.classOf[to]] ??= this.resolve(this.places[from], this.places[to]))
  }

  private resolve(from: Place, to: Place): Resolved {
    return this.compile(resolveLink(this.links, from, to, this.entries.forPair(from, to)))
  }

  private compile(link: LinkSpec): Resolved {
    const oneWay = this.distribution(link.oneWay)
    const plan: LinkPlan = {
      oneWay,
      oneWayOf: new Map(Object.entries(link.oneWayOf).map(([kind, spec]) => [kind, this.distribution(spec)])),
      lossPpm: link.lossPpm,
      duplicatePpm: link.duplicatePpm,
      reorderPpm: link.reorderPpm,
      ordered: link.ordered,
      nsPerByte: link.bandwidthMbps === null ? 0 : NS_PER_BYTE_AT_1_MBPS / link.bandwidthMbps,
    }
    return { plan, medianNs: nsOfMs(oneWay.quantileMs(0.5)) }
  }

  private distribution(spec: DistributionSpec): Distribution {
    let distribution = this.compiled.get(spec)
    if (distribution === undefined) this.compiled.set(spec, (distribution = compileDistribution(spec)))
    return distribution
  }
}

/**
 * The links between places, each resolved when first asked for: of a thousand replicas and a thousand clients only the
 * pairs that talk cost anything. Pairs that the file does not tell apart share one LinkPlan, so whoever keeps state per
 * link (queues, order) must key it by the two places. A place reaches itself in no time.
 */
export function linkTable(places: readonly Place[], links: LinksSpec): LinkTable {
  return new LazyLinkTable(places, links)
}
