import type { PlaceId } from '../../plan/types.ts'
import type { LocalInstant, OpId, Operation, Outbox } from '../contract.ts'
import { apply } from './apply.ts'
import { spreadWrite, stampedCell } from './coordinator-write.ts'
import { confirmsAfter } from './durable.ts'
import { expectAnswer } from './liveness.ts'
import type { Message, Query, QueryAck, Read, ReadAck } from './messages.ts'
import { failure, readOutcome } from './outcomes.ts'
import { answerOneself } from './own-replies.ts'

import { addPosition } from './state.ts'
import type { PendingRegister, State } from './state.ts'
import { lookUp } from './store.ts'
import { limitOperation } from './time-limits.ts'
import { refuseUnlessUp } from './up.ts'
import { covers, mergeReplies } from './versions.ts'
import type { Cell } from './versions.ts'

/**
 * Linearizable registers (Attiya, Bar-Noy, Dolev, JACM 1995; several writers: Lynch and Shvartsman, FTCS 1997). A write
 * asks r members for their newest version and then stores a newer one at w; a read asks r members for what they have
 * and stores the newest at w before it returns. r + w > n makes each query meet each store.
 */

const WRITE_BACK = { kind: 'write-back' } as const

function pendingOf(state: State, opId: OpId, op: Operation): PendingRegister {
  return {
    opId,
    op,
    phase: 'query',
    replied: { word: 0, more: null },
    replies: 0,
    newestStamp: 0,
    newest: null,
    cells: state.ring.members.map(() => undefined),
    holders: { word: 0, more: null },
    holding: state.ring.writesNeeded.map(() => 0),
  }
}

export function startAtomicRead(
  state: State,
  at: LocalInstant,
  opId: OpId,
  op: Operation,
  out: Outbox<Message>,
): void {
  const { ring } = state
  if (refuseUnlessUp(state, Math.max(ring.readsNeeded, ring.writesNeeded[0]), at, opId, out)) return
  const { key, bytes } = op
  state.registers.set(opId, pendingOf(state, opId, op))
  limitOperation(state, opId, at.monotonicNs, out)
  const { epoch } = ring
  const body: Read = { kind: 'leaderless.read', opId, epoch, key, bytes, owner: -1 }
  askOthers(state, body, at, out)
  if (ring.ownPosition < 0) return
  const cell = lookUp(state.store, key, bytes)
  answerOneself(state, { kind: 'leaderless.readAck', opId, epoch, cell, owner: -1 }, confirmsAfter(state))
}

export function startAtomicWrite(
  state: State,
  at: LocalInstant,
  opId: OpId,
  op: Operation,
  out: Outbox<Message>,
): void {
  const { ring } = state
  if (refuseUnlessUp(state, Math.max(ring.readsNeeded, ring.writesNeeded[0]), at, opId, out)) return
  state.registers.set(opId, pendingOf(state, opId, op))
  limitOperation(state, opId, at.monotonicNs, out)
  const body: Query = { kind: 'leaderless.query', opId, epoch: ring.epoch, key: op.key }
  askOthers(state, body, at, out)
  if (ring.ownPosition >= 0) answerOneself(state, newestOf(state, body), undefined)
}

function askOthers(state: State, body: Message, at: LocalInstant, out: Outbox<Message>): void {
  const { members, ownPosition } = state.ring
  for (let position = 0; position < members.length; position++) {
    if (position === ownPosition) continue
    expectAnswer(state, members[position], at.monotonicNs)
    out.send(members[position], body)
  }
}

/** A member's side of a write's query. */
export function onQuery(state: State, from: PlaceId, body: Query, out: Outbox<Message>): void {
  out.send(from, newestOf(state, body))
}

function newestOf(state: State, { opId, epoch, key }: Query): QueryAck {
  const cell = lookUp(state.store, key, 0)
  return { kind: 'leaderless.queryAck', opId, epoch, newest: cell === null ? 0 : Math.max(cell.at, 0) }
}

