import type { PlaceId } from '../../plan/types.ts'
import type { MessageBody, OpId, Operation, SessionToken } from '../contract.ts'
import type { Configuration } from './configuration.ts'
import type { Cell, SessionRecord, Update } from './store.ts'

/** Updates on their way to the successor, or to a replica that wants to join; without any, a question how far it is. */
export interface Updates extends MessageBody {
  readonly kind: 'chain.update'
  readonly epoch: number
  /** Number of the first update. */
  readonly first: number
  readonly updates: readonly Update[]
  /** Last update that the sender has on its disk. */
  readonly tip: number
  /** Last update that the sender knows to be committed. */
  readonly committed: number
  /** The sender wants to know how far the receiver is. */
  readonly isProbe: boolean
}

/** The way back: how far a replica is, and up to where the tail has committed. */
export interface Ack extends MessageBody {
  readonly kind: 'chain.ack'
  readonly epoch: number
  readonly last: number
  readonly committed: number
}

/** A chunk of the state at update `seq`: cells and sessions number `offset` to `next` − 1 of all. */
export interface SnapshotChunk extends MessageBody {
  readonly kind: 'chain.snapshot'
  readonly epoch: number
  readonly seq: number
  readonly offset: number
  readonly next: number
  readonly isLast: boolean
  readonly cells: readonly Cell[]
  readonly sessions: readonly SessionRecord[]
}

export interface SnapshotAck extends MessageBody {
  readonly kind: 'chain.snapshotAck'
  readonly epoch: number
  readonly seq: number
  /** The chunk wanted next. */
  readonly next: number
  readonly isInstalled: boolean
}

/** A replica outside of the chain asks the tail for what it lacks. */
export interface Join extends MessageBody {
  readonly kind: 'chain.join'
  readonly epoch: number
  readonly last: number
}

/** An apportioned query (CRAQ §2.3): which version of a key has the tail committed? */
export interface VersionQuery extends MessageBody {
  readonly kind: 'chain.versionQuery'
  readonly epoch: number
  readonly opId: OpId
  readonly key: number
}

export interface VersionReply extends MessageBody {
  readonly kind: 'chain.versionReply'
  readonly epoch: number
  readonly opId: OpId
  /** The update that made the version; 0 where none did. */
  readonly seq: number
}

/** A client's request that another replica has to answer, which it does without a detour. */
export interface Forward extends MessageBody {
  readonly kind: 'chain.forward'
  readonly opId: OpId
  readonly op: Operation
  readonly process: number
  readonly sequence: number
  readonly token: SessionToken
}

/** To every master: this replica is there. */
export interface Heartbeat extends MessageBody {
  readonly kind: 'chain.heartbeat'
  /** Which life of the sender: its clock begins anew with each. */
  readonly life: number
  /** When it was sent, by the sender's own clock. */
  readonly atNs: number
  /** The latest heartbeat of this life that this master is known to have answered, by the same clock. */
  readonly answeredNs: number
  readonly epoch: number
  /** Outside of the chain: nearly everything is here. */
  readonly isReady: boolean
  /** New in the chain: everything is here that had been committed before. */
  readonly isSynced: boolean
  /** A successor from which nothing is heard, or −1. */
  readonly unreachable: PlaceId
}

/** A master's answer; `isGranted`: it lets nobody leave the sender out of the chain while the lease lasts. */
export interface Grant extends MessageBody {
  readonly kind: 'chain.grant'
  readonly life: number
  readonly atNs: number
  readonly epoch: number
  readonly isGranted: boolean
}

/** Paxos between the masters: phase 1. */
export interface Prepare extends MessageBody {
  readonly kind: 'chain.prepare'
  readonly ballot: number
}

export interface Promised extends MessageBody {
  readonly kind: 'chain.promise'
  readonly ballot: number
  /** The highest ballot promised: greater than `ballot` in a refusal. */
  readonly promised: number
  readonly acceptedBallot: number
  readonly accepted: Configuration
}

