import type { Layout, Shard } from './types.ts'

/** Each shard is an instance of the protocol on every replica of it, so their number is bounded. */
export const SHARDS_MAX = 4_096

/**
 * The shards of a layout, and the shard of each unit. Ranges and buckets are a shard each. Of a ring, and of rendezvous
 * hashing, units with the same replicas in the same order are one shard, in the order in which they first appear. Should
 * there be more than `SHARDS_MAX` such lists, each owner keeps its widest ones, and its other units join the widest: who
 * owns what stays exact, and only which followers a narrow arc has does not.
 */
export function shardsOf(layout: Layout): { shards: Shard[]; shardOfUnit: Uint16Array } {
  const { scheme } = layout.setup.spec
  const isGrouped = scheme === 'consistent-hashing' || scheme === 'rendezvous'
  const groups = isGrouped
    ? bounded(layout, groupUnits(layout))
    : Array.from(layout.shares, (_, unit) => [unit])
  const shardOfUnit = new Uint16Array(layout.shares.length)
  const shards = groups.map((units, id) => {
    for (const unit of units) shardOfUnit[unit] = id
    const replicas = layout.members[units[0]]
    const spares = layout.candidates(units[0]).filter((replica) => !replicas.includes(replica))
    return { id, replicas, spares, share: shareOf(layout, units), units }
  })
  return { shards, shardOfUnit }
}

function shareOf({ shares }: Layout, units: readonly number[]): number {
  return units.reduce((sum, unit) => sum + shares[unit], 0)
}

function groupUnits({ members }: Layout): number[][] {
  const groups = new Map<string, number[]>()
  for (const [unit, replicas] of members.entries()) {
    const name = replicas.join()
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [unit])
    else group.push(unit)
  }
  return [...groups.values()]
}

function bounded(layout: Layout, groups: number[][]): number[][] {
  if (groups.length <= SHARDS_MAX) return groups
  const each = Math.floor(SHARDS_MAX / layout.setup.replicas.length)
  const byOwner = new Map<number, { units: number[]; share: number }[]>()
  for (const units of groups) {
    const [owner] = layout.members[units[0]]
    const lists = byOwner.get(owner) ?? []
    byOwner.set(owner, lists)
    lists.push({ units, share: shareOf(layout, units) })
  }
  return [...byOwner.values()].flatMap((lists) => {
    const [widest, ...others] = lists.sort((a, b) => b.share - a.share || a.units[0] - b.units[0])
    const kept = others.slice(0, each - 1).map(({ units }) => units)
    return [[...widest.units, ...others.slice(each - 1).flatMap(({ units }) => units)], ...kept]
  })
}
