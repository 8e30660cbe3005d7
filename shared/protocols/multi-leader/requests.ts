import type { Vector } from '../../clocks/version-vectors.ts'
import type { OpId, Operation, Outcome, SessionRef, Version, WriteId } from '../contract.ts'
import { accept } from './delivery.ts'
import type { Delta } from './events.ts'
import { isCutOff } from './gossip.ts'
import { isOrdered } from './config.ts'
import { contextOf, failure, readOutcome, scanOutcome, writeOutcome } from './outcomes.ts'
import { afterRead, afterWrite, neededFor } from './sessions.ts'
import type { State, Turn, Waiter } from './state.ts'
import { lookUp, scan } from './store.ts'

/** Clients' operations: taken by any leader, once it has what their sessions have seen. */

export const DEADLINE = 'deadline'

/** Sessions whose last operation is remembered. */
const SESSIONS_MAX = 131_072

const CUT_OFF = { kind: 'cut-off' } as const
const WAITED = { kind: 'session-waited' } as const
const SKEW_LOST = { kind: 'skew-lost' } as const

export function onRequest(turn: Turn, opId: OpId, op: Operation, session: SessionRef): void {
  const { state, out, rules } = turn
  if (isAnswered(turn, opId, session)) return
  const { waiters, params } = state
  const needed = neededFor(state.sessions, session.token, op.f === 'read' || op.f === 'scan')
  if (op.f === 'cas') out.reply(opId, failure('refused'))
  else if (needed === null || rules.isSatisfied(state.have, needed)) perform(turn, opId, op, session)
  else if (waiters.length >= params.pendingMax) out.reply(opId, failure('overloaded'))
  else {
    out.note(WAITED)
    waiters.push({ opId, op, session, needed, deadlineNs: turn.nowNs + params.requestTimeoutNs })
    armDeadline(turn)
  }
}

/**
 * A message that the network doubled, or that comes after its session has gone on, is ignored; a retry of a write that
 * this leader has taken is told the same again. At another leader, or after a crash, a retry is a write of its own.
 */
function isAnswered({ state, out }: Turn, opId: OpId, { process, sequence }: SessionRef): boolean {
  const { lastOf } = state
  const last = lastOf.get(process)
  if (last !== undefined && (last.opId === opId || last.sequence > sequence)) return true
  const isRetry = last !== undefined && last.sequence === sequence && last.outcome !== null
  const outcome = isRetry ? last.outcome : null
  lastOf.set(process, { opId, sequence, outcome, writeId: isRetry ? last.writeId : -1 })
  if (lastOf.size > SESSIONS_MAX) lastOf.delete(lastOf.keys().next().value as number)
  if (!isRetry || outcome === null) return false
  confirm(state, out, opId, outcome, last.writeId)
  return true
}

function perform(turn: Turn, opId: OpId, op: Operation, session: SessionRef): void {
  const { state, out } = turn
  if (!state.isAvailable && isCutOff(turn)) {
    out.note(CUT_OFF)
    out.reply(opId, failure('unavailable'))
  } else if (op.f === 'read') read(turn, opId, op, session)
  else if (op.f === 'scan') {
    const rows = scan(state.store, turn.model, op.key, op.count)
    const token = state.usesTokens ? afterRead(session.token, durableSeen(state)) : null
    confirm(state, out, opId, scanOutcome(rows, token), state.lastOwnWrite)
  } else write(turn, opId, op, session)
}

/** What is here, but of this leader's own updates only those that it cannot lose any more. */
function durableSeen({ have, durableHave, position, params }: State): number[] {
  const seen = have.slice()
  if (params.durability === 'fsync') seen[position] = durableHave[position]
  return seen
}

