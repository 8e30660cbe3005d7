import type { Ns } from '../../base/time.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { LocalInstant, OpId, Operation, Outbox, SessionRef, SessionToken } from '../contract.ts'
import { hintedCell } from './hints.ts'
import { expectAnswer, isAnySuspected, isSuspected, pingSuspects } from './liveness.ts'
import type { Message, Read, ReadAck, RepairAck } from './messages.ts'
import { failure, readOutcome, satisfies } from './outcomes.ts'
import { repairStale, repairStaleAndWait } from './read-repair.ts'
import { readerAt } from './ring.ts'
import { standIns } from './stand-ins.ts'
import { stampOf } from './stamps.ts'
import { addPosition, hasPosition } from './state.ts'
import type { PendingRead, State } from './state.ts'
import { addLimit, limitOperation } from './time-limits.ts'
import { lookUp } from './store.ts'
import { mergeReplies } from './versions.ts'
import type { Cell } from './versions.ts'

/** The coordinator's side of reads: ask all members or the nearest r, answer with the newest of r replies, repair. */

const UNAVAILABLE = { kind: 'unavailable' } as const
const DOWNGRADED = { kind: 'downgraded' } as const
const SPECULATIVE = { kind: 'speculative-retry' } as const

export function startRead(
  state: State,
  at: LocalInstant,
  opId: OpId,
  { key, bytes }: Operation,
  session: SessionRef,
  out: Outbox<Message>,
): void {
  startReadOf(state, at, opId, key, bytes, state.usesTokens ? session.token : null, out)
}

/** The view has changed: what is under way begins anew. Reads that only wait for repairs are done. */
export function restartReads(state: State, at: LocalInstant, out: Outbox<Message>): void {
  const pending = [...state.reads.values()]
  state.reads.clear()
  for (const { opId, key, bytes, token, isAnswered } of pending) {
    if (!isAnswered) startReadOf(state, at, opId, key, bytes, token, out)
  }
}

function startReadOf(
  state: State,
  at: LocalInstant,
  opId: OpId,
  key: number,
  bytes: number,
  token: SessionToken,
  out: Outbox<Message>,
): void {
  const { ring, params } = state
  const nowNs = at.monotonicNs
  const isDegraded = isAnySuspected(state, nowNs)
  if (isDegraded) pingSuspects(state, at, out)
  if (ring.readers.length < ring.readsNeeded || (isDegraded && !canRead(state, nowNs))) {
    out.note(UNAVAILABLE)
    out.reply(opId, failure('unavailable'))
    return
  }
  const pending: PendingRead = {
    opId,
    key,
    bytes,
    token,
    request: { kind: 'leaderless.read', opId, epoch: ring.epoch, key, bytes, owner: -1 },
    needed: ring.readsNeeded,
    turn: state.turn++ & 0xffff,
    asked: { word: 0, more: null },
    askedCount: 0,
    nextReader: 0,
    ownDue: null,
    replies: [],
    replied: 0,
    standInsDue: 0,
    newest: null,
    decided: null,
    isExtended: false,
    repairsLeft: -1,
    isAnswered: false,
  }
  for (let position = 0; position < ring.members.length; position++) pending.replies.push(undefined)
  state.reads.set(opId, pending)
  limitOperation(state, opId, nowNs, out)
  if (params.readFanout === 'all') askReaders(state, pending, ring.readers.length, at, out)
  else {
    if (isDegraded) askLive(state, pending, at, out)
    askReaders(state, pending, pending.needed - pending.askedCount, at, out)
  }
  takeOwn(state, pending, at, out)
  if (params.readFanout === 'quorum' && params.speculativeRetryNs > 0 && state.reads.has(opId)) {
    addLimit(state, state.speculations, opId, params.speculativeRetryNs, nowNs, out)
  }
}

/** Whether enough readers or their stand-ins seem up; any at all where availability comes first. */
function canRead(state: State, nowNs: number): boolean {
  const { readers, members, readsNeeded } = state.ring
  const spares = state.params.sloppyQuorum ? standIns(state, nowNs) : null
  let live = 0
  for (let i = 0; i < readers.length; i++) {
    if (!isSuspected(state, members[readers[i]], nowNs) || (spares !== null && spares[readers[i]] >= 0))
      live++
  }
  return live >= (state.isAvailable ? 1 : readsNeeded)
}

