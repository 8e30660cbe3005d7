import { msOfNs } from '../base/time.ts'
import { placesOf } from '../plan/build.ts'
import { linkTable } from '../plan/links.ts'
import { placement } from '../plan/placement.ts'
import type { PlaceId } from '../plan/types.ts'
import { initialReplicas } from '../topology/changes.ts'
import type { Topology } from '../topology/types.ts'

/** Groups beyond these are not looked at: who has so many has others that are like them. */
const MEMBERS_MAX = 100
const GROUPS_MAX = 256

/**
 * A time limit that is no more than so many round trips to a majority is near them: links vary, messages are served and
 * written to disk, and candidates take votes from each other. In runs with constant crashes of leaders over links of
 * 200 ms Raft stays without one below about 250 ms and has one within a few seconds from 300 ms on.
 */
export const TRIP_MARGIN = 1.5

/** How long it takes a replica to hear from a majority, at least. */
export interface QuorumTrip {
  ms: number
  /** The replica whose round trip it is. */
  replica: string
}

/** Who in a group asks, and a majority of whom it must hear from; whoever has a say itself counts. */
export interface Roles {
  askers: readonly PlaceId[]
  voters: readonly PlaceId[]
}

/**
 * The shortest median round trip between a voter and the majority nearest to it, of the group where that takes longest. The
 * last `nonVoters` members of each group have no say.
 */
export function quorumTrip(topology: Topology, nonVoters: number): QuorumTrip | null {
  return majorityTrip(topology, 'nearest', (members) => {
    const voters = members.slice(0, Math.max(0, members.length - nonVoters))
    return { askers: voters, voters }
  })
}

/**
 * The median round trip from the nearest or the farthest asker to the majority of voters that is nearest to it, of the group
 * where that takes longest, as members are when the run begins. Latencies of single message kinds are left out. Null where
 * nobody has to ask another, or groups are too large to be looked at.
 */
export function majorityTrip(
  topology: Topology,
  whose: 'nearest' | 'farthest',
  rolesOf: (members: readonly PlaceId[]) => Roles,
): QuorumTrip | null {
  const present = { ...topology, replicas: initialReplicas(topology) }
  const places = placesOf(present)
  const links = linkTable(places, topology.links)
  const groups = new Map<string, Roles>()
  for (const { replicas } of placement(present).shards) {
    const roles = rolesOf(replicas)
    if (roles.voters.length === 0 || replicas.length > MEMBERS_MAX || groups.size === GROUPS_MAX) continue
    groups.set(JSON.stringify([sorted(roles.askers), sorted(roles.voters)]), roles)
  }
  let longest: QuorumTrip | null = null
  for (const { askers, voters } of groups.values()) {
    // Of an even number half is no majority; an asker among the voters is its own first, at no distance.
    const needed = voters.length >> 1
    const trips = askers.map((asker) => ({
      ms: msOfNs(sorted(voters.map((voter) => links.roundTripNs(asker, voter)))[needed]),
      replica: places[asker].name,
    }))
    const trip = trips.reduce((best, one) =>
      (whose === 'nearest' ? one.ms < best.ms : one.ms > best.ms) ? one : best,
    )
    if (trip.ms > (longest?.ms ?? 0)) longest = trip
  }
  return longest
}

/** For sentences: milliseconds to a tenth. */
export const tenths = (ms: number): number => Math.round(ms * 10) / 10

const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b)
