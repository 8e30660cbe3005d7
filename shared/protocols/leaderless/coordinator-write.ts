import type { PlaceId } from '../../plan/types.ts'
import type { LocalInstant, OpId, Operation, Outbox, SessionRef } from '../contract.ts'
import { apply } from './apply.ts'
import { confirmsAfter } from './durable.ts'
import { storeHint } from './hints.ts'
import { expectAnswer, isAnySuspected, isSuspected, pingSuspects } from './liveness.ts'
import type { HintedWrite, Message, Write, WriteAck } from './messages.ts'
import { failure, floorOf, pastOf, writeOutcome } from './outcomes.ts'
import { standIns } from './stand-ins.ts'
import { nextStamp, stampOf } from './stamps.ts'
import { addPosition, hasPosition } from './state.ts'
import type { PendingWrite, State } from './state.ts'
import { limitOperation } from './time-limits.ts'
import { dottedWrite, makeCell } from './versions.ts'
import type { Cell } from './versions.ts'

/** The coordinator's side of writes and deletions: out to all members at once, done after w confirmations. */

const UNAVAILABLE = { kind: 'unavailable' } as const
const DOWNGRADED = { kind: 'downgraded' } as const
const SLOPPY = { kind: 'sloppy-write' } as const

export function startWrite(
  state: State,
  at: LocalInstant,
  opId: OpId,
  op: Operation,
  session: SessionRef,
  out: Outbox<Message>,
): void {
  const { ring, params } = state
  const nowNs = at.monotonicNs
  const isDegraded = isAnySuspected(state, nowNs)
  const spares = isDegraded && params.sloppyQuorum ? standIns(state, nowNs) : null
  if (isDegraded && !canWrite(state, nowNs, spares)) {
    pingSuspects(state, at, out)
    out.note(UNAVAILABLE)
    out.reply(opId, failure('unavailable'))
    return
  }
  const cell = cellToWrite(state, at, op, session)
  const pending: PendingWrite = {
    opId,
    cell,
    confirmed: { word: 0, more: null },
    confirmations: 0,
    standInsDue: 0,
    missing: ring.writesNeeded.slice(),
    groupsMissing: ring.writesNeeded.length,
    isAnswered: false,
  }
  state.writes.set(opId, pending)
  limitOperation(state, opId, nowNs, out)
  const body: Write = { kind: 'leaderless.write', opId, cell }
  const { members, ownPosition } = ring
  for (let position = 0; position < members.length; position++) {
    if (position === ownPosition) continue
    expectAnswer(state, members[position], nowNs)
    out.send(members[position], body)
  }
  if (ownPosition >= 0) writeLocally(state, pending, at, out)
  if (spares !== null) writeToStandIns(state, pending, spares, at, out)
  if (isDegraded && keepsHints(state)) hintSuspected(state, cell, spares, at, out)
}

/** The new version: stamped by this coordinator's clock, or the session's next event. */
function cellToWrite(state: State, at: LocalInstant, op: Operation, session: SessionRef): Cell {
  const isDelete = op.f === 'delete'
  const value = isDelete ? 0 : op.value
  const bytes = isDelete ? 0 : op.bytes
  const goneAt = isDelete ? stampOf(at.wallNs) : 0
  if (state.params.conflicts === 'siblings') {
    const { process, sequence, token } = session
    return dottedWrite(op.key, pastOf(token), sequence, process, value, bytes, goneAt)
  }
  const stamp = nextStamp(state, at.wallNs, floorOf(session.token))
  return makeCell(op.key, stamp, state.ring.self, value, bytes, goneAt, null, null)
}

/** Whether enough counted members seem up, their stand-ins included; any at all where availability comes first. */
function canWrite(state: State, nowNs: number, spares: readonly PlaceId[] | null): boolean {
  const { ring, isAvailable } = state
  const { members, writeGroupOf, writesNeeded } = ring
  const live = writesNeeded.map(() => 0)
  let total = 0
  for (let position = 0; position < members.length; position++) {
    if (isSuspected(state, members[position], nowNs) && (spares === null || spares[position] < 0)) continue
    const group = writeGroupOf[position]
    if (group < 0) continue
    live[group]++
    total++
  }
  return isAvailable ? total > 0 : live.every((count, group) => count >= writesNeeded[group])
}

/**
 * Who seems down gets a hint at once, as in Cassandra, unless a stand-in keeps it: waiting for the time limit would keep
 * the write from a member that comes back before. Should the member confirm after all, the hint does no harm.
 */
function hintSuspected(
  state: State,
  cell: Cell,
  spares: readonly PlaceId[] | null,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  const { members } = state.ring
  for (let position = 0; position < members.length; position++) {
    if (spares !== null && spares[position] >= 0) continue
    if (isSuspected(state, members[position], at.monotonicNs))
      storeHint(state, members[position], cell, at, out)
  }
}

