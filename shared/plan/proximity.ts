import type { Ns } from '../base/time.ts'
import type { PlaceId, Plan } from './types.ts'

/** Replicas as a place sees them: near ones first, and how many of them are as near as the nearest. */
export interface Proximity {
  places: readonly PlaceId[]
  equallyNear: number
}

/**
 * Near is a short median round trip; where those are equal, the same zone comes before the same region and that before
 * any other, as drivers with a rack- and data-centre-aware policy have it.
 */
export function nearestFirst(plan: Plan, from: PlaceId, candidates: readonly PlaceId[]): Proximity {
  const seen = candidates.map((place) => ({ place, ...distance(plan, from, place) }))
  seen.sort((a, b) => a.roundTripNs - b.roundTripNs || a.away - b.away || a.place - b.place)
  const [first] = seen
  return {
    places: seen.map(({ place }) => place),
    equallyNear: seen.filter((each) => each.roundTripNs === first.roundTripNs && each.away === first.away)
      .length,
  }
}

function distance({ places, links }: Plan, from: PlaceId, to: PlaceId): { roundTripNs: Ns; away: number } {
  const sameRegion = places[from].region === places[to].region
  const sameZone = sameRegion && places[from].zone !== null && places[from].zone === places[to].zone
  return { roundTripNs: links.roundTripNs(from, to), away: sameZone ? 0 : sameRegion ? 1 : 2 }
}
