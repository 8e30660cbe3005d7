import { Deque } from '../../base/deque.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { LocalInstant, OpId, Operation, Outbox, SessionRef, WriteId } from '../contract.ts'
import { apply } from './apply.ts'
import { confirmsAfter } from './durable.ts'
import { hintIfDegraded, keepsHints, storeHint } from './hints.ts'
import { expectAnswer, isAnySuspected, isSuspected, pingSuspects } from './liveness.ts'
import type { CommitAck, HintedWrite, Message, Write, WriteAck } from './messages.ts'
import { failure, floorOf, pastOf, writeOutcome } from './outcomes.ts'
import type { Ring } from './ring.ts'
import { standIns } from './stand-ins.ts'
import { BOOT_WRITE, nextStamp, stampOf } from './stamps.ts'
import { addPosition, hasPosition } from './state.ts'
import type { PendingWrite, State } from './state.ts'
import { limitOperation } from './time-limits.ts'
import { dottedWrite, isSame, makeCell } from './versions.ts'
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
  const { params } = state
  const nowNs = at.monotonicNs
  const isDegraded = isAnySuspected(state, nowNs)
  const spares = isDegraded && params.sloppyQuorum ? standIns(state, nowNs) : null
  if (isDegraded && !canWrite(state, nowNs, spares)) {
    pingSuspects(state, at, out)
    out.note(UNAVAILABLE)
    out.reply(opId, failure('unavailable'))
    return
  }
  limitOperation(state, opId, nowNs, out)
  spreadWrite(state, opId, cellToWrite(state, at, op, session), spares, at, out)
}

function awaitConfirmations(state: State, opId: OpId, cell: Cell, value: number): PendingWrite {
  const { writesNeeded, isOneGroup } = state.ring
  const pending: PendingWrite = {
    opId,
    cell,
    value,
    confirmed: { word: 0, more: null },
    confirmations: 0,
    standInsDue: 0,
    missing: isOneGroup ? null : writesNeeded.slice(),
    due: isOneGroup ? writesNeeded[0] : writesNeeded.length,
    isAnswered: false,
  }
  state.writes.set(opId, pending)
  return pending
}

/** Sends a version to all members, and to those that stand in. The operation's time limit is set by the caller. */
export function spreadWrite(
  state: State,
  opId: OpId,
  cell: Cell,
  spares: readonly PlaceId[] | null,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  const pending = awaitConfirmations(state, opId, cell, 0)
  const { members, ownPosition, epoch } = state.ring
  const body: Write = { kind: 'leaderless.write', opId, epoch, cell }
  const after = state.access.isAtomic && state.role === 'replica' ? BOOT_WRITE : undefined
  for (let position = 0; position < members.length; position++) {
    if (position === ownPosition) continue
    expectAnswer(state, members[position], at.monotonicNs)
    out.send(members[position], body, after)
  }
  if (ownPosition >= 0) writeLocally(state, pending, at, out)
  if (spares !== null) writeToStandIns(state, pending, spares, at, out)
  hintIfDegraded(state, cell, spares, at, out)
}

/**
 * The view has changed: what is under way goes to the members once more, as the versions that they are. Of what was answered
 * already, hints are kept for the former members that had not confirmed it.
 */
export function restartWrites(state: State, former: Ring, at: LocalInstant, out: Outbox<Message>): void {
  const { params, writes } = state
  const pending = [...writes.values()]
  writes.clear()
  const isDegraded = isAnySuspected(state, at.monotonicNs)
  const spares = isDegraded && params.sloppyQuorum ? standIns(state, at.monotonicNs) : null
  for (const write of pending) {
    if (!write.isAnswered) spreadWrite(state, write.opId, write.cell, spares, at, out)
    else if (keepsHints(state)) hintUnconfirmed(state, write, former, at, out)
  }
}

/** A transaction's commit is under way to all members; it ends as a write does. */
export function awaitCommit(
  state: State,
  opId: OpId,
  cell: Cell,
  value: number,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  awaitConfirmations(state, opId, cell, value)
  hintIfDegraded(state, cell, null, at, out)
}

export function onOwnCommit(
  state: State,
  pending: PendingWrite,
  from: PlaceId,
  { version }: CommitAck,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  if (isSame(version, pending.cell)) confirm(state, pending, state.ring.positionOf[from], at, out)
}

/** The new version: stamped by this coordinator's clock, or the session's next event. */
function cellToWrite(state: State, at: LocalInstant, op: Operation, session: SessionRef): Cell {
  const { process, sequence, token } = session
  if (state.params.conflicts !== 'siblings') return stampedCell(state, at, op, floorOf(token))
  const { value, bytes, goneAt } = contentOf(op, at)
  return dottedWrite(op.key, pastOf(token), sequence, process, value, bytes, goneAt)
}

