import type { Distribution } from '../topology/distributions.ts'
import type { Ns } from '../base/time.ts'
import type { KeySpace } from './key-space.ts'
import type { SplitPlan } from './ranges.ts'
import type { FaultSpec, Topology, WorkloadSpec } from '../topology/types.ts'

/** Index of a place in `Plan.places`: replicas first, in file order, then clients. */
export type PlaceId = number

/** Somewhere that sends and receives: a replica or a client. */
export interface Place {
  id: PlaceId
  name: string
  kind: 'replica' | 'client'
  region: string
  zone: string | null
}

/** One direction between two places, resolved from the file's entries; `Distribution`s draw nanoseconds. */
export interface LinkPlan {
  oneWay: Distribution
  /** Per message kind; a kind that is absent uses `oneWay`. */
  oneWayOf: ReadonlyMap<string, Distribution>
  lossPpm: number
  duplicatePpm: number
  reorderPpm: number
  ordered: boolean
  /** Nanoseconds one byte occupies the link; 0 where bandwidth is not modelled. */
  nsPerByte: number
}

export interface LinkTable {
  /** The link from one place to another; the same object each time it is asked for. */
  between(from: PlaceId, to: PlaceId): LinkPlan
  /** Median latency there and back, the measure of "near". */
  roundTripNs(a: PlaceId, b: PlaceId): Ns
}

/** A slice of the key space and where it lives: `replicas` in order of preference. */
export interface ShardPlan {
  id: number
  replicas: readonly PlaceId[]
  /** The other replicas, in the order in which they stand in for a missing one. */
  spares: readonly PlaceId[]
}

/** A replica joins or leaves: what the shards are to be from this instant on. */
export interface PlannedChange {
  atNs: Ns
  kind: 'join' | 'leave'
  place: PlaceId
  shards: readonly ShardPlan[]
}

/** A fault at its instant. Names are resolved to places except "leader" and "follower", which wait for the instant. */
export interface PlannedFault {
  index: number
  spec: FaultSpec
  atNs: Ns
  /** null: it lasts to the end of the run (or is instantaneous, as a restart). */
  untilNs: Ns | null
}

export interface Plan {
  topology: Topology
  seed: number
  places: readonly Place[]
  replicaCount: number
  /** When the run begins. */
  shards: readonly ShardPlan[]
  /** In the order of their instants. */
  changes: readonly PlannedChange[]
  /** Where ranges may split; else null. Shards beyond those of its starts are not born yet, and have no replicas. */
  splits: SplitPlan | null
  /** Which shard a key is in, and its number there. */
  keySpace: KeySpace
  keyName(key: number): string
  links: LinkTable
  faults: readonly PlannedFault[]
  workload: WorkloadSpec
  /** Clients stop issuing at this instant. Infinity for a probe, which ends when its samples are done. */
  durationNs: Ns
  /** Operations that begin before this instant are recorded but not measured. */
  warmupNs: Ns
}
