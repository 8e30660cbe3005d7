import type { Ns } from '../../base/time.ts'
import { canServe, giveUp, isReady } from './confirm.ts'
import type { Context } from './context.ts'
import { isDoubled, isOutdated, recall } from '../sessions.ts'
import { lastIndex } from './log.ts'
import type { Forward, ForwardReply } from './messages.ts'
import { answer, failure, positionOf, writeOutcome } from './outcomes.ts'
import { isCutOff, nearestFollower, readLocally } from './reads.ts'
import { propose } from './shipping.ts'
import { NOBODY, pendingCount } from './state.ts'
import type { Request, Waiter } from './state.ts'

/** What becomes of clients' requests: into the log, to the leader, on hold until there is one; and their time limits. */

export const SWEEP = 'sweep'

export function onRequest(cx: Context, request: Request): void {
  const { state, out } = cx
  if (isDoubled(state.lastOpOf, request.process, request.opId)) return
  const { pendingMax } = state.params
  const isFull =
    pendingCount(state) >= pendingMax ||
    (state.lead !== null && lastIndex(state.log) - state.confirmedIndex >= pendingMax)
  if (isFull) answer(request, failure('overloaded'), out)
  // It has nothing yet: whoever leads does.
  else if (state.isJoining) forward(cx, request, state.dataMembers[0])
  else dispatch(cx, request)
}

function isRead({ op }: Pick<Request, 'op'>): boolean {
  return op.f === 'read' || op.f === 'scan'
}

/** Sends a request its way; called again for those that were on hold. */
function dispatch(cx: Context, request: Request): void {
  const { state } = cx
  const { behaviour } = state
  if (isRead(request) && !state.isWitness && (behaviour.readsAt !== 'leader' || state.lead !== null))
    read(cx, request)
  else if (state.lead === null) toLeader(cx, request)
  else if (isReady(cx)) write(cx, request)
  else state.held.push(request)
}

function read(cx: Context, request: Request): void {
  const { state } = cx
  const { behaviour, lead } = state
  const isPassedOn = request.via !== NOBODY
  if (lead !== null && behaviour.readsAt === 'followers' && !behaviour.isBounded && !isPassedOn) {
    const follower = nearestFollower(cx)
    if (follower !== NOBODY) return forward(cx, request, follower)
  }
  const isStale = state.nowNs - state.freshAtNs > state.params.maxStalenessNs
  if (lead === null && behaviour.isBounded && isStale && !isPassedOn && !isCutOff(cx)) toLeader(cx, request)
  else readLocally(cx, request)
}

function write(cx: Context, request: Request): void {
  const { state, out, rules } = cx
  const { process, sequence } = request
  const { sessions } = state.machine
  const known = recall(sessions, process, sequence)
  if (known !== null && known.at <= state.confirmedIndex) {
    answer(request, writeOutcome(state, known), out)
    return
  }
  // The session has gone on: nobody waits for this any more.
  if (isOutdated(sessions, process, sequence)) return
  const position = positionOf(request)
  if (position !== null && rules.place(state.log, lastIndex(state.log), position) !== 'reached') {
    // What it builds on is not in this log, and will not be.
    out.note({ kind: 'past-lost' })
    answer(request, failure('refused'), out)
    return
  }
  const index = propose(cx, request)
  state.waiters.push({ index, timeline: state.epoch, sinceNs: state.nowNs, request })
}

function toLeader(cx: Context, request: Request): void {
  const { state, out } = cx
  const { leader, behaviour, self } = state
  if (leader === NOBODY || leader === self || isCutOff(cx)) state.held.push(request)
  else if (!behaviour.forwards || request.via !== NOBODY) answer(request, failure('not-leader', leader), out)
  else forward(cx, request, leader)
}

function forward({ state, out }: Context, request: Request, to: number): void {
  const { opId, op, process, sequence, token, deadlineNs } = request
  state.forwarded.set(opId, { isRead: isRead(request), deadlineNs })
  out.send(to, { kind: 'single-leader.forward', opId, op, process, sequence, token })
}

/** Takes up again what waited for a leader. */
export function dispatchHeld(cx: Context): void {
  const { state } = cx
  const { held, lead } = state
  if (held.length === 0 || (lead === null ? isCutOff(cx) : !canServe(cx) || !isReady(cx))) return
  for (let left = held.length; left > 0; left--) dispatch(cx, held.shift() as Request)
}

export function onForward(cx: Context, from: number, body: Forward): void {
  const { opId, op, process, sequence, token } = body
  const deadlineNs = cx.state.nowNs + cx.state.params.requestTimeoutNs
  onRequest(cx, { opId, op, process, sequence, token, via: from, deadlineNs })
}

export function onForwardReply({ state, out }: Context, { opId, outcome }: ForwardReply): void {
  if (state.forwarded.delete(opId)) out.reply(opId, outcome)
}

/** Looks through what waits, every heartbeat interval while anything does. */
export function armSweep({ state, out }: Context): void {
  if (state.isSweepArmed || pendingCount(state) === 0) return
  state.isSweepArmed = true
  out.arm(SWEEP, state.params.heartbeatNs, state.params.heartbeatNs)
}

export function onSweep(cx: Context): void {
  const { state, out } = cx
  const { nowNs, waiters, held, forwarded } = state
  state.isSweepArmed = false
  const isOver = (item: { deadlineNs: Ns } | undefined) => item !== undefined && item.deadlineNs <= nowNs
  while (isOver(waiters.peek()?.request)) giveUp(cx, waiters.shift() as Waiter)
  while (isOver(held.peek())) answer(held.shift() as Request, failure('unavailable'), out)
  for (const request of state.reads) if (isOver(request)) answer(request, failure('read-timeout'), out)
  state.reads = state.reads.filter((request) => !isOver(request))
  for (const [opId, { isRead: isReading, deadlineNs }] of forwarded) {
    if (deadlineNs > nowNs) continue
    forwarded.delete(opId)
    out.reply(opId, failure(isReading ? 'read-timeout' : 'write-timeout'))
  }
}
