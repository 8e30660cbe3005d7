import type { ClientSpec, LinkEntry, LoopSpec, Topology } from '../../topology/types.ts'
import type { Cut, Site, Subject } from './types.ts'

/** More vantage points than this see nothing that fewer do not. */
const VANTAGES_MAX = 8

/** What every client of the battery is like; only the load differs from probe to probe. */
export interface Load {
  /** Of each client. */
  sessions: number
  loop: LoopSpec
}

/** An attempt that got no answer by then is given up, and so many more are made: 2 s each are a usual driver's. */
export const ATTEMPT_MS = 2_000
export const RETRIES = 2
/** By then an operation has been answered or given up, pauses between its attempts included. */
export const GIVEN_UP_MS = (RETRIES + 1) * ATTEMPT_MS + 500

/**
 * What fails together, and what a partition separates: regions where there are several, else the zones of the one region,
 * else single replicas.
 */
export function sitesOf({ topology, shards }: Pick<Subject, 'topology' | 'shards'>): Site[] {
  const { replicas } = topology
  const holders = new Set(shards.flat())
  const regions = new Set(replicas.map(({ region }) => region))
  const zones = new Set(replicas.map(({ zone }) => zone))
  const kind = regions.size > 1 ? 'region' : zones.size > 1 && !zones.has(null) ? 'zone' : 'replica'
  const sites = new Map<string, Site>()
  for (const { id, region, zone } of replicas) {
    const name = kind === 'region' ? region : kind === 'zone' ? (zone ?? id) : id
    const site = sites.get(name) ?? newSite(name, kind, region)
    sites.set(name, site)
    site.replicas.push(id)
    if (holders.has(id)) site.holders++
  }
  return [...sites.values()]
}

function newSite(id: string, kind: Site['kind'], region: string): Site {
  return { id, kind, region, zone: kind === 'region' ? null : id, replicas: [], holders: 0 }
}

/** The sites beside which the battery's clients stand: all, or of many some that are evenly spread. */
export function vantagesOf(sites: readonly Site[]): Site[] {
  if (sites.length <= VANTAGES_MAX) return [...sites]
  const step = (sites.length - 1) / (VANTAGES_MAX - 1)
  return Array.from({ length: VANTAGES_MAX }, (_, at) => sites[Math.round(at * step)])
}

/**
 * The topology with a client of one kind beside each vantage instead of its own, so that each side of a partition has
 * somebody who asks. They take over the clock and the links of its own client that is nearest to them.
 */
export function withVantages(topology: Topology, sites: readonly Site[], load: Load): Topology {
  const clients = vantagesOf(sites).map((site, at) => vantageClient(topology, site, at, load))
  return {
    ...topology,
    regions: topology.regions.map((region) => ({
      ...region,
      zones: zonesOf(region.id, region.zones, sites),
    })),
    replicas: topology.replicas.map((replica) => ({
      ...replica,
      zone: zoneOf(replica.id, replica.zone, sites),
    })),
    clients: clients.map(({ client }) => client),
    links: { ...topology.links, between: linksFor(topology, clients) },
  }
}

function zonesOf(region: string, zones: readonly string[], sites: readonly Site[]): string[] {
  const own = sites.filter((site) => site.kind === 'replica' && site.region === region).map(({ id }) => id)
  return own.length > 0 ? own : [...zones]
}

/** Where single replicas are sites, each gets a zone: its client then finds it nearer than the others. */
function zoneOf(replica: string, zone: string | null, sites: readonly Site[]): string | null {
  return sites.some(({ kind, id }) => kind === 'replica' && id === replica) ? replica : zone
}

interface Vantage {
  client: ClientSpec
  /** The topology's own client in whose stead it stands. */
  model: string
}

