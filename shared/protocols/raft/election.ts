import { assert } from '../../base/assert.ts'
import { Deque } from '../../base/deque.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { Outbox } from '../contract.ts'
import { lastWrite, persistEntries, persistHardState } from './durable.ts'
import { isUpToDate, lastIndex, lastTerm } from './log.ts'
import type { Message, RequestVote, VoteReply } from './messages.ts'
import { isQuorum, isVoter, membersOf } from './quorum.ts'
import { flush, followConfiguration, propose } from './replication.ts'
import { redispatchReads } from './requests.ts'
import { HEARTBEAT } from './rounds.ts'
import { armRotation, disarmRotation } from './rotation.ts'
import { configurationOf, NOBODY } from './state.ts'
import type { State } from './state.ts'
import { beginStamping } from './timestamps/stamping.ts'

/** Leader election (§5.2, §5.4.1), with a question before the election proper (PreVote, dissertation §9.6). */

export const ELECTION = 'election'

/** A fresh timeout, drawn by the host from one to two election timeouts (§5.2). */
export function armElection(state: State, out: Outbox<Message>): void {
  const { electionTimeoutNs } = state.params
  out.arm(ELECTION, electionTimeoutNs, 2 * electionTimeoutNs - 1)
}

/**
 * Whether this replica believes that a leader is at work: then it helps nobody to depose it (§6, dissertation §4.2.3;
 * leases are sound only because of this).
 */
function believesInLeader({ role, nowNs, contactNs, params }: State): boolean {
  return role === 'leader' || nowNs - contactNs < params.electionTimeoutNs
}

/** Whether a vote request of a later term is to be passed over as if it had never come. */
export function isDisruptive(state: State, body: RequestVote): boolean {
  return state.params.checkQuorum && !body.isTransfer && believesInLeader(state)
}

export function onElectionTimer(state: State, out: Outbox<Message>): void {
  const { role, nowNs, contactNs, params } = state
  if (role === 'leader') {
    checkQuorum(state, out)
    return
  }
  // Contact does not arm the timer anew, which would cost more than everything else about a heartbeat.
  const silentNs = nowNs - contactNs
  if (role === 'follower' && silentNs < params.electionTimeoutNs) {
    out.arm(ELECTION, params.electionTimeoutNs - silentNs, 2 * params.electionTimeoutNs - silentNs - 1)
    return
  }
  campaign(state, false, out)
}

/** Dissertation §6.2: a leader that no quorum has answered for a whole timeout steps down. */
function checkQuorum(state: State, out: Outbox<Message>): void {
  const { lead, self, params } = state
  if (lead === null || !params.checkQuorum) return
  const isHeard = (place: PlaceId) => place === self || lead.progress.get(place)?.isActive === true
  if (!isQuorum(configurationOf(state), isHeard)) {
    becomeFollower(state, state.term, NOBODY, out)
    return
  }
  for (const progress of lead.progress.values()) progress.isActive = false
  out.arm(ELECTION, params.electionTimeoutNs, params.electionTimeoutNs)
}

/** Asks for the votes of this replica's configuration; only who has a vote can be elected. */
export function campaign(state: State, isTransfer: boolean, out: Outbox<Message>): void {
  state.leader = NOBODY
  armElection(state, out)
  if (!isVoter(configurationOf(state), state.self)) {
    state.role = 'follower'
    return
  }
  state.isTransferCampaign = isTransfer
  state.refusals = new Set()
  if (!state.params.preVote || isTransfer) {
    stand(state, out)
    return
  }
  state.role = 'pre-candidate'
  state.votes = new Set([state.self])
  out.note({ kind: 'pre-vote' })
  askForVotes(state, 'raft.preVote', state.term + 1, out)
  count(state, out)
}

/** The election proper. The own vote is a vote like any other: it counts once it is durable. */
function stand(state: State, out: Outbox<Message>): void {
  state.role = 'candidate'
  state.term++
  state.votedFor = state.self
  state.votes = new Set()
  state.refusals = new Set()
  persistHardState(state, out)
  state.ownVoteWrite = state.hardWriteId
  out.note({ kind: 'campaign', text: `campaigns in term ${state.term}` })
  askForVotes(state, 'raft.requestVote', state.term, out)
}

function askForVotes(state: State, kind: RequestVote['kind'], term: number, out: Outbox<Message>): void {
  const { self, log, isTransferCampaign: isTransfer } = state
  const body: RequestVote = { kind, term, lastIndex: lastIndex(log), lastTerm: lastTerm(log), isTransfer }
  const configuration = configurationOf(state)
  for (const place of membersOf(configuration)) {
    if (place !== self && isVoter(configuration, place)) out.send(place, body, lastWrite(state))
  }
}

