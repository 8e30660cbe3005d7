import { assert } from '../base/assert.ts'
import type { Topology } from '../topology/types.ts'
import type { Place, PlaceId, ShardPlan } from './types.ts'

/** Takes one from each list in turn until all are empty. */
function roundRobin<T>(lists: readonly (readonly T[])[]): T[] {
  const merged: T[] = []
  const longest = Math.max(0, ...lists.map((list) => list.length))
  for (let i = 0; i < longest; i++) {
    for (const list of lists) if (i < list.length) merged.push(list[i])
  }
  return merged
}

/** Groups in the order in which their names first appear. */
function groupBy<T>(items: readonly T[], nameOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(nameOf(item))
    if (group === undefined) groups.set(nameOf(item), [item])
    else group.push(item)
  }
  return [...groups.values()]
}

/**
 * Replicas in an order whose every prefix is spread as evenly as can be: regions take turns, and within a region its
 * zones do, all in file order. Three of six replicas in three regions are one per region.
 */
export function spreadOrder(replicas: readonly Place[]): PlaceId[] {
  const regions = groupBy(replicas, (place) => place.region)
  const spread = regions.map((region) => roundRobin(groupBy(region, (place) => place.zone ?? '')))
  return roundRobin(spread).map((place) => place.id)
}

/**
 * Which replicas hold which shard. Scheme "none" is one shard with everything, on the first `n` replicas of the spread
 * order where the strategy has an integer parameter `n`, and on all of them where it has not.
 */
export function placeShards(topology: Topology, replicas: readonly Place[]): ShardPlan[] {
  const { scheme } = topology.partitioning
  assert(scheme === 'none', () => `partitioning scheme "${scheme}" should have been refused by the parser`)
  const order = spreadOrder(replicas)
  const { n } = topology.replication.params
  const members = typeof n === 'number' ? n : order.length
  assert(
    Number.isInteger(members) && members >= 1 && members <= order.length,
    () => `${members} of ${order.length} replicas should have been refused by the parser`,
  )
  return [{ id: 0, replicas: order.slice(0, members), spares: order.slice(members) }]
}
