import { Rng } from '../base/rng.ts'
import { utf8Bytes } from '../base/hash.ts'
import { md5 } from './hashes/md5.ts'

export const RING = 4294967296
/** An arc that is cut by the allocator keeps at least one part in so many. */
const KEPT = 16

/**
 * Points on a circle of 2^32 positions, ascending. A point owns the arc that ends with it, from the point before (which
 * belongs to that one): the convention of Cassandra, Dynamo and ketama.
 */
export interface Ring {
  tokens: Uint32Array
  /** By point: whose it is. */
  owners: Uint16Array
}

/** How far the arc of a point reaches back. A single point owns everything. */
export function arcLength({ tokens }: Ring, at: number): number {
  if (at > 0) return tokens[at] - tokens[at - 1]
  return tokens[0] + RING - tokens[tokens.length - 1]
}

/** The index of the first of ascending `ends` at or after a position, around the circle. */
export function arcOf(ends: Uint32Array, position: number): number {
  let [from, to] = [0, ends.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if (ends[middle] < position) from = middle + 1
    else to = middle
  }
  return from === ends.length ? 0 : from
}

/** The distinct owners that a walk clockwise from a point meets, at most `most`. */
export function walk({ owners }: Ring, from: number, most: number): number[] {
  const met: number[] = []
  const seen = new Set<number>()
  for (let step = 0; step < owners.length && met.length < most; step++) {
    const owner = owners[(from + step) % owners.length]
    if (seen.has(owner)) continue
    seen.add(owner)
    met.push(owner)
  }
  return met
}

function ringOf(points: readonly (readonly [token: number, owner: number])[]): Ring {
  // Token and owner in one number below 2^48: sorted as numbers, equal tokens by owner.
  const packed = Float64Array.from(points, ([token, owner]) => token * 65536 + owner).sort()
  return {
    tokens: Uint32Array.from(packed, (value) => Math.floor(value / 65536)),
    owners: Uint16Array.from(packed, (value) => value % 65536),
  }
}

/** Each point by itself, from a stream of the replica's own: Dynamo's first scheme, and Cassandra's before 4.0. */
export function randomRing(ids: readonly string[], pointsEach: number, seed: number): Ring {
  const points = ids.flatMap((id, owner) => {
    const rng = Rng.stream(seed, `partitioning/ring/${id}`)
    return Array.from({ length: pointsEach }, () => [rng.u32(), owner] as const)
  })
  return ringOf(points)
}

/**
 * libketama's continuum (R. Jones, last.fm, 2007): the MD5 digests of "name-0", "name-1", … give four points each, their
 * words with the least significant octet first. 160 points per server are usual.
 */
export function ketamaRing(ids: readonly string[], pointsEach: number): Ring {
  const words = new Uint32Array(4)
  const points = ids.flatMap((id, owner) =>
    Array.from({ length: pointsEach }, (_, point) => {
      if (point % 4 === 0) {
        const octets = utf8Bytes(`${id}-${point / 4}`)
        md5(octets, octets.length, words)
      }
      return [words[point % 4], owner] as const
    }),
  )
  return ringOf(points)
}

/**
 * Points chosen so that shares come out even, replica after replica in file order, in the manner of Cassandra's allocator
 * (since 4.0; CASSANDRA-7032): a newcomer's every point takes its part of what the newcomer is due, from the longest arc of
 * whoever then owns most. The first replica's points are random. One that joins thus owns 1/n at once.
 */
export function allocatedRing(ids: readonly string[], pointsEach: number, seed: number): Ring {
  const rng = Rng.stream(seed, `partitioning/ring/${ids[0]}`)
  const first = ringOf(Array.from({ length: pointsEach }, () => [rng.u32(), 0] as const))
  const arcs = arcsByOwner(first, 1)
  for (let owner = 1; owner < ids.length; owner++) allocate(arcs, pointsEach)
  return ringOfArcs(arcs)
}

