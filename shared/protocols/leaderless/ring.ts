import type { Ns } from '../../base/time.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { ReplicaConfig } from '../contract.ts'
import type { Params } from './config.ts'
import { readableOf } from './view.ts'
import type { View } from './view.ts'

/**
 * Who holds the shard's keys, seen from one instance under one view. Members, while these change the old and the new ones,
 * are spoken of by their position.
 */
export interface Ring {
  /** Of the view. Every request bears it, and every answer that of its request. */
  readonly epoch: number
  readonly self: PlaceId
  /** Members. */
  readonly size: number
  /** Every confirmation of a write counts, and all together: there is one group, of all members. */
  readonly isOneGroup: boolean
  readonly members: readonly PlaceId[]
  readonly spares: readonly PlaceId[]
  /** By place; −1 for places that are not members. */
  readonly positionOf: readonly number[]
  /** Position of this very instance; −1 where it is no member. */
  readonly ownPosition: number
  /** Positions whose replies count towards r, nearest first (this instance before all others). */
  readonly readers: readonly number[]
  /** By position: whether it is one of them. */
  readonly isReader: readonly boolean[]
  /** Other members that may be read from, nearest first: asked only where a session's token demands it. */
  readonly otherReaders: readonly number[]
  /** `readers` from `tieFrom` to `tieTo` − 1 are equally near and take turns. */
  readonly tieFrom: number
  readonly tieTo: number
  readonly readsNeeded: number
  /** By position: the groups in which its confirmation counts. */
  readonly writeGroupsOf: readonly (readonly number[])[]
  /** By group: how many confirmations a write needs there. */
  readonly writesNeeded: readonly number[]
}

export function ringOf(config: ReplicaConfig<Params>, view: View): Ring {
  const { self, places, params } = config
  const readable = readableOf(view)
  const lists = view.next !== null && params.rules.writesToBoth() ? [view.members, view.next] : [readable]
  const members = [...new Set(lists.flat())]
  const positionOf = places.map((place) => members.indexOf(place.id))
  const ownRegion = places[self].region
  const distance = (position: number): Ns =>
    members[position] === self ? -1 : config.roundTripNs(members[position])
  const near = members.map((_, position) => position).sort((a, b) => distance(a) - distance(b) || a - b)
  const mayBeRead = near.filter((position) => readable.includes(members[position]))
  const counts = (position: number) =>
    params.readScope === 'any' || places[members[position]].region === ownRegion
  const readers = mayBeRead.filter(counts)
  const tieFrom = readers.length > 0 && members[readers[0]] === self ? 1 : 0
  let tieTo = tieFrom
  while (tieTo < readers.length && distance(readers[tieTo]) === distance(readers[tieFrom])) tieTo++
  const groups = writeGroups(config, lists)
  return {
    epoch: view.epoch,
    self,
    size: members.length,
    isOneGroup: groups.length === 1 && groups[0].length === members.length,
    members,
    spares: view.spares,
    positionOf,
    ownPosition: positionOf[self],
    readers,
    isReader: members.map((_, position) => readers.includes(position)),
    otherReaders: mayBeRead.filter((position) => !counts(position)),
    tieFrom,
    tieTo,
    readsNeeded: params.readScope === 'any' ? params.r : Math.min(params.r, Math.max(readers.length, 1)),
    writeGroupsOf: members.map((member) =>
      [...groups.keys()].filter((group) => groups[group].includes(member)),
    ),
    writesNeeded: groups.map(({ length }) => Math.min(params.w, Math.max(length, 1))),
  }
}

/**
 * Whose confirmations are counted together: all, those of the own region, or each region's apart; of the old and of the new
 * members where these change.
 */
function writeGroups(
  { self, places, params }: ReplicaConfig<Params>,
  lists: readonly (readonly PlaceId[])[],
): PlaceId[][] {
  const regionOf = (place: PlaceId) => places[place].region
  return lists.flatMap((list) => {
    if (params.writeScope === 'any') return [[...list]]
    const regions = params.writeScope === 'local' ? [regionOf(self)] : [...new Set(list.map(regionOf))]
    return regions.map((region) => list.filter((place) => regionOf(place) === region))
  })
}

/** Place of the `index`-th member to read from: near ones first, equally near ones rotated by `turn`. */
export function readerAt(ring: Ring, index: number, turn: number): number {
  const { readers, tieFrom, tieTo } = ring
  if (index < tieFrom || index >= tieTo) return readers[index]
  return readers[tieFrom + ((index - tieFrom + turn) % (tieTo - tieFrom))]
}
