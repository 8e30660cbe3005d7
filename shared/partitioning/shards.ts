import type { Layout, Shard } from './types.ts'

/** Each shard is an instance of the protocol on every replica of it, so their number is bounded. */
export const SHARDS_MAX = 4_096

/** The shards of a layout, and the shard of each unit; see `shardsOver`. */
export function shardsOf(layout: Layout): { shards: Shard[]; shardOfUnit: Uint16Array } {
  const { shards, shardOfUnit } = shardsOver([layout])
  return { shards: shards[0], shardOfUnit }
}

/**
 * The shards of layouts that follow one another over the same units: the same slices under each, by layout. Ranges and
 * buckets are a shard each. Of a ring, and of rendezvous hashing, units with the same replicas in the same order, each time,
 * are one shard, in the order in which they first appear. Should there be more than `SHARDS_MAX` of them, each owner (each
 * sequence of owners) keeps its widest ones, and its other units join the widest: who owns what stays exact, and only which
 * followers a narrow arc has does not.
 */
export function shardsOver(layouts: readonly Layout[]): { shards: Shard[][]; shardOfUnit: Uint16Array } {
  const [first] = layouts
  const { scheme } = first.setup.spec
  const isGrouped = scheme === 'consistent-hashing' || scheme === 'rendezvous'
  const groups = isGrouped
    ? bounded(layouts, groupUnits(layouts))
    : Array.from(first.shares, (_, unit) => [unit])
  const shardOfUnit = new Uint16Array(first.shares.length)
  for (const [id, units] of groups.entries()) for (const unit of units) shardOfUnit[unit] = id
  const shards = layouts.map((layout) => groups.map((units, id) => shardOf(layout, units, id)))
  return { shards, shardOfUnit }
}

function shardOf(layout: Layout, units: readonly number[], id: number): Shard {
  const replicas = layout.members[units[0]]
  const spares = layout.candidates(units[0]).filter((replica) => !replicas.includes(replica))
  return { id, replicas, spares, share: shareOf(layout, units), units }
}

function shareOf({ shares }: Layout, units: readonly number[]): number {
  return units.reduce((sum, unit) => sum + shares[unit], 0)
}

function groupUnits(layouts: readonly Layout[]): number[][] {
  const groups = new Map<string, number[]>()
  for (const unit of layouts[0].members.keys()) {
    const name = layouts.map(({ members }) => members[unit].join()).join('|')
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [unit])
    else group.push(unit)
  }
  return [...groups.values()]
}

function bounded(layouts: readonly Layout[], groups: number[][]): number[][] {
  if (groups.length <= SHARDS_MAX) return groups
  const byOwner = new Map<string, { units: number[]; share: number }[]>()
  for (const units of groups) {
    const owners = layouts.map(({ members }) => members[units[0]][0]).join()
    const lists = byOwner.get(owners) ?? []
    byOwner.set(owners, lists)
    lists.push({ units, share: shareOf(layouts[0], units) })
  }
  const each = Math.floor(SHARDS_MAX / byOwner.size)
  return [...byOwner.values()].flatMap((lists) => {
    const [widest, ...others] = lists.sort((a, b) => b.share - a.share || a.units[0] - b.units[0])
    const kept = others.slice(0, each - 1).map(({ units }) => units)
    return [[...widest.units, ...others.slice(each - 1).flatMap(({ units }) => units)], ...kept]
  })
}
