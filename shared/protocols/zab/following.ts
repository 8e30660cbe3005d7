import { assert } from '../../base/assert.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { Outbox } from '../contract.ts'
import { openChannel, transmit } from './channel.ts'
import { persist, persistEpoch, persistTxns, resetLog } from './durable.ts'
import { append, indexUpTo, lastIndex, lastZxid, truncateAfter, zxidAt } from './log.ts'
import type { Txn } from './log.ts'
import type { Message, Payload } from './messages.ts'
import { armTick, leaveRole } from './roles.ts'
import { restore } from './snapshot.ts'
import { nextLink } from './state.ts'
import type { Following, State } from './state.ts'
import { epochOf, textOf } from './zxid.ts'
import type { Zxid } from './zxid.ts'

/** The learner's side: phases 1 to 3 of Zab as a follower, or an observer, goes through them. */

/** Connects to a leader (FOLLOWERINFO; phase 1, step f.1.1). */
export function follow(state: State, leader: PlaceId, out: Outbox<Message>): void {
  state.role = 'following'
  const channel = openChannel(leader, nextLink(state), 0, state.nowNs)
  state.following = {
    leader,
    channel,
    sinceNs: state.nowNs,
    stage: 'connecting',
    epoch: 0,
    acceptWriteId: -1,
    acked: 0,
    incoming: null,
    history: [],
  }
  state.writing.clear()
  state.loggedZxid = 0
  const { acceptedEpoch, isObserver } = state
  transmit(state, channel, { kind: 'zab.followerInfo', acceptedEpoch, isObserver }, out)
  armTick(state, out)
}

export function onLeaderPayload(
  state: State,
  following: Following,
  body: Payload,
  out: Outbox<Message>,
): void {
  switch (body.kind) {
    case 'zab.leaderInfo':
      onLeaderInfo(state, following, body.epoch, out)
      break
    case 'zab.trunc':
      truncateTo(state, body.zxid, out)
      break
    case 'zab.diff':
      for (const txn of body.txns) {
        append(state.log, txn)
        following.history.push(txn)
      }
      break
    case 'zab.snap':
      onSnapshotPiece(state, following, body, out)
      break
    case 'zab.newLeader':
      onNewLeader(state, following, body.epoch, out)
      break
    case 'zab.upToDate':
      following.stage = 'serving'
      commitUpTo(state, body.zxid)
      break
    case 'zab.propose':
      onPropose(state, body.txn, out)
      break
    case 'zab.inform':
      for (const txn of body.txns) append(state.log, txn)
      persistTxns(state, body.txns, out)
      state.committed = lastIndex(state.log)
      break
    case 'zab.commit':
      commitUpTo(state, body.zxid)
      break
    case 'zab.ping':
      transmit(state, following.channel, { kind: 'zab.pong', round: body.round }, out)
      break
    default:
      assert(false, () => `a leader sent ${body.kind}`)
  }
}

/** Phase 1: the promise to follow no leader of an earlier epoch. */
function onLeaderInfo(state: State, following: Following, epoch: number, out: Outbox<Message>): void {
  const { rules } = state.params
  if (!rules.mayFollow(epoch, state.acceptedEpoch)) {
    leaveRole(state, out)
    return
  }
  following.epoch = epoch
  if (rules.isPromise(epoch, state.acceptedEpoch)) {
    state.acceptedEpoch = epoch
    following.acceptWriteId = persist(state, { type: 'accept', epoch }, out)
    following.stage = 'accepting'
  } else sendAckEpoch(state, following, false, out)
}

/** Once the promise would survive a crash, it is given. */
export function promiseWhenDurable(state: State, following: Following, out: Outbox<Message>): void {
  if (following.stage !== 'accepting') return
  if (state.params.rules.mayAcknowledge(following.acceptWriteId, state.durableUpTo)) {
    sendAckEpoch(state, following, true, out)
  }
}

function sendAckEpoch(state: State, following: Following, isPromise: boolean, out: Outbox<Message>): void {
  following.stage = 'syncing'
  const { currentEpoch, log } = state
  transmit(
    state,
    following.channel,
    { kind: 'zab.ackEpoch', currentEpoch, zxid: lastZxid(log), isPromise },
    out,
  )
}

/** Phase 2: transactions that the leader's history doesn't have go. */
function truncateTo(state: State, zxid: Zxid, out: Outbox<Message>): void {
  const { log } = state
  const index = indexUpTo(log, zxid)
  assert(
    zxidAt(log, index) === zxid,
    () => `place ${state.self} was to truncate to ${textOf(zxid)}, which it lacks`,
  )
  assert(index >= state.committed, () => `committed transactions after ${textOf(zxid)} were to be truncated`)
  truncateAfter(log, index)
  persist(state, { type: 'truncate', zxid }, out)
}

function onSnapshotPiece(
  state: State,
  following: Following,
  body: Extract<Payload, { kind: 'zab.snap' }>,
  out: Outbox<Message>,
): void {
  if (body.isFirst) following.incoming = { cells: [], sessions: [] }
  const { incoming } = following
  assert(incoming !== null, 'a snapshot begins with its first piece')
  for (const cell of body.cells) incoming.cells.push(cell)
  for (const record of body.sessions) incoming.sessions.push(record)
  if (!body.isLast) return
  const { index, zxid } = body
  assert(index >= state.committed, () => `place ${state.self} was sent a snapshot older than its data`)
  const snapshot = { index, zxid, cells: incoming.cells, sessions: incoming.sessions }
  following.incoming = null
  state.snapshot = snapshot
  resetLog(state.log, snapshot)
  restore(state.store, snapshot)
  state.committed = index
  persist(state, { type: 'install', snapshot }, out)
}

/**
 * The whole history has come. It goes to the disk before the epoch does (f.2.2): a server that claims an epoch whose
 * history it lacks could lead, and lose what was committed (ZOOKEEPER-4643).
 */
function onNewLeader(state: State, following: Following, epoch: number, out: Outbox<Message>): void {
  following.stage = 'logging'
  const txns = following.history.splice(0)
  const isHistoryFirst = state.params.rules.logsHistoryFirst()
  if (isHistoryFirst && txns.length > 0) persist(state, { type: 'append', txns }, out)
  persistEpoch(state, epoch, out)
  if (!isHistoryFirst && txns.length > 0) persist(state, { type: 'append', txns }, out)
}

/** Phase 3: a proposal is logged, and acknowledged when it is durable. */
function onPropose(state: State, txn: Txn, out: Outbox<Message>): void {
  assert(epochOf(txn.zxid) === state.currentEpoch, () => `${textOf(txn.zxid)} is of another epoch`)
  append(state.log, txn)
  persistTxns(state, [txn], out)
}

/** Tells the leader how far this follower has logged. */
export function acknowledge(state: State, following: Following, out: Outbox<Message>): void {
  if (state.loggedZxid <= following.acked) return
  following.acked = state.loggedZxid
  // An observer's log is its own affair, but the leader must know that it took the epoch up.
  if (state.isObserver && following.stage === 'serving') return
  transmit(state, following.channel, { kind: 'zab.ack', zxid: state.loggedZxid }, out)
}

function commitUpTo(state: State, zxid: Zxid): void {
  const index = indexUpTo(state.log, zxid)
  assert(
    index >= 0 && zxidAt(state.log, index) === zxid,
    () => `${textOf(zxid)} was committed, but isn't here`,
  )
  state.committed = Math.max(state.committed, index)
}