/** Asks up to `count` further readers in their order. */
function askReaders(
  state: State,
  pending: PendingRead,
  count: number,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  const { ring } = state
  while (count > 0 && pending.nextReader < ring.readers.length) {
    if (ask(state, pending, readerAt(ring, pending.nextReader++, pending.turn), at, out)) count--
  }
}

/** Prefers readers that seem up, as Cassandra does; the caller fills up with the others. */
function askLive(state: State, pending: PendingRead, at: LocalInstant, out: Outbox<Message>): void {
  const { ring } = state
  for (let i = 0; i < ring.readers.length && pending.askedCount < pending.needed; i++) {
    const position = readerAt(ring, i, pending.turn)
    if (!isSuspected(state, ring.members[position], at.monotonicNs)) ask(state, pending, position, at, out)
  }
}

/** Sends a read, or notes that `takeOwn` must see to it. False where this member was asked before. */
function ask(
  state: State,
  pending: PendingRead,
  position: number,
  at: LocalInstant,
  out: Outbox<Message>,
): boolean {
  if (!addPosition(pending.asked, position)) return false
  pending.askedCount++
  const { ring, params } = state
  if (position === ring.ownPosition) {
    owe(pending, position)
    return true
  }
  const nowNs = at.monotonicNs
  const member = ring.members[position]
  if (params.sloppyQuorum && isSuspected(state, member, nowNs)) {
    const spare = standIns(state, nowNs)[position]
    if (spare === ring.self) owe(pending, position)
    else if (spare >= 0) {
      pending.standInsDue++
      sendRead(state, spare, { ...pending.request, owner: member }, nowNs, out)
    }
  }
  sendRead(state, member, pending.request, nowNs, out)
  return true
}

function owe(pending: PendingRead, position: number): void {
  if (pending.ownDue === null) pending.ownDue = [position]
  else pending.ownDue.push(position)
}

function sendRead(state: State, to: PlaceId, body: Read, nowNs: Ns, out: Outbox<Message>): void {
  expectAnswer(state, to, nowNs)
  out.send(to, body)
}

/** The coordinator's own replies, once all others have been asked: its copy, and what it keeps for others. */
function takeOwn(state: State, pending: PendingRead, at: LocalInstant, out: Outbox<Message>): void {
  const { ring, store } = state
  const { key, bytes, ownDue } = pending
  if (ownDue === null) return
  while (ownDue.length > 0) {
    const position = ownDue.shift() as number
    const isOwn = position === ring.ownPosition
    const cell = isOwn ? lookUp(store, key, bytes) : hintedCell(state, ring.members[position], key)
    take(state, pending, position, cell, at, out)
  }
}

export function onReadAck(
  state: State,
  from: number,
  body: ReadAck,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  const pending = state.reads.get(body.opId)
  if (pending === undefined) return
  if (body.owner >= 0) pending.standInsDue--
  take(state, pending, state.ring.positionOf[body.owner < 0 ? from : body.owner], body.cell, at, out)
}

function take(
  state: State,
  pending: PendingRead,
  position: number,
  cell: Cell | null,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  const { replies } = pending
  const earlier = replies[position]
  // A member and its stand-in may both answer: together they count once, with what both know.
  if (earlier === undefined) {
    replies[position] = cell
    pending.replied++
  } else replies[position] = mergeReplies(earlier, cell)
  pending.newest = mergeReplies(pending.newest, cell)
  if (!pending.isAnswered && pending.repairsLeft < 0) consider(state, pending, at, out)
  if (pending.isAnswered && isDone(state, pending)) finish(state, pending, at, out)
}

/** Enough replies, and new enough? Then the answer, after blocking repairs where these are wanted. */
function consider(state: State, pending: PendingRead, at: LocalInstant, out: Outbox<Message>): void {
  if (pending.replied < pending.needed) {
    if (state.isAvailable && isAllHeard(state, pending, at.monotonicNs)) answerWithLess(state, pending, out)
    return
  }
  if (pending.token !== null && !satisfies(state, pending.newest, pending.token, stampOf(at.wallNs))) {
    extend(state, pending, at, out)
    return
  }
  pending.decided = pending.newest
  if (state.params.readRepair === 'blocking') {
    pending.repairsLeft = repairStaleAndWait(state, pending, at, out)
    if (state.params.rules.waitsForRepairs(pending.repairsLeft)) return
  }
  answer(state, pending, out)
}

