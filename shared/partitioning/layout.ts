import { assert } from '../base/assert.ts'
import { NameHash } from './hashes/index.ts'
import { jumpHash } from './jump.ts'
import { evenBounds, rangeOf } from './ranges.ts'
import { candidateOf, rendezvousOrder } from './rendezvous.ts'
import {
  allocatedRing,
  arcLength,
  arcOf,
  arcsOf,
  boundedArcs,
  ketamaRing,
  randomRing,
  RING,
  walk,
  type Ring,
} from './ring.ts'
import { evenSlots, hashSlot, slotCounts, SLOTS } from './slots.ts'
import { Spread, spreadOrder } from './spread.ts'
import type { Layout, Setup } from './types.ts'

/** Keys that stand for all where shares of ranges are counted. */
export const KEYS_COUNTED = 16_384

/** On a ring so many owners are looked at first: usually enough of them stand apart. */
const NEAR = 24

type LayoutMaker = (setup: Setup) => Layout

/** How each scheme cuts the key space and who gets what. */
const MAKERS: Readonly<Record<Setup['spec']['scheme'], LayoutMaker>> = {
  none: (setup) => {
    const order = spreadOrder(setup.replicas)
    return {
      setup,
      shares: Float64Array.of(1),
      members: [order.slice(0, setup.factor)],
      candidates: () => order,
      unitOf: () => 0,
    }
  },
  range: (setup) => {
    const bounds = setup.spec.ranges ?? evenBounds(setup.keys, setup.spec.shards, KEYS_COUNTED)
    const unitOf = (name: string): number => rangeOf(bounds, name)
    return dealt(setup, countedShares(setup, bounds.length + 1, unitOf), unitOf)
  },
  hash: (setup) => {
    const { shards, hash = 'murmur3' } = setup.spec
    const names = new NameHash(hash)
    return dealt(setup, evenShares(shards), (name) => names.modulo(name, shards))
  },
  slots: (setup) => slotLayout(setup, evenSlots(setup.spec.shards)),
  jump: (setup) => {
    const { shards, hash = 'murmur3' } = setup.spec
    const names = new NameHash(hash)
    return dealt(setup, evenShares(shards), (name) => {
      const words = names.words(name)
      return jumpHash(words[0], words[1], shards)
    })
  },
  rendezvous: (setup) => {
    const { shards, hash = 'murmur3' } = setup.spec
    const names = new NameHash(hash)
    const contenders = setup.replicas.map(({ id }) => candidateOf(id))
    const spread = new Spread(setup.replicas)
    const candidates = (bucket: number): number[] => rendezvousOrder(bucket, contenders)
    return {
      setup,
      shares: evenShares(shards),
      members: Array.from({ length: shards }, (_, bucket) => spread.pick(candidates(bucket), setup.factor)),
      candidates,
      unitOf: (name) => names.modulo(name, shards),
    }
  },
  'consistent-hashing': (setup) => ringLayout(setup, ringOf(setup)),
}

/** Cuts the key space and places every unit. The same setup gives the same layout. */
export function layoutOf(setup: Setup): Layout {
  const { factor, replicas, spec } = setup
  assert(
    Number.isInteger(factor) && factor >= 1 && factor <= replicas.length,
    () => `${factor} of ${replicas.length} replicas should have been refused by the parser`,
  )
  return MAKERS[spec.scheme](setup)
}

function evenShares(units: number): Float64Array {
  return new Float64Array(units).fill(1 / units)
}

/** Shares by counting keys, evenly picked where there are many. */
function countedShares({ keys }: Setup, units: number, unitOf: (name: string) => number): Float64Array {
  const counted = Math.min(keys.count, KEYS_COUNTED)
  const shares = new Float64Array(units)
  for (let at = 0; at < counted; at++) shares[unitOf(keys.nameOf(Math.floor((at * keys.count) / counted)))]++
  return shares.map((share) => share / counted)
}

/**
 * Units dealt to the replicas in turn, unit i to replica i modulo their number; the other replicas of a unit are well spread
 * ones that hold few units yet.
 */
function dealt(setup: Setup, shares: Float64Array, unitOf: (name: string) => number): Layout {
  const { replicas, factor } = setup
  const order = spreadOrder(replicas)
  const placeOf = new Uint16Array(order.length)
  for (const [place, replica] of order.entries()) placeOf[replica] = place
  const candidates = (unit: number): number[] => {
    const at = placeOf[unit % order.length]
    return [...order.slice(at), ...order.slice(0, at)]
  }
  const spread = new Spread(replicas)
  const held = new Uint32Array(replicas.length)
  // Who owns what is settled, and counts from the start.
  for (const unit of shares.keys()) held[unit % replicas.length]++
  const members = Array.from(shares, (_, unit) => {
    const chosen = spread.pick(candidates(unit), factor, held)
    for (const replica of chosen.slice(1)) held[replica]++
    return chosen
  })
  return { setup, shares, members, candidates, unitOf }
}

/** The layout of given slots: the unit of each, numbered below `setup.spec.shards`. */
export function slotLayout(setup: Setup, slots: Uint16Array): Layout {
  const { shards, hash = 'crc16' } = setup.spec
  const names = new NameHash(hash)
  const slotOf = hash === 'crc16' ? hashSlot : (name: string) => names.modulo(name, SLOTS)
  const shares = Float64Array.from(slotCounts(slots, shards), (count) => count / SLOTS)
  return { ...dealt(setup, shares, (name) => slots[slotOf(name)]), slots }
}

/** The points of the ring that a setup asks for. */
export function ringOf({ spec, replicas, seed }: Setup): Ring {
  const ids = replicas.map(({ id }) => id)
  if (spec.hash === 'ketama') return ketamaRing(ids, spec.virtualNodes)
  const makeRing = spec.tokens === 'random' ? randomRing : allocatedRing
  return makeRing(ids, spec.virtualNodes, seed)
}

/** The layout of a given ring; its owners are indices of `setup.replicas`. */
export function ringLayout(setup: Setup, ring: Ring): Layout {
  const { replicas, factor, spec } = setup
  const names = new NameHash(spec.hash ?? 'murmur3')
  const arcs = spec.epsilon === undefined ? arcsOf(ring) : boundedArcs(ring, replicas.length, spec.epsilon)
  const spread = new Spread(replicas)
  const candidatesOf = (arc: number, most: number): number[] => {
    const owner = arcs.owners[arc]
    const met = walk(ring, arcs.from[arc], most)
    return met[0] === owner ? met : [owner, ...met.filter((other) => other !== owner)]
  }
  const membersOf = (arc: number): number[] => {
    const near = spread.pick(candidatesOf(arc, spread.isFlat ? factor : Math.max(factor, NEAR)), factor)
    // Were there anybody further apart, they would have come first in a longer walk too.
    if (spread.isFlat || spread.isApart(near)) return near
    return spread.pick(candidatesOf(arc, replicas.length), factor)
  }
  const { ends } = arcs
  const whole = { tokens: ends, owners: arcs.owners }
  return {
    setup,
    ends,
    shares: Float64Array.from(ends, (_, arc) => arcLength(whole, arc) / RING),
    members: Array.from(ends, (_, arc) => membersOf(arc)),
    candidates: (arc) => candidatesOf(arc, replicas.length),
    unitOf: (name) => arcOf(ends, names.position(name)),
  }
}
