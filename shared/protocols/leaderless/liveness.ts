import type { Ns } from '../../base/time.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { LocalInstant, Outbox } from '../contract.ts'
import type { Message } from './messages.ts'
import type { State } from './state.ts'

/**
 * A failure detector without gossip: a place that leaves something unanswered for `suspectAfterMs` is suspected until
 * anything arrives from it.
 */

export function expectAnswer(state: State, place: PlaceId, nowNs: Ns): void {
  if (state.unansweredSinceNs[place] >= 0) return
  state.unansweredSinceNs[place] = nowNs
  state.silentPlaces++
}

export function heardFrom(state: State, place: PlaceId): void {
  if (state.silentPlaces === 0 || state.unansweredSinceNs[place] < 0) return
  state.unansweredSinceNs[place] = -1
  state.silentPlaces--
}

export function isSuspected(state: State, place: PlaceId, nowNs: Ns): boolean {
  const since = state.unansweredSinceNs[place]
  return since >= 0 && nowNs - since > state.params.suspectAfterNs && place !== state.ring.self
}

export function isAnySuspected(state: State, nowNs: Ns): boolean {
  if (state.silentPlaces === 0) return false
  const { members } = state.ring
  for (let position = 0; position < members.length; position++) {
    if (isSuspected(state, members[position], nowNs)) return true
  }
  return false
}

const PING: Message = { kind: 'leaderless.ping' }

/** Asks suspected members whether they are back, where operations don't; not more often than suspicion takes. */
export function pingSuspects(state: State, at: LocalInstant, out: Outbox<Message>): void {
  const nowNs = at.monotonicNs
  if (state.lastPingNs >= 0 && nowNs - state.lastPingNs < state.params.suspectAfterNs) return
  state.lastPingNs = nowNs
  const { members } = state.ring
  for (let position = 0; position < members.length; position++) {
    if (isSuspected(state, members[position], nowNs)) out.send(members[position], PING)
  }
}
