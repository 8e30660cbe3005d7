import { msOfNs } from '../base/time.ts'
import { placesOf } from '../plan/build.ts'
import { linkTable } from '../plan/links.ts'
import { placement } from '../plan/placement.ts'
import type { PlaceId } from '../plan/types.ts'
import { initialReplicas } from '../topology/changes.ts'
import type { Topology } from '../topology/types.ts'

/** Groups beyond these are not looked at: who has so many has others that are like them. */
const VOTERS_MAX = 100
const GROUPS_MAX = 256

/**
 * A time limit that is no more than so many round trips to a majority is near them: links vary, messages are served and
 * written to disk, and candidates take votes from each other. In runs with constant crashes of leaders over links of
 * 200 ms Raft stays without one below about 250 ms and has one within a few seconds from 300 ms on.
 */
export const TRIP_MARGIN = 1.5

/** How long it takes a voter to hear from a majority, at least. */
export interface QuorumTrip {
  ms: number
  /** The replica that is nearest to its majority. */
  replica: string
}

/**
 * The shortest median round trip between a voter and the majority nearest to it, of the group where that takes longest, as
 * members are when the run begins. The last `nonVoters` members of each group have no say. Latencies of single message
 * kinds are left out. Null where one voter alone decides, or groups are too large to be looked at.
 */
export function quorumTrip(topology: Topology, nonVoters: number): QuorumTrip | null {
  const present = { ...topology, replicas: initialReplicas(topology) }
  const places = placesOf(present)
  const links = linkTable(places, topology.links)
  const groups = new Map<string, readonly PlaceId[]>()
  for (const { replicas } of placement(present).shards) {
    const voters = replicas.slice(0, Math.max(0, replicas.length - nonVoters))
    if (voters.length < 2 || voters.length > VOTERS_MAX || groups.size === GROUPS_MAX) continue
    groups.set([...voters].sort((a, b) => a - b).join(), voters)
  }
  let longest: QuorumTrip | null = null
  for (const voters of groups.values()) {
    const others = voters.length >> 1
    const trips = voters.map((voter) => {
      const sorted = voters.map((other) => links.roundTripNs(voter, other)).sort((a, b) => a - b)
      // The first is the voter itself.
      return { ms: msOfNs(sorted[others]), replica: places[voter].name }
    })
    const shortest = trips.reduce((best, trip) => (trip.ms < best.ms ? trip : best))
    if (longest === null || shortest.ms > longest.ms) longest = shortest
  }
  return longest
}
