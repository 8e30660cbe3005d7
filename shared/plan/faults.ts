import { nsOfMs } from '../base/time.ts'
import type { FaultSpec } from '../topology/types.ts'
import type { Place, PlaceId, PlannedFault } from './types.ts'

/**
 * The faults in the order in which they fire: by instant, then by their place in the file, which is their `index`.
 * Faults that last (a crash or a power loss "for" some time ends with a restart) have `untilNs`.
 */
export function planFaults(faults: readonly FaultSpec[]): PlannedFault[] {
  const planned = faults.map((spec, index): PlannedFault => {
    const atNs = nsOfMs(spec.atMs)
    const forMs = spec.kind === 'restart' ? null : spec.forMs
    return { index, spec, atNs, untilNs: forMs === null ? null : atNs + nsOfMs(forMs) }
  })
  return planned.sort((a, b) => a.atNs - b.atNs || a.index - b.index)
}

/** The places that a name stands for: a replica, a client, or everything in a region. Sorted; empty if unknown. */
export function placesNamed(places: readonly Place[], name: string): PlaceId[] {
  const exact = places.find((place) => place.name === name)
  if (exact !== undefined) return [exact.id]
  return places.filter((place) => place.region === name).map((place) => place.id)
}

/**
 * The sides of a partition, each sorted. Names may be replicas, clients or regions; a place's own name counts before
 * that of its region. A place that nobody names goes with its region when all the named places of that region are on
 * one side; otherwise it is on no side and reaches them all.
 *
 * With a single group the other side is everything else, except that clients go with their region when all its
 * replicas are in the group.
 */
export function partitionSides(
  places: readonly Place[],
  groups: readonly (readonly string[])[],
): PlaceId[][] {
  const sideOf = new Map<string, number>()
  groups.forEach((names, side) => names.forEach((name) => sideOf.set(name, side)))
  const named = places.map((place) => sideOf.get(place.name) ?? sideOf.get(place.region) ?? null)

  const single = groups.length === 1
  const sideOfRegion = new Map<string, number | null>()
  for (const { id, region, kind } of places) {
    // Replicas that a single group leaves out are the other side, and what it says of clients moves no one else.
    const side = single ? (kind === 'replica' ? (named[id] ?? 1) : null) : named[id]
    if (side === null) continue
    const seen = sideOfRegion.get(region)
    sideOfRegion.set(region, seen === undefined || seen === side ? side : null)
  }

  const sides: PlaceId[][] = Array.from({ length: Math.max(groups.length, 2) }, () => [])
  for (const { id, region } of places) {
    const side = named[id] ?? sideOfRegion.get(region) ?? (single ? 1 : null)
    if (side !== null) sides[side].push(id)
  }
  return sides
}
