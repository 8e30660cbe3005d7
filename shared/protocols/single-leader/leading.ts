import type { Ns } from '../../base/time.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { Context } from './context.ts'
import { degradeIfDue, giveUp } from './confirm.ts'
import { sendChunk } from './copy.ts'
import { lastIndex } from './log.ts'
import type { Heartbeat, HeartbeatAck } from './messages.ts'
import {
  freshProgress,
  NO_LIFE,
  noteProgress,
  probeFrom,
  propose,
  sendEntries,
  sendOrProbe,
} from './shipping.ts'
import { NOBODY } from './state.ts'
import type { Progress, State, Waiter } from './state.ts'

/** Leadership: how it begins and ends, heartbeats, and the lease that they renew. */

export const HEARTBEAT = 'heartbeat'

export function becomeLeader(cx: Context, leaseSinceNs: Ns): void {
  const { state, rules } = cx
  const { params, self } = state
  const next = lastIndex(state.log) + 1
  state.role = 'leader'
  state.leader = self
  state.candidacy = null
  state.incoming = null
  state.lead = {
    progress: new Map(state.peers.map((place) => [place, freshProgress(place, next)])),
    ownIndex: next,
    leaseUntilNs: leaseSinceNs + rules.usableLease(params.leaseNs, params.clockDriftPpm),
    isDegraded: false,
  }
  // Like PostgreSQL's end-of-recovery record: what is acknowledged from now on includes what was there before.
  propose(cx, null)
  onHeartbeatTimer(cx)
}

/** A later epoch has begun, or the leader's word is not obeyed any more. */
export function stepDown(cx: Context): void {
  const { state, out } = cx
  if (state.lead === null) return
  state.lead = null
  state.role = 'follower'
  state.leader = NOBODY
  state.contactNs = state.nowNs
  // What it has in its log beyond the followers' may be thrown away, or may be taken over.
  while (state.waiters.length > 0) giveUp(cx, state.waiters.shift() as Waiter)
  // Reads that came to a leader and wait are for the next one: what this replica has by then may be old.
  for (const request of state.reads.splice(0)) state.held.push(request)
  out.disarm(HEARTBEAT)
  out.note({ kind: 'stepped-down', text: 'no longer the leader' })
}

export function onHeartbeatTimer(cx: Context): void {
  const { state, out } = cx
  const { lead, params } = state
  if (lead === null) return
  out.arm(HEARTBEAT, params.heartbeatNs, params.heartbeatNs)
  degradeIfDue(cx)
  for (const progress of lead.progress.values()) {
    if (progress.mode === 'probe') {
      progress.isPaused = false
      sendOrProbe(cx, progress)
    } else if (progress.mode === 'copy') {
      // A whole interval without a confirmation: the piece or its confirmation may be lost.
      if (progress.isChunkOld) sendChunk(cx, progress)
      progress.isChunkOld = true
    }
    sendHeartbeat(cx, progress)
  }
  renewLease(cx)
}

export function sendHeartbeat({ state, out }: Context, progress: Progress): void {
  const { epoch, nowNs, life, confirmedIndex } = state
  progress.toldConfirmed = Math.max(progress.toldConfirmed, confirmedIndex)
  const body: Heartbeat = {
    kind: 'single-leader.heartbeat',
    epoch,
    sentNs: nowNs,
    life,
    confirmed: confirmedIndex,
    echoNs: progress.echoNs,
    echoLife: progress.echoLife,
  }
  out.send(progress.place, body, state.promiseWriteId < 0 ? undefined : state.promiseWriteId)
}

/**
 * The lease counts from the sending of the latest heartbeats that as many arbiters have answered as are needed: each
 * of them lets nobody else lead for as long as the lease lasts by its own clock.
 */
function renewLease({ state, rules }: Context): void {
  const { lead, arbiters, self, nowNs, params } = state
  if (lead === null) return
  const grants = arbiters.map((place) =>
    place === self ? nowNs : (lead.progress.get(place)?.grantedNs ?? -Infinity),
  )
  const since = grants.sort((a, b) => b - a)[majority(state) - 1]
  const until = since + rules.usableLease(params.leaseNs, params.clockDriftPpm)
  if (until > lead.leaseUntilNs) lead.leaseUntilNs = until
}

/** How many arbiters make a lease. */
export function majority({ arbiters }: State): number {
  return Math.floor(arbiters.length / 2) + 1
}

export function onHeartbeat(cx: Context, from: PlaceId, body: Heartbeat): void {
  const { state, out } = cx
  const { epoch, nowNs, life, matched, durableIndex, machine } = state
  state.confirmedIndex = Math.max(state.confirmedIndex, Math.min(body.confirmed, matched))
  if (body.echoLife === life && body.echoNs >= 0 && state.freshMarks.length < FRESH_MARKS_MAX)
    state.freshMarks.push({ index: body.confirmed, asOfNs: body.echoNs })
  const ack: HeartbeatAck = {
    kind: 'single-leader.heartbeatAck',
    epoch,
    leaderNs: body.sentNs,
    leaderLife: body.life,
    sentNs: nowNs,
    life,
    received: matched,
    written: Math.min(matched, durableIndex),
    applied: Math.min(matched, durableIndex, machine.applied),
  }
  out.send(from, ack, state.promiseWriteId < 0 ? undefined : state.promiseWriteId)
}

/** Marks of freshness that wait for a slow follower; further ones are left out, since the first are reached first. */
const FRESH_MARKS_MAX = 256

/** `isCurrent`: whether the leader may serve now, so that what it says is confirmed is all that is. */
export function onHeartbeatAck(
  cx: Context,
  progress: Progress,
  body: HeartbeatAck,
  isCurrent: boolean,
): void {
  const { state } = cx
  noteProgress(progress, body)
  if (body.leaderLife !== state.life) return
  const isAnew = progress.echoLife !== NO_LIFE && progress.echoLife !== body.life
  progress.grantedNs = Math.max(progress.grantedNs, body.leaderNs)
  renewLease(cx)
  progress.echoNs = isCurrent ? body.sentNs : -1
  progress.echoLife = body.life
  if (progress.mode !== 'stream') return
  if (isAnew) {
    // It has restarted, may have lost what was not on its disk, and does not know what it shares with its leader.
    progress.received = Math.min(progress.received, progress.written)
    probeFrom(progress, progress.received + 1)
    sendOrProbe(cx, progress)
    return
  }
  // Nothing has come of what was sent since the last heartbeat: some of it may be lost.
  const isStuck = progress.receivedAtBeat === progress.received && progress.received < progress.next - 1
  progress.receivedAtBeat = progress.received
  if (isStuck) {
    probeFrom(progress, progress.received + 1)
    sendOrProbe(cx, progress)
  } else sendEntries(cx, progress)
}
