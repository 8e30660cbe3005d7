import type { Ns } from '../../base/time.ts'
import type { MessageBody, OpId, Operation, Outcome, SessionToken } from '../contract.ts'
import type { SessionRecord } from '../sessions.ts'
import type { Entry, Switch } from './log.ts'
import type { Cell } from './machine.ts'

/** A part of the leader's log. */
export interface Append extends MessageBody {
  readonly kind: 'single-leader.append'
  readonly epoch: number
  readonly prevIndex: number
  readonly prevTimeline: number
  readonly entries: readonly Entry[]
  /** What the leader knows to be acknowledged by as many as it waits for. */
  readonly confirmed: number
}

/** How far a follower is, along the leader's log. */
export interface AppendAck extends MessageBody {
  readonly kind: 'single-leader.appendAck'
  readonly epoch: number
  readonly received: number
  readonly written: number
  readonly applied: number
}

/** The follower's log doesn't go on where the append does. */
export interface AppendRefusal extends MessageBody {
  readonly kind: 'single-leader.appendRefusal'
  readonly epoch: number
  readonly refused: number
  /** The latest position where the logs may agree. */
  readonly hintIndex: number
  readonly hintTimeline: number
  /** It can't go back any further, or isn't allowed to. */
  readonly isFloor: boolean
}

/** Shows that the leader is there, renews its lease, tells what is confirmed. */
export interface Heartbeat extends MessageBody {
  readonly kind: 'single-leader.heartbeat'
  readonly epoch: number
  /** By the leader's monotonic clock; `life` tells the boots of one replica apart, whose clocks begin anew. */
  readonly sentNs: Ns
  readonly life: number
  readonly confirmed: number
  /** What this follower's clock read when it sent what the leader had from it last; −1 where nothing counts. */
  readonly echoNs: Ns
  readonly echoLife: number
}

export interface HeartbeatAck extends MessageBody {
  readonly kind: 'single-leader.heartbeatAck'
  readonly epoch: number
  readonly leaderNs: Ns
  readonly leaderLife: number
  readonly sentNs: Ns
  readonly life: number
  readonly received: number
  readonly written: number
  readonly applied: number
}

/** An outdated leader learns that its time is over. */
export interface Fenced extends MessageBody {
  readonly kind: 'single-leader.fenced'
  readonly epoch: number
}

/** A follower that hears from no leader asks who has most, and for the lease of an epoch of its own. */
export interface Survey extends MessageBody {
  readonly kind: 'single-leader.survey'
  readonly epoch: number
  /** Only a question: nobody binds himself by the answer. */
  readonly isTrial: boolean
}

export interface SurveyReply extends MessageBody {
  readonly kind: 'single-leader.surveyReply'
  readonly epoch: number
  readonly isTrial: boolean
  readonly isGranted: boolean
  /** The end of its log. A refusal: the epoch that it keeps to. */
  readonly index: number
  readonly timeline: number
}

/** Whoever asked knows that the receiver has more, and lets it go first. */
export interface Nudge extends MessageBody {
  readonly kind: 'single-leader.nudge'
  readonly epoch: number
}

/** A piece of a full copy: cells and sessions number `offset` to `next` − 1. */
export interface Copy extends MessageBody {
  readonly kind: 'single-leader.copy'
  readonly epoch: number
  readonly index: number
  readonly history: readonly Switch[]
  readonly offset: number
  readonly next: number
  readonly isLast: boolean
  readonly cells: readonly Cell[]
  /** Keys that hold what they held before the run, and the size of these. */
  readonly untouched: number
  readonly untouchedBytes: number
  readonly sessions: readonly SessionRecord[]
}

export interface CopyAck extends MessageBody {
  readonly kind: 'single-leader.copyAck'
  readonly epoch: number
  readonly index: number
  readonly next: number
  readonly isDone: boolean
}

/** A client's request that a replica passes on, and the answer on its way back. */
export interface Forward extends MessageBody {
  readonly kind: 'single-leader.forward'
  readonly opId: OpId
  readonly op: Operation
  readonly process: number
  readonly sequence: number
  readonly token: SessionToken
}

export interface ForwardReply extends MessageBody {
  readonly kind: 'single-leader.forwardReply'
  readonly opId: OpId
  readonly outcome: Outcome
}

export type Message =
  | Append
  | AppendAck
  | AppendRefusal
  | Heartbeat
  | HeartbeatAck
  | Fenced
  | Survey
  | SurveyReply
  | Nudge
  | Copy
  | CopyAck
  | Forward
  | ForwardReply

export const KINDS: readonly { kind: Message['kind']; label: string }[] = [
  { kind: 'single-leader.append', label: 'Log entries' },
  { kind: 'single-leader.appendAck', label: 'Acknowledgement' },
  { kind: 'single-leader.appendRefusal', label: 'Refusal' },
  { kind: 'single-leader.heartbeat', label: 'Heartbeat' },
  { kind: 'single-leader.heartbeatAck', label: 'Heartbeat reply' },
  { kind: 'single-leader.fenced', label: 'Fenced off' },
  { kind: 'single-leader.survey', label: 'Survey' },
  { kind: 'single-leader.surveyReply', label: 'Survey reply' },
  { kind: 'single-leader.nudge', label: 'Nudge' },
  { kind: 'single-leader.copy', label: 'Piece of a copy' },
  { kind: 'single-leader.copyAck', label: 'Piece confirmed' },
  { kind: 'single-leader.forward', label: 'Forwarded request' },
  { kind: 'single-leader.forwardReply', label: 'Forwarded answer' },
]

/** Addresses, kind, epoch, positions: what every message has. */
const HEADER_BYTES = 40
const ENTRY_BYTES = 32
const CELL_BYTES = 32
/** Of a key that has no version. */
export const KEY_BYTES = 16
export const SESSION_BYTES = 24
const SWITCH_BYTES = 16

function entryBytes({ op }: Entry): number {
  return op === null || op.f === 'delete' ? ENTRY_BYTES : ENTRY_BYTES + op.bytes
}

export function cellBytes(cell: Cell): number {
  return CELL_BYTES + (cell.value === 0 ? 0 : cell.bytes)
}

export function bytesOf(body: Message): number {
  let bytes = HEADER_BYTES
  switch (body.kind) {
    case 'single-leader.append':
      for (const entry of body.entries) bytes += entryBytes(entry)
      return bytes
    case 'single-leader.copy':
      for (const cell of body.cells) bytes += cellBytes(cell)
      bytes += body.untouchedBytes
      return bytes + SESSION_BYTES * body.sessions.length + SWITCH_BYTES * body.history.length
    case 'single-leader.forward':
      return body.op.f === 'write' || body.op.f === 'cas' ? bytes + body.op.bytes : bytes
    default:
      return bytes
  }
}
