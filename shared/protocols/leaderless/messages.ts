import type { PlaceId } from '../../plan/types.ts'
import type { MessageBody, OpId, Version } from '../contract.ts'
import type { Proposal } from './acceptor.ts'
import type { Cell } from './versions.ts'
import { everyoneOf } from './view.ts'
import type { View } from './view.ts'

/**
 * Everything that coordinators and replicas say to one another. Bodies are immutable: one body may go to many. `epoch` is that
 * of the sender's view; an answer bears its request's, and counts only while the coordinator still goes by that view.
 */

/** Store this cell and say so. */
export interface Write extends MessageBody {
  readonly kind: 'leaderless.write'
  readonly opId: OpId
  readonly epoch: number
  readonly cell: Cell
}

/** Keep this cell for `owner`, which seems to be down, and say so. */
export interface HintedWrite extends MessageBody {
  readonly kind: 'leaderless.hintedWrite'
  readonly opId: OpId
  readonly epoch: number
  readonly cell: Cell
  readonly owner: PlaceId
}

export interface WriteAck extends MessageBody {
  readonly kind: 'leaderless.writeAck'
  readonly opId: OpId
  readonly epoch: number
  /** The member for which a stand-in answers; −1 where the member itself does. */
  readonly owner: PlaceId
}

export interface Read extends MessageBody {
  readonly kind: 'leaderless.read'
  readonly opId: OpId
  readonly epoch: number
  readonly key: number
  /** Size of a value that the replica holds since before the run. */
  readonly bytes: number
  /** Asks a stand-in what it keeps for this member; −1 asks for the replica's own. */
  readonly owner: PlaceId
}

export interface ReadAck extends MessageBody {
  readonly kind: 'leaderless.readAck'
  readonly opId: OpId
  readonly epoch: number
  /** null where the replica knows nothing of the key. */
  readonly cell: Cell | null
  readonly owner: PlaceId
}

/** Brings a replica up to date that answered a read with something older. */
export interface Repair extends MessageBody {
  readonly kind: 'leaderless.repair'
  /** The read that waits for it; −1 where none does, and no answer is due. */
  readonly opId: OpId
  readonly epoch: number
  readonly cell: Cell
}

export interface RepairAck extends MessageBody {
  readonly kind: 'leaderless.repairAck'
  readonly opId: OpId
  readonly epoch: number
}

export interface Scan extends MessageBody {
  readonly kind: 'leaderless.scan'
  readonly opId: OpId
  readonly epoch: number
  readonly key: number
  readonly count: number
  readonly bytes: number
}

/** `count` rows and the tombstones among them, in order of their keys. */
export interface ScanAck extends MessageBody {
  readonly kind: 'leaderless.scanAck'
  readonly opId: OpId
  readonly epoch: number
  readonly cells: readonly Cell[]
}

/** Hints for the receiver. */
export interface HintReplay extends MessageBody {
  readonly kind: 'leaderless.hintReplay'
  readonly cells: readonly Cell[]
}

/** The same cells back: the receiver has them now. Only their versions travel. */
export interface HintAck extends MessageBody {
  readonly kind: 'leaderless.hintAck'
  readonly cells: readonly Cell[]
}

/** Hashes of the children of the sender's root. */
export interface TreeRequest extends MessageBody {
  readonly kind: 'leaderless.treeRequest'
  readonly hashes: readonly number[]
}

/** For each child of the root that differs: its number, and in `hashes` those of its children, one after another. */
export interface TreeReply extends MessageBody {
  readonly kind: 'leaderless.treeReply'
  readonly nodes: readonly number[]
  readonly hashes: readonly number[]
}

/** All that the sender holds in these leaves, of keys in [fromKey, toKey). */
export interface LeafCells extends MessageBody {
  readonly kind: 'leaderless.leafCells'
  readonly leaves: readonly number[]
  readonly fromKey: number
  readonly toKey: number
  readonly cells: readonly Cell[]
  /** The second half of the exchange: what the sender of the first half lacked. Needs no answer. */
  readonly isAnswer: boolean
}

/** Are you there? Sent to members that seem to be down when nothing else goes to them. */
export interface Ping extends MessageBody {
  readonly kind: 'leaderless.ping'
}

export interface Pong extends MessageBody {
  readonly kind: 'leaderless.pong'
}

/** ABD: which version of the key is your newest? */
export interface Query extends MessageBody {
  readonly kind: 'leaderless.query'
  readonly opId: OpId
  readonly epoch: number
  readonly key: number
}

