import type { Ns } from '../base/time.ts'
import type { PlaceId } from '../plan/types.ts'
import type {
  Fact,
  MessageBody,
  OpId,
  Operation,
  Outcome,
  RangeChange,
  SessionRef,
} from '../protocols/contract.ts'

/**
 * What surrounds one shard replica: the only way its host reaches anything. The simulator and the threads each supply
 * one; a protocol cannot tell which. Instants never appear here, because a host does not know the true time.
 */
export interface World {
  /** What the local clocks read: one object for all hosts of a place, good until the next of them asks. */
  readClock(): LocalClock
  /** Hands a message to the network, which may delay, drop, duplicate or reorder it. */
  send(to: PlaceId, body: MessageBody, bytes: number): void
  /** Starts writing a record; `Host.durable(writeId)` follows, in order of writing, unless a crash comes first. */
  write(writeId: number, record: unknown): void
  /** (Re)starts a timer to fire once, after a wait of local time drawn evenly from [minNs, maxNs]. */
  arm(timer: string, minNs: Ns, maxNs: Ns): void
  disarm(timer: string): void
  note(fact: Fact): void
  /** A range has split or gone at this place. */
  range(change: RangeChange): void
  /** An answer for a client of this very place (the coordinator it hosts); others go out as messages. */
  answer(opId: OpId, outcome: Outcome): void
}

/** The mutable form of a LocalInstant, which a world fills in again and again. */
export interface LocalClock {
  wallNs: Ns
  monotonicNs: Ns
  uncertaintyNs: Ns
}

/** What travels between clients and replicas. */
export interface ClientRequest extends MessageBody {
  readonly kind: 'client.request'
  readonly opId: OpId
  readonly op: Operation
  readonly session: SessionRef
}

export interface ClientReply extends MessageBody {
  readonly kind: 'client.reply'
  readonly opId: OpId
  readonly outcome: Outcome
}

/** Messages of several shards on one way, each with its shard. */
export interface Batch extends MessageBody {
  readonly kind: typeof BATCH
  readonly parts: readonly (readonly [number, MessageBody])[]
}

export const BATCH = 'host.batch'

/** Tells a former member that the shard has moved away, so that it can forget it. */
export const MOVED = 'host.moved'

/** The runtime's own kinds of messages, which every strategy has beside its own. */
export const RUNTIME_KINDS: readonly { kind: string; label: string }[] = [
  { kind: 'client.request', label: 'Client request' },
  { kind: 'client.reply', label: 'Client reply' },
  { kind: BATCH, label: 'Heartbeats of several shards' },
  { kind: MOVED, label: 'Shard moved away' },
]

/** Bytes of everything in a message but the value: addresses, kind, ids, version. */
export const HEADER_BYTES = 40

/** Places in one run, so that an operation id can name its client by remainder. */
export const PLACES_MAX = 2048

/** The client place that an operation id belongs to. */
export function clientOf(opId: OpId): PlaceId {
  return opId % PLACES_MAX
}
