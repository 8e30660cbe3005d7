import type { PlaceId } from '../../plan/types.ts'
import type { LocalInstant, OpId, Operation, Outbox, SessionRef } from '../contract.ts'
import { accept, answersAfter, commit, NO_BALLOT, promise } from './acceptor.ts'
import { awaitCommit, contentOf } from './coordinator-write.ts'
import { expectAnswer } from './liveness.ts'
import type { CommitAck, Message, Prepare, Promised, Propose, Proposed } from './messages.ts'
import { failure, mismatchOutcome, readOutcome, writeOutcome } from './outcomes.ts'
import { answerOneself } from './own-replies.ts'
import { BOOT_WRITE, nextStamp } from './stamps.ts'
import { addPosition } from './state.ts'
import type { PendingTransaction, State } from './state.ts'
import { limitOperation } from './time-limits.ts'
import { refuseUnlessUp } from './up.ts'
import { isOlder, isSame, makeCell, mergeReplies } from './versions.ts'
import type { Cell } from './versions.ts'

/**
 * The proposer of a key's Paxos: Cassandra's lightweight transactions. Prepare and promise; finish what another proposer
 * left half done, and begin again; else decide by what the key holds; propose and accept; commit.
 */

/** The timer of a transaction that waits before it tries again. */
export const CONTENTION = 'contention/'

const CONTENDED = { kind: 'paxos-contention' } as const
const FINISHED = { kind: 'paxos-repair' } as const
const MISMATCH = { kind: 'cas-mismatch' } as const

export function startTransaction(
  state: State,
  at: LocalInstant,
  opId: OpId,
  op: Operation,
  session: SessionRef,
  out: Outbox<Message>,
): void {
  if (refuseUnlessUp(state, majority(state), at, opId, out)) return
  const pending: PendingTransaction = {
    opId,
    op,
    token: state.usesTokens ? session.token : null,
    phase: 'prepare',
    ballot: NO_BALLOT,
    newestBallot: 0,
    replied: { word: 0, more: null },
    agreed: 0,
    refused: 0,
    accepted: null,
    committed: NO_BALLOT,
    cell: null,
    proposal: null,
    own: null,
    ownBallot: NO_BALLOT,
    ownRefusals: { word: 0, more: null },
    ownRefused: 0,
    ownLingers: false,
    finished: null,
    decidedOn: null,
    committedThen: NO_BALLOT,
  }
  state.transactions.set(opId, pending)
  limitOperation(state, opId, at.monotonicNs, out)
  prepare(state, pending, at, out)
}

function majority(state: State): number {
  return state.params.rules.majorityOf(state.ring.members.length)
}

/** Everything goes to all members, once a restart could not give this boot's stamps out again. */
function tellOthers(state: State, body: Message, at: LocalInstant, out: Outbox<Message>): void {
  const { members, ownPosition } = state.ring
  const after = state.role === 'replica' ? BOOT_WRITE : undefined
  for (let position = 0; position < members.length; position++) {
    if (position === ownPosition) continue
    expectAnswer(state, members[position], at.monotonicNs)
    out.send(members[position], body, after)
  }
}

function enter(pending: PendingTransaction, phase: PendingTransaction['phase']): void {
  pending.phase = phase
  pending.replied.word = 0
  pending.replied.more = null
  pending.agreed = 0
  pending.refused = 0
}

function prepare(state: State, pending: PendingTransaction, at: LocalInstant, out: Outbox<Message>): void {
  const { opId, op } = pending
  enter(pending, 'prepare')
  pending.ballot = { at: nextStamp(state, at.wallNs, pending.newestBallot), by: state.ring.self }
  pending.accepted = null
  pending.committed = NO_BALLOT
  pending.cell = null
  const { ballot } = pending
  const body: Prepare = { kind: 'leaderless.prepare', opId, key: op.key, ballot, bytes: op.bytes }
  tellOthers(state, body, at, out)
  if (state.ring.ownPosition >= 0) answerOneself(state, promise(state, body, out), answersAfter(state))
}

