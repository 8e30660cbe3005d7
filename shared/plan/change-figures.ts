import { initialReplicas } from '../topology/changes.ts'
import type { Plan, ShardPlan } from './types.ts'

/** What a replica that joins or leaves moves, by the plan. Keys are those that exist from the beginning. */
export interface ChangeFigures {
  kind: 'join' | 'leave'
  /** Shards whose replicas become others. */
  shards: number
  /** Copies of keys that are made anew elsewhere. */
  keys: number
  /**
   * So many if every replica held as many copies as any other before and after, and nothing moved in vain: what a newcomer
   * gets, or what one that leaves had held, as far as there is to be a copy of it elsewhere.
   */
  idealKeys: number
}

/** One for each change, in their order. */
export function changeFigures({ topology, shards, changes, keySpace, workload }: Plan): ChangeFigures[] {
  const keysOf = ({ id }: ShardPlan): number =>
    workload.kind === 'mix' ? keySpace.countBelow(id, workload.keys) : 0
  const copiesOf = (all: readonly ShardPlan[]): number =>
    sum(all, (shard) => keysOf(shard) * shard.replicas.length)
  let present = initialReplicas(topology).length
  return changes.map(({ kind, shards: after }, at) => {
    const before = at === 0 ? shards : changes[at - 1].shards
    const newcomersOf = (shard: ShardPlan) => missing(shard, before[shard.id]).length
    const [copiesBefore, copiesAfter] = [copiesOf(before), copiesOf(after)]
    const presentBefore = present
    present += kind === 'join' ? 1 : -1
    return {
      kind,
      shards: after.filter((shard) => newcomersOf(shard) + missing(before[shard.id], shard).length > 0)
        .length,
      keys: sum(after, (shard) => keysOf(shard) * newcomersOf(shard)),
      idealKeys:
        kind === 'join' ? copiesAfter / present : copiesAfter - (copiesBefore - copiesBefore / presentBefore),
    }
  })
}

/** Replicas of a shard that are none of another list's. */
function missing(shard: ShardPlan, other: ShardPlan): number[] {
  return shard.replicas.filter((place) => !other.replicas.includes(place))
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
