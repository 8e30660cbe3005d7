import type { History } from '../history/types.ts'

/** Who issued what: from session slots to clients and regions, dense and sorted where order shows. */
export interface ClientIndex {
  /** Names of the regions that hold clients, sorted. */
  regions: readonly string[]
  /** Session slot → index in `regions`. */
  regionOfSession: Uint16Array
}

export function clientIndexOf(history: History): ClientIndex {
  const { places, sessions } = history
  const regionOf = (slot: number): string => places[sessions[slot]].region
  const regions = [...new Set(Array.from(sessions, (_, slot) => regionOf(slot)))].sort()
  const index = new Map(regions.map((region, at) => [region, at]))
  return {
    regions,
    regionOfSession: Uint16Array.from(sessions, (_, slot) => index.get(regionOf(slot)) as number),
  }
}
