import type { Ns } from '../../base/time.ts'
import type { Outbox, Outcome } from '../contract.ts'
import { lastIndex, termAt } from './log.ts'
import type { Entry } from './log.ts'
import { isElsewhere } from './machine.ts'
import type { Forward, ForwardReply, Message } from './messages.ts'
import { answer, failure, readOutcome, writeOutcome } from './outcomes.ts'
import {
  askAgain,
  isCutOff,
  isReadAnywhere,
  isSnapshotAtHand,
  readAnywhere,
  readAtLeader,
  readLocally,
} from './reads.ts'
import { flush, propose, scheduleFlush } from './replication.ts'
import { isDoubled, isOutdated, recall } from '../sessions.ts'
import type { SessionRecord } from '../sessions.ts'
import { NOBODY, pendingCount } from './state.ts'
import type { LeaderRead, Request, State, Waiter } from './state.ts'
import {
  askAgain as askOracleAgain,
  askOracle,
  awaitTimestamp,
  beganAnew,
  hasOutdatedTimestamp,
  lacksTimestamp,
} from './timestamps/oracle.ts'
import { adoptClock, hearClock, withTimestamp } from './timestamps/reading.ts'

/** What becomes of clients' requests: into the log, to the leader, on hold until there is one; and their time limits. */

export const SWEEP = 'sweep'

export function onRequest(state: State, request: Request, out: Outbox<Message>): void {
  if (isDoubled(state.lastOpOf, request.process, request.opId)) return
  if (isElsewhere(state.machine, request.op.key)) {
    answer(state, request, elsewhere(state, request), out)
    return
  }
  const { pendingMax } = state.params
  const isFull = pendingCount(state) >= pendingMax || lastIndex(state.log) - state.commitIndex >= pendingMax
  if (isFull) answer(state, request, failure('overloaded'), out)
  else dispatch(state, withTimestamp(state, request), out)
}

/** The key is another group's by now; what was done with it here before was done all the same. */
function elsewhere(state: State, request: Request): Outcome {
  const { process, sequence } = request
  const known = isRead(request) ? null : recall(state.machine.sessions, process, sequence)
  return known === null ? failure('wrong-range') : writeOutcome(state, known)
}

function isRead({ op }: Request): boolean {
  return op.f === 'read' || op.f === 'scan'
}

/** Sends a request its way; called again for those that were on hold, or whose leader stepped down. */
export function dispatch(state: State, request: Request, out: Outbox<Message>): void {
  if (lacksTimestamp(state, request) && mayAskOracle(state, request)) {
    awaitTimestamp(state, request, isRead(request) ? 1 : 2)
  } else if (isRead(request) && isReadAnywhere(state)) {
    if (isCutOff(state) && !isSnapshotAtHand(state, request)) hold(state, request, out)
    else readAnywhere(state, request, out)
  } else if (state.role !== 'leader') toLeader(state, request, out)
  // A leader on its way out takes nothing new (dissertation §3.10).
  else if (state.lead?.transferTo !== NOBODY) state.held.push(request)
  else if (isRead(request) && state.reading.path !== 'log') readAtLeader(state, request, NOBODY, 0, out)
  else append(state, request, out)
}

/** Not on behalf of a client that will be told to ask elsewhere. */
function mayAskOracle(state: State, request: Request): boolean {
  const { leader, role, params } = state
  if (leader === NOBODY) return false
  return (
    role === 'leader' ||
    params.requestsAtFollowers === 'forward' ||
    (isRead(request) && isReadAnywhere(state))
  )
}

/** Goes on with the requests that have got their timestamps. */
export function continueWithTimestamps(state: State, out: Outbox<Message>): void {
  for (const request of askOracle(state, out)) dispatch(state, request, out)
}

function append(state: State, request: Request, out: Outbox<Message>): void {
  const { process, sequence } = request
  if (!isRead(request)) {
    const { sessions } = state.machine
    const known = recall(sessions, process, sequence)
    if (known !== null) {
      answer(state, request, writeOutcome(state, known), out)
      return
    }
    // The session has gone on: nobody waits for this any more.
    if (isOutdated(sessions, process, sequence)) return
  }
  if (!isRead(request) && hasOutdatedTimestamp(state, request)) {
    out.note(CONFLICT)
    const anew = beganAnew(state, request)
    if (anew === null) awaitTimestamp(state, request, 1)
    else append(state, anew, out)
    return
  }
  const isIdle = state.commitIndex === lastIndex(state.log) && state.params.batchDelayNs === 0
  const index = propose(state, request)
  state.waiters.push({ index, term: state.term, request })
  if (isIdle) flush(state, out)
  else scheduleFlush(state, out)
}

const CONFLICT = { kind: 'write-conflict' } as const

function toLeader(state: State, request: Request, out: Outbox<Message>): void {
  const { leader, params, forwarded } = state
  if (leader === NOBODY) hold(state, request, out)
  else if (params.requestsAtFollowers === 'redirect' || request.via !== NOBODY) {
    answer(state, request, failure('not-leader', leader), out)
  } else {
    const { opId, op, process, sequence, token, stamp } = request
    forwarded.set(opId, request)
    state.forwardedTo = leader
    out.send(leader, { kind: 'raft.forward', opId, op, process, sequence, token, stamp })
  }
}

/** Without a leader requests wait, as etcd's do, but reads that may be old need not. */
function hold(state: State, request: Request, out: Outbox<Message>): void {
  if (!isRead(request) || !state.reading.answersCutOff) {
    state.held.push(request)
    return
  }
  out.note(CUT_OFF_READ)
  readLocally(state, request, out)
}

const CUT_OFF_READ = { kind: 'cut-off-read' } as const

