import type { Ns } from '../base/time.ts'
import type { ErrorCode, OpName, VersionVector } from '../protocols/contract.ts'
import type { FaultSpec } from '../topology/types.ts'

/**
 * The record of a run: the only thing that metrics, checkers and reports read. Bulk data are columns (typed arrays),
 * one row per operation in the order of invocation, so that ten million operations fit in memory.
 */

export const OP_NAMES: readonly OpName[] = ['read', 'write', 'delete', 'scan', 'cas']

/** Values of `OperationColumns.status`. `open` is for operations that the record does not close: the same as info. */
export const STATUS = { open: 0, ok: 1, fail: 2, info: 3 } as const

/** Index = code in `OperationColumns.error`; 0 is "no error". Append-only. */
export const ERROR_CODES: readonly (ErrorCode | null)[] = [
  null,
  'timeout',
  'unavailable',
  'write-timeout',
  'read-timeout',
  'not-leader',
  'overloaded',
  'refused',
  'stopped',
  'crashed',
  'connection-refused',
  'wrong-range',
]

/** Every array has at least `count` rows; rows beyond `count` are unused capacity. */
export interface OperationColumns {
  readonly count: number
  /** The sequential process; one that ended info is never used again. */
  readonly process: Uint32Array
  /** Index of the session slot (dense over all clients); `History.sessions` maps it to a client. */
  readonly session: Uint32Array
  /** Index in OP_NAMES. */
  readonly f: Uint8Array
  readonly key: Uint32Array
  /** Writes: the unique value written. Deletes and reads: 0. */
  readonly value: Uint32Array
  /** cas: the value that must be there, 0 for absent; else 0. */
  readonly expected: Uint32Array
  /** Reads that ended ok: the value read, 0 for absent. Scans: rows. cas: 1 swapped, 0 not. */
  readonly result: Uint32Array
  readonly status: Uint8Array
  readonly error: Uint8Array
  /** When the operation should have begun (open loop); latency counts from here. */
  readonly intendedNs: Float64Array
  readonly invokedNs: Float64Array
  /** NaN while open. */
  readonly endedNs: Float64Array
  /** Version made (writes) or returned (reads); `versionAt` is NaN where there is none. */
  readonly versionAt: Float64Array
  readonly versionBy: Int32Array
  /** The replica that answered (or the coordinator's client); 65535 where unknown. */
  readonly place: Uint16Array
  readonly attempts: Uint8Array
  /** Probe reads: index of the offset, plus one; else 0. */
  readonly tag: Uint16Array
}

/** A fault as it happened. `phase` "start" and "end" pair up by `index`; "instant" stands alone. */
export interface FaultEvent {
  index: number
  phase: 'start' | 'end' | 'instant'
  timeNs: Ns
  spec: FaultSpec
  /** Names of the replicas it struck, "leader" and "follower" resolved. */
  replicas: readonly string[]
  /** For partitions: the names on each side, clients included. */
  sides: readonly (readonly string[])[]
  by: 'plan' | 'hand'
}

/** A fact that a protocol noted with a text: a new role, an election. */
export interface NoteEvent {
  timeNs: Ns
  place: string
  kind: string
  text: string
}

/** State of one replica of one shard, looked at every `History.sampleEveryNs`. */
export interface ReplicaSample {
  timeNs: Ns
  place: number
  shard: number
  up: boolean
  role: string
  applied: number
  /** true: `applied` does not compare with that of other replicas. */
  appliedIsOwnCount?: true
  digest: number
  backlog: number
}

/** Messages and bytes between places, and operations per replica, in time bins. */
export interface Traffic {
  readonly binNs: Ns
  /** Per bin: rows of `places` columns. Grows with the run, bounded (see recorder). */
  readonly bins: number
  /** [bin * places + place] */
  readonly messagesOut: Float64Array
  readonly messagesIn: Float64Array
  readonly bytesOut: Float64Array
  readonly bytesIn: Float64Array
  /** Client requests that reached this replica (as coordinator, leader or contacted replica). */
  readonly requests: Float64Array
  /** Nanoseconds the replica was busy serving messages. */
  readonly busyNs: Float64Array
  /** What clients asked of each shard, attempts counted one by one: [bin * shards + shard]. */
  readonly asked: Float64Array
  /** Totals over the run. */
  readonly byKind: readonly { kind: string; label: string; messages: number; bytes: number }[]
  /** Messages that did not arrive, by cause. */
  readonly dropped: Readonly<Record<'loss' | 'partition' | 'down' | 'overflow', number>>
  readonly duplicated: number
}

export interface HistoryPlace {
  name: string
  kind: 'replica' | 'client'
  region: string
}

export interface HistoryShard {
  readonly id: number
  /** None: a number kept for a shard that was never born. */
  readonly replicas: readonly string[]
  /** Where ranges may split: the first of its keys. */
  readonly from?: number
  /** Of a shard that a split has brought in the middle of the run: when, and when it merged into another, if it did. */
  readonly bornNs?: Ns
  readonly endedNs?: Ns | null
}

export interface History {
  /**
   * What a key is, and with it what the operations mean. counter: a write adds one, a delete takes one away, a read's
   * result is the sum as an int32. set: a write adds its value, a delete empties the set of what its replica saw, a read
   * returns the elements (`siblings` where there are several). Counters and sets begin at nothing, preloaded or not.
   */
  readonly model: 'register' | 'kv' | 'counter' | 'set'
  /** How versions compare: see protocols/contract.ts, Version. */
  readonly order: 'ordered' | 'dotted'
  readonly runtime: 'simulated' | 'live'
  readonly places: readonly HistoryPlace[]
  readonly replicaCount: number
  /** Slices of the key space, with the names of the replicas that hold them. */
  readonly shards: readonly HistoryShard[]
  /** Session slot → index of its client in `places`. */
  readonly sessions: Uint32Array
  /** Value that every key holds before the first write: null (absent) or a value number. */
  readonly initial: number | null
  /** Keys 0 … preloaded−1 held `initial` when the run began; higher keys were absent. */
  readonly preloaded: number
  readonly ops: OperationColumns
  /** Dotted orders: what each read covered, by operation row. Also the siblings of reads that returned several. */
  readonly contexts: ReadonlyMap<number, VersionVector>
  readonly siblings: ReadonlyMap<number, readonly number[]>
  readonly faults: readonly FaultEvent[]
  readonly notes: readonly NoteEvent[]
  /** Notes beyond the recorder's bound. */
  readonly notesDropped: number
  /** Facts counted, by kind, then by place index. */
  readonly facts: ReadonlyMap<string, Float64Array>
  readonly samples: readonly ReplicaSample[]
  readonly sampleEveryNs: Ns
  readonly traffic: Traffic
  /** Clients stopped issuing here; the record ends at `endedNs`. */
  readonly issuedUntilNs: Ns
  readonly endedNs: Ns
  /** Operations invoked before this instant are not measured. */
  readonly warmupNs: Ns
  /** Why the run ended before its plan, if it did. */
  readonly stoppedEarly: string | null
  keyName(key: number): string
}
