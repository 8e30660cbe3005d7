import { nsOfMs } from '../base/time.ts'
import { layoutOf } from '../partitioning/layout.ts'
import { rebalanced } from '../partitioning/rebalance.ts'
import { shardsOf } from '../partitioning/shards.ts'
import type { Layout } from '../partitioning/types.ts'
import { initialReplicas, inOrder } from '../topology/changes.ts'
import type { Topology } from '../topology/types.ts'
import { factorOf, partitionSetup } from './placement.ts'
import type { PlaceId, Plan, PlannedChange, ShardPlan } from './types.ts'

/**
 * What replicas that join and leave make of the shards, one after the other. Each change moves no more than an even spread
 * asks for (`rebalanced`). In one piece every replica that is there holds everything.
 */
export function planChanges(topology: Topology): PlannedChange[] {
  const idOf = new Map(topology.replicas.map(({ id }, place) => [id, place]))
  let present = initialReplicas(topology)
  let layout = layoutOf(partitionSetup({ ...topology, replicas: present }))
  return inOrder(topology.changes ?? []).map(({ change: { atMs, kind, replica } }) => {
    const place = idOf.get(replica) as number
    present = topology.replicas.filter(({ id }) =>
      id === replica ? kind === 'join' : present.some((each) => each.id === id),
    )
    layout = rebalanced(layout, {
      ...layout.setup,
      replicas: present.map(({ id, region, zone }) => ({ id, region, zone })),
      factor: factorOf({ ...topology, replicas: present }),
    })
    return { atNs: nsOfMs(atMs), kind, place, shards: shardPlans(layout, idOf) }
  })
}

/** All who hold a shard at some time of the run, those from its beginning first. */
export function holdersOf({
  shards,
  changes,
}: Pick<Plan, 'shards' | 'changes'>): { shard: number; place: PlaceId }[] {
  return shards.flatMap(({ id: shard, replicas }) => {
    const later = changes.flatMap((change) => change.shards[shard].replicas)
    return [...new Set([...replicas, ...later])].map((place) => ({ shard, place }))
  })
}

/** The shards of a layout, by the numbers that replicas bear in the file. */
export function shardPlans(layout: Layout, idOf: ReadonlyMap<string, number>): ShardPlan[] {
  const places = (replicas: readonly number[]): number[] =>
    replicas.map((replica) => idOf.get(layout.setup.replicas[replica].id) as number)
  return shardsOf(layout).shards.map(({ id, replicas, spares }) => ({
    id,
    replicas: places(replicas),
    spares: places(spares),
  }))
}
