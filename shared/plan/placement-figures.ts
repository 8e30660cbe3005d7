import { Rng } from '../base/rng.ts'
import { changed, movement, type Change, type Movement } from '../partitioning/change.ts'
import { layoutOf } from '../partitioning/layout.ts'
import { shardsOf } from '../partitioning/shards.ts'
import type { Home, Layout } from '../partitioning/types.ts'
import type { Topology, WorkloadSpec } from '../topology/types.ts'
import { expectedOperations } from '../workload/expected.ts'
import { InsertSequence } from '../workload/inserts.ts'
import { keyChooser } from '../workload/key-choosers.ts'
import { factorOf, partitionSetup } from './placement.ts'

/** Keys drawn to see where the load goes: a share of 10 % comes out within 0.2 percentage points, 19 times of 20. */
const DRAWS = 100_000
const HOT_KEYS = 5

/** How a topology's keys lie on its replicas, and what a change would move. Shares and fractions are from 0 to 1. */
export interface PlacementFigures extends Movement {
  scheme: string
  replicationFactor: number
  /** Who joins or leaves; the figures of replicas and shards are those afterwards. */
  added: string[]
  removed: string[]
  replicas: ReplicaFigures[]
  shards: ShardFigures[]
  /** What moves if every replica is to own as much as any other and nothing moves in vain. */
  idealFraction: number
  spread: {
    /** Keys whose replicas stand in as many regions as they could, and in as many zones. */
    acrossRegions: number
    acrossZones: number
    /** Copies per region, and per zone of it, as parts of all copies. */
    regions: { id: string; share: number; zones: { id: string | null; share: number }[] }[]
  }
  /** The most popular keys by the file's distribution. Empty for a probe, which uses each key once. */
  hotKeys: { key: string; share: number; shard: number }[]
}

export interface ReplicaFigures extends Home {
  /** Of the keys, those that it owns: the first of their replicas. Sums to one. */
  share: number
  shareBefore: number
  /** Of the keys, those of which it has a copy. */
  heldShare: number
  /** Of the operations, those on keys that it owns. Sums to one. */
  loadShare: number
  /** Shards of which it is a replica. */
  shards: number
}

export interface ShardFigures {
  id: number
  share: number
  loadShare: number
  replicas: string[]
}

/** The figures of a topology as it stands (`change` null) or after a change. */
export function placementFigures(topology: Topology, change: Change | null): PlacementFigures {
  const before = layoutOf(partitionSetup(topology))
  const after = change === null ? before : changed(before, change, factorAfter(topology, change))
  const { shards, shardOfUnit } = shardsOf(after)
  const { replicas, spec, factor, keys } = after.setup
  const { loads, hottest } = loadOf(topology)
  const shardOf = (key: number): number =>
    shards.length === 1 ? 0 : shardOfUnit[after.unitOf(keys.nameOf(key))]
  const loadShares = new Float64Array(shards.length)
  for (const [key, load] of loads) loadShares[shardOf(key)] += load
  const owned = ownedShares(after)
  const ownedBefore = new Map(before.setup.replicas.map(({ id }, index) => [id, ownedShares(before)[index]]))
  return {
    scheme: spec.scheme,
    replicationFactor: factor,
    added: change !== null && 'add' in change ? change.add.map(({ id }) => id) : [],
    removed: change !== null && 'remove' in change ? [change.remove] : [],
    replicas: replicas.map((home, index) => {
      const own = shards.filter((shard) => shard.replicas[0] === index)
      const held = shards.filter((shard) => shard.replicas.includes(index))
      return {
        ...home,
        share: neat(owned[index]),
        shareBefore: neat(ownedBefore.get(home.id) ?? 0),
        heldShare: neat(held.reduce((sum, { share }) => sum + share, 0)),
        loadShare: neat(own.reduce((sum, { id }) => sum + loadShares[id], 0)),
        shards: held.length,
      }
    }),
    shards: shards.map(({ id, share, replicas: members }) => ({
      id,
      share,
      loadShare: loadShares[id],
      replicas: members.map((replica) => replicas[replica].id),
    })),
    ...movement(before, after),
    idealFraction: idealOf(before, change),
    spread: spreadOf(after),
    hotKeys: hottest.map(([key, share]) => ({ key: keys.nameOf(key), share, shard: shardOf(key) })),
  }
}

/** A sum of many shares without the last digits, so that all is 1 and not nearly so. */
function neat(share: number): number {
  return Math.round(share * 1e12) / 1e12
}

