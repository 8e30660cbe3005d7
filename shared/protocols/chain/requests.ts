import { PRELOADED } from '../contract.ts'
import type { PlaceId } from '../../plan/types.ts'
import { isDoubled } from '../sessions.ts'
import { headOf } from './configuration.ts'
import { append, newestValue, underWay } from './history.ts'
import { isInTouch } from './leases.ts'
import type { Forward } from './messages.ts'
import { failure, writeOutcome } from './outcomes.ts'
import { askTail, read, readOnceCommitted } from './reads.ts'
import { isHead, pendingCount } from './state.ts'
import type { Request, State, Turn } from './state.ts'

/** What becomes of clients' requests: into the chain at its head, to whom they concern, on hold; their time limits. */

/** Attempts of one command that are answered at most. */
const RETRIES_MAX = 8

export function onRequest(turn: Turn, request: Request): void {
  const { state, out } = turn
  if (isDoubled(state.lastOpOf, request.process, request.opId)) return
  if (pendingCount(state) >= state.params.pendingMax) out.reply(request.opId, failure('overloaded'))
  else dispatch(turn, request)
}

export function onForward(turn: Turn, { opId, op, process, sequence, token }: Forward): void {
  const deadlineNs = turn.state.nowNs + turn.state.params.requestTimeoutNs
  onRequest(turn, { opId, op, process, sequence, token, isForwarded: true, deadlineNs })
}

/** Sends a request its way; called again for those that were on hold. */
export function dispatch(turn: Turn, request: Request): void {
  const { state } = turn
  if (request.op.f === 'read' || request.op.f === 'scan') read(turn, request)
  else if (!isHead(state)) passOn(turn, request, headOf(state.configuration))
  // Whoever may have been left out would take writes that come to nothing.
  else if (!isInTouch(turn)) state.held.push(request)
  else write(turn, request)
}

/** To the replica that it concerns, as far as is known here: by way of the client, or directly. */
export function passOn(turn: Turn, request: Request, to: PlaceId): void {
  const { state, out } = turn
  const redirects = request.isForwarded || state.params.requestsElsewhere === 'redirect'
  if (redirects) out.reply(request.opId, failure('not-leader', to))
  else forward(turn, request, to)
}

export function forward({ out }: Turn, request: Request, to: PlaceId): void {
  const { opId, op, process, sequence, token } = request
  out.send(to, { kind: 'chain.forward', opId, op, process, sequence, token })
}

function write(turn: Turn, request: Request): void {
  const { state, out } = turn
  const { op, opId, process, sequence } = request
  if (op.f === 'read' || op.f === 'scan' || isDone(turn, request)) return
  if (underWay(state) >= state.params.pendingMax) {
    out.reply(opId, failure('overloaded'))
    return
  }
  // The head computes what the others only apply, a compare-and-swap against all that is under way.
  const isApplied = op.f !== 'cas' || newestValue(state, op.key, PRELOADED) === op.expected
  append(turn, {
    seq: state.history.last + 1,
    epoch: state.configuration.epoch,
    f: op.f,
    key: op.key,
    value: op.f === 'delete' ? 0 : op.value,
    bytes: op.bytes,
    isApplied,
    process,
    sequence,
    opId,
  })
}

/** Sessions are sequential, so each one's last command tells whether this one is a retry, or so late that nobody cares. */
function isDone({ state, out, rules }: Turn, { opId, process, sequence }: Request): boolean {
  const dirty = state.dirtyByProcess.get(process)
  if (dirty !== undefined) {
    if (rules.isRepeated(dirty.sequence, sequence)) {
      if (dirty.opId !== opId) retry(state, dirty.seq, opId)
      return true
    }
    return dirty.sequence > sequence
  }
  const record = state.store.sessions.get(process)
  if (record === undefined) return false
  if (rules.isRepeated(record.sequence, sequence)) {
    out.reply(opId, writeOutcome(state, record))
    return true
  }
  return record.sequence > sequence
}

/** The tail answers the first attempt; the head answers the later ones when it learns that the update is committed. */
function retry({ retries }: State, seq: number, opId: number): void {
  const waiting = retries.get(seq) ?? []
  // The client has given up on the oldest long ago.
  retries.set(seq, [...waiting.filter((other) => other !== opId), opId].slice(-RETRIES_MAX))
}

/** Takes up what waited for this replica to be in touch again. */
export function releaseHeld(turn: Turn): void {
  const { held } = turn.state
  if (held.length === 0 || !isInTouch(turn)) return
  for (let left = held.length; left > 0; left--) dispatch(turn, held.shift() as Request)
}

/** Reads that waited for an update which is committed by now. */
export function releaseWaiting(turn: Turn): void {
  const { state } = turn
  const { waiting, store } = state
  if (!waiting.some(({ seq }) => seq <= store.committed)) return
  state.waiting = []
  for (const { request } of waiting) readOnceCommitted(turn, request)
}

/** Requests whose time is up have had no effect here, but a question may still be on its way. */
export function sweep(turn: Turn): void {
  const { state, out } = turn
  const { held, queries, nowNs, params } = state
  for (let left = held.length; left > 0; left--) {
    const request = held.shift() as Request
    if (request.deadlineNs > nowNs) held.push(request)
    else out.reply(request.opId, failure('unavailable'))
  }
  const late = state.waiting.filter(({ request }) => request.deadlineNs <= nowNs)
  if (late.length > 0) state.waiting = state.waiting.filter(({ request }) => request.deadlineNs > nowNs)
  for (const { request } of late) out.reply(request.opId, failure('unavailable'))
  for (const [opId, { request, askedNs }] of queries) {
    if (request.deadlineNs <= nowNs) {
      queries.delete(opId)
      out.reply(opId, failure('read-timeout'))
    } else if (nowNs - askedNs >= params.resendAfterNs) askTail(turn, request)
  }
}