/** Phase 2. */
export interface Accept extends MessageBody {
  readonly kind: 'chain.accept'
  readonly ballot: number
  readonly configuration: Configuration
}

export interface Accepted extends MessageBody {
  readonly kind: 'chain.accepted'
  readonly ballot: number
  readonly promised: number
}

/** A configuration that a majority of the masters has accepted under this ballot. */
export interface Decided extends MessageBody {
  readonly kind: 'chain.configuration'
  readonly ballot: number
  readonly configuration: Configuration
}

export interface AskConfiguration extends MessageBody {
  readonly kind: 'chain.askConfiguration'
}

export type Message =
  | Updates
  | Ack
  | SnapshotChunk
  | SnapshotAck
  | Join
  | VersionQuery
  | VersionReply
  | Forward
  | Heartbeat
  | Grant
  | Prepare
  | Promised
  | Accept
  | Accepted
  | Decided
  | AskConfiguration

export const KINDS: readonly { kind: Message['kind']; label: string }[] = [
  { kind: 'chain.update', label: 'Update' },
  { kind: 'chain.ack', label: 'Acknowledgement' },
  { kind: 'chain.snapshot', label: 'Snapshot chunk' },
  { kind: 'chain.snapshotAck', label: 'Snapshot reply' },
  { kind: 'chain.join', label: 'Request to join' },
  { kind: 'chain.versionQuery', label: 'Version query' },
  { kind: 'chain.versionReply', label: 'Version reply' },
  { kind: 'chain.forward', label: 'Forwarded request' },
  { kind: 'chain.heartbeat', label: 'Heartbeat' },
  { kind: 'chain.grant', label: 'Lease' },
  { kind: 'chain.prepare', label: 'Paxos prepare' },
  { kind: 'chain.promise', label: 'Paxos promise' },
  { kind: 'chain.accept', label: 'Paxos accept' },
  { kind: 'chain.accepted', label: 'Paxos accepted' },
  { kind: 'chain.configuration', label: 'Configuration' },
  { kind: 'chain.askConfiguration', label: 'Configuration request' },
]

/** Addresses, kind, epoch, numbers: what every message has. */
const HEADER_BYTES = 40
/** Number, epoch, type, key, session and operation of an update, its value aside. */
const UPDATE_BYTES = 48
const CELL_BYTES = 32
const SESSION_BYTES = 24
const MEMBER_BYTES = 8

export function cellBytes({ value, bytes }: Cell): number {
  return CELL_BYTES + (value === 0 ? 0 : bytes)
}

/** Bytes of a chunk's content: cells, then sessions. */
export function chunkBytes(cells: readonly Cell[], sessions: number): number {
  let bytes = SESSION_BYTES * sessions
  for (const cell of cells) bytes += cellBytes(cell)
  return bytes
}

export function bytesOf(body: Message): number {
  switch (body.kind) {
    case 'chain.update': {
      let bytes = HEADER_BYTES
      for (const { value, bytes: size } of body.updates) bytes += UPDATE_BYTES + (value === 0 ? 0 : size)
      return bytes
    }
    case 'chain.snapshot':
      return HEADER_BYTES + chunkBytes(body.cells, body.sessions.length)
    case 'chain.forward':
      return HEADER_BYTES + (body.op.f === 'write' || body.op.f === 'cas' ? body.op.bytes : 0)
    case 'chain.promise':
      return HEADER_BYTES + MEMBER_BYTES * body.accepted.nodes.length
    case 'chain.accept':
    case 'chain.configuration':
      return HEADER_BYTES + MEMBER_BYTES * body.configuration.nodes.length
    case 'chain.ack':
    case 'chain.snapshotAck':
    case 'chain.join':
    case 'chain.versionQuery':
    case 'chain.versionReply':
    case 'chain.heartbeat':
    case 'chain.grant':
    case 'chain.prepare':
    case 'chain.accepted':
    case 'chain.askConfiguration':
      return HEADER_BYTES
  }
}