function vantageClient(topology: Topology, site: Site, at: number, load: Load): Vantage {
  const { clients } = topology
  const model =
    clients.find(({ region, zone }) => region === site.region && zone === site.zone) ??
    clients.find(({ region }) => region === site.region) ??
    clients[0]
  const client: ClientSpec = {
    ...model,
    ...load,
    id: clientName(topology, `beside-${site.kind === 'replica' ? site.id : at + 1}`),
    region: site.region,
    zone: site.zone,
    at: null,
    timeoutMs: ATTEMPT_MS,
    retry: { max: RETRIES, backoffMs: 10, backoffMsMax: 100 },
  }
  return { client, model: model.id }
}

function clientName({ replicas, regions }: Topology, wanted: string): string {
  const taken = new Set([...replicas, ...regions].map(({ id }) => id))
  let name = wanted
  while (taken.has(name)) name = `${name}-probe`
  return name
}

/** Entries that name one of the topology's own clients now name those that stand in its stead. */
function linksFor({ clients, links }: Topology, vantages: readonly Vantage[]): LinkEntry[] {
  const own = new Set(clients.map(({ id }) => id))
  const names = (name: string): string[] =>
    own.has(name) ? vantages.filter(({ model }) => model === name).map(({ client }) => client.id) : [name]
  return links.between.flatMap((entry) =>
    names(entry.from).flatMap((from) => names(entry.to).map((to) => ({ ...entry, from, to }))),
  )
}

/** Names of the clients beside a site. */
export function clientsBeside(topology: Topology, site: Site): string[] {
  return topology.clients
    .filter(({ region, zone }) => region === site.region && zone === site.zone)
    .map(({ id }) => id)
}

/**
 * The partitions of the battery. The first cuts off as large a minority as the sites allow, without the leader; the
 * second the leader's site alone. Of two sites there is one cut, the smaller being called cut off; of fewer, none.
 */
export function partitionsOf(sites: readonly Site[], leader: string | null): Site[][] {
  const homes = sites.filter(({ holders }) => holders > 0)
  if (homes.length < 2) return []
  if (sites.length === 2) return [[smallerOf(homes, leader)]]
  const leading = homes.find(({ replicas }) => leader !== null && replicas.includes(leader))
  const minority = minorityOf(sites, leading)
  if (leading === undefined) return [minority]
  return [minority, [leading]]
}

/** Of two sites the one with fewer copies; of equal ones the leader's, or else the last. */
function smallerOf([first, second]: readonly Site[], leader: string | null): Site {
  if (first.holders !== second.holders) return first.holders < second.holders ? first : second
  return leader !== null && first.replicas.includes(leader) ? first : second
}

/**
 * Sites that together hold less than half of all replicas and of those with data: the larger sites first, the last in the
 * file before the first. Where no site is small enough, the smallest alone.
 */
function minorityOf(sites: readonly Site[], leading: Site | undefined): Site[] {
  const total = sum(sites, ({ replicas }) => replicas.length)
  const holders = sum(sites, (site) => site.holders)
  const order = [...sites]
    .reverse()
    .filter((site) => site !== leading)
    .sort((a, b) => Number(b.holders > 0) - Number(a.holders > 0) || b.replicas.length - a.replicas.length)
  const chosen: Site[] = []
  for (const site of order) {
    const next = [...chosen, site]
    const isMinority =
      2 * sum(next, ({ replicas }) => replicas.length) < total &&
      2 * sum(next, (one) => one.holders) < holders
    if (isMinority) chosen.push(site)
  }
  if (chosen.some((site) => site.holders > 0)) return chosen
  const smallest = order.filter((site) => site.holders > 0).reduce((a, b) => (b.holders < a.holders ? b : a))
  return [smallest]
}

function sum(sites: readonly Site[], of: (site: Site) => number): number {
  return sites.reduce((total, site) => total + of(site), 0)
}

/** Everything on either side, by name; every place has its side. */
export function cutOf(topology: Topology, sites: readonly Site[], small: readonly Site[]): Cut {
  const namesOf = (some: readonly Site[]): string[] =>
    some.flatMap((site) => [...site.replicas, ...clientsBeside(topology, site)])
  return { small: namesOf(small), large: namesOf(sites.filter((site) => !small.includes(site))) }
}
