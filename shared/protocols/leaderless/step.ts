import type { PlaceId } from '../../plan/types.ts'
import type { Input, LocalInstant, Outbox } from '../contract.ts'
import { isDoubled } from '../sessions.ts'
import {
  expireRegister,
  onAtomicReadAck,
  onQuery,
  onQueryAck,
  onWrittenBack,
  startAtomicRead,
  startAtomicWrite,
} from './abd.ts'
import { onCommit, onPrepare, onPropose } from './acceptor.ts'
import {
  ANTI_ENTROPY,
  armAntiEntropy,
  onAntiEntropy,
  onLeafCells,
  onTreeReply,
  onTreeRequest,
} from './anti-entropy.ts'
import { armCollection, COLLECTION, onCollection } from './apply.ts'
import {
  expireRead,
  onReadAck,
  onRepairAck,
  reconsiderRead,
  speculate,
  startRead,
} from './coordinator-read.ts'
import { expireScan, onScanAck, startScan } from './coordinator-scan.ts'
import {
  expireWrite,
  onDurable,
  onOwnCommit,
  onWriteAck,
  reconsiderWrite,
  startWrite,
} from './coordinator-write.ts'
import { persist } from './durable.ts'
import { armReplay, HINT_REPLAY, onHintAck, onHintReplay, onReplayed } from './hints.ts'
import { onFetch } from './intake.ts'
import { heardFrom } from './liveness.ts'
import type { CommitAck, Message, ReadAck, RepairAck } from './messages.ts'
import {
  MOVE,
  onData,
  onMembersWanted,
  onMoveTimer,
  onReady,
  onView,
  onViewAck,
  onViewRequest,
  resumeMove,
} from './moves.ts'
import { failure } from './outcomes.ts'
import { nextOwnReply } from './own-replies.ts'
import { onHintedWrite, onRead, onRepair, onScan, onWrite } from './replica.ts'
import { isCurrent } from './requests.ts'
import { pendingCount } from './state.ts'
import type { State } from './state.ts'
import { DEADLINE, onLimit, SPECULATION, SUSPICION } from './time-limits.ts'
import {
  CONTENTION,
  expireTransaction,
  onContentionOver,
  onOthersCommit,
  onPromise,
  onProposed,
  startTransaction,
} from './transactions.ts'

/** Operations that one coordinator works on at a time; more are declined. */
export const PENDING_MAX = 200_000

const PONG: Message = { kind: 'leaderless.pong' }

export function step(state: State, at: LocalInstant, input: Input<Message>, out: Outbox<Message>): void {
  const { ring } = state
  switch (input.type) {
    case 'message':
      onMessage(state, input.from, input.body, at, out)
      break
    case 'request':
      onRequest(state, at, input, out)
      break
    case 'persisted':
      state.durableUpTo = input.writeId
      if (state.localWaits !== null) onDurable(state, at, out)
      break
    case 'timer':
      onTimer(state, input.name, at, out)
      break
    case 'members':
      onMembersWanted(state, input.members, input.spares, at, out)
      break
    case 'range':
      // Asked only of strategies whose ranges split.
      break
    case 'start':
      onStart(state, at, out)
      break
  }
  if (state.ownReplies !== null) takeOwnReplies(state, at, out)
  if (state.ring !== ring && state.ring.epoch !== ring.epoch && state.ahead.length > 0)
    takeAhead(state, at, out)
}

/** Requests that came before the view under which they were made. */
function takeAhead(state: State, at: LocalInstant, out: Outbox<Message>): void {
  for (const { from, body } of state.ahead.splice(0)) onMessage(state, from, body, at, out)
  if (state.ownReplies !== null) takeOwnReplies(state, at, out)
}

function takeOwnReplies(state: State, at: LocalInstant, out: Outbox<Message>): void {
  for (let body = nextOwnReply(state); body !== undefined; body = nextOwnReply(state)) {
    onMessage(state, state.ring.self, body, at, out)
  }
}

