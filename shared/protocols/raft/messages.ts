import type { Ns } from '../../base/time.ts'
import type { Timestamp } from '../../clocks/timestamp.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { MessageBody, OpId, Operation, Outcome, SessionToken } from '../contract.ts'
import type { Entry } from './log.ts'
import type { Cell } from './machine.ts'
import type { Configuration } from './quorum.ts'
import type { RangeEntry, RangeState } from './range.ts'
import type { SessionRecord } from '../sessions.ts'
import type { Closing } from './timestamps/closing.ts'

/** RequestVote (§5.2, §5.4.1), and the question before it whether it would win (dissertation §9.6). */
export interface RequestVote extends MessageBody {
  readonly kind: 'raft.requestVote' | 'raft.preVote'
  /** A pre-vote names the term that the candidate would have. */
  readonly term: number
  readonly lastIndex: number
  readonly lastTerm: number
  /** The leader wants this candidate: voters answer although they hear from a leader (dissertation §3.10). */
  readonly isTransfer: boolean
}

export interface VoteReply extends MessageBody {
  readonly kind: 'raft.requestVoteReply' | 'raft.preVoteReply'
  readonly term: number
  readonly isGranted: boolean
}

export interface AppendEntries extends MessageBody {
  readonly kind: 'raft.appendEntries'
  readonly term: number
  readonly prevIndex: number
  readonly prevTerm: number
  readonly entries: readonly Entry[]
  readonly commit: number
  readonly closing: Closing | null
}

export interface AppendReply extends MessageBody {
  readonly kind: 'raft.appendEntriesReply'
  readonly term: number
  readonly isAccepted: boolean
  /** Accepted: the log agrees with the leader's up to here. Refused: the `prevIndex` that was refused. */
  readonly index: number
  /** Refused: where and in what term the follower's log may agree at the latest. */
  readonly hintIndex: number
  readonly hintTerm: number
}

/** Leadership, commit index and a numbered round that reads and leases build on. Round 0 wants no reply. */
export interface Heartbeat extends MessageBody {
  readonly kind: 'raft.heartbeat'
  readonly term: number
  readonly round: number
  readonly commit: number
  readonly closing: Closing | null
}

export interface HeartbeatReply extends MessageBody {
  readonly kind: 'raft.heartbeatReply'
  readonly term: number
  readonly round: number
}

/** A chunk of a snapshot (§7): cells and sessions number `offset` to `next` − 1 of all. */
export interface InstallSnapshot extends MessageBody {
  readonly kind: 'raft.installSnapshot'
  readonly term: number
  readonly index: number
  readonly indexTerm: number
  readonly configuration: Configuration
  readonly offset: number
  readonly next: number
  readonly isLast: boolean
  readonly cells: readonly Cell[]
  readonly sessions: readonly SessionRecord[]
  readonly windowNs: Ns | null
  /** Of groups whose ranges may split. */
  readonly range?: Readonly<RangeState>
}

export interface SnapshotReply extends MessageBody {
  readonly kind: 'raft.installSnapshotReply'
  readonly term: number
  readonly index: number
  /** The chunk wanted next. */
  readonly next: number
  /** How far the log agrees with the leader's once all is there; 0 until then. */
  readonly matched: number
}

export interface TimeoutNow extends MessageBody {
  readonly kind: 'raft.timeoutNow'
  readonly term: number
}

/** A follower asks up to where it must have applied to answer its reads. */
export interface ReadIndex extends MessageBody {
  readonly kind: 'raft.readIndex'
  readonly id: number
  /** The latest timestamp at which one of them reads. */
  readonly stamp: Timestamp | null
}

export interface ReadIndexReply extends MessageBody {
  readonly kind: 'raft.readIndexReply'
  readonly id: number
  readonly index: number
  readonly closing: Closing | null
}

/** A client's request that a follower passes on, and the answer on its way back. */
export interface Forward extends MessageBody {
  readonly kind: 'raft.forward'
  readonly opId: OpId
  readonly op: Operation
  readonly process: number
  readonly sequence: number
  readonly token: SessionToken
  readonly stamp: Timestamp | null
}

export interface ForwardReply extends MessageBody {
  readonly kind: 'raft.forwardReply'
  readonly opId: OpId
  readonly outcome: Outcome
  /** The answering replica's hybrid clock. */
  readonly clock: Timestamp | null
}

/** Asks the oracle for so many timestamps in a row. */
export interface AskTimestamp extends MessageBody {
  readonly kind: 'raft.askTimestamp'
  readonly id: number
  readonly count: number
}

export interface TimestampReply extends MessageBody {
  readonly kind: 'raft.timestamp'
  readonly id: number
  readonly first: Timestamp
}