/** The session has seen something newer than these replies have: every member is asked, whatever the scope. */
function extend(state: State, pending: PendingRead, at: LocalInstant, out: Outbox<Message>): void {
  if (pending.isExtended) {
    if (state.isAvailable && isAllHeard(state, pending, at.monotonicNs)) answerWithLess(state, pending, out)
    return
  }
  pending.isExtended = true
  askReaders(state, pending, state.ring.readers.length, at, out)
  for (let i = 0; i < state.ring.otherReaders.length; i++)
    ask(state, pending, state.ring.otherReaders[i], at, out)
  takeOwn(state, pending, at, out)
}

function answer(state: State, pending: PendingRead, out: Outbox<Message>): void {
  if (pending.isAnswered) return
  pending.isAnswered = true
  // While repairs are waited for, a reply may bring something newer still, of which too few copies may exist.
  const cell = pending.repairsLeft >= 0 ? pending.decided : pending.newest
  out.reply(pending.opId, readOutcome(state, cell, pending.token))
}

/** Silent members may be believed down by now: whoever seems up has answered, so there is nobody to wait for. */
export function reconsiderRead(
  state: State,
  pending: PendingRead,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  if (pending.isAnswered || pending.repairsLeft >= 0 || !isAllHeard(state, pending, at.monotonicNs)) return
  answerWithLess(state, pending, out)
  if (isDone(state, pending)) finish(state, pending, at, out)
}

function answerWithLess(state: State, pending: PendingRead, out: Outbox<Message>): void {
  if (pending.isAnswered) return
  out.note(DOWNGRADED)
  answer(state, pending, out)
}

/** Every stand-in and every reader that isn't suspected has replied, and at least one has. */
function isAllHeard(state: State, pending: PendingRead, nowNs: number): boolean {
  const { members, readers } = state.ring
  if (pending.replied === 0 || pending.standInsDue > 0) return false
  for (let position = 0; position < members.length; position++) {
    if (pending.replies[position] !== undefined || isSuspected(state, members[position], nowNs)) continue
    if (hasPosition(pending.asked, position) || readers.includes(position)) return false
  }
  return true
}

/** Nothing more to be learnt from the replies to come. */
function isDone(state: State, pending: PendingRead): boolean {
  return state.params.readRepair === 'off' || pending.replied === pending.askedCount
}

function finish(state: State, pending: PendingRead, at: LocalInstant, out: Outbox<Message>): void {
  state.reads.delete(pending.opId)
  if (state.params.readRepair !== 'off') repairStale(state, pending, at, out)
}

export function onRepairAck(state: State, body: RepairAck, at: LocalInstant, out: Outbox<Message>): void {
  const pending = state.reads.get(body.opId)
  if (pending === undefined || pending.repairsLeft <= 0) return
  if (--pending.repairsLeft > 0) return
  answer(state, pending, out)
  if (isDone(state, pending)) finish(state, pending, at, out)
}

/** One more reader for a read that asked only as many as it needs. */
export function speculate(state: State, opId: OpId, at: LocalInstant, out: Outbox<Message>): void {
  const pending = state.reads.get(opId)
  if (pending === undefined || pending.replied >= pending.needed) return
  const { askedCount } = pending
  askReaders(state, pending, 1, at, out)
  takeOwn(state, pending, at, out)
  if (pending.askedCount > askedCount) out.note(SPECULATIVE)
}

/** Time is up: the best there is where availability comes first, else the admission of not knowing. */
export function expireRead(state: State, pending: PendingRead, at: LocalInstant, out: Outbox<Message>): void {
  if (!pending.isAnswered) {
    if (state.isAvailable && pending.replied > 0) answerWithLess(state, pending, out)
    else {
      pending.isAnswered = true
      out.reply(pending.opId, failure('read-timeout'))
    }
  }
  finish(state, pending, at, out)
}