export function onQueryAck(
  state: State,
  from: PlaceId,
  body: QueryAck,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  const pending = state.registers.get(body.opId)
  const position = state.ring.positionOf[from]
  if (pending === undefined || !state.ring.isReader[position]) return
  if (!addPosition(pending.replied, position)) return
  pending.newestStamp = Math.max(pending.newestStamp, body.newest)
  if (++pending.replies < state.ring.readsNeeded) return
  const { opId, op } = pending
  state.registers.delete(opId)
  const floor = state.params.rules.stampFloor(pending.newestStamp)
  spreadWrite(state, opId, stampedCell(state, at, op, floor), null, at, out)
}

export function onAtomicReadAck(
  state: State,
  pending: PendingRegister,
  from: PlaceId,
  body: ReadAck,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  const position = state.ring.positionOf[from]
  if (!addPosition(pending.replied, position)) return
  if (pending.phase === 'write-back') {
    // Too late to count as a reply, but it may show that one more replica has what is being written back.
    if (covers(body.cell, pending.newest)) holds(state, pending, position, out)
    return
  }
  pending.cells[position] = body.cell
  // A newcomer that has not copied everything yet, or one that is leaving: it may hold what is to be written back.
  if (!state.ring.isReader[position]) return
  pending.newest = mergeReplies(pending.newest, body.cell)
  if (++pending.replies === state.ring.readsNeeded) decide(state, pending, at, out)
}

/** Enough replies: the newest is the answer, once w replicas are known to have it on disk. */
function decide(state: State, pending: PendingRegister, at: LocalInstant, out: Outbox<Message>): void {
  const { ring, params } = state
  const { opId, cells, newest } = pending
  pending.phase = 'write-back'
  for (let position = 0; position < cells.length; position++) {
    const cell = cells[position]
    if (cell === undefined || !covers(cell, newest)) continue
    addHolder(state, pending, position)
  }
  const mustWriteBack = pending.holding.some((holders, group) =>
    params.rules.mustWriteBack(holders, ring.writesNeeded[group]),
  )
  if (newest === null || !mustWriteBack) {
    answer(state, pending, out)
    return
  }
  out.note(WRITE_BACK)
  for (let position = 0; position < ring.members.length; position++) {
    const cell = cells[position]
    if (position === ring.ownPosition || (cell !== undefined && covers(cell, newest))) continue
    expectAnswer(state, ring.members[position], at.monotonicNs)
    out.send(ring.members[position], { kind: 'leaderless.repair', opId, epoch: ring.epoch, cell: newest })
  }
  if (ring.ownPosition >= 0) writeBackOneself(state, opId, newest, at, out)
}

function writeBackOneself(
  state: State,
  opId: OpId,
  newest: Cell,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  apply(state, newest, at, out)
  const body: Message = { kind: 'leaderless.repairAck', opId, epoch: state.ring.epoch }
  answerOneself(state, body, confirmsAfter(state))
}

export function onWrittenBack(
  state: State,
  pending: PendingRegister,
  from: PlaceId,
  out: Outbox<Message>,
): void {
  holds(state, pending, state.ring.positionOf[from], out)
}

function holds(state: State, pending: PendingRegister, position: number, out: Outbox<Message>): void {
  if (!addHolder(state, pending, position)) return
  if (pending.holding.every((holders, group) => holders >= state.ring.writesNeeded[group]))
    answer(state, pending, out)
}

/** False where it was known. */
function addHolder({ ring }: State, { holders, holding }: PendingRegister, position: number): boolean {
  if (!addPosition(holders, position)) return false
  for (const group of ring.writeGroupsOf[position]) holding[group]++
  return true
}

function answer(state: State, { opId, newest }: PendingRegister, out: Outbox<Message>): void {
  state.registers.delete(opId)
  out.reply(opId, readOutcome(state, newest, null))
}

/** The view has changed: what has not been written yet begins anew. */
export function restartRegisters(state: State, at: LocalInstant, out: Outbox<Message>): void {
  const pending = [...state.registers.values()]
  state.registers.clear()
  for (const { opId, op } of pending) {
    if (op.f === 'read') startAtomicRead(state, at, opId, op, out)
    else startAtomicWrite(state, at, opId, op, out)
  }
}

/** Time is up. Of a write that got no further than its query nothing was ever stored. */
export function expireRegister(state: State, { opId, op }: PendingRegister, out: Outbox<Message>): void {
  state.registers.delete(opId)
  out.reply(opId, failure(op.f === 'read' ? 'read-timeout' : 'unavailable'))
}
