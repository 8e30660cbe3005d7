import type { PlaceId } from '../../plan/types.ts'
import type { Outbox } from '../contract.ts'
import { follow } from './following.ts'
import { lead } from './leading.ts'
import type { Message, Notification, Vote } from './messages.ts'
import { isVoter, NOBODY, ownVote, quorumOf } from './state.ts'
import type { State } from './state.ts'

/**
 * Fast leader election (Medeiros, §4.2; ZooKeeper's FastLeaderElection): servers tell each other whom they vote for, take
 * over any vote that beats their own, and settle once a quorum votes alike. Nothing that Zab guarantees depends on
 * its outcome; discovery makes sure of that. It only has to find, most of the time, one server that is well informed.
 */

export const ELECTION = 'election'
export const FINALIZE = 'finalize'

/** Begins a new round with the vote for oneself. */
export function look(state: State, out: Outbox<Message>): void {
  const { election, params } = state
  state.role = 'looking'
  election.round++
  election.vote = state.isObserver ? null : ownVote(state)
  election.received.clear()
  election.settled.clear()
  election.isFinalizing = false
  election.resendNs = params.electionWaitNs
  out.note({ kind: 'election' })
  tellAll(state, out)
  out.disarm(FINALIZE)
  out.arm(ELECTION, election.resendNs, election.resendNs)
  decideWhenAgreed(state, out)
}

/** Votes may be lost, and servers start late: they are sent again, ever less often up to once a tick. */
export function onElectionTimer(state: State, out: Outbox<Message>): void {
  if (state.role !== 'looking') return
  const { election, params } = state
  election.resendNs = Math.min(2 * election.resendNs, Math.max(params.tickNs, params.electionWaitNs))
  out.arm(ELECTION, election.resendNs, election.resendNs)
  tellAll(state, out)
}

function tellAll(state: State, out: Outbox<Message>): void {
  for (const voter of state.voters) if (voter !== state.self) tell(state, voter, out)
}

function tell(state: State, to: PlaceId, out: Outbox<Message>): void {
  const { election, lead, following, self } = state
  const { round } = election
  let body: Notification
  if (state.role === 'looking') body = { kind: 'zab.vote', round, role: 'looking', vote: election.vote }
  else {
    const leader = lead !== null ? self : (following?.leader ?? NOBODY)
    const vote: Vote = { leader, epoch: state.currentEpoch, zxid: 0 }
    body = { kind: 'zab.vote', round, role: lead !== null ? 'leading' : 'following', vote }
  }
  out.send(to, body)
}

export function onVote(state: State, from: PlaceId, body: Notification, out: Outbox<Message>): void {
  if (state.role === 'waking' || state.role === 'idle') return
  if (state.role === 'looking') {
    if (body.role !== 'looking') onSettled(state, from, body, out)
    else if (body.vote !== null && isVoter(state, from)) onBallot(state, from, body.round, body.vote, out)
  } else if (body.role === 'looking') tell(state, from, out)
}

/** Another server looks too. */
function onBallot(state: State, from: PlaceId, round: number, vote: Vote, out: Outbox<Message>): void {
  const { election, params } = state
  // An observer only learns whom the others have settled on.
  if (election.vote === null) return
  if (round < election.round) {
    tell(state, from, out)
    return
  }
  const { beats } = params.rules
  const before = election.vote
  if (round > election.round) {
    election.round = round
    election.received.clear()
    const own = ownVote(state)
    election.vote = beats(vote, own) ? vote : own
    change(state, out)
  } else if (beats(vote, election.vote)) {
    election.vote = vote
    change(state, out)
  } else if (!isSame(vote, before)) {
    // It may never have heard of the better one: votes get lost here, which TCP would have brought.
    tell(state, from, out)
  }
  election.received.set(from, vote)
  decideWhenAgreed(state, out)
}

function change(state: State, out: Outbox<Message>): void {
  const { election, params } = state
  election.isFinalizing = false
  out.disarm(FINALIZE)
  election.resendNs = params.electionWaitNs
  out.arm(ELECTION, election.resendNs, election.resendNs)
  tellAll(state, out)
}

function isSame(a: Vote, b: Vote): boolean {
  return a.leader === b.leader && a.epoch === b.epoch && a.zxid === b.zxid
}

/** Whether a quorum votes as this server does. */
function isAgreed(state: State): boolean {
  const { vote, received } = state.election
  if (vote === null) return false
  let votes = 1
  for (const other of received.values()) if (isSame(other, vote)) votes++
  return votes >= quorumOf(state)
}

/** With a quorum it waits a little for a better vote (ZooKeeper's finalizeWait). */
function decideWhenAgreed(state: State, out: Outbox<Message>): void {
  const { election, params } = state
  if (election.isFinalizing || !isAgreed(state)) return
  election.isFinalizing = true
  out.arm(FINALIZE, params.electionWaitNs, params.electionWaitNs)
}

export function onFinalizeTimer(state: State, out: Outbox<Message>): void {
  const { election, self } = state
  election.isFinalizing = false
  if (state.role !== 'looking' || election.vote === null || !isAgreed(state)) return
  const { leader } = election.vote
  leaveElection(out)
  if (leader === self) lead(state, out)
  else follow(state, leader, out)
}

function leaveElection(out: Outbox<Message>): void {
  out.disarm(ELECTION)
  out.disarm(FINALIZE)
}

/** Others have a leader: it joins once a quorum says so, and the leader itself. */
function onSettled(state: State, from: PlaceId, { role, vote }: Notification, out: Outbox<Message>): void {
  const { settled } = state.election
  if (vote === null || !isVoter(state, from)) return
  settled.set(from, { leader: vote.leader, isLeading: role === 'leading' })
  const { leader } = vote
  if (leader === state.self || settled.get(leader)?.isLeading !== true) return
  let votes = 0
  for (const other of settled.values()) if (other.leader === leader) votes++
  if (votes < quorumOf(state)) return
  leaveElection(out)
  follow(state, leader, out)
}
