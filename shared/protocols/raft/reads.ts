import type { PlaceId } from '../../plan/types.ts'
import type { Outbox } from '../contract.ts'
import type { Message, ReadIndex, ReadIndexReply } from './messages.ts'
import { answer, readOutcome } from './outcomes.ts'
import { sendRound } from './rounds.ts'
import { hasOwnTermCommit, NOBODY } from './state.ts'
import type { Request, State } from './state.ts'

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
export function isReadAnywhere({ reading }: State): boolean {
  return reading.path === 'local' || reading.path === 'follower-index' || reading.path === 'bounded'
}

/** Cut off: it follows no leader, or has not heard from it for as long as the slowest of elections takes to begin. */
export function isCutOff({ role, leader, nowNs, contactNs, params }: State): boolean {
  return role !== 'leader' && (leader === NOBODY || nowNs - contactNs >= 2 * params.electionTimeoutNs)
}

/** A read that this replica's own copy may answer: now, or when it has what the session has seen. */
export function readLocally(state: State, request: Request, out: Outbox<Message>): void {
  const index = positionOf(request)
  if (index <= state.machine.applied) answer(request, readOutcome(state, request.op), out)
  else state.applyReads.push({ index, asOfNs: -Infinity, request })
}

/** A read at whichever replica was asked, which knows its leader. */
export function readAnywhere(state: State, request: Request, out: Outbox<Message>): void {
  const { path } = state.reading
  const isFresh = state.nowNs - state.freshAtNs <= state.params.maxStalenessNs
  if (path === 'local' || (path === 'bounded' && isFresh)) readLocally(state, request, out)
  else if (state.role === 'leader') readAtLeader(state, request, NOBODY, 0, out)
  else {
    const { follower } = state
    follower.asking.push({ id: ++follower.lastId, request })
    if (!follower.isAsking) ask(state, out)
  }
}

// The leader.

/** `request` is null for a follower's question number `id`. */
export function readAtLeader(
  state: State,
  request: Request | null,
  via: PlaceId,
  id: number,
  out: Outbox<Message>,
): void {
  const { lead } = state
  if (lead === null) return
  if (state.reading.path === 'lease' && hasLease(state)) {
    if (request !== null) answer(request, readOutcome(state, request.op), out)
    return
  }
  const deadlineNs = request === null ? state.nowNs + state.params.requestTimeoutNs : request.deadlineNs
  lead.reads.push({ round: lead.round + 1, deadlineNs, request, via, id })
  lead.needsRound = true
  startRound(state, out)
}

export function hasLease(state: State): boolean {
  const { lead, nowNs } = state
  return lead !== null && hasOwnTermCommit(state) && !lead.isLeaseForfeited && nowNs < lead.leaseUntilNs
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
    const { request, via, id } = read
    if (request !== null) answer(request, readOutcome(state, request.op), out)
    else out.send(via, { kind: 'raft.readIndexReply', id, index: machine.applied })
  }
}

export function onReadIndex(state: State, from: PlaceId, { id }: ReadIndex, out: Outbox<Message>): void {
  if (state.role === 'leader') readAtLeader(state, null, from, id, out)
}

// Followers.

/** One question at a time, for all reads that have come in since the last (as etcd's servers do). */
function ask(state: State, out: Outbox<Message>): void {
  const { follower, leader, self } = state
  if (leader === NOBODY || leader === self) return
  follower.isAsking = true
  follower.askedId = follower.lastId
  follower.askedAtNs = state.nowNs
  out.send(leader, { kind: 'raft.readIndex', id: follower.askedId })
}

/** The question, or its answer, may be lost; another leader may lead by now. */
export function askAgain(state: State, out: Outbox<Message>): void {
  const { follower, leader, self } = state
  if (follower.asking.length === 0 || leader === NOBODY || leader === self) return
  if (follower.isAsking) out.send(leader, { kind: 'raft.readIndex', id: follower.askedId })
  else ask(state, out)
}

export function onReadIndexReply(state: State, { id, index }: ReadIndexReply, out: Outbox<Message>): void {
  const { follower, applyReads } = state
  if (!follower.isAsking || id !== follower.askedId) return
  follower.isAsking = false
  for (let asked = follower.asking.peek(); asked !== undefined; asked = follower.asking.peek()) {
    if (asked.id > id) break
    follower.asking.shift()
    const { request } = asked
    applyReads.push({ index: Math.max(index, positionOf(request)), asOfNs: follower.askedAtNs, request })
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
    answer(read.request, readOutcome(state, read.request.op), out)
  }
  state.applyReads = left
}
