import { assert, unreachable } from '../../base/assert.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { Input, LocalInstant, Outbox } from '../contract.ts'
import { settle } from './apply.ts'
import { lastWrite, onDurable, persist, persistHardState } from './durable.ts'
import {
  armElection,
  becomeFollower,
  campaign,
  ELECTION,
  isDisruptive,
  onElectionTimer,
  onOwnVoteDurable,
  onPreVote,
  onRequestVote,
  onVoteReply,
} from './election.ts'
import { onInstallSnapshot, onSnapshotReply } from './install.ts'
import { lastIndex } from './log.ts'
import { changeMembers } from './membership.ts'
import type {
  AppendEntries,
  AppendReply,
  Heartbeat,
  HeartbeatReply,
  InstallSnapshot,
  Message,
  SnapshotReply,
} from './messages.ts'
import { onRangeCommand } from './range.ts'
import { onReadIndex, onReadIndexReply } from './reads.ts'
import { advanceCommit, FLUSH, flush, onAppendEntries, onAppendReply, sendOrProbe } from './replication.ts'
import {
  dispatch,
  dropLostWaiters,
  onForward,
  onForwardReply,
  onRequest,
  onSweep,
  SWEEP,
} from './requests.ts'
import { onMembersWanted } from './moves.ts'
import { onRotateLeader, onRotateMembers, ROTATE_LEADER, ROTATE_MEMBERS } from './rotation.ts'
import { HEARTBEAT, onHeartbeat, onHeartbeatReply, onHeartbeatTimer } from './rounds.ts'
import { NOBODY } from './state.ts'
import type { State } from './state.ts'
import { COMMIT_WAIT, endCommitWait } from './timestamps/commit-wait.ts'
import { onAskTimestamp, onTimestamps } from './timestamps/oracle.ts'
import { startTransfer } from './transfer.ts'

export function step(state: State, at: LocalInstant, input: Input<Message>, out: Outbox<Message>): void {
  state.nowNs = at.monotonicNs
  state.wallNs = at.wallNs
  state.uncertaintyNs = at.uncertaintyNs
  switch (input.type) {
    case 'message':
      onMessage(state, input.from, input.body, out)
      break
    case 'request': {
      const { opId, op, session } = input
      const { process, sequence, token } = session
      const deadlineNs = state.nowNs + state.params.requestTimeoutNs
      onRequest(
        state,
        { opId, op, process, sequence, token, stamp: null, via: NOBODY, isDoubtful: false, deadlineNs },
        out,
      )
      break
    }
    case 'persisted':
      onDurable(state, input.writeId)
      onOwnVoteDurable(state, out)
      advanceCommit(state)
      break
    case 'timer':
      onTimer(state, input.name, out)
      break
    case 'start':
      onStart(state, out)
      break
    case 'members':
      onMembersWanted(state, input.members, out)
      break
    case 'range':
      onRangeCommand(state, input.command, out)
      break
  }
  settle(state, out)
}

/** The first member of a group that never ran may campaign at once: nobody can have been elected yet. */
function onStart(state: State, out: Outbox<Message>): void {
  const { birth } = state
  if (birth !== null) {
    state.birth = null
    persist(state, { type: 'install', snapshot: birth.snapshot, keepsTail: false }, out)
    persistHardState(state, out)
    if (birth.isHeir) campaign(state, false, out)
    else armElection(state, out)
    return
  }
  if (state.isFirstBoot && state.isFirstMember && state.params.campaignAtStart) campaign(state, false, out)
  else armElection(state, out)
}

function onTimer(state: State, name: string, out: Outbox<Message>): void {
  switch (name) {
    case ELECTION:
      onElectionTimer(state, out)
      break
    case HEARTBEAT:
      onHeartbeatTimer(state, out)
      break
    case FLUSH:
      state.isFlushArmed = false
      flush(state, out)
      break
    case SWEEP:
      onSweep(state, out)
      break
    case COMMIT_WAIT:
      endCommitWait(state)
      advanceCommit(state)
      break
    case ROTATE_LEADER:
      onRotateLeader(state, out)
      break
    case ROTATE_MEMBERS:
      onRotateMembers(state, out)
      break
  }
}