/** Whether an answer belongs to the phase under way and is this member's first; counts it. */
function counts(
  state: State,
  pending: PendingTransaction,
  from: PlaceId,
  phase: PendingTransaction['phase'],
  isAgreed: boolean,
): boolean {
  if (pending.phase !== phase || !addPosition(pending.replied, state.ring.positionOf[from])) return false
  if (isAgreed) pending.agreed++
  else pending.refused++
  return true
}

/** Too many refusals for a majority still to agree. */
function isOvertaken(state: State, { refused }: PendingTransaction): boolean {
  return state.ring.members.length - refused < majority(state)
}

export function onPromise(
  state: State,
  from: PlaceId,
  body: Promised,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  const pending = state.transactions.get(body.opId)
  if (pending === undefined || !isSame(body.ballot, pending.ballot)) return
  if (!counts(state, pending, from, 'prepare', body.isGranted)) return
  pending.newestBallot = Math.max(pending.newestBallot, body.promised.at)
  if (!body.isGranted) {
    if (isOvertaken(state, pending)) pause(state, pending, out)
    return
  }
  const { accepted, committed, cell } = body
  if (accepted !== null && (pending.accepted === null || isOlder(pending.accepted.ballot, accepted.ballot)))
    pending.accepted = accepted
  if (isOlder(pending.committed, committed)) pending.committed = committed
  pending.cell = mergeReplies(pending.cell, cell)
  if (pending.agreed === majority(state)) goOn(state, pending, at, out)
}

/** A majority has promised: what it knows says what is next. */
function goOn(state: State, pending: PendingTransaction, at: LocalInstant, out: Outbox<Message>): void {
  const { rules } = state.params
  const { accepted, committed, own, cell } = pending
  if (accepted !== null && rules.mustFinish(accepted.ballot, committed)) {
    if (own === null || !isSame(own, accepted.cell)) out.note(FINISHED)
    propose(state, pending, accepted.cell, at, out)
    return
  }
  if (own === null || isNowhere(state, pending)) decide(state, pending, at, out)
  // Another proposer finished it.
  else if (cell !== null && isSame(cell, own)) conclude(state, pending, own, out)
  else if (rules.mayProposeAgain(pending.committedThen, committed) && isAsDecidedOn(pending))
    propose(state, pending, own, at, out)
  else fail(state, pending, 'write-timeout', out)
}

/** No member ever accepts it under the only ballot that it had: nobody will finish it. */
function isNowhere(state: State, { ownLingers, ownRefused }: PendingTransaction): boolean {
  return !ownLingers && ownRefused === state.ring.members.length
}

function isAsDecidedOn({ cell, decidedOn }: PendingTransaction): boolean {
  return cell === null || decidedOn === null ? cell === decidedOn : isSame(cell, decidedOn)
}

/** Nothing is left to finish, so what the majority holds is what the key holds. */
function decide(state: State, pending: PendingTransaction, at: LocalInstant, out: Outbox<Message>): void {
  const { op, opId, cell, token } = pending
  if (op.f === 'read') {
    state.transactions.delete(opId)
    out.reply(opId, readOutcome(state, cell, token))
    return
  }
  if (op.f === 'cas' && (cell === null ? 0 : cell.value) !== op.expected) {
    state.transactions.delete(opId)
    out.note(MISMATCH)
    out.reply(opId, mismatchOutcome())
    return
  }
  const { ballot } = pending
  const { value, bytes, goneAt } = contentOf(op, at)
  const made = makeCell(op.key, ballot.at, ballot.by, value, bytes, goneAt, null, null)
  pending.own = made
  pending.ownBallot = NO_BALLOT
  pending.ownLingers = false
  pending.decidedOn = cell
  pending.committedThen = pending.committed
  propose(state, pending, made, at, out)
}

function propose(
  state: State,
  pending: PendingTransaction,
  cell: Cell,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  const { opId, ballot, own } = pending
  enter(pending, 'propose')
  pending.proposal = cell
  if (own !== null && isSame(own, cell)) {
    if (!isSame(pending.ownBallot, NO_BALLOT)) pending.ownLingers = true
    pending.ownBallot = ballot
    pending.ownRefusals = { word: 0, more: null }
    pending.ownRefused = 0
  }
  const body: Propose = { kind: 'leaderless.propose', opId, ballot, cell }
  tellOthers(state, body, at, out)
  if (state.ring.ownPosition >= 0) answerOneself(state, accept(state, body, out), answersAfter(state))
}