/** Takes up again what waited for a leader. */
export function dispatchHeld(state: State, out: Outbox<Message>): void {
  const { held, follower, role, lead } = state
  if (role === 'leader') {
    // Questions to a former leader that this replica can now answer itself.
    for (let left = follower.asking.length; left > 0; left--) {
      dispatch(state, (follower.asking.shift() as { request: Request }).request, out)
    }
  }
  if (held.length === 0 || isCutOff(state) || (lead !== null && lead.transferTo !== NOBODY)) return
  for (let left = held.length; left > 0; left--) dispatch(state, held.shift() as Request, out)
}

/**
 * Passes on to a new leader what the last one has not answered. A write that the last one did after all is not done
 * twice: its session knows it (§8).
 */
export function forwardAgain(state: State, out: Outbox<Message>): void {
  const { forwarded, forwardedTo, leader } = state
  if (leader === NOBODY || leader === forwardedTo) return
  const requests = [...forwarded.values()]
  forwarded.clear()
  for (const request of requests) dispatch(state, { ...request, isDoubtful: true }, out)
}

/** A leader's reads when it steps down: they have had no effect and may be asked anew. */
export function redispatchReads(state: State, reads: Iterable<{ request: Request | null }>): void {
  for (const { request } of reads) if (request !== null) state.held.push(request)
}

export function onForward(state: State, from: number, body: Forward, out: Outbox<Message>): void {
  const { opId, op, process, sequence, token, stamp } = body
  const deadlineNs = state.nowNs + state.params.requestTimeoutNs
  const request = { opId, op, process, sequence, token, stamp, via: from, isDoubtful: false, deadlineNs }
  if (stamp === null || hearClock(state, stamp)) onRequest(state, request, out)
  else {
    out.note(CLOCK_REFUSED)
    answer(state, request, failure('refused'), out)
  }
}

const CLOCK_REFUSED = { kind: 'clock-refused' } as const

export function onForwardReply(state: State, body: ForwardReply, out: Outbox<Message>): void {
  const { opId, outcome, clock } = body
  adoptClock(state, clock)
  const request = state.forwarded.get(opId)
  if (request === undefined) return
  state.forwarded.delete(opId)
  answer(state, request, outcome, out)
}

/** An entry was applied: its waiter is told, or learns that another entry took its place. */
export function answerWaiter(
  state: State,
  index: number,
  entry: Entry,
  record: SessionRecord | null,
  out: Outbox<Message>,
): void {
  const { waiters } = state
  const waiter = waiters.peek()
  if (waiter?.index !== index) return
  waiters.shift()
  const { request, term } = waiter
  if (term !== entry.term) answer(state, request, failure('write-timeout'), out)
  else if (isRead(request)) answer(state, request, readOutcome(state, request.op), out)
  else if (record !== null) answer(state, request, writeOutcome(state, record), out)
  else if (isElsewhere(state.machine, request.op.key)) answer(state, request, failure('wrong-range'), out)
}

/**
 * Entries that are no longer in the log, or have gone into a snapshot, will not be applied here. They may stand in
 * other logs and be committed yet, so nobody knows what becomes of them.
 */
export function dropLostWaiters(state: State, out: Outbox<Message>): void {
  const { waiters, log, machine } = state
  for (let left = waiters.length; left > 0; left--) {
    const waiter = waiters.shift() as Waiter
    const { index, term, request } = waiter
    if (index > machine.applied && termAt(log, index) === term) waiters.push(waiter)
    else answer(state, request, failure(isRead(request) ? 'read-timeout' : 'write-timeout'), out)
  }
}

/** Looks through what waits, every heartbeat interval while anything does. */
export function armSweep(state: State, out: Outbox<Message>): void {
  if (state.isSweepArmed || pendingCount(state) === 0) return
  state.isSweepArmed = true
  out.arm(SWEEP, state.params.heartbeatNs, state.params.heartbeatNs)
}

export function onSweep(state: State, out: Outbox<Message>): void {
  state.isSweepArmed = false
  const { nowNs, waiters, held, forwarded, follower, lead } = state
  const isOver = (item: { deadlineNs: Ns } | undefined) => item !== undefined && item.deadlineNs <= nowNs
  while (isOver(waiters.peek()?.request)) {
    const { request } = waiters.shift() as { request: Request }
    answer(state, request, failure(isRead(request) ? 'read-timeout' : 'write-timeout'), out)
  }
  const { questions } = state.stamping
  while (isOver(questions.peek()?.request)) {
    answer(state, (questions.shift() as { request: Request }).request, failure('unavailable'), out)
  }
  while (isOver(held.peek())) answer(state, held.shift() as Request, failure('unavailable'), out)
  while (isOver(follower.asking.peek()?.request)) {
    answer(state, (follower.asking.shift() as { request: Request }).request, failure('read-timeout'), out)
  }
  while (lead !== null && isOver(lead.reads.peek())) {
    const { request } = lead.reads.shift() as LeaderRead
    if (request !== null) answer(state, request, failure('read-timeout'), out)
  }
  if (state.applyReads.some(({ request }) => isOver(request))) {
    const expired = state.applyReads.filter(({ request }) => isOver(request))
    state.applyReads = state.applyReads.filter(({ request }) => !isOver(request))
    for (const { request } of expired) answer(state, request, failure('read-timeout'), out)
  }
  for (const [opId, request] of forwarded) {
    if (!isOver(request)) break
    forwarded.delete(opId)
    out.reply(opId, failure(isRead(request) ? 'read-timeout' : 'write-timeout'))
  }
  askAgain(state, out)
  askOracleAgain(state, out)
}
