import type { PlaceId } from '../../../plan/types.ts'
import { isLater } from '../../../clocks/timestamp.ts'
import type { Timestamp } from '../../../clocks/timestamp.ts'
import type { Outbox } from '../../contract.ts'
import type { AskTimestamp, Message, TimestampReply } from '../messages.ts'
import { renewLease } from '../rounds.ts'
import { hasLease, hasOwnTermCommit, NOBODY } from '../state.ts'
import type { Request, State } from '../state.ts'
import { floorOf, isWrite } from './stamping.ts'

/**
 * A timestamp oracle (Peng and Dabek, "Large-scale Incremental Processing", OSDI 2010, §2.3; TiDB's placement driver): whoever
 * leads hands out timestamps, each later than all before it. It gives out none beyond a window that stands in the log
 * first, so that the next one can begin where no timestamp has been given; and none without a lease, since another
 * may have begun already.
 */

/** A request that waits for so many more timestamps: a read for one, a write for its start and for its commit. */
export interface OracleQuestion {
  readonly id: number
  readonly request: Request
  readonly left: number
}

const ASKED = { kind: 'timestamps-asked' } as const

/** Whether a request must get a timestamp before it goes on. */
export function lacksTimestamp({ params, reading }: State, { op, stamp }: Request): boolean {
  return params.timestamps === 'oracle' && stamp === null && (isWrite(op) || reading.stampsReads)
}

/** A write that comes when a later version, or a later read, is there already begins anew, as TiDB does on a conflict. */
export function hasOutdatedTimestamp(state: State, { op, stamp }: Request): boolean {
  return state.params.timestamps === 'oracle' && stamp !== null && !isLater(stamp, floorOf(state, op.key))
}

/** The same write with a timestamp of now, at the oracle itself; null where that has none to give. */
export function beganAnew(state: State, request: Request): Request | null {
  const stamp = issue(state, 1)
  const anew = { ...request, stamp }
  return stamp === null || hasOutdatedTimestamp(state, anew) ? null : anew
}

/** Puts a request among those that wait for timestamps. */
export function awaitTimestamp(state: State, request: Request, left: number): void {
  const { stamping } = state
  stamping.questions.push({ id: ++stamping.lastQuestion, request, left })
}

// Whoever was asked by a client.

/** Asks for what waits, in one question; returns the requests that got theirs here and now. */
export function askOracle(state: State, out: Outbox<Message>): Request[] {
  const { stamping, leader, self } = state
  const { questions } = stamping
  if (questions.length === 0 || leader === NOBODY) return []
  if (leader === self) return grantHere(state, questions.length, out)
  if (!stamping.isAsking) {
    stamping.isAsking = true
    stamping.askedUpTo = stamping.lastQuestion
    askAgain(state, out)
  }
  return []
}

/** The question, or its answer, may be lost. */
export function askAgain({ stamping, leader, self }: State, out: Outbox<Message>): void {
  if (!stamping.isAsking || leader === NOBODY || leader === self) return
  out.note(ASKED)
  const count = stamping.questions.length
  out.send(leader, { kind: 'raft.askTimestamp', id: stamping.askedUpTo, count })
}

/** The requests that have all their timestamps now. */
export function onTimestamps({ stamping }: State, { id, first }: TimestampReply): Request[] {
  const { questions } = stamping
  if (!stamping.isAsking || id !== stamping.askedUpTo) return []
  stamping.isAsking = false
  const ready: Request[] = []
  let { logical } = first
  for (let next = questions.peek(); next !== undefined && next.id <= id; next = questions.peek()) {
    questions.shift()
    const { request, left } = next
    if (left > 1) questions.push({ id: ++stamping.lastQuestion, request, left: left - 1 })
    else ready.push({ ...request, stamp: { ns: first.ns, logical } })
    logical++
  }
  return ready
}

// The oracle.

function grantHere(state: State, count: number, out: Outbox<Message>): Request[] {
  const ready: Request[] = []
  const { questions } = state.stamping
  for (let i = 0; i < count; i++) {
    const { request, left } = questions.peek() as OracleQuestion
    const first = issue(state, left)
    if (first === null) {
      renewLease(state, out)
      break
    }
    questions.shift()
    ready.push({ ...request, stamp: { ns: first.ns, logical: first.logical + left - 1 } })
  }
  return ready
}

/** A question waits until there is an answer, or another takes its place. */
export function onAskTimestamp(state: State, from: PlaceId, body: AskTimestamp, out: Outbox<Message>): void {
  if (state.role !== 'leader') return
  state.stamping.asked.set(from, body)
  answerAsked(state, out)
}

/** Answers what it can of what it has been asked. */
export function answerAsked(state: State, out: Outbox<Message>): void {
  const { asked } = state.stamping
  for (const [from, { id, count }] of [...asked].sort(([a], [b]) => a - b)) {
    const first = issue(state, count)
    if (first === null) {
      renewLease(state, out)
      return
    }
    asked.delete(from)
    out.send(from, { kind: 'raft.timestamp', id, first })
  }
}

/** The first of so many timestamps in a row; null where it can give none at present. */
function issue(state: State, count: number): Timestamp | null {
  const { stamping, machine, wallNs } = state
  const { issued } = stamping
  if (!hasLease(state) || !hasOwnTermCommit(state)) return null
  const windowNs = machine.windowNs ?? 0
  // Late where the window ends before the next is in the log, which a slow group may always be; none is ahead of it.
  const nowNs = Math.min(wallNs, windowNs - 1)
  const first = nowNs > issued.ns ? { ns: nowNs, logical: 0 } : { ns: issued.ns, logical: issued.logical + 1 }
  if (first.ns >= windowNs) return null
  stamping.issued = { ns: first.ns, logical: first.logical + count - 1 }
  return first
}

/** Whether it is time to put a further window into the log: half of the last one is gone. */
export function needsWindow(state: State): boolean {
  const { params, stamping, wallNs } = state
  if (params.timestamps !== 'oracle' || !hasOwnTermCommit(state)) return false
  // Not while the last one is on its way.
  if ((state.machine.windowNs ?? 0) < stamping.windowNs) return false
  const nowNs = Math.max(wallNs, stamping.issued.ns)
  return nowNs + params.oracleWindowNs / 2 >= stamping.windowNs
}
