import { nsOfMs } from '../base/time.ts'
import { changed } from '../partitioning/change.ts'
import { layoutOf } from '../partitioning/layout.ts'
import { rebalanced } from '../partitioning/rebalance.ts'
import { refined } from '../partitioning/refine.ts'
import { shardsOver } from '../partitioning/shards.ts'
import type { Layout, Shard } from '../partitioning/types.ts'
import { initialReplicas, inOrder } from '../topology/changes.ts'
import type { ChangeSpec, Topology } from '../topology/types.ts'
import { factorOf, partitionSetup } from './placement.ts'
import type { PlaceId, Plan, PlannedChange, ShardPlan } from './types.ts'

/** The shards of a run, where each key is, and where the shards live after each change. */
export interface PlannedShards {
  /** When the run begins. */
  shards: ShardPlan[]
  /** The shard of a key number, those of keys that do not exist yet included. Hashes the name each time. */
  ownerOf: (key: number) => number
  changes: PlannedChange[]
}

/**
 * What replicas that join and leave make of the shards, one after the other. In one piece every replica that is there holds
 * everything. A shard is a slice of the key space whose replicas are the same at all times of the run: so what a later join
 * cuts out of a ring is a shard of its own from the beginning, keys keep their shards and their numbers there, and a change
 * only says where shards live.
 */
export function planShards(topology: Topology): PlannedShards {
  const idOf = new Map(topology.replicas.map(({ id }, place) => [id, place]))
  const changes = inOrder(topology.changes ?? []).map(({ change }) => change)
  const layouts = refined(layoutsOf(topology, changes))
  const { shards, shardOfUnit } = shardsOver(layouts)
  const [first] = layouts
  const { nameOf } = first.setup.keys
  const plans = layouts.map((layout, at) => shardPlans(layout, shards[at], idOf))
  return {
    shards: plans[0],
    ownerOf: shards[0].length === 1 ? () => 0 : (key) => shardOfUnit[first.unitOf(nameOf(key))],
    changes: changes.map(({ atMs, kind, replica }, at) => ({
      atNs: nsOfMs(atMs),
      kind,
      place: idOf.get(replica) as number,
      shards: plans[at + 1],
    })),
  }
}

/** The layout that a run begins with, and the one after each change. */
function layoutsOf(topology: Topology, changes: readonly ChangeSpec[]): Layout[] {
  let present: Topology = { ...topology, replicas: initialReplicas(topology) }
  const layouts = [layoutOf(partitionSetup(present))]
  for (const { kind, replica } of changes) {
    const newcomer = topology.replicas.filter(({ id }) => id === replica && kind === 'join')
    const stay = present.replicas.filter(({ id }) => id !== replica)
    present = { ...topology, replicas: inFileOrder(topology, [...stay, ...newcomer]) }
    layouts.push(next(layouts[layouts.length - 1], present, { kind, replica }))
  }
  return layouts
}

function inFileOrder({ replicas }: Topology, some: Topology['replicas']): Topology['replicas'] {
  return replicas.filter((replica) => some.includes(replica))
}

/**
 * A ring and rendezvous hashing say themselves what moves; shards of a fixed number are dealt out again, no more than an even
 * spread asks for (`rebalanced`).
 */
function next(
  before: Layout,
  present: Topology,
  { kind, replica }: Pick<ChangeSpec, 'kind' | 'replica'>,
): Layout {
  const factor = factorOf(present)
  const replicas = present.replicas.map(({ id, region, zone }) => ({ id, region, zone }))
  switch (before.setup.spec.scheme) {
    case 'consistent-hashing': {
      const newcomers = replicas.filter(({ id }) => id === replica)
      return changed(before, kind === 'join' ? { add: newcomers } : { remove: replica }, factor)
    }
    case 'rendezvous':
      return layoutOf({ ...before.setup, replicas, factor })
    default:
      return rebalanced(before, { ...before.setup, replicas, factor })
  }
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
function shardPlans(
  { setup }: Layout,
  shards: readonly Shard[],
  idOf: ReadonlyMap<string, number>,
): ShardPlan[] {
  const places = (replicas: readonly number[]): number[] =>
    replicas.map((replica) => idOf.get(setup.replicas[replica].id) as number)
  return shards.map(({ id, replicas, spares }) => ({
    id,
    replicas: places(replicas),
    spares: places(spares),
  }))
}
