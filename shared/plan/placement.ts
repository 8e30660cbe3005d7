import { layoutOf } from '../partitioning/layout.ts'
import { shardsOf } from '../partitioning/shards.ts'
import type { Setup, Shard } from '../partitioning/types.ts'
import type { Topology } from '../topology/types.ts'
import { keyNameOf } from '../workload/key-names.ts'
import type { ShardPlan } from './types.ts'

export { spreadOrder } from '../partitioning/spread.ts'

/** Replicas of a shard where neither the partitioning nor the strategy states a number. */
const USUAL_FACTOR = 3

/** Shards, where they live, and which of them a key is in. */
export interface Placement {
  shards: ShardPlan[]
  /** The shard of a key number, those of keys that do not exist yet included. Hashes the name each time. */
  ownerOf: (key: number) => number
  /** The same shards with their shares of the key space, as partitioning sees them. */
  slices: readonly Shard[]
}

/**
 * How many replicas hold each key. Scheme "none" spreads over the first `n` replicas where the strategy has an integer
 * parameter `n`, and over all of them where it has not; other schemes take what the file states, else `n`, else three.
 */
export function factorOf({ partitioning, replication, replicas }: Topology): number {
  const { n } = replication.params
  if (partitioning.scheme === 'none') return typeof n === 'number' ? n : replicas.length
  return (
    partitioning.replicationFactor ?? (typeof n === 'number' ? n : Math.min(USUAL_FACTOR, replicas.length))
  )
}

/** What partitioning needs to know of a topology. The keys of a probe are its samples at every offset. */
export function partitionSetup(topology: Topology): Setup {
  const { partitioning, replicas, run, workload } = topology
  const count = workload.kind === 'mix' ? workload.keys : workload.samples * workload.offsetsMs.length
  return {
    spec: partitioning,
    replicas: replicas.map(({ id, region, zone }) => ({ id, region, zone })),
    factor: factorOf(topology),
    seed: run.seed,
    keys: { count, nameOf: keyNameOf(workload) },
  }
}

/** Where the keys of a topology live. The same topology and seed (`topology.run.seed`) give the same placement. */
export function placement(topology: Topology): Placement {
  const setup = partitionSetup(topology)
  const layout = layoutOf(setup)
  const { shards, shardOfUnit } = shardsOf(layout)
  const { nameOf } = setup.keys
  return {
    shards: shards.map(({ id, replicas, spares }) => ({ id, replicas, spares })),
    ownerOf: shards.length === 1 ? () => 0 : (key) => shardOfUnit[layout.unitOf(nameOf(key))],
    slices: shards,
  }
}