/** A ring of some owners and one newcomer more, who gets the number after theirs and its points as `allocatedRing` gives them. */
export function ringWithAllocated(ring: Ring, owners: number, pointsEach: number): Ring {
  const arcs = arcsByOwner(ring, owners)
  allocate(arcs, pointsEach)
  return ringOfArcs(arcs)
}

/** An arc as the allocator sees it: may be cut at its beginning. */
type OpenArc = [length: number, end: number]

function arcsByOwner(ring: Ring, owners: number): OpenArc[][] {
  const arcs = Array.from({ length: owners }, (): OpenArc[] => [])
  for (const [at, end] of ring.tokens.entries()) arcs[ring.owners[at]].push([arcLength(ring, at), end])
  return arcs
}

function ringOfArcs(arcs: readonly (readonly OpenArc[])[]): Ring {
  return ringOf(arcs.flatMap((own, owner) => own.map(([, end]) => [end, owner] as const)))
}

/** Gives one owner more its points, at the end of the list. */
function allocate(arcs: OpenArc[][], pointsEach: number): void {
  const owned = arcs.map((own) => own.reduce((sum, [length]) => sum + length, 0))
  const due = Math.floor(RING / (arcs.length + 1))
  const own: OpenArc[] = []
  let taken = 0
  for (let left = pointsEach; left > 0; left--) {
    const richest = owned.reduce((best, share, index) => (share > owned[best] ? index : best), 0)
    const longest = arcs[richest].reduce((best, arc) => (arc[0] > best[0] ? arc : best))
    // Whoever gives keeps a piece, so that no point ends an arc of nothing.
    const length = Math.min(Math.floor((due - taken) / left), longest[0] - Math.ceil(longest[0] / KEPT))
    const start = (longest[1] + RING - longest[0]) % RING
    own.push([length, (start + length) % RING])
    longest[0] -= length
    owned[richest] -= length
    taken += length
  }
  arcs.push(own)
}

/** The ring without the points of one owner, whose arcs fall to the points after them. The other owners keep their indices. */
export function withoutOwner(ring: Ring, leaver: number): Ring {
  const kept = [...ring.owners.keys()].filter((at) => ring.owners[at] !== leaver)
  return {
    tokens: Uint32Array.from(kept, (at) => ring.tokens[at]),
    owners: Uint16Array.from(kept, (at) => ring.owners[at]),
  }
}

/** Arcs and who owns them, where that need not be whose point ends them. */
export interface Arcs {
  ends: Uint32Array
  owners: Uint16Array
  /** By arc: the point of the ring from which its walk begins. */
  from: Uint32Array
}

export function arcsOf({ tokens, owners }: Ring): Arcs {
  return { ends: tokens, owners, from: Uint32Array.from(tokens.keys()) }
}

/**
 * Consistent hashing with bounded loads (Mirrokni, Thorup & Zadimoghaddam, SODA 2018), with the key space in place of balls:
 * nobody owns more than 1 + epsilon times an even share, and what is beyond goes to the next clockwise with room. Arcs are
 * filled in the order of the circle and cut where their owner is full. Unlike the plain ring, one that joins or leaves may
 * move keys between others, of the order of 1/epsilon² times as many.
 */
export function boundedArcs(ring: Ring, owners: number, epsilon: number): Arcs {
  const room = new Float64Array(owners).fill(Math.ceil(((1 + epsilon) * RING) / owners))
  const pieces: [end: number, owner: number, from: number][] = []
  for (let at = 0; at < ring.tokens.length; at++) {
    let left = arcLength(ring, at)
    let end = (ring.tokens[at] + RING - left) % RING
    for (let next = at; left > 0; next++) {
      const owner = ring.owners[next % ring.owners.length]
      const taken = Math.min(left, room[owner])
      if (taken === 0) continue
      end = (end + taken) % RING
      left -= taken
      room[owner] -= taken
      pieces.push([end, owner, at])
    }
  }
  pieces.sort((a, b) => a[0] - b[0])
  return {
    ends: Uint32Array.from(pieces, ([end]) => end),
    owners: Uint16Array.from(pieces, ([, owner]) => owner),
    from: Uint32Array.from(pieces, ([, , from]) => from),
  }
}
