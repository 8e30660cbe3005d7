import type { PlaceId, Plan } from '../plan/types.ts'
import type { ReplicaConfig } from '../protocols/contract.ts'

/** What a shard replica, or a client's coordinator, is told of the world when it boots. */
export function replicaConfig(
  plan: Plan,
  place: PlaceId,
  shard: number,
  params: unknown,
): ReplicaConfig<unknown> {
  const { replicas, spares } = plan.shards[shard]
  return {
    self: place,
    role: place < plan.replicaCount ? 'replica' : 'coordinator',
    shard,
    members: replicas,
    spares,
    places: plan.places,
    params,
    consistency: plan.topology.consistency,
    preloaded: plan.workload.kind === 'mix' ? plan.keySpace.countBelow(shard, plan.workload.keys) : 0,
    preloadedBytes: plan.workload.valueBytes,
    roundTripNs: (to) => plan.links.roundTripNs(place, to),
  }
}
