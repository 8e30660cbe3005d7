import type { PlaceId } from '../../plan/types.ts'
import type { Outbox } from '../contract.ts'
import { isLater, latest } from '../../clocks/timestamp.ts'
import type { Timestamp } from '../../clocks/timestamp.ts'
import type { Message, ReadIndex, ReadIndexReply } from './messages.ts'
import { answer, readOutcome } from './outcomes.ts'
import { renewLease, sendRound } from './rounds.ts'
import { hasLease, hasOwnTermCommit, NOBODY } from './state.ts'
import type { Request, State } from './state.ts'
import { close, isSafeAt, noteClosing } from './timestamps/closing.ts'
import { beginRead, foundBy } from './timestamps/reading.ts'

/**
 * Reads beside the log (dissertation §6.4). The leader answers once a round of heartbeats sent after the read came in
 * shows that it still leads, or while its lease lasts; a follower asks the leader for its commit index and answers
 * when it has applied that much; any replica may answer from what it has.
 */

/** The log position that a session has seen; 0 where it has seen none. */
function positionOf({ token }: Request): number {
  return typeof token === 'number' ? token : 0
}

/** Whether reads are for any replica to answer, be it the leader or not. */
export function isReadAnywhere({ reading: { path } }: State): boolean {
  return path === 'local' || path === 'follower-index' || path === 'bounded' || path === 'snapshot'
}

/** Cut off: it follows no leader, or has not heard from it for as long as the slowest of elections takes to begin. */
export function isCutOff({ role, leader, nowNs, contactNs, params }: State): boolean {
  return role !== 'leader' && (leader === NOBODY || nowNs - contactNs >= 2 * params.electionTimeoutNs)
}

/** Whether this replica can answer a read at a timestamp by itself, be it cut off or not. */
export function isSnapshotAtHand(state: State, { stamp }: Request): boolean {
  return state.reading.path === 'snapshot' && stamp !== null && isSafeAt(state, stamp)
}

/** A read that this replica's own copy may answer: now, or when it has what the session has seen. */
export function readLocally(state: State, request: Request, out: Outbox<Message>): void {
  const index = positionOf(request)
  if (index <= state.machine.applied) answer(state, request, readOutcome(state, request.op), out)
  else state.applyReads.push({ index, asOfNs: -Infinity, request })
}

/** A read at whichever replica was asked, which knows its leader. */
export function readAnywhere(state: State, request: Request, out: Outbox<Message>): void {
  const { path } = state.reading
  const isFresh = state.nowNs - state.freshAtNs <= state.params.maxStalenessNs
  if (path === 'local' || (path === 'bounded' && isFresh)) readLocally(state, request, out)
  else if (path === 'snapshot') readSnapshot(state, request, out)
  else if (state.role === 'leader') readAtLeader(state, request, NOBODY, 0, out)
  else askFor(state, request, out)
}

/** A read at a timestamp, from what this replica has if nothing can be written there any more; else the leader is asked to see to that. */
function readSnapshot(state: State, request: Request, out: Outbox<Message>): void {
  const { stamp } = request
  if (stamp === null || isSafeAt(state, stamp)) {
    out.note(SNAPSHOT_READ)
    answer(state, request, foundBy(state, request, out), out)
    return
  }
  const closing = state.role === 'leader' ? close(state, stamp) : null
  if (closing !== null && !isLater(stamp, closing.stamp)) {
    state.applyReads.push({ index: closing.index, asOfNs: -Infinity, request })
    return
  }
  renewLease(state, out)
  askFor(state, request, out)
}

const SNAPSHOT_READ = { kind: 'snapshot-read' } as const

// The leader.

/** `request` is null for a follower's question number `id`. */
export function readAtLeader(
  state: State,
  request: Request | null,
  via: PlaceId,
  id: number,
  out: Outbox<Message>,
  stamp: Timestamp | null = null,
): void {
  const { lead } = state
  if (lead === null) return
  if (state.reading.path === 'lease' && hasLease(state)) {
    if (request !== null) serve(state, request, out)
    return
  }
  const deadlineNs = request === null ? state.nowNs + state.params.requestTimeoutNs : request.deadlineNs
  lead.reads.push({ round: lead.round + 1, deadlineNs, request, via, id, stamp })
  lead.needsRound = true
  startRound(state, out)
}

/** Rounds follow one another as appends do: so many at a time, and what comes meanwhile shares the next. */
function startRound(state: State, out: Outbox<Message>): void {
  const { lead, params } = state
  if (lead !== null && lead.needsRound && lead.round - lead.confirmedRound < params.inflightMax) {
    sendRound(state, out)
  }
}

