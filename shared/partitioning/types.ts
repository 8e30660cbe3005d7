import type { PartitioningSpec } from '../topology/types.ts'
import type { Ring } from './ring.ts'

/** A replica as placement sees it. */
export interface Home {
  id: string
  region: string
  zone: string | null
}

/** The keys of a workload: numbers from 0 up, and what they are called. */
export interface Keys {
  /** How many there are when a run begins. */
  count: number
  nameOf: (key: number) => string
}

/** Everything that decides where keys live. */
export interface Setup {
  spec: PartitioningSpec
  /** In file order; elsewhere replicas are indices into this list. */
  replicas: readonly Home[]
  /** Replicas of each key, from 1 to all of them. */
  factor: number
  /** From which the points of a ring are drawn. */
  seed: number
  keys: Keys
}

/**
 * The key space cut into units that never divide (arcs of the ring, buckets, ranges), and the replicas of each. Shards are
 * made of units; see `shardsOf`.
 */
export interface Layout {
  setup: Setup
  /** Share of the key space by unit; they sum to one. */
  shares: Float64Array
  /** By unit: its replicas in order of preference, the owner first. */
  members: readonly (readonly number[])[]
  /** All replicas in the order in which a unit prefers them, before zones and regions have a say. */
  candidates: (unit: number) => readonly number[]
  unitOf: (name: string) => number
  /** Of a ring: where the units end, ascending; the last is followed by the first. */
  ends?: Uint32Array
  /** Of a ring that somebody has left: its points, which the list of those who stay does not tell. */
  ring?: Ring
  /** Of hash slots: the unit of each. */
  slots?: Uint16Array
}

/** A slice of the key space that one instance of the protocol replicates. */
export interface Shard {
  id: number
  /** Indices of replicas in order of preference. */
  replicas: readonly number[]
  /** The other replicas, in the order in which they stand in for a missing one. */
  spares: readonly number[]
  /** Of the key space. */
  share: number
  /** The units in it. */
  units: readonly number[]
}
