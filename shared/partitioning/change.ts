import { layoutOf, ringLayout, ringOf, slotLayout } from './layout.ts'
import { rebalanced } from './rebalance.ts'
import { RING, ringWithAllocated, withoutOwner, type Ring } from './ring.ts'
import { evenSlots, SLOTS, slotsWithAdded, slotsWithout } from './slots.ts'
import type { Home, Layout, Setup } from './types.ts'

/** Who joins (at the end of the list), or who leaves. */
export type Change = { add: readonly Home[] } | { remove: string }

/**
 * The layout after replicas have joined or one has left, as the system would come to it: a ring keeps the points of those
 * who stay, ranges and shards of slots move no more than they must, jump hashing gives the place of one that leaves to the
 * last, hashing modulo begins anew. Where there is one shard per replica, as in "hash modulo the number of servers" or a
 * cluster of masters with slots each, the number of shards of `hash`, `slots` and `jump` follows that of the replicas.
 * `factor` is how many replicas a key has then.
 */
export function changed(layout: Layout, change: Change, factor: number): Layout {
  const before = layout.setup
  const { scheme, shards } = before.spec
  const replicas = replicasAfter(before, change)
  const isPerReplica = shards === before.replicas.length
  const setup: Setup = { ...before, replicas, factor }
  const grown: Setup = { ...setup, spec: { ...setup.spec, shards: replicas.length } }
  switch (scheme) {
    case 'range':
      return rebalanced(layout, setup)
    case 'slots':
      return isPerReplica ? slotLayout(grown, slotsAfter(layout, change)) : rebalanced(layout, setup)
    case 'jump':
      return isPerReplica ? layoutOf(grown) : rebalanced(layout, setup)
    case 'hash':
      return layoutOf(isPerReplica ? grown : setup)
    case 'consistent-hashing': {
      const ring = 'add' in change ? ringWith(layout, setup) : ringWithout(layout, change.remove)
      return ring === null ? layoutOf(setup) : { ...ringLayout(setup, ring), ring }
    }
    default:
      return layoutOf(setup)
  }
}

/** With the points of those who have joined; null where the list of replicas tells all points. */
function ringWith({ ring, setup: before }: Layout, { spec, replicas }: Setup): Ring | null {
  if (ring === undefined || spec.hash === 'ketama' || spec.tokens === 'random') return null
  let grown = ring
  for (let owners = before.replicas.length; owners < replicas.length; owners++) {
    grown = ringWithAllocated(grown, owners, spec.virtualNodes)
  }
  return grown
}

/** Without the points of one who has left; those after it move up in the list. */
function ringWithout({ ring, setup: before }: Layout, name: string): Ring {
  const leaver = indexOf(before, name)
  const { tokens, owners } = withoutOwner(ring ?? ringOf(before), leaver)
  return { tokens, owners: owners.map((owner) => (owner > leaver ? owner - 1 : owner)) }
}

function indexOf({ replicas }: Setup, name: string): number {
  return replicas.findIndex(({ id }) => id === name)
}

function slotsAfter({ setup, slots = evenSlots(setup.spec.shards) }: Layout, change: Change): Uint16Array {
  const { shards } = setup.spec
  if ('add' in change) return slotsWithAdded(slots, shards, change.add.length)
  return slotsWithout(slots, shards, indexOf(setup, change.remove))
}

function replicasAfter({ replicas, spec }: Setup, change: Change): Home[] {
  if ('add' in change) return [...replicas, ...change.add]
  const stay = replicas.filter(({ id }) => id !== change.remove)
  const leaver = replicas.findIndex(({ id }) => id === change.remove)
  if (spec.scheme !== 'jump' || leaver === replicas.length - 1) return stay
  const last = stay[stay.length - 1]
  return [...stay.slice(0, leaver), last, ...stay.slice(leaver, -1)]
}

/** What a change moves. Fractions are of the key space. */
export interface Movement {
  /** Keys whose owner, the first of their replicas, becomes another. */
  movedFraction: number
  /** Copies that a replica holds and did not hold before, as a part of all copies. */
  movedCopiesFraction: number
  /** By former and new owner, the largest first. */
  moves: { from: string; to: string; share: number }[]
}

/**
 * Compares two layouts of one key space. Exact where arithmetic says which keys two units share: arcs of the circle, equal
 * cuts, the remainders of two moduli, jump hashing from one number of buckets to another; the hash is taken to be uniform.
 */
export function movement(before: Layout, after: Layout): Movement {
  const moves = new Map<string, { from: string; to: string; share: number }>()
  let moved = 0
  let copies = 0
  let copiesMoved = 0
  const homesBefore = before.setup.replicas
  const homesAfter = after.setup.replicas
  forEachOverlap(before, after, (a, b, share) => {
    if (share === 0) return
    const had = before.members[a].map((replica) => homesBefore[replica].id)
    const has = after.members[b].map((replica) => homesAfter[replica].id)
    copies += has.length * share
    for (const id of has) if (!had.includes(id)) copiesMoved += share
    const [from] = had
    const [to] = has
    if (from === to) return
    moved += share
    const name = JSON.stringify([from, to])
    const move = moves.get(name)
    if (move === undefined) moves.set(name, { from, to, share })
    else move.share += share
  })
  return {
    movedFraction: moved,
    movedCopiesFraction: copiesMoved / copies,
    moves: [...moves.values()].sort((a, b) => b.share - a.share),
  }
}

type Visit = (unitBefore: number, unitAfter: number, share: number) => void

/** Visits every two units, before and after, that have keys in common; arcs of a ring in their order along it. */
export function forEachOverlap(before: Layout, after: Layout, visit: Visit): void {
  const units = before.shares.length
  const unitsAfter = after.shares.length
  if (before.ends !== undefined && after.ends !== undefined) {
    overlapArcs(before.ends, after.ends, visit)
  } else if (before.slots !== undefined && after.slots !== undefined) {
    for (const [slot, unit] of before.slots.entries()) visit(unit, after.slots[slot], 1 / SLOTS)
  } else if (units === unitsAfter) {
    for (let unit = 0; unit < units; unit++) visit(unit, unit, before.shares[unit])
  } else if (before.setup.spec.scheme === 'hash') {
    // x mod a and x mod b agree modulo their greatest common divisor, and all such pairs are equally likely.
    const divisor = greatestCommonDivisor(units, unitsAfter)
    for (let a = 0; a < units; a++) {
      for (let b = a % divisor; b < unitsAfter; b += divisor) visit(a, b, divisor / (units * unitsAfter))
    }
  } else {
    overlapJumps(units, unitsAfter, visit)
  }
}

function overlapArcs(before: Uint32Array, after: Uint32Array, visit: Visit): void {
  const ends = Float64Array.from(new Set([...before, ...after])).sort()
  let previous = ends[ends.length - 1] - RING
  let a = 0
  let b = 0
  for (const end of ends) {
    // The first arc that ends here or later; after the last comes the first.
    while (a < before.length && before[a] < end) a++
    while (b < after.length && after[b] < end) b++
    visit(a % before.length, b % after.length, (end - previous) / RING)
    previous = end
  }
}

/** A key of the smaller number of buckets stays in its bucket or goes to one of the added, each bucket alike. */
function overlapJumps(before: number, after: number, visit: Visit): void {
  const [few, many] = before < after ? [before, after] : [after, before]
  for (let bucket = 0; bucket < few; bucket++) {
    visit(bucket, bucket, 1 / many)
    for (let added = few; added < many; added++) {
      const share = 1 / (few * many)
      if (before < after) visit(bucket, added, share)
      else visit(added, bucket, share)
    }
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
