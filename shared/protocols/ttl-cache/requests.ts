import type { Ns } from '../../base/time.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { Fact, OpId, Operation, SessionRef } from '../contract.ts'
import { expire, holderOf, lifetimeOf, mayServeStale, purgedUpTo, touch } from './copies.ts'
import { answerFrom, answerStale, waitFor, renew } from './fetches.ts'
import type { Ask, ForwardReply } from './messages.ts'
import { failure, positionOf } from './outcomes.ts'
import { NOBODY } from './state.ts'
import type { State, Turn, Waiter } from './state.ts'

/** Requests at a cache: answered from a copy, waiting for one, or passed on to the origin. */

export const FORWARDS = 'forwards'

const HIT: Fact = { kind: 'hit' }
const MISS: Fact = { kind: 'miss' }
const EXPIRED: Fact = { kind: 'expired' }
const REVALIDATING: Fact = { kind: 'stale-while-revalidate' }
const PREFETCH: Fact = { kind: 'prefetch' }

export function onRequest(turn: Turn, opId: OpId, op: Operation, session: SessionRef): void {
  const { state } = turn
  if (op.f !== 'read' || state.reading.atOrigin) {
    passOn(turn, opId, op, session)
    return
  }
  read(turn, op.key, {
    opId,
    child: NOBODY,
    id: 0,
    attempt: 0,
    have: null,
    needed: positionOf(session.token),
    arrivedNs: state.nowNs,
  })
}

/** Another cache asks: a read like any other, but for what it may be told of expired copies. */
export function onAsk(turn: Turn, from: PlaceId, { id, attempt, key, have, needed }: Ask): void {
  const { nowNs } = turn.state
  read(turn, key, { opId: NOBODY, child: from, id, attempt, have, needed, arrivedNs: nowNs })
}

function read(turn: Turn, key: number, waiter: Waiter): void {
  const { state, out, rules } = turn
  const entry = state.entries.get(key)
  if (entry === undefined) {
    // The cache that holds the key for the region counts.
    if (holderOf(state, key) === state.self) out.note(MISS)
    wait(turn, key, waiter)
    return
  }
  const { reading, nowNs, params } = state
  const ageNs = nowNs - entry.bornNs
  const lifetimeNs = lifetimeOf(turn, key, entry)
  const isCurrent = rules.isCurrent(entry.asOf, Math.max(waiter.needed, purgedUpTo(state, key)))
  if (isCurrent && rules.isFresh(ageNs, lifetimeNs, reading.maxAgeNs)) {
    out.note(HIT)
    touch(state, key, entry)
    answerFrom(turn, key, entry, waiter, 'fresh', ageNs)
    if (params.prefetchPercent > 0 && ageNs >= (lifetimeNs * (100 - params.prefetchPercent)) / 100) {
      out.note(PREFETCH)
      renew(turn, key)
    }
  } else if (isCurrent && mayAnswerMeanwhile(state, waiter, ageNs - lifetimeNs)) {
    out.note(REVALIDATING)
    touch(state, key, entry)
    answerFrom(turn, key, entry, waiter, 'revalidating', ageNs)
    renew(turn, key)
  } else if (isBelievedDown(state) && mayServeStale(turn, key, entry, waiter.needed)) {
    touch(state, key, entry)
    answerStale(turn, key, entry, waiter)
  } else {
    out.note(EXPIRED)
    wait(turn, key, waiter)
  }
}

/** Until the next recheck, and while one question finds out whether the origin is back. */
function isBelievedDown({ downUntilNs, nowNs, fetches }: State): boolean {
  return downUntilNs !== -Infinity && (nowNs < downUntilNs || fetches.size > 0)
}

/** A cache that asks gets nothing expired: its own readers would not be told. */
function mayAnswerMeanwhile({ reading }: State, { child }: Waiter, expiredForNs: Ns): boolean {
  return child === NOBODY && reading.revalidateNs > 0 && expiredForNs < reading.revalidateNs
}

function wait(turn: Turn, key: number, waiter: Waiter): void {
  const { state, out } = turn
  if (isFull(state)) {
    if (waiter.child === NOBODY) out.reply(waiter.opId, failure('overloaded'))
  } else waitFor(turn, key, waiter)
}

function isFull({ waiting, forwards, fetches, params }: State): boolean {
  return Math.max(waiting, fetches.size) + forwards.size >= params.pendingMax
}

function passOn(turn: Turn, opId: OpId, op: Operation, { process, sequence, token }: SessionRef): void {
  const { state, out } = turn
  const { forwards, params, originPlace, nowNs } = state
  if (params.requestsAtCaches === 'redirect') {
    out.reply(opId, failure('not-leader', originPlace))
    return
  }
  if (isFull(state)) {
    out.reply(opId, failure('overloaded'))
    return
  }
  const isRead = op.f === 'read' || op.f === 'scan'
  forwards.set(opId, { key: op.key, isRead, deadlineNs: nowNs + params.requestTimeoutNs })
  if (forwards.size === 1) out.arm(FORWARDS, params.requestTimeoutNs, params.requestTimeoutNs)
  out.send(originPlace, { kind: 'ttl-cache.forward', opId, op, process, sequence, token })
}

/** The origin's answer. A write that went by here has expired the copy that is here (RFC 9111 §4.4). */
export function onForwardReply(turn: Turn, { opId, outcome }: ForwardReply): void {
  const { state, out } = turn
  const request = state.forwards.get(opId)
  if (request === undefined) return
  state.forwards.delete(opId)
  state.downUntilNs = -Infinity
  if (!request.isRead && outcome.version !== null) expire(turn, request.key, outcome.version.at)
  out.reply(opId, outcome)
}

/** Each waits equally long, so the oldest comes first. */
export function onForwardsDue({ state, out }: Turn): void {
  const { forwards, nowNs } = state
  for (const [opId, { isRead, deadlineNs }] of forwards) {
    const waitNs = deadlineNs - nowNs
    if (waitNs > 0) {
      out.arm(FORWARDS, waitNs, waitNs)
      return
    }
    forwards.delete(opId)
    out.reply(opId, failure(isRead ? 'read-timeout' : 'write-timeout'))
  }
}