function writeLocally(state: State, pending: PendingWrite, at: LocalInstant, out: Outbox<Message>): void {
  apply(state, pending.cell, at, out)
  const after = confirmsAfter(state)
  if (after === undefined || after <= state.durableUpTo)
    confirm(state, pending, state.ring.ownPosition, at, out)
  else {
    state.localWaitWrites.push(after)
    state.localWaitOps.push(pending.opId)
  }
}

/** The disk caught up: own confirmations that waited for it count now. */
export function onDurable(state: State, at: LocalInstant, out: Outbox<Message>): void {
  const { localWaitWrites, localWaitOps } = state
  while (localWaitWrites.length > 0 && (localWaitWrites.peek() as number) <= state.durableUpTo) {
    localWaitWrites.shift()
    const pending = state.writes.get(localWaitOps.shift() as OpId)
    if (pending !== undefined) confirm(state, pending, state.ring.ownPosition, at, out)
  }
}

function writeToStandIns(
  state: State,
  pending: PendingWrite,
  spares: readonly PlaceId[],
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  const { members, self } = state.ring
  for (let position = 0; position < members.length; position++) {
    const spare = spares[position]
    if (spare < 0) continue
    const owner = members[position]
    out.note(SLOPPY)
    if (spare === self) {
      if (storeHint(state, owner, pending.cell, at, out)) confirm(state, pending, position, at, out)
      continue
    }
    const body: HintedWrite = {
      kind: 'leaderless.hintedWrite',
      opId: pending.opId,
      cell: pending.cell,
      owner,
    }
    pending.standInsDue++
    expectAnswer(state, spare, at.monotonicNs)
    out.send(spare, body)
  }
}

export function onWriteAck(
  state: State,
  from: PlaceId,
  body: WriteAck,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  const pending = state.writes.get(body.opId)
  if (pending === undefined) return
  if (body.owner >= 0) pending.standInsDue--
  confirm(state, pending, state.ring.positionOf[body.owner < 0 ? from : body.owner], at, out)
}

function confirm(
  state: State,
  pending: PendingWrite,
  position: number,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  if (!addPosition(pending.confirmed, position)) return
  const { ring } = state
  pending.confirmations++
  const group = ring.writeGroupOf[position]
  if (group >= 0 && --pending.missing[group] === 0) pending.groupsMissing--
  if (!pending.isAnswered) {
    if (pending.groupsMissing === 0) answer(state, pending, out)
    else if (state.isAvailable) reconsiderWrite(state, pending, at, out)
  }
  if (pending.confirmations === ring.members.length || (pending.isAnswered && !keepsHints(state))) {
    state.writes.delete(pending.opId)
  }
}

/** Answered once everyone who seems up has confirmed; asked again when silent members may be believed down. */
export function reconsiderWrite(
  state: State,
  pending: PendingWrite,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  if (pending.isAnswered || !isAllHeard(state, pending, at.monotonicNs)) return
  out.note(DOWNGRADED)
  answer(state, pending, out)
}

function answer(state: State, pending: PendingWrite, out: Outbox<Message>): void {
  pending.isAnswered = true
  out.reply(pending.opId, writeOutcome(state, pending.cell))
}

/** Every stand-in and every counted member that isn't suspected has confirmed, and at least one has. */
function isAllHeard(state: State, pending: PendingWrite, nowNs: number): boolean {
  if (pending.standInsDue > 0) return false
  const { members, writeGroupOf } = state.ring
  let heard = 0
  for (let position = 0; position < members.length; position++) {
    if (writeGroupOf[position] < 0) continue
    if (hasPosition(pending.confirmed, position)) heard++
    else if (!isSuspected(state, members[position], nowNs)) return false
  }
  return heard > 0
}

/** A coordinator at a client keeps no hints: it has no disk, and nobody else would know of them. */
function keepsHints(state: State): boolean {
  return state.params.hintedHandoff && state.role === 'replica'
}

/** Time is up: hints for the members that did not confirm, and an answer if none was given yet. */
export function expireWrite(
  state: State,
  pending: PendingWrite,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  state.writes.delete(pending.opId)
  const { members } = state.ring
  if (keepsHints(state)) {
    for (let position = 0; position < members.length; position++) {
      if (hasPosition(pending.confirmed, position) || position === state.ring.ownPosition) continue
      storeHint(state, members[position], pending.cell, at, out)
    }
  }
  if (pending.isAnswered) return
  if (state.isAvailable && countedConfirmations(state, pending) > 0) {
    out.note(DOWNGRADED)
    answer(state, pending, out)
  } else out.reply(pending.opId, failure('write-timeout'))
}

function countedConfirmations(state: State, pending: PendingWrite): number {
  const { writeGroupOf } = state.ring
  let count = 0
  for (let position = 0; position < writeGroupOf.length; position++) {
    if (writeGroupOf[position] >= 0 && hasPosition(pending.confirmed, position)) count++
  }
  return count
}
