import type { Ns } from '../../base/time.ts'
import type { Outbox } from '../contract.ts'
import { isDoubled } from '../sessions.ts'
import { isKnown, outstanding, propose } from './broadcast.ts'
import type { Change } from './broadcast.ts'
import { transmit } from './channel.ts'
import type { Message, Payload } from './messages.ts'
import { answer, failure, writeOutcome } from './outcomes.ts'
import { readAsAsked, readLocally } from './reads.ts'
import type { SessionRecord } from './sessions.ts'
import { isServing, pendingCount } from './state.ts'
import type { Lead, Learner, Request, State } from './state.ts'

/** What becomes of clients' requests: reads here, changes to the leader; on hold until there is one. */

export const SWEEP = 'sweep'

/** What waits is looked through this often per time limit. */
const SWEEPS = 8

export function onRequest(state: State, request: Request, out: Outbox<Message>): void {
  if (isDoubled(state.lastOpOf, request.process, request.opId)) return
  if (pendingCount(state) >= state.params.outstandingMax) answer(request, failure('overloaded'), out)
  else dispatch(state, request, out)
}

function isRead({ op }: Request): boolean {
  return op.f === 'read' || op.f === 'scan'
}

/** Sends a request its way; called again for those that were on hold. */
function dispatch(state: State, request: Request, out: Outbox<Message>): void {
  if (isServing(state)) {
    if (isRead(request)) readAsAsked(state, request, out)
    else write(state, request, out)
  } else if (isRead(request) && state.reading.answersCutOff) {
    out.note(CUT_OFF_READ)
    readLocally(state, request, out)
  } else state.held.push(request)
}

const CUT_OFF_READ = { kind: 'cut-off-read' } as const

/** Takes up what waited for a leader. */
export function dispatchHeld(state: State, out: Outbox<Message>): void {
  const { held } = state
  if (held.length === 0 || !(isServing(state) || state.reading.answersCutOff)) return
  for (let left = held.length; left > 0; left--) dispatch(state, held.shift() as Request, out)
}

function write(state: State, request: Request, out: Outbox<Message>): void {
  const { process, sequence, op } = request
  const { lead, following, writes, store } = state
  const record = store.sessions.get(process)
  if (record !== undefined && record.sequence >= sequence) {
    // Done before: by an earlier attempt. A session that has gone on waits for nothing.
    if (record.sequence === sequence) answer(request, writeOutcome(state, record), out)
    return
  }
  if (lead !== null && !isKnown(state, lead, request) && outstanding(state) >= state.params.outstandingMax) {
    answer(request, failure('overloaded'), out)
    return
  }
  // The latest attempt is the one that is answered, when the change is applied here.
  writes.set(process, request)
  if (lead !== null) {
    if (!isKnown(state, lead, request)) propose(state, lead, request, out)
  } else if (following !== null) {
    transmit(state, following.channel, { kind: 'zab.request', op, process, sequence }, out)
  }
}

/** A learner passes a client's change on. What is known already will reach it in the order. */
export function onForwarded(
  state: State,
  lead: Lead,
  { channel }: Learner,
  change: Change,
  out: Outbox<Message>,
): void {
  if (isKnown(state, lead, change)) return
  if (outstanding(state) < state.params.outstandingMax) {
    propose(state, lead, change, out)
    return
  }
  const { process, sequence } = change
  transmit(state, channel, { kind: 'zab.refused', process, sequence, error: 'overloaded' }, out)
}

export function onRefused(
  state: State,
  { process, sequence, error }: Extract<Payload, { kind: 'zab.refused' }>,
  out: Outbox<Message>,
): void {
  const request = state.writes.get(process)
  if (request?.sequence !== sequence) return
  state.writes.delete(process)
  answer(request, failure(error), out)
}

/** A change was applied: whoever waits for it here is told. */
export function answerWrite(state: State, record: SessionRecord, out: Outbox<Message>): void {
  const { writes } = state
  const request = writes.get(record.process)
  if (request === undefined || request.sequence > record.sequence) return
  writes.delete(record.process)
  if (request.sequence === record.sequence) answer(request, writeOutcome(state, record), out)
}

/** Looks through what waits, while anything does. */
export function armSweep(state: State, out: Outbox<Message>): void {
  if (state.isSweepArmed || pendingCount(state) === 0) return
  state.isSweepArmed = true
  const everyNs = Math.ceil(state.params.requestTimeoutNs / SWEEPS)
  out.arm(SWEEP, everyNs, everyNs)
}

export function onSweep(state: State, out: Outbox<Message>): void {
  state.isSweepArmed = false
  const { nowNs, writes, held, asking } = state
  const isOver = (request: { deadlineNs: Ns } | undefined) =>
    request !== undefined && request.deadlineNs <= nowNs
  for (const [process, request] of writes) {
    if (!isOver(request)) continue
    writes.delete(process)
    answer(request, failure('write-timeout'), out)
  }
  for (let left = held.length; left > 0; left--) {
    const request = held.shift() as Request
    if (isOver(request)) answer(request, failure('unavailable'), out)
    else held.push(request)
  }
  for (let left = asking.length; left > 0; left--) {
    const asked = asking.shift() as { id: number; request: Request }
    if (isOver(asked.request)) answer(asked.request, failure('read-timeout'), out)
    else asking.push(asked)
  }
  const expired = state.waitingReads.filter(({ request }) => isOver(request))
  if (expired.length === 0) return
  state.waitingReads = state.waitingReads.filter(({ request }) => !isOver(request))
  for (const { request } of expired) answer(request, failure('read-timeout'), out)
}