/** What an operation writes, under a stamp greater than `floor`. */
export function stampedCell(state: State, at: LocalInstant, op: Operation, floor: number): Cell {
  const { value, bytes, goneAt } = contentOf(op, at)
  return makeCell(
    op.key,
    nextStamp(state, at.wallNs, floor),
    state.ring.self,
    value,
    bytes,
    goneAt,
    null,
    null,
  )
}

/** What a write or a compare-and-set puts there, or what a deletion leaves. */
export function contentOf(op: Operation, at: LocalInstant): { value: number; bytes: number; goneAt: number } {
  return op.f === 'delete'
    ? { value: 0, bytes: 0, goneAt: stampOf(at.wallNs) }
    : { value: op.value, bytes: op.bytes, goneAt: 0 }
}

/** Whether enough counted members seem up, their stand-ins included; any at all where availability comes first. */
function canWrite(state: State, nowNs: number, spares: readonly PlaceId[] | null): boolean {
  const { ring, isAvailable } = state
  const { members, writeGroupsOf, writesNeeded } = ring
  const live = writesNeeded.map(() => 0)
  let total = 0
  for (let position = 0; position < members.length; position++) {
    if (isSuspected(state, members[position], nowNs) && (spares === null || spares[position] < 0)) continue
    const groups = writeGroupsOf[position]
    for (let i = 0; i < groups.length; i++) live[groups[i]]++
    if (groups.length > 0) total++
  }
  return isAvailable ? total > 0 : live.every((count, group) => count >= writesNeeded[group])
}

function writeLocally(state: State, pending: PendingWrite, at: LocalInstant, out: Outbox<Message>): void {
  apply(state, pending.cell, at, out)
  const after = confirmsAfter(state)
  if (after === undefined || after <= state.durableUpTo)
    confirm(state, pending, state.ring.ownPosition, at, out)
  else {
    const waits = (state.localWaits ??= new Deque())
    waits.push(after)
    waits.push(pending.opId)
  }
}

/** The disk caught up: own confirmations that waited for it count now. */
export function onDurable(state: State, at: LocalInstant, out: Outbox<Message>): void {
  const { localWaits } = state
  while (
    localWaits !== null &&
    localWaits.length > 0 &&
    (localWaits.peek() as WriteId) <= state.durableUpTo
  ) {
    localWaits.shift()
    const pending = state.writes.get(localWaits.shift() as OpId)
    // No member any more: the others must do.
    if (pending === undefined || state.ring.ownPosition < 0) continue
    confirm(state, pending, state.ring.ownPosition, at, out)
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
      epoch: state.ring.epoch,
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
  const { missing } = pending
  if (missing === null) pending.due--
  else {
    const groups = ring.writeGroupsOf[position]
    for (let i = 0; i < groups.length; i++) if (--missing[groups[i]] === 0) pending.due--
  }
  if (!pending.isAnswered) {
    if (pending.due === 0) answer(state, pending, out)
    else if (state.isAvailable) reconsiderWrite(state, pending, at, out)
  }
  if (pending.confirmations === ring.size || (pending.isAnswered && !keepsHints(state))) {
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
  out.reply(pending.opId, writeOutcome(state, pending.cell, pending.value))
}

/** Every stand-in and every counted member that isn't suspected has confirmed, and at least one has. */
function isAllHeard(state: State, pending: PendingWrite, nowNs: number): boolean {
  if (pending.standInsDue > 0) return false
  const { members, writeGroupsOf, isOneGroup } = state.ring
  let heard = 0
  for (let position = 0; position < members.length; position++) {
    if (!isOneGroup && writeGroupsOf[position].length === 0) continue
    if (hasPosition(pending.confirmed, position)) heard++
    else if (!isSuspected(state, members[position], nowNs)) return false
  }
  return heard > 0
}

/** Time is up: hints for the members that did not confirm, and an answer if none was given yet. */
export function expireWrite(
  state: State,
  pending: PendingWrite,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  state.writes.delete(pending.opId)
  if (keepsHints(state)) hintUnconfirmed(state, pending, state.ring, at, out)
  if (pending.isAnswered) return
  if (state.isAvailable && countedConfirmations(state, pending) > 0) {
    out.note(DOWNGRADED)
    answer(state, pending, out)
  } else out.reply(pending.opId, failure('write-timeout'))
}

function hintUnconfirmed(
  state: State,
  { cell, confirmed }: PendingWrite,
  { members, ownPosition }: Ring,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  for (let position = 0; position < members.length; position++) {
    if (hasPosition(confirmed, position) || position === ownPosition) continue
    storeHint(state, members[position], cell, at, out)
  }
}

function countedConfirmations(state: State, pending: PendingWrite): number {
  const { writeGroupsOf } = state.ring
  let count = 0
  for (let position = 0; position < writeGroupsOf.length; position++) {
    if (writeGroupsOf[position].length > 0 && hasPosition(pending.confirmed, position)) count++
  }
  return count
}