/** What an administrator asks of the leader. Members not named leave. */
export interface Admin extends MessageBody {
  readonly kind: 'raft.admin'
  readonly change: AdminChange
}

export type AdminChange =
  | { readonly type: 'transfer'; readonly to: PlaceId }
  | { readonly type: 'members'; readonly voters: readonly PlaceId[]; readonly learners: readonly PlaceId[] }

export type Message =
  | RequestVote
  | VoteReply
  | AppendEntries
  | AppendReply
  | Heartbeat
  | HeartbeatReply
  | InstallSnapshot
  | SnapshotReply
  | TimeoutNow
  | ReadIndex
  | ReadIndexReply
  | Forward
  | ForwardReply
  | AskTimestamp
  | TimestampReply
  | Admin

export const KINDS: readonly { kind: Message['kind']; label: string }[] = [
  { kind: 'raft.requestVote', label: 'Vote request' },
  { kind: 'raft.requestVoteReply', label: 'Vote' },
  { kind: 'raft.preVote', label: 'Pre-vote request' },
  { kind: 'raft.preVoteReply', label: 'Pre-vote' },
  { kind: 'raft.appendEntries', label: 'Append entries' },
  { kind: 'raft.appendEntriesReply', label: 'Append reply' },
  { kind: 'raft.heartbeat', label: 'Heartbeat' },
  { kind: 'raft.heartbeatReply', label: 'Heartbeat reply' },
  { kind: 'raft.installSnapshot', label: 'Snapshot chunk' },
  { kind: 'raft.installSnapshotReply', label: 'Snapshot reply' },
  { kind: 'raft.timeoutNow', label: 'Leadership handover' },
  { kind: 'raft.readIndex', label: 'Read index request' },
  { kind: 'raft.readIndexReply', label: 'Read index' },
  { kind: 'raft.forward', label: 'Forwarded request' },
  { kind: 'raft.forwardReply', label: 'Forwarded answer' },
  { kind: 'raft.askTimestamp', label: 'Timestamp request' },
  { kind: 'raft.timestamp', label: 'Timestamps' },
  { kind: 'raft.admin', label: 'Administration' },
]

/** Addresses, kind, term, indexes: what every message has. */
const HEADER_BYTES = 40
/** Term, type, key, session and number of one entry, its value aside. */
const ENTRY_BYTES = 32
const CELL_BYTES = 24
export const SESSION_BYTES = 24
const MEMBER_BYTES = 8
const BORDER_BYTES = 16

export function entryBytes({ op, configuration, range }: Entry): number {
  if (range !== undefined) return ENTRY_BYTES + rangeBytes(range)
  if (configuration !== null) return ENTRY_BYTES + configurationBytes(configuration)
  return op === null || op.f === 'read' || op.f === 'delete' ? ENTRY_BYTES : ENTRY_BYTES + op.bytes
}

/** A border and a shard, or all that a group leaves to its neighbour. */
function rangeBytes(range: RangeEntry): number {
  if (range.type !== 'absorb') return BORDER_BYTES
  const { cells, sessions } = range.remains
  return cells.reduce((sum, cell) => sum + cellBytes(cell), BORDER_BYTES) + SESSION_BYTES * sessions.length
}

function configurationBytes({ voters, outgoing, learners }: Configuration): number {
  return MEMBER_BYTES * (voters.length + outgoing.length + learners.length)
}

export function cellBytes(cell: Cell): number {
  return CELL_BYTES + (cell.value === 0 ? 0 : cell.bytes)
}

export function bytesOf(body: Message): number {
  let bytes = HEADER_BYTES
  switch (body.kind) {
    case 'raft.appendEntries':
      for (let i = 0; i < body.entries.length; i++) bytes += entryBytes(body.entries[i])
      return bytes
    case 'raft.installSnapshot':
      for (const cell of body.cells) bytes += cellBytes(cell)
      return bytes + SESSION_BYTES * body.sessions.length + configurationBytes(body.configuration)
    case 'raft.forward':
      return body.op.f === 'write' || body.op.f === 'cas' ? bytes + body.op.bytes : bytes
    case 'raft.requestVote':
    case 'raft.preVote':
    case 'raft.requestVoteReply':
    case 'raft.preVoteReply':
    case 'raft.appendEntriesReply':
    case 'raft.heartbeat':
    case 'raft.heartbeatReply':
    case 'raft.installSnapshotReply':
    case 'raft.timeoutNow':
    case 'raft.readIndex':
    case 'raft.readIndexReply':
    case 'raft.forwardReply':
    case 'raft.askTimestamp':
    case 'raft.timestamp':
    case 'raft.admin':
      return bytes
  }
}