/** An own write that is not on disk yet could be lost after it was read, so the answer waits for the disk too. */
function read({ state, out, model }: Turn, opId: OpId, { key }: Operation, { token }: SessionRef): void {
  const { store, members, params, unflushed, position, usesTokens } = state
  const cell = lookUp(store, model, key)
  const pending = unflushed.get(key)
  const seen = durableSeen(state)
  if (pending !== undefined) seen[position] = Math.max(seen[position], pending.at)
  const reading =
    cell === null ? { value: 0, siblings: null, version: null } : model.read(cell, params.readConflicts)
  const context = isOrdered(params) ? null : contextOf(members, seen)
  const next = usesTokens ? afterRead(token, seen) : null
  confirm(state, out, opId, readOutcome(reading, members, context, next), pending?.writeId ?? -1)
}

function confirm(state: State, out: Turn['out'], opId: OpId, outcome: Outcome, writeId: WriteId): void {
  if (state.params.durability === 'fsync' && writeId >= 0) out.reply(opId, outcome, writeId)
  else out.reply(opId, outcome)
}

function write(turn: Turn, opId: OpId, op: Operation, session: SessionRef): void {
  const { state, out, rules, model, wallNs } = turn
  const { have, position, self, store, params, usesTokens } = state
  const stamp = rules.nextStamp(wallNs, state.ownStamp, state.seenStamp, params.clock)
  state.ownStamp = stamp
  const dot = { at: have[position] + 1, by: position }
  const isDeletion = op.f === 'delete'
  const content = isDeletion ? { value: 0, bytes: 0 } : { value: op.value, bytes: op.bytes }
  const delta = model.change(lookUp(store, model, op.key), {
    dot,
    isDeletion,
    ...content,
    stamp,
    leaders: have.length,
  })
  if (delta === null) {
    // The clock runs behind the version that is here: the write is older than what it meant to replace.
    out.note(SKEW_LOST)
    answerWrite(turn, opId, session, writeOutcome({ at: stamp, by: self }, null), state.lastOwnWrite)
    return
  }
  const version: Version = { at: model.versionAt(delta, params.readConflicts) ?? dot.at, by: self }
  const writeId = acceptDelta(turn, op.key, dot.at, delta)
  const token = usesTokens ? afterWrite(session.token, have.length, position, dot.at) : null
  answerWrite(turn, opId, session, writeOutcome(version, token), rules.confirmsAfter(writeId))
}

function acceptDelta(turn: Turn, key: number, at: number, delta: Delta): WriteId {
  const { have, position } = turn.state
  const past: Vector = have.slice()
  return accept(turn, { at, by: position, key, past, delta })
}

function answerWrite(turn: Turn, opId: OpId, session: SessionRef, outcome: Outcome, writeId: WriteId): void {
  const { process, sequence } = session
  turn.state.lastOf.set(process, { opId, sequence, outcome, writeId })
  confirm(turn.state, turn.out, opId, outcome, writeId)
}

/** Whoever waited for updates that have come goes ahead, in the order of arrival. */
export function releaseWaiters(turn: Turn): void {
  const { waiters, have } = turn.state
  for (let left = waiters.length; left > 0; left--) {
    const waiter = waiters.shift() as Waiter
    if (turn.rules.isSatisfied(have, waiter.needed)) perform(turn, waiter.opId, waiter.op, waiter.session)
    else waiters.push(waiter)
  }
}

function armDeadline({ state, out, nowNs }: Turn): void {
  const first = state.waiters.peek()
  if (state.isDeadlineArmed || first === undefined) return
  state.isDeadlineArmed = true
  const waitNs = Math.max(0, first.deadlineNs - nowNs)
  out.arm(DEADLINE, waitNs, waitNs)
}

/** Those whose time is up fail, and have done nothing. */
export function onDeadline(turn: Turn): void {
  const { state, out, nowNs } = turn
  const { waiters } = state
  state.isDeadlineArmed = false
  for (let first = waiters.peek(); first !== undefined && first.deadlineNs <= nowNs; first = waiters.peek()) {
    waiters.shift()
    const isRead = first.op.f === 'read' || first.op.f === 'scan'
    out.reply(first.opId, failure(isRead ? 'read-timeout' : 'unavailable'))
  }
  armDeadline(turn)
}