export function onOwnVoteDurable(state: State, out: Outbox<Message>): void {
  if (state.role !== 'candidate' || state.ownVoteWrite < 0 || state.ownVoteWrite > state.durableUpTo) return
  state.ownVoteWrite = -1
  state.votes.add(state.self)
  count(state, out)
}

/** One vote per term, first come first served, and only for a log at least as up-to-date as this one. */
export function onRequestVote(state: State, from: PlaceId, body: RequestVote, out: Outbox<Message>): void {
  const isLater = body.term > state.term
  if (isLater) enterTerm(state, body.term, NOBODY, out)
  const { term } = state
  const isFree = state.votedFor === from || (state.votedFor === NOBODY && state.leader === NOBODY)
  const isGranted = body.term === term && isFree && isUpToDate(state.log, body.lastIndex, body.lastTerm)
  if (isGranted) {
    state.votedFor = from
    armElection(state, out)
  }
  // The new term and the vote in it are one record.
  if (isLater || isGranted) persistHardState(state, out)
  out.send(from, { kind: 'raft.requestVoteReply', term, isGranted }, lastWrite(state))
}

/** Promises nothing and changes nothing. */
export function onPreVote(state: State, from: PlaceId, body: RequestVote, out: Outbox<Message>): void {
  const isGranted =
    body.term > state.term && !believesInLeader(state) && isUpToDate(state.log, body.lastIndex, body.lastTerm)
  const term = isGranted ? body.term : state.term
  out.send(from, { kind: 'raft.preVoteReply', term, isGranted }, lastWrite(state))
}

export function onVoteReply(state: State, from: PlaceId, body: VoteReply, out: Outbox<Message>): void {
  const isPre = body.kind === 'raft.preVoteReply'
  if (state.role !== (isPre ? 'pre-candidate' : 'candidate')) return
  if (body.term !== (isPre && body.isGranted ? state.term + 1 : state.term)) return
  if (body.isGranted) state.votes.add(from)
  else state.refusals.add(from)
  count(state, out)
}

function count(state: State, out: Outbox<Message>): void {
  const configuration = configurationOf(state)
  if (isQuorum(configuration, (place) => state.votes.has(place))) {
    if (state.role === 'pre-candidate') stand(state, out)
    else becomeLeader(state, out)
  } else if (!isQuorum(configuration, (place) => !state.refusals.has(place))) {
    // Lost. The timer goes on: the next attempt is as far away as before.
    state.role = 'follower'
  }
}

function becomeLeader(state: State, out: Outbox<Message>): void {
  const { params, term } = state
  assert(state.role === 'candidate', 'only candidates win elections')
  state.role = 'leader'
  state.leader = state.self
  state.incoming = null
  state.follower.isAsking = false
  state.lead = {
    progress: new Map(),
    firstIndex: lastIndex(state.log) + 1,
    round: 0,
    confirmedRound: 0,
    sentNs: new Deque(),
    leaseUntilNs: -Infinity,
    isLeaseForfeited: false,
    reads: new Deque(),
    needsRound: false,
    transferTo: NOBODY,
    transferUntilNs: 0,
    isHandedOver: false,
  }
  followConfiguration(state)
  beginStamping(state)
  out.note({ kind: 'elected', text: `leads in term ${term}` })
  out.arm(ELECTION, params.electionTimeoutNs, params.electionTimeoutNs)
  out.arm(HEARTBEAT, params.heartbeatNs, params.heartbeatNs)
  armRotation(state, out)
  // An entry of its own term: once that is committed, so is everything before it (§5.4.2, §8).
  propose(state, null)
  flush(state, out)
}

/** Follows `leader`, or nobody yet, in a term that is no earlier than the present one. */
export function becomeFollower(state: State, term: number, leader: PlaceId, out: Outbox<Message>): void {
  const isLater = term > state.term
  enterTerm(state, term, leader, out)
  if (isLater) persistHardState(state, out)
}

/** The same, with the term yet to be written to disk where it is a later one. */
function enterTerm(state: State, term: number, leader: PlaceId, out: Outbox<Message>): void {
  const { role, lead } = state
  if (term > state.term) {
    state.term = term
    state.votedFor = NOBODY
  }
  state.role = 'follower'
  state.leader = leader
  state.ownVoteWrite = -1
  state.follower.isAsking = false
  state.stamping.isAsking = false
  if (role !== 'follower') armElection(state, out)
  if (lead === null) return
  out.note({ kind: 'stepped-down', text: 'steps down' })
  out.disarm(HEARTBEAT)
  disarmRotation(out)
  persistEntries(state, out)
  state.lead = null
  redispatchReads(state, lead.reads)
}