function onStart(state: State, at: LocalInstant, out: Outbox<Message>): void {
  if (state.role === 'coordinator') return
  persist(state, { type: 'boot' }, out)
  if (state.store.tree !== null) armAntiEntropy(state, out)
  armReplay(state, out)
  armCollection(state, at, out)
  resumeMove(state, at, out)
}

function onMessage(state: State, from: PlaceId, body: Message, at: LocalInstant, out: Outbox<Message>): void {
  heardFrom(state, from)
  switch (body.kind) {
    case 'leaderless.write':
      if (isCurrent(state, from, body, out)) onWrite(state, from, body, at, out)
      break
    case 'leaderless.writeAck':
      if (body.epoch === state.ring.epoch) onWriteAck(state, from, body, at, out)
      break
    case 'leaderless.read':
      if (isCurrent(state, from, body, out)) onRead(state, from, body, out)
      break
    case 'leaderless.readAck':
      if (body.epoch === state.ring.epoch) onAnyReadAck(state, from, body, at, out)
      break
    case 'leaderless.repair':
      if (body.opId < 0 || isCurrent(state, from, body, out)) onRepair(state, from, body, at, out)
      break
    case 'leaderless.repairAck':
      if (body.epoch === state.ring.epoch) onAnyRepairAck(state, from, body, at, out)
      break
    case 'leaderless.hintedWrite':
      if (isCurrent(state, from, body, out)) onHintedWrite(state, from, body, at, out)
      break
    case 'leaderless.hintReplay':
      onReplayed(state, from, body, at, out)
      break
    case 'leaderless.hintAck':
      onHintAck(state, from, body, at, out)
      break
    case 'leaderless.scan':
      if (isCurrent(state, from, body, out)) onScan(state, from, body, out)
      break
    case 'leaderless.scanAck':
      if (body.epoch === state.ring.epoch) onScanAck(state, from, body, out)
      break
    case 'leaderless.treeRequest':
      onTreeRequest(state, from, body, out)
      break
    case 'leaderless.treeReply':
      onTreeReply(state, from, body, out)
      break
    case 'leaderless.leafCells':
      onLeafCells(state, from, body, at, out)
      break
    case 'leaderless.ping':
      out.send(from, PONG)
      break
    case 'leaderless.pong':
      break
    case 'leaderless.query':
      if (isCurrent(state, from, body, out)) onQuery(state, from, body, out)
      break
    case 'leaderless.queryAck':
      if (body.epoch === state.ring.epoch) onQueryAck(state, from, body, at, out)
      break
    case 'leaderless.prepare':
      onPrepare(state, from, body, out)
      break
    case 'leaderless.promise':
      onPromise(state, from, body, at, out)
      break
    case 'leaderless.propose':
      onPropose(state, from, body, out)
      break
    case 'leaderless.proposed':
      onProposed(state, from, body, at, out)
      break
    case 'leaderless.commit':
      onCommit(state, from, body, at, out)
      break
    case 'leaderless.commitAck':
      onCommitAck(state, from, body, at, out)
      break
    case 'leaderless.view':
      onView(state, from, body, at, out)
      break
    case 'leaderless.viewAck':
      onViewAck(state, from, body, at, out)
      break
    case 'leaderless.viewRequest':
      onViewRequest(state, from, body, out)
      break
    case 'leaderless.fetch':
      if (isCurrent(state, from, body, out)) onFetch(state, from, body, out)
      break
    case 'leaderless.chunk':
      if (body.epoch === state.ring.epoch) onData(state, from, body, at, out)
      break
    case 'leaderless.ready':
      onReady(state, from, body, at, out)
      break
  }
}

function onAnyReadAck(
  state: State,
  from: PlaceId,
  body: ReadAck,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  const atomic = state.access.isAtomic ? state.registers.get(body.opId) : undefined
  if (atomic === undefined) onReadAck(state, from, body, at, out)
  else onAtomicReadAck(state, atomic, from, body, at, out)
}

function onAnyRepairAck(
  state: State,
  from: PlaceId,
  body: RepairAck,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  const atomic = state.access.isAtomic ? state.registers.get(body.opId) : undefined
  if (atomic === undefined) onRepairAck(state, body, at, out)
  else onWrittenBack(state, atomic, from, out)
}