/** §5.1: a later term makes anyone a follower, an earlier one is refused; most messages speak of the present one. */
function onMessage(state: State, from: PlaceId, body: Message, out: Outbox<Message>): void {
  switch (body.kind) {
    case 'raft.preVote':
      onPreVote(state, from, body, out)
      break
    case 'raft.requestVote':
      if (body.term <= state.term || !isDisruptive(state, body)) onRequestVote(state, from, body, out)
      break
    case 'raft.preVoteReply':
    case 'raft.requestVoteReply':
      // A granted pre-vote names the term that it was asked for, which nobody has entered.
      if (body.term > state.term && !body.isGranted) becomeFollower(state, body.term, NOBODY, out)
      else onVoteReply(state, from, body, out)
      break
    case 'raft.appendEntries':
    case 'raft.heartbeat':
    case 'raft.installSnapshot':
      onLeaderMessage(state, from, body, out)
      break
    case 'raft.appendEntriesReply':
    case 'raft.heartbeatReply':
    case 'raft.installSnapshotReply':
      if (body.term > state.term) becomeFollower(state, body.term, NOBODY, out)
      else if (body.term === state.term && state.role === 'leader') onPeerReply(state, from, body, out)
      break
    case 'raft.timeoutNow':
      if (body.term === state.term && state.role !== 'leader') campaign(state, true, out)
      break
    case 'raft.readIndex':
      onReadIndex(state, from, body, out)
      break
    case 'raft.readIndexReply':
      onReadIndexReply(state, body, out)
      break
    case 'raft.forward':
      onForward(state, from, body, out)
      break
    case 'raft.forwardReply':
      onForwardReply(state, body, out)
      break
    case 'raft.askTimestamp':
      onAskTimestamp(state, from, body, out)
      break
    case 'raft.timestamp':
      for (const request of onTimestamps(state, body)) dispatch(state, request, out)
      break
    case 'raft.admin':
      if (body.change.type === 'transfer') startTransfer(state, body.change.to, out)
      else changeMembers(state, body.change.voters, body.change.learners, out)
      break
    default:
      unreachable(body)
  }
}

type LeaderMessage = AppendEntries | Heartbeat | InstallSnapshot
type PeerReply = AppendReply | HeartbeatReply | SnapshotReply

function onLeaderMessage(state: State, from: PlaceId, body: LeaderMessage, out: Outbox<Message>): void {
  if (body.term < state.term) {
    tellTerm(state, from, body, out)
    return
  }
  const isRival = body.term === state.term && state.role === 'leader'
  assert(!isRival, () => `places ${state.self} and ${from} both lead in term ${body.term}`)
  if (body.term > state.term || state.role !== 'follower' || state.leader !== from) {
    becomeFollower(state, body.term, from, out)
  }
  state.contactNs = state.nowNs
  switch (body.kind) {
    case 'raft.appendEntries': {
      const before = lastIndex(state.log)
      onAppendEntries(state, from, body, out)
      // Entries of this replica's own time as a leader may have had to go.
      if (state.waiters.length > 0 && before > body.prevIndex) dropLostWaiters(state, out)
      break
    }
    case 'raft.heartbeat':
      onHeartbeat(state, from, body, out)
      break
    case 'raft.installSnapshot': {
      onInstallSnapshot(state, from, body, out)
      if (state.waiters.length > 0) dropLostWaiters(state, out)
      break
    }
  }
}

/** A former leader learns that its time is over. */
function tellTerm(state: State, from: PlaceId, body: LeaderMessage, out: Outbox<Message>): void {
  const { term } = state
  const after = lastWrite(state)
  switch (body.kind) {
    case 'raft.appendEntries': {
      const refusal = { isAccepted: false, index: body.prevIndex, hintIndex: 0, hintTerm: 0 }
      out.send(from, { kind: 'raft.appendEntriesReply', term, ...refusal }, after)
      break
    }
    case 'raft.heartbeat':
      out.send(from, { kind: 'raft.heartbeatReply', term, round: 0 }, after)
      break
    case 'raft.installSnapshot':
      out.send(
        from,
        { kind: 'raft.installSnapshotReply', term, index: body.index, next: 0, matched: 0 },
        after,
      )
      break
  }
}

function onPeerReply(state: State, from: PlaceId, body: PeerReply, out: Outbox<Message>): void {
  switch (body.kind) {
    case 'raft.appendEntriesReply':
      onAppendReply(state, from, body, out)
      break
    case 'raft.heartbeatReply':
      onHeartbeatReply(state, from, body, out)
      break
    case 'raft.installSnapshotReply': {
      onSnapshotReply(state, from, body, out)
      const progress = state.lead?.progress.get(from)
      if (progress?.mode === 'probe') sendOrProbe(state, progress, out)
      break
    }
  }
}