export interface QueryAck extends MessageBody {
  readonly kind: 'leaderless.queryAck'
  readonly opId: OpId
  readonly epoch: number
  /** Its stamp; 0 where the replica knows nothing newer than what was there before the run. */
  readonly newest: number
}

/** Paxos: promise yourself to this ballot. */
export interface Prepare extends MessageBody {
  readonly kind: 'leaderless.prepare'
  readonly opId: OpId
  readonly key: number
  readonly ballot: Version
  /** As in `Read`. */
  readonly bytes: number
}

export interface Promised extends MessageBody {
  readonly kind: 'leaderless.promise'
  readonly opId: OpId
  readonly ballot: Version
  readonly isGranted: boolean
  /** The newest ballot that the acceptor is promised to: this one, or the one that stands in its way. */
  readonly promised: Version
  readonly accepted: Proposal | null
  readonly committed: Version
  /** What the acceptor's store holds under the key. */
  readonly cell: Cell | null
}

export interface Propose extends MessageBody {
  readonly kind: 'leaderless.propose'
  readonly opId: OpId
  readonly ballot: Version
  readonly cell: Cell
}

export interface Proposed extends MessageBody {
  readonly kind: 'leaderless.proposed'
  readonly opId: OpId
  readonly ballot: Version
  readonly isAccepted: boolean
  /** The acceptor never accepted this, not even when the message came before, and never will. */
  readonly isNever: boolean
  readonly promised: Version
}

/** This was chosen. */
export interface Commit extends MessageBody {
  readonly kind: 'leaderless.commit'
  readonly opId: OpId
  readonly ballot: Version
  readonly cell: Cell
}

export interface CommitAck extends MessageBody {
  readonly kind: 'leaderless.commitAck'
  readonly opId: OpId
  /** That of the cell committed: one operation may commit another's proposal before its own. */
  readonly version: Version
}

/** This is the view by now: to whoever asked something under an older one, and to all whom a change concerns. */
export interface ViewIs extends MessageBody {
  readonly kind: 'leaderless.view'
  readonly view: View
  /** The mover waits to hear that the receiver goes by it. */
  readonly wantsAck: boolean
}

export interface ViewAck extends MessageBody {
  readonly kind: 'leaderless.viewAck'
  readonly epoch: number
}

/** What is the view? Mine has this epoch. */
export interface ViewRequest extends MessageBody {
  readonly kind: 'leaderless.viewRequest'
  readonly epoch: number
}

/** A newcomer asks a member for what it holds of the keys from `fromKey` on, a range of them. */
export interface Fetch extends MessageBody {
  readonly kind: 'leaderless.fetch'
  readonly epoch: number
  readonly fromKey: number
}

export interface Chunk extends MessageBody {
  readonly kind: 'leaderless.chunk'
  readonly epoch: number
  readonly fromKey: number
  readonly cells: readonly Cell[]
  /** Keys of the range that hold what they held before the run, and the size of these values together. */
  readonly untouched: number
  readonly untouchedBytes: number
  /** Nothing is held beyond this range. */
  readonly isLast: boolean
}

/** A newcomer tells the mover that it has copied all. */
export interface Ready extends MessageBody {
  readonly kind: 'leaderless.ready'
  readonly epoch: number
}

export type Message =
  | Write
  | HintedWrite
  | WriteAck
  | Read
  | ReadAck
  | Repair
  | RepairAck
  | Scan
  | ScanAck
  | HintReplay
  | HintAck
  | TreeRequest
  | TreeReply
  | LeafCells
  | Ping
  | Pong
  | Query
  | QueryAck
  | Prepare
  | Promised
  | Propose
  | Proposed
  | Commit
  | CommitAck
  | ViewIs
  | ViewAck
  | ViewRequest
  | Fetch
  | Chunk
  | Ready

