import type { Ns } from '../../base/time.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { ReplicaConfig } from '../contract.ts'
import type { Params } from './config.ts'

/**
 * Who holds the shard's keys, seen from one instance: fixed at boot. Members are spoken of by their position in the
 * preference list.
 */
export interface Ring {
  readonly self: PlaceId
  readonly members: readonly PlaceId[]
  readonly spares: readonly PlaceId[]
  /** By place; −1 for places that are not members. */
  readonly positionOf: readonly number[]
  /** Position of this very instance; −1 where it is no member. */
  readonly ownPosition: number
  /** Positions whose replies count towards r, nearest first (this instance before all others). */
  readonly readers: readonly number[]
  /** The other members, nearest first: asked only where a session's token demands it. */
  readonly otherReaders: readonly number[]
  /** `readers` from `tieFrom` to `tieTo` − 1 are equally near and take turns. */
  readonly tieFrom: number
  readonly tieTo: number
  readonly readsNeeded: number
  /** By position: the group in which its confirmation counts; −1 where it does not count. */
  readonly writeGroupOf: readonly number[]
  /** By group: how many confirmations a write needs there. */
  readonly writesNeeded: readonly number[]
}

export function ringOf(config: ReplicaConfig<Params>): Ring {
  const { self, members, spares, places, params } = config
  const positionOf = places.map((place) => members.indexOf(place.id))
  const ownRegion = places[self].region
  const regionOf = (position: number) => places[members[position]].region
  const distance = (position: number): Ns =>
    members[position] === self ? -1 : config.roundTripNs(members[position])
  const near = members.map((_, position) => position).sort((a, b) => distance(a) - distance(b) || a - b)
  const isReader = (position: number) => params.readScope === 'any' || regionOf(position) === ownRegion
  const readers = near.filter(isReader)
  const tieFrom = readers.length > 0 && members[readers[0]] === self ? 1 : 0
  let tieTo = tieFrom
  while (tieTo < readers.length && distance(readers[tieTo]) === distance(readers[tieFrom])) tieTo++
  const { writeGroupOf, sizes } = writeGroups(
    members.map((_, position) => regionOf(position)),
    params.writeScope,
    ownRegion,
  )
  return {
    self,
    members,
    spares,
    positionOf,
    ownPosition: positionOf[self],
    readers,
    otherReaders: near.filter((position) => !isReader(position)),
    tieFrom,
    tieTo,
    readsNeeded: params.readScope === 'any' ? params.r : Math.min(params.r, Math.max(readers.length, 1)),
    writeGroupOf,
    writesNeeded: sizes.map((size) => Math.min(params.w, Math.max(size, 1))),
  }
}

/** Which confirmations are counted together: all, those of the own region, or each region's apart. */
function writeGroups(
  regions: readonly string[],
  scope: Params['writeScope'],
  ownRegion: string,
): { writeGroupOf: number[]; sizes: number[] } {
  if (scope === 'any') return { writeGroupOf: regions.map(() => 0), sizes: [regions.length] }
  const counted = scope === 'local' ? [ownRegion] : [...new Set(regions)]
  return {
    writeGroupOf: regions.map((region) => counted.indexOf(region)),
    sizes: counted.map((region) => regions.filter((other) => other === region).length),
  }
}

/** Place of the `index`-th member to read from: near ones first, equally near ones rotated by `turn`. */
export function readerAt(ring: Ring, index: number, turn: number): number {
  const { readers, tieFrom, tieTo } = ring
  if (index < tieFrom || index >= tieTo) return readers[index]
  return readers[tieFrom + ((index - tieFrom + turn) % (tieTo - tieFrom))]
}