export function onProposed(
  state: State,
  from: PlaceId,
  body: Proposed,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  const pending = state.transactions.get(body.opId)
  if (pending === undefined) return
  pending.newestBallot = Math.max(pending.newestBallot, body.promised.at)
  // Also when it comes late: a proposal that no member ever accepts can be forgotten.
  if (body.isNever && isSame(body.ballot, pending.ownBallot)) {
    if (addPosition(pending.ownRefusals, state.ring.positionOf[from])) pending.ownRefused++
  }
  if (!isSame(body.ballot, pending.ballot)) return
  if (!counts(state, pending, from, 'propose', body.isAccepted)) return
  if (!body.isAccepted) {
    if (isOvertaken(state, pending)) pause(state, pending, out)
    return
  }
  if (pending.agreed === majority(state)) commitChosen(state, pending, at, out)
}

/** The proposal is chosen. One's own ends the operation as any write ends; another's only clears the way. */
function commitChosen(
  state: State,
  pending: PendingTransaction,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  const { opId, op, ballot, own } = pending
  const cell = pending.proposal as Cell
  const isOwn = own !== null && isSame(own, cell)
  if (isOwn) {
    state.transactions.delete(opId)
    awaitCommit(state, opId, cell, op.f === 'cas' ? 1 : 0, at, out)
  } else enter(pending, 'commit')
  const body = { kind: 'leaderless.commit', opId, ballot, cell } as const
  tellOthers(state, body, at, out)
  if (state.ring.ownPosition >= 0) answerOneself(state, commit(state, body, at, out), answersAfter(state))
}

/**
 * A commit of another's proposal is done when a majority has it; then the transaction begins again. After a pause where it has
 * finished the same before: two that each see what the other has just proposed again would otherwise never end.
 */
export function onOthersCommit(
  state: State,
  pending: PendingTransaction,
  from: PlaceId,
  body: CommitAck,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  if (pending.proposal === null || !isSame(body.version, pending.proposal)) return
  if (!counts(state, pending, from, 'commit', true)) return
  if (pending.agreed !== majority(state)) return
  const isAgain = pending.finished !== null && isSame(pending.finished, pending.proposal)
  pending.finished = pending.proposal
  if (isAgain) pause(state, pending, out)
  else prepare(state, pending, at, out)
}

/** Overtaken by another proposer: a random pause, so that two of them don't go on overtaking each other. */
function pause(state: State, pending: PendingTransaction, out: Outbox<Message>): void {
  enter(pending, 'pause')
  out.note(CONTENDED)
  out.arm(CONTENTION + String(pending.opId), 1, Math.max(1, state.params.contentionNs))
}

export function onContentionOver(state: State, opId: OpId, at: LocalInstant, out: Outbox<Message>): void {
  const pending = state.transactions.get(opId)
  if (pending !== undefined && pending.phase === 'pause') prepare(state, pending, at, out)
}

function conclude(state: State, { opId, op }: PendingTransaction, own: Cell, out: Outbox<Message>): void {
  state.transactions.delete(opId)
  out.reply(opId, writeOutcome(state, own, op.f === 'cas' ? 1 : 0))
}

function fail(
  state: State,
  { opId }: PendingTransaction,
  error: 'read-timeout' | 'write-timeout' | 'unavailable',
  out: Outbox<Message>,
): void {
  state.transactions.delete(opId)
  out.reply(opId, failure(error))
}

/** Time is up. What was never proposed did not happen; what was proposed somebody may yet finish. */
export function expireTransaction(state: State, pending: PendingTransaction, out: Outbox<Message>): void {
  if (pending.phase === 'pause') out.disarm(CONTENTION + String(pending.opId))
  const { op, own } = pending
  fail(state, pending, op.f === 'read' ? 'read-timeout' : own === null ? 'unavailable' : 'write-timeout', out)
}
