import type { MessageBody, Operation } from '../contract.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { ErrorCode } from '../contract.ts'
import type { Txn } from './log.ts'
import type { SessionRecord } from './sessions.ts'
import type { Cell } from './store.ts'
import type { Zxid } from './zxid.ts'

/** A vote: the server proposed, and what makes it the best informed. */
export interface Vote {
  readonly leader: PlaceId
  /** Its current epoch and the last transaction of its log. */
  readonly epoch: number
  readonly zxid: Zxid
}

/** Fast leader election's only message: what the sender votes for, or has settled on. Outside of any connection. */
export interface Notification extends MessageBody {
  readonly kind: 'zab.vote'
  readonly round: number
  readonly role: 'looking' | 'following' | 'leading'
  /** null: an observer, which looks for a leader and has no vote. */
  readonly vote: Vote | null
}

/** Breaks a connection off, as a reset of TCP does. */
export interface Reset extends MessageBody {
  readonly kind: 'zab.reset'
  readonly link: number
  readonly end: number
}

/** Confirms packets where nothing else travels that way. */
export interface ChannelAck extends MessageBody {
  readonly kind: 'zab.channelAck'
  readonly link: number
  readonly end: number
  readonly ack: number
}

/** What travels in a connection between a leader and a learner (follower or observer), in order. */
export type Payload =
  // Discovery.
  | { readonly kind: 'zab.followerInfo'; readonly acceptedEpoch: number; readonly isObserver: boolean }
  | { readonly kind: 'zab.leaderInfo'; readonly epoch: number }
  | {
      readonly kind: 'zab.ackEpoch'
      readonly currentEpoch: number
      readonly zxid: Zxid
      /** false: it had accepted that epoch before, so this is no promise to this leader. */
      readonly isPromise: boolean
    }
  // Synchronisation.
  | { readonly kind: 'zab.trunc'; readonly zxid: Zxid }
  | { readonly kind: 'zab.diff'; readonly txns: readonly Txn[] }
  | {
      readonly kind: 'zab.snap'
      readonly index: number
      readonly zxid: Zxid
      readonly cells: readonly Cell[]
      readonly sessions: readonly SessionRecord[]
      readonly isFirst: boolean
      readonly isLast: boolean
    }
  | { readonly kind: 'zab.newLeader'; readonly epoch: number }
  | { readonly kind: 'zab.upToDate'; readonly zxid: Zxid }
  // Broadcast.
  | { readonly kind: 'zab.propose'; readonly txn: Txn }
  /** The sender has logged everything up to here; (epoch, 0) acknowledges NEWLEADER. */
  | { readonly kind: 'zab.ack'; readonly zxid: Zxid }
  | { readonly kind: 'zab.commit'; readonly zxid: Zxid }
  | { readonly kind: 'zab.inform'; readonly txns: readonly Txn[] }
  | { readonly kind: 'zab.ping'; readonly round: number }
  | { readonly kind: 'zab.pong'; readonly round: number }
  // Clients' requests.
  | {
      readonly kind: 'zab.request'
      readonly op: Operation
      readonly process: number
      readonly sequence: number
    }
  | {
      readonly kind: 'zab.refused'
      readonly process: number
      readonly sequence: number
      readonly error: ErrorCode
    }
  | { readonly kind: 'zab.sync'; readonly id: number }
  | { readonly kind: 'zab.syncReply'; readonly id: number }

/** `link` and `end` are the connection's names at the learner and at the leader; `end` is 0 until the learner knows it. */
export interface Header {
  readonly link: number
  readonly end: number
  readonly seq: number
  /** Everything up to here has arrived in the other direction. */
  readonly ack: number
}

export type Packet = Payload & Header

export type Message = Notification | Reset | ChannelAck | Packet

export const KINDS: readonly { kind: Message['kind']; label: string }[] = [
  { kind: 'zab.vote', label: 'Vote' },
  { kind: 'zab.followerInfo', label: 'Follower info' },
  { kind: 'zab.leaderInfo', label: 'Leader info' },
  { kind: 'zab.ackEpoch', label: 'Epoch acknowledgement' },
  { kind: 'zab.trunc', label: 'Truncation' },
  { kind: 'zab.diff', label: 'Difference' },
  { kind: 'zab.snap', label: 'Snapshot piece' },
  { kind: 'zab.newLeader', label: 'New leader' },
  { kind: 'zab.upToDate', label: 'Up to date' },
  { kind: 'zab.propose', label: 'Proposal' },
  { kind: 'zab.ack', label: 'Acknowledgement' },
  { kind: 'zab.commit', label: 'Commit' },
  { kind: 'zab.inform', label: 'Inform' },
  { kind: 'zab.ping', label: 'Ping' },
  { kind: 'zab.pong', label: 'Ping reply' },
  { kind: 'zab.request', label: 'Forwarded request' },
  { kind: 'zab.refused', label: 'Refusal' },
  { kind: 'zab.sync', label: 'Sync request' },
  { kind: 'zab.syncReply', label: 'Sync reply' },
  { kind: 'zab.channelAck', label: 'Channel acknowledgement' },
  { kind: 'zab.reset', label: 'Connection reset' },
]

/** Addresses, kind, connection, numbers: what every message has. */
const HEADER_BYTES = 48
/** Zxid, type, key, version, session and number of one transaction, its value aside. */
const TXN_BYTES = 48
const CELL_BYTES = 32
export const SESSION_BYTES = 32

export function txnBytes({ value, bytes }: Txn): number {
  return TXN_BYTES + (value === 0 ? 0 : bytes)
}

export function cellBytes({ value, bytes }: Cell): number {
  return CELL_BYTES + (value === 0 ? 0 : bytes)
}

export function bytesOf(body: Message): number {
  let bytes = HEADER_BYTES
  switch (body.kind) {
    case 'zab.propose':
      return bytes + txnBytes(body.txn)
    case 'zab.diff':
    case 'zab.inform':
      for (const txn of body.txns) bytes += txnBytes(txn)
      return bytes
    case 'zab.snap':
      for (const cell of body.cells) bytes += cellBytes(cell)
      return bytes + SESSION_BYTES * body.sessions.length
    case 'zab.request':
      return body.op.f === 'delete' ? bytes : bytes + body.op.bytes
    default:
      return bytes
  }
}
