import { mix32 } from '../../base/hash.ts'
import type { Ns } from '../../base/time.ts'
import { rendezvousOrder } from '../../partitioning/rendezvous.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { Entry, Reason, State, Turn } from './state.ts'

/** The copies of a cache: which there are, which may answer, which make room. */

/** Keys whose purges are remembered one by one. */
export const PURGES_MAX = 4_096

const EVICTED = { kind: 'evicted' } as const
const PURGED = { kind: 'purged' } as const

/** Its time to live, shorter by a share of the jitter that the key and its version decide. */
export function lifetimeOf({ state, rules }: Turn, key: number, { copy }: Entry): Ns {
  const wholeNs = rules.lifetimeNs(copy.value === 0, state.params)
  const { ttlJitterPercent } = state.params
  if (ttlJitterPercent === 0) return wholeNs
  const share = mix32(mix32(key + 1) ^ mix32(copy.version + state.self)) >>> 0
  return wholeNs - Math.floor((((wholeNs * ttlJitterPercent) / 100) * share) / 4294967296)
}

/** From which position of the origin on copies of a key are not known to be outdated. */
export function purgedUpTo({ purged, purgeFloor }: State, key: number): number {
  return Math.max(purgeFloor, purged.get(key) ?? 0)
}

/** Whether an expired copy may answer because nobody upstream does; a purge expires, and does no more than that. */
export function mayServeStale(turn: Turn, key: number, entry: Entry, needed: number): boolean {
  const { state, rules } = turn
  const expiredForNs = state.nowNs - entry.bornNs - lifetimeOf(turn, key, entry)
  const { reading, params } = state
  return (
    rules.mayServeStale(reading.servesStale, expiredForNs, params.serveStaleNs) &&
    rules.isCurrent(entry.asOf, needed)
  )
}

/** The cache of this region that holds the key, where they divide them; else this one. */
export function holderOf({ peers, self }: State, key: number): PlaceId {
  if (peers.length < 2) return self
  const [first] = rendezvousOrder(
    key,
    peers.map(({ candidate }) => candidate),
  )
  return peers[first].place
}

/** Marks a copy as read just now. */
export function touch({ entries }: State, key: number, entry: Entry): void {
  entries.delete(key)
  entries.set(key, entry)
}

/** Keeps a copy, unless what is here is known to be right at a later position; returns what is here then. */
export function store({ state, out }: Turn, key: number, entry: Entry): Entry {
  const { entries, params } = state
  const held = entries.get(key)
  if (held !== undefined && held.asOf > entry.asOf) return held
  touch(state, key, entry)
  state.lastStored = key
  if (entries.size > params.maxEntries) {
    entries.delete(entries.keys().next().value as number)
    out.note(EVICTED)
  }
  return entry
}

/** Copies of a key from before a position are expired: the origin says so, or a write of it came by here. */
export function expire({ state, out, rules }: Turn, key: number, version: number): void {
  state.lastPurge = { key, version }
  state.seen = Math.max(state.seen, version)
  const held = state.entries.get(key)
  if (!rules.mindsPurge(held !== undefined)) return
  const { purged } = state
  if (held !== undefined && held.asOf < version) out.note(PURGED)
  const known = purgedUpTo(state, key)
  if (known >= version) return
  purged.delete(key)
  purged.set(key, version)
  if (purged.size <= PURGES_MAX) return
  const [oldest, upTo] = purged.entries().next().value as [number, number]
  purged.delete(oldest)
  // Expires more than it must, never less.
  state.purgeFloor = Math.max(state.purgeFloor, upTo)
}

/** Leaves a trace for the invariants. */
export function serve(
  { state }: Turn,
  key: number,
  { copy, asOf }: Entry,
  reason: Reason,
  ageNs: Ns,
  needed: number,
): void {
  state.served.push({ key, reason, isAbsent: copy.value === 0, ageNs, asOf, needed })
}