/** Answers the reads whose round is confirmed; what the leader has applied by now is at least what they must see. */
function releaseLeaderReads(state: State, out: Outbox<Message>): void {
  const { lead, machine } = state
  if (lead === null || !hasOwnTermCommit(state)) return
  for (let read = lead.reads.peek(); read !== undefined; read = lead.reads.peek()) {
    if (read.round > lead.confirmedRound) return
    lead.reads.shift()
    const { request, via, id, stamp } = read
    if (request !== null) serve(state, request, out)
    else {
      // By now it may have the lease that it lacked for a promise.
      const closing = state.reading.path === 'snapshot' && stamp !== null ? close(state, stamp) : null
      const index = closing?.index ?? machine.applied
      out.send(via, { kind: 'raft.readIndexReply', id, index, closing })
    }
  }
}

/** The leader answers, or waits for the writes under way that a read at a timestamp may have to see. */
function serve(state: State, request: Request, out: Outbox<Message>): void {
  const index = request.stamp === null ? 0 : beginRead(state, request, request.stamp)
  if (index <= state.machine.applied) answer(state, request, foundBy(state, request, out), out)
  else state.applyReads.push({ index, asOfNs: -Infinity, request })
}

export function onReadIndex(
  state: State,
  from: PlaceId,
  { id, stamp }: ReadIndex,
  out: Outbox<Message>,
): void {
  if (state.role !== 'leader') return
  const { stamping, reading } = state
  const closing = stamp === null || reading.path !== 'snapshot' ? null : close(state, stamp)
  if (closing !== null) {
    out.send(from, { kind: 'raft.readIndexReply', id, index: closing.index, closing })
    return
  }
  if (stamp !== null) stamping.readFloor = latest(stamping.readFloor, stamp)
  readAtLeader(state, null, from, id, out, stamp)
}

// Followers.

function askFor(state: State, request: Request, out: Outbox<Message>): void {
  const { follower } = state
  follower.asking.push({ id: ++follower.lastId, request })
  if (!follower.isAsking) ask(state, out)
}

/** One question at a time, for all reads that have come in since the last (as etcd's servers do). */
function ask(state: State, out: Outbox<Message>): void {
  const { follower, leader, self } = state
  if (leader === NOBODY || leader === self) return
  follower.isAsking = true
  follower.askedId = follower.lastId
  follower.askedAtNs = state.nowNs
  sendQuestion(state, out)
}

function sendQuestion({ follower, leader }: State, out: Outbox<Message>): void {
  let stamp: Timestamp | null = null
  for (const { request } of follower.asking) {
    if (request.stamp !== null) stamp = stamp === null ? request.stamp : latest(stamp, request.stamp)
  }
  out.send(leader, { kind: 'raft.readIndex', id: follower.askedId, stamp })
}

/** The question, or its answer, may be lost; another leader may lead by now. */
export function askAgain(state: State, out: Outbox<Message>): void {
  const { follower, leader, self } = state
  if (follower.asking.length === 0 || leader === NOBODY || leader === self) return
  if (follower.isAsking) sendQuestion(state, out)
  else ask(state, out)
}

export function onReadIndexReply(state: State, body: ReadIndexReply, out: Outbox<Message>): void {
  const { follower, applyReads } = state
  const { id, index, closing } = body
  if (closing !== null) noteClosing(state, closing)
  if (!follower.isAsking || id !== follower.askedId) return
  follower.isAsking = false
  for (let asked = follower.asking.peek(); asked !== undefined; asked = follower.asking.peek()) {
    if (asked.id > id) break
    follower.asking.shift()
    const { request } = asked
    if (closing !== null && request.stamp !== null && isLater(request.stamp, closing.stamp)) {
      follower.asking.push({ id: ++follower.lastId, request })
      continue
    }
    const asOfNs = closing === null ? follower.askedAtNs : -Infinity
    applyReads.push({ index: Math.max(index, positionOf(request)), asOfNs, request })
  }
  if (follower.asking.length > 0) ask(state, out)
}

/** Answers whatever the last entries, or the last confirmations, have made answerable. */
export function releaseReads(state: State, out: Outbox<Message>): void {
  releaseLeaderReads(state, out)
  startRound(state, out)
  const { applied } = state.machine
  if (state.applyReads.length === 0) return
  const left: State['applyReads'] = []
  for (const read of state.applyReads) {
    if (read.index > applied) {
      left.push(read)
      continue
    }
    state.freshAtNs = Math.max(state.freshAtNs, read.asOfNs)
    answer(state, read.request, foundBy(state, read.request, out), out)
  }
  state.applyReads = left
}