/** Where the file does not bind the number of copies to fewer, it may grow or must shrink with the replicas. */
export function factorAfter(topology: Topology, change: Change): number {
  const replicas =
    'add' in change
      ? [...topology.replicas, ...change.add.map((home) => ({ ...topology.replicas[0], ...home }))]
      : topology.replicas.filter(({ id }) => id !== change.remove)
  return Math.min(replicas.length, factorOf({ ...topology, replicas }))
}

/** In one shard all keys have the same owner whoever joins, and nothing need move. */
export function idealOf({ setup: { replicas, spec } }: Layout, change: Change | null): number {
  if (change === null || spec.scheme === 'none') return 0
  return 'add' in change ? change.add.length / (replicas.length + change.add.length) : 1 / replicas.length
}

function ownedShares({ shares, members, setup }: Layout): Float64Array {
  const owned = new Float64Array(setup.replicas.length)
  for (const [unit, share] of shares.entries()) owned[members[unit][0]] += share
  return owned
}

function spreadOf({ shares, members, setup: { replicas, factor } }: Layout): PlacementFigures['spread'] {
  const zoneOf = ({ region, zone }: Home): string => JSON.stringify([region, zone])
  const regions = new Set(replicas.map(({ region }) => region))
  const zones = new Set(replicas.map(zoneOf))
  const copies = new Float64Array(replicas.length)
  let acrossRegions = 0
  let acrossZones = 0
  for (const [unit, share] of shares.entries()) {
    const homes = members[unit].map((replica) => replicas[replica])
    for (const replica of members[unit]) copies[replica] += share / factor
    if (new Set(homes.map(({ region }) => region)).size === Math.min(factor, regions.size))
      acrossRegions += share
    if (new Set(homes.map(zoneOf)).size === Math.min(factor, zones.size)) acrossZones += share
  }
  const partOf = (isThere: (home: Home) => boolean): number =>
    neat(replicas.reduce((sum, home, index) => sum + (isThere(home) ? copies[index] : 0), 0))
  return {
    acrossRegions: neat(acrossRegions),
    acrossZones: neat(acrossZones),
    regions: [...regions].map((id) => ({
      id,
      share: partOf(({ region }) => region === id),
      zones: [...new Set(replicas.filter(({ region }) => region === id).map(({ zone }) => zone))].map(
        (zone) => ({
          id: zone,
          share: partOf((home) => home.region === id && home.zone === zone),
        }),
      ),
    })),
  }
}

interface Load {
  /** Key → its part of the operations. */
  loads: [key: number, share: number][]
  hottest: [key: number, share: number][]
}

/** Popularity by drawing keys as the clients do before anything is inserted; the keys of a probe are all alike. */
function loadOf({ workload, clients, run }: Topology): Load {
  if (workload.kind === 'probe') {
    const count = probeKeys(workload)
    const counted = Math.min(count, DRAWS)
    const each = (_: unknown, at: number): [number, number] => [
      Math.floor((at * count) / counted),
      1 / counted,
    ]
    return { loads: Array.from({ length: counted }, each), hottest: [] }
  }
  const expectedInserts = Math.floor(expectedOperations(clients, run.durationMs) * workload.mix.insert)
  const inserts = new InsertSequence(workload.keys, 0, 1)
  const chooser = keyChooser(workload.distribution, workload.keys, inserts, expectedInserts)
  const rng = Rng.stream(run.seed, 'placement/load')
  const counts = new Map<number, number>()
  for (let draw = 0; draw < DRAWS; draw++) {
    const key = chooser.next(rng)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const loads = [...counts].map(([key, count]): [number, number] => [key, count / DRAWS])
  loads.sort((a, b) => b[1] - a[1] || a[0] - b[0])
  return { loads, hottest: loads.slice(0, HOT_KEYS) }
}

function probeKeys({ samples, offsetsMs }: WorkloadSpec & { kind: 'probe' }): number {
  return samples * offsetsMs.length
}

/** Replicas to add, each in the zone that has fewest, so that a change says what growing evenly costs. */
export function newcomers(topology: Topology, count: number): Home[] {
  const taken = new Set([...topology.regions, ...topology.replicas, ...topology.clients].map(({ id }) => id))
  const places: Home[] = topology.replicas.map(({ id, region, zone }) => ({ id, region, zone }))
  const known = [
    ...new Map(places.map(({ region, zone }) => [JSON.stringify([region, zone]), { region, zone }])).values(),
  ]
  const added: Home[] = []
  for (let number = 1; added.length < count; number++) {
    const id = `new-${number}`
    if (taken.has(id)) continue
    const population = known.map(
      ({ region, zone }) => places.filter((place) => place.region === region && place.zone === zone).length,
    )
    const home = { id, ...known[population.indexOf(Math.min(...population))] }
    places.push(home)
    added.push(home)
  }
  return added
}
