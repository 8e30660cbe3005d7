import type { PlaceId } from '../../plan/types.ts'
import type { Outbox } from '../contract.ts'
import { sendChunk } from './install.ts'
import { lastIndex } from './log.ts'
import type { Heartbeat, HeartbeatReply, Message } from './messages.ts'
import { quorumValue } from './quorum.ts'
import { sendOrProbe } from './replication.ts'
import { configurationOf, hasOwnTermCommit } from './state.ts'
import type { Leadership, State } from './state.ts'
import { noteClosing, regularClosing } from './timestamps/closing.ts'

/**
 * Heartbeats in numbered rounds. A round that a quorum has answered shows that at the time it was sent no other leader
 * of a later term had been elected by them: the base of ReadIndex and of leases (dissertation §6.4).
 */

export const HEARTBEAT = 'heartbeat'

/** Rounds without an answer that are told apart; a leader that is cut off repeats the last one. */
const ROUNDS_MAX = 1024

export function sendRound(state: State, out: Outbox<Message>): void {
  const { lead, term, commitIndex } = state
  if (lead === null) return
  lead.needsRound = false
  if (lead.sentNs.length < ROUNDS_MAX) {
    lead.round++
    lead.sentNs.push(state.nowNs)
  }
  const closing = regularClosing(state)
  for (const { place, matched } of lead.progress.values()) {
    const commit = Math.min(matched, commitIndex)
    out.send(place, { kind: 'raft.heartbeat', term, round: lead.round, commit, closing })
  }
  confirmRounds(state, lead)
}

/**
 * A round at once, unless one is under way, for what needs a lease and finds that it has run out. Where there is none for
 * another reason no round would help; and one voter alone, whose rounds are confirmed as they begin, would never stop.
 */
export function renewLease(state: State, out: Outbox<Message>): void {
  const { lead, nowNs } = state
  if (lead === null || lead.isLeaseForfeited || !hasOwnTermCommit(state)) return
  if (lead.round === lead.confirmedRound && nowNs >= lead.leaseUntilNs) sendRound(state, out)
}

/** The leader's heartbeat timer: a round, and another try for what has had no answer since the last. */
export function onHeartbeatTimer(state: State, out: Outbox<Message>): void {
  const { lead, params } = state
  if (lead === null) return
  out.arm(HEARTBEAT, params.heartbeatNs, params.heartbeatNs)
  for (const progress of lead.progress.values()) {
    if (progress.mode === 'probe') progress.isPaused = false
    if (progress.mode !== 'snapshot') continue
    if (progress.isChunkOld) sendChunk(state, progress, out)
    progress.isChunkOld = !progress.isChunkOld
  }
  sendRound(state, out)
}

export function onHeartbeat(state: State, from: PlaceId, body: Heartbeat, out: Outbox<Message>): void {
  // The leader names no entry here that this replica has not confirmed to have.
  state.commitIndex = Math.max(state.commitIndex, Math.min(body.commit, lastIndex(state.log)))
  if (body.closing !== null) noteClosing(state, body.closing)
  if (body.round === 0) return
  const hardWrite = state.hardWriteId < 0 ? undefined : state.hardWriteId
  out.send(from, { kind: 'raft.heartbeatReply', term: state.term, round: body.round }, hardWrite)
}

export function onHeartbeatReply(
  state: State,
  from: PlaceId,
  body: HeartbeatReply,
  out: Outbox<Message>,
): void {
  const { lead } = state
  const progress = lead?.progress.get(from)
  if (lead === null || progress === undefined) return
  progress.isActive = true
  progress.ackedRound = Math.max(progress.ackedRound, body.round)
  confirmRounds(state, lead)
  if (progress.matched === lastIndex(state.log) && progress.mode === 'replicate') return
  // Nothing confirmed since the last time: find out whether something was lost.
  const isStuck = progress.matchedAtBeat === progress.matched
  progress.matchedAtBeat = progress.matched
  if (isStuck || progress.mode === 'probe') sendOrProbe(state, progress, out)
}

function confirmRounds(state: State, lead: Leadership): void {
  const { self } = state
  const confirmed = quorumValue(configurationOf(state), (place) =>
    place === self ? lead.round : (lead.progress.get(place)?.ackedRound ?? 0),
  )
  if (confirmed <= lead.confirmedRound) return
  let sentNs = 0
  for (let round = lead.confirmedRound; round < confirmed; round++) sentNs = lead.sentNs.shift() as number
  lead.confirmedRound = confirmed
  lead.leaseUntilNs = sentNs + leaseNs(state)
  if (hasOwnTermCommit(state)) state.freshAtNs = Math.max(state.freshAtNs, sentNs)
}

/**
 * How long a confirmed round keeps other leaders away: those who answered elect nobody for an election timeout of
 * their clocks. The leader's may run slower and theirs faster than true time, each by the bound on drift, so the lease
 * lasts (1 − drift) / (1 + drift) of that by the leader's own clock.
 */
export function leaseNs({ params }: Pick<State, 'params'>): number {
  const { electionTimeoutNs, clockDriftPpm } = params
  return Math.floor((electionTimeoutNs * (1_000_000 - clockDriftPpm)) / (1_000_000 + clockDriftPpm))
}