/** Of the operation's own proposal, whose commit ends it as a write ends; or of another's, after which it goes on. */
function onCommitAck(
  state: State,
  from: PlaceId,
  body: CommitAck,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  const own = state.writes.get(body.opId)
  if (own !== undefined) onOwnCommit(state, own, from, body, at, out)
  const pending = state.transactions.get(body.opId)
  if (pending !== undefined) onOthersCommit(state, pending, from, body, at, out)
}

function onRequest(
  state: State,
  at: LocalInstant,
  input: Extract<Input<Message>, { type: 'request' }>,
  out: Outbox<Message>,
): void {
  const { opId, op, session } = input
  if (state.role === 'replica' && isDoubled(state.lastOpOf, session.process, opId)) return
  if (isElsewhere(state)) {
    out.reply(opId, { ...failure('refused'), redirect: state.view.members[0] })
    return
  }
  if (pendingCount(state) >= PENDING_MAX) {
    out.reply(opId, failure('overloaded'))
    return
  }
  switch (op.f) {
    case 'read':
      if (state.access.reads === 'quorum') startRead(state, at, opId, op, session, out)
      else if (state.access.reads === 'abd') startAtomicRead(state, at, opId, op, out)
      else startTransaction(state, at, opId, op, session, out)
      break
    case 'write':
    case 'delete':
      if (state.access.writes === 'quorum') startWrite(state, at, opId, op, session, out)
      else if (state.access.writes === 'abd') startAtomicWrite(state, at, opId, op, out)
      else startTransaction(state, at, opId, op, session, out)
      break
    case 'scan':
      startScan(state, at, opId, op, out)
      break
    case 'cas':
      if (state.access.swaps) startTransaction(state, at, opId, op, session, out)
      else out.reply(opId, failure('refused'))
      break
  }
}

/** A replica that has left, or has not joined yet, coordinates nothing. */
function isElsewhere({ role, ring }: State): boolean {
  return role === 'replica' && ring.ownPosition < 0 && !ring.spares.includes(ring.self)
}

function onTimer(state: State, name: string, at: LocalInstant, out: Outbox<Message>): void {
  switch (name) {
    case DEADLINE:
      onLimit(state, state.deadlines, at.monotonicNs, out, (opId) => expire(state, opId, at, out))
      break
    case SPECULATION:
      onLimit(state, state.speculations, at.monotonicNs, out, (opId) => speculate(state, opId, at, out))
      break
    case SUSPICION:
      onLimit(state, state.suspicions, at.monotonicNs, out, (opId) => reconsider(state, opId, at, out))
      break
    case HINT_REPLAY:
      onHintReplay(state, at, out)
      break
    case ANTI_ENTROPY:
      onAntiEntropy(state, out)
      break
    case COLLECTION:
      onCollection(state, at, out)
      break
    case MOVE:
      onMoveTimer(state, at, out)
      break
    default:
      if (name.startsWith(CONTENTION)) onContentionOver(state, Number(name.slice(CONTENTION.length)), at, out)
      break
  }
}

/** Those who have not answered may by now be believed down: then there is nobody left to wait for. */
function reconsider(state: State, opId: number, at: LocalInstant, out: Outbox<Message>): void {
  const write = state.writes.get(opId)
  if (write !== undefined) reconsiderWrite(state, write, at, out)
  const read = state.reads.get(opId)
  if (read !== undefined) reconsiderRead(state, read, at, out)
}

function expire(state: State, opId: number, at: LocalInstant, out: Outbox<Message>): void {
  const write = state.writes.get(opId)
  if (write !== undefined) {
    expireWrite(state, write, at, out)
    return
  }
  const read = state.reads.get(opId)
  if (read !== undefined) {
    expireRead(state, read, at, out)
    return
  }
  const scan = state.scans.get(opId)
  if (scan !== undefined) expireScan(state, scan, out)
  const register = state.registers.get(opId)
  if (register !== undefined) expireRegister(state, register, out)
  const transaction = state.transactions.get(opId)
  if (transaction !== undefined) expireTransaction(state, transaction, out)
}
