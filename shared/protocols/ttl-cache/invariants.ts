import type { PlaceId } from '../../plan/types.ts'
import type { Invariant } from '../contract.ts'
import { PURGES_MAX } from './copies.ts'
import type { Origin, Served, State } from './state.ts'

export const invariants: readonly Invariant<State>[] = [
  { name: 'a copy is a version that the origin had', check: copiesAreVersions },
  { name: 'no answer from an expired copy', check: answersAreInTime },
  { name: 'no answer from a purged copy', check: answersHeedPurges },
  { name: 'no answer older than what its session has seen', check: answersHeedSessions },
  { name: 'what is held is bounded', check: tablesAreBounded },
]

/** Judged by the copy that came in last. An origin that is down cannot be asked. */
function copiesAreVersions(states: ReadonlyMap<PlaceId, State>): string | null {
  let origin: Origin | null = null
  for (const state of states.values()) origin ??= state.origin
  if (origin === null) return null
  for (const [place, { entries, lastStored }] of states) {
    const entry = entries.get(lastStored)
    if (entry === undefined) continue
    const { copy, asOf } = entry
    const where = `place ${place} holds version ${copy.version} of key ${lastStored}`
    if (asOf > origin.durablePosition)
      return `${where} as of ${asOf}, the origin's disk is at ${origin.durablePosition}`
    if (copy.version > asOf) return `${where} as of ${asOf}`
    const cell = origin.cells.get(lastStored)?.copy
    if (cell === undefined) {
      if (copy.version > 0) return `${where}, the origin has none`
    } else if (copy.version > cell.version) return `${where}, the origin has ${cell.version}`
    else if (copy.version === cell.version && copy.value !== cell.value)
      return `${where} with the value ${copy.value}, the origin has ${cell.value}`
    else if (copy.version < cell.version && asOf >= cell.version)
      return `${where} as of ${asOf}, when the origin had ${cell.version}`
  }
  return null
}

/** Computed from the parameters, not by the rules that let the copies answer. */
function answersAreInTime(states: ReadonlyMap<PlaceId, State>): string | null {
  for (const [place, { served, params, reading }] of states) {
    for (const each of served) {
      const { reason, isAbsent, ageNs, key } = each
      // A question's own answer is as new as can be, whatever its time to live.
      if (reason === 'fetched' && ageNs <= 0) continue
      const lifetimeNs = isAbsent ? params.negativeTtlNs : params.ttlNs
      const graceNs =
        reason === 'unreachable' && reading.servesStale
          ? params.serveStaleNs
          : reason === 'revalidating'
            ? reading.revalidateNs
            : 0
      const limitNs = Math.min(lifetimeNs + graceNs, reading.maxAgeNs)
      if (ageNs >= limitNs)
        return `place ${place} answered (${reason}) from a copy of key ${key} that was ${ageNs} ns old, ${limitNs} at most`
    }
  }
  return null
}

function answersHeedPurges(states: ReadonlyMap<PlaceId, State>): string | null {
  for (const [place, { served, lastPurge }] of states) {
    if (lastPurge === null) continue
    const late = (each: Served) =>
      each.key === lastPurge.key && each.reason !== 'unreachable' && each.asOf < lastPurge.version
    const found = served.find(late)
    if (found !== undefined)
      return `place ${place} answered key ${found.key} as of ${found.asOf}, after a purge by ${lastPurge.version}`
  }
  return null
}

function answersHeedSessions(states: ReadonlyMap<PlaceId, State>): string | null {
  for (const [place, { served }] of states) {
    const found = served.find(({ asOf, needed }) => asOf < needed)
    if (found !== undefined)
      return `place ${place} answered key ${found.key} as of ${found.asOf} to a session that has seen ${found.needed}`
  }
  return null
}

function tablesAreBounded(states: ReadonlyMap<PlaceId, State>): string | null {
  for (const [place, state] of states) {
    const { entries, fetches, forwards, purged, waiting, params, origin } = state
    let waiters = 0
    for (const fetch of fetches.values()) waiters += fetch.waiters.length
    if (waiters !== waiting) return `place ${place} counts ${waiting} waiting reads, there are ${waiters}`
    if (waiting + forwards.size > params.pendingMax) return `${waiting} requests wait at place ${place}`
    if (fetches.size > params.pendingMax) return `${fetches.size} fetches are under way at place ${place}`
    if (entries.size > params.maxEntries) return `place ${place} holds ${entries.size} copies`
    if (purged.size > PURGES_MAX) return `place ${place} remembers ${purged.size} purges`
    if (origin !== null && origin.writing.length > params.pendingMax)
      return `${origin.writing.length} writes wait for the disk of place ${place}`
  }
  return null
}