export const KINDS: readonly { kind: Message['kind']; label: string }[] = [
  { kind: 'leaderless.write', label: 'Write' },
  { kind: 'leaderless.writeAck', label: 'Write acknowledgement' },
  { kind: 'leaderless.read', label: 'Read' },
  { kind: 'leaderless.readAck', label: 'Read reply' },
  { kind: 'leaderless.repair', label: 'Read repair' },
  { kind: 'leaderless.repairAck', label: 'Read repair acknowledgement' },
  { kind: 'leaderless.hintedWrite', label: 'Write to a stand-in' },
  { kind: 'leaderless.hintReplay', label: 'Hint replay' },
  { kind: 'leaderless.hintAck', label: 'Hint acknowledgement' },
  { kind: 'leaderless.scan', label: 'Scan' },
  { kind: 'leaderless.scanAck', label: 'Scan reply' },
  { kind: 'leaderless.treeRequest', label: 'Hash tree, upper level' },
  { kind: 'leaderless.treeReply', label: 'Hash tree, lower level' },
  { kind: 'leaderless.leafCells', label: 'Anti-entropy cells' },
  { kind: 'leaderless.ping', label: 'Ping' },
  { kind: 'leaderless.pong', label: 'Pong' },
  { kind: 'leaderless.query', label: 'ABD query' },
  { kind: 'leaderless.queryAck', label: 'ABD query reply' },
  { kind: 'leaderless.prepare', label: 'Paxos prepare' },
  { kind: 'leaderless.promise', label: 'Paxos promise' },
  { kind: 'leaderless.propose', label: 'Paxos propose' },
  { kind: 'leaderless.proposed', label: 'Paxos accept' },
  { kind: 'leaderless.commit', label: 'Paxos commit' },
  { kind: 'leaderless.commitAck', label: 'Paxos commit acknowledgement' },
  { kind: 'leaderless.view', label: 'Members' },
  { kind: 'leaderless.viewAck', label: 'Members acknowledgement' },
  { kind: 'leaderless.viewRequest', label: 'Members request' },
  { kind: 'leaderless.fetch', label: 'Request of a newcomer for data' },
  { kind: 'leaderless.chunk', label: 'Data for a newcomer' },
  { kind: 'leaderless.ready', label: 'Newcomer has its data' },
]

/** Addresses, kind, operation id, key, version: what every message has. */
const HEADER_BYTES = 40
/** Key and version of one cell among several. */
const CELL_BYTES = 24
/** A dot with its flags, or an entry of a version vector. */
const DOT_BYTES = 12
const HASH_BYTES = 4
const PLACE_BYTES = 4
/** A ballot, or a version, beside the header's own. */
const BALLOT_BYTES = 12

function contentBytes(cell: Cell): number {
  if (cell.siblings === null || cell.context === null) return cell.bytes
  return cell.bytes + DOT_BYTES * (cell.siblings.length + cell.context.length)
}

function listBytes(cells: readonly Cell[]): number {
  let bytes = HEADER_BYTES
  for (let i = 0; i < cells.length; i++) bytes += CELL_BYTES + contentBytes(cells[i])
  return bytes
}

function promiseBytes({ accepted, cell }: Promised): number {
  let bytes = HEADER_BYTES + 2 * BALLOT_BYTES
  if (accepted !== null) bytes += BALLOT_BYTES + CELL_BYTES + contentBytes(accepted.cell)
  return cell === null ? bytes : bytes + CELL_BYTES + contentBytes(cell)
}

export function bytesOf(body: Message): number {
  switch (body.kind) {
    case 'leaderless.write':
    case 'leaderless.hintedWrite':
    case 'leaderless.repair':
    case 'leaderless.propose':
    case 'leaderless.commit':
      return HEADER_BYTES + contentBytes(body.cell)
    case 'leaderless.readAck':
      return body.cell === null ? HEADER_BYTES : HEADER_BYTES + contentBytes(body.cell)
    case 'leaderless.writeAck':
    case 'leaderless.read':
    case 'leaderless.repairAck':
    case 'leaderless.scan':
    case 'leaderless.ping':
    case 'leaderless.pong':
    case 'leaderless.query':
    case 'leaderless.queryAck':
    case 'leaderless.prepare':
    case 'leaderless.commitAck':
    case 'leaderless.viewAck':
    case 'leaderless.viewRequest':
    case 'leaderless.fetch':
    case 'leaderless.ready':
      return HEADER_BYTES
    case 'leaderless.view':
      return HEADER_BYTES + PLACE_BYTES * (everyoneOf(body.view).length + body.view.spares.length)
    case 'leaderless.chunk':
      return listBytes(body.cells) + CELL_BYTES * body.untouched + body.untouchedBytes
    case 'leaderless.proposed':
      return HEADER_BYTES + BALLOT_BYTES
    case 'leaderless.promise':
      return promiseBytes(body)
    case 'leaderless.scanAck':
    case 'leaderless.hintReplay':
    case 'leaderless.leafCells':
      return listBytes(body.cells)
    case 'leaderless.hintAck':
      return HEADER_BYTES + CELL_BYTES * body.cells.length
    case 'leaderless.treeRequest':
      return HEADER_BYTES + HASH_BYTES * body.hashes.length
    case 'leaderless.treeReply':
      return HEADER_BYTES + HASH_BYTES * (body.nodes.length + body.hashes.length)
  }
}
