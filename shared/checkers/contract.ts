/**
 * What every checker is: a pure, bounded judge of recorded operations. It knows nothing of protocols or of where the
 * record came from; `Operations` is made from a run's history or from a file that somebody brought.
 */

export const MODELS = ['register', 'cas-register', 'counter', 'set', 'append-list', 'kv', 'txn'] as const
export type ModelName = (typeof MODELS)[number]

/** Index = code in `Operations.f`. */
export const FUNCTIONS = [
  'read',
  'write',
  'cas',
  'append',
  'increment',
  'add',
  'remove',
  'txn',
  'scan',
] as const
export type FunctionName = (typeof FUNCTIONS)[number]

/** Values of `Operations.status`; an operation that the record never closes is `info`. */
export const OUTCOME = { ok: 1, fail: 2, info: 3 } as const

/** Id of "absent" (JSON null) among the values. */
export const ABSENT = 0

/**
 * Operations as columns, one row each in the order of invocation. Processes, keys and values are dense numbers, named
 * by the functions at the end, so that a million operations are a few typed arrays.
 *
 * Real time: a precedes b if `endedAt[a] < invokedAt[b]` (simultaneous instants are concurrent), or if both are of one
 * process and a comes first.
 */
export interface Operations {
  readonly model: ModelName
  readonly count: number
  readonly processCount: number
  readonly keyCount: number
  /** Value ids are below this. */
  readonly valueCount: number
  readonly process: Uint32Array
  readonly key: Uint32Array
  readonly f: Uint8Array
  readonly status: Uint8Array
  /** Nanoseconds, or positions in a record that has no times: only their order has a meaning then. */
  readonly invokedAt: Float64Array
  /** Infinity for `info`: it may take effect at any later time, or never. */
  readonly endedAt: Float64Array
  /** Value id: written by write, put there by cas, appended (append), added or removed. increment: unused. */
  readonly value: Uint32Array
  /** cas: id of the value that must be there. */
  readonly expected: Uint32Array
  /**
   * Of operations that ended ok. Reads of a register or kv: value id, ABSENT for an absent key. cas: 1 swapped, 0 observed a
   * mismatch. Reads of a set or list: index in `lists`. Reads of a counter: unused (see `amount`).
   */
  readonly result: Uint32Array
  /** counter: what an increment adds (may be negative), what a read returned. Empty for other models. */
  readonly amount: Float64Array
  /** Sets and lists that reads returned, as value ids (lists in their order, sets ascending). */
  readonly lists: readonly Uint32Array[]
  /** Reads that returned several values at once (siblings), by row; all their ids. */
  readonly siblings: ReadonlyMap<number, Uint32Array>
  /** Micro-operations of txn rows; null for other models. */
  readonly txns: MicroOperations | null
  /** What every key holds before its first write: a value id (a counter: `initialAmount`; sets and lists: empty). */
  readonly initial: number
  readonly initialAmount: number
  /** Keys below this hold `initial` (`initialAmount`) before their first write, the others are absent. */
  readonly initialKeys: number
  /** Whether times are nanoseconds, so that staleness in time means something. */
  readonly hasTimes: boolean
  /** Where each row's invocation stands in the file it was read from; null for a run's own history. */
  readonly line: Uint32Array | null
  /** When the last fault ended; Infinity if one lasted to the end of the record, 0 if it tells of none. */
  readonly healedAt: number
  /** What the replicas held, where the record has it. */
  readonly replicas: ReplicaStates | null
  /**
   * Where the record knows the version order of its keys: the rank of the version that each row made or returned, 0 for
   * what the key held initially, then 1, 2, …; `NO_RANK` for a row without a version.
   */
  readonly versionRank: Uint32Array | null
  keyName(key: number): string
  /** As JSON text, for sentences. */
  valueText(value: number): string
  /** As read from the record: a JSON value, null for ABSENT. */
  rawValue(value: number): unknown
  /** The process's number in the record. */
  processName(process: number): string
}

export const NO_RANK = 0xffffffff

/** Samples of the replicas' states as columns, in the order of time; times as in `Operations`. */
export interface ReplicaStates {
  readonly count: number
  readonly at: Float64Array
  /** Index in `names`. */
  readonly replica: Uint16Array
  readonly shard: Uint32Array
  readonly up: Uint8Array
  /** Equal for equal states of one shard. */
  readonly digest: Float64Array
  readonly names: readonly string[]
  readonly endedAt: number
}

/** Columns of micro-operations: those of transaction row r are `from[r]` up to `from[r + 1]`. */
export interface MicroOperations {
  readonly from: Uint32Array
  /** 0 read, 1 write, 2 append. */
  readonly f: Uint8Array
  readonly key: Uint32Array
  /** Write, append: value id. Read of a register: value id; read of a list: index in `Operations.lists`; `UNKNOWN_READ` if not known. */
  readonly value: Uint32Array
  /** Whether reads of this record return lists (list-append) or single values (registers). */
  readonly readsLists: boolean
}

export const MICRO = { read: 0, write: 1, append: 2 } as const
export const UNKNOWN_READ = 0xffffffff

/** Why one operation comes before another in an argument. */
export type EdgeKind =
  | 'real-time'
  | 'process'
  | 'reads-from'
  /** The first read a version that the second overwrote. */
  | 'anti-dependency'
  /** The second's version follows the first's. */
  | 'version-order'
  | 'causal'
  | 'must-precede'

export interface EvidenceEdge {
  /** Rows. */
  readonly from: number
  readonly to: number
  readonly kind: EdgeKind
  /** In words: "read 12, which this wrote". */
  readonly text: string
}

/** The few operations that prove a violation. */
export interface Evidence {
  /** "session 3 wrote 12 to k7, then read 9, written before it". */
  readonly sentence: string
  /** The anomaly's name in the literature, where it has one: "G1c", "lost update", "stale read". */
  readonly anomaly: string | null
  /** Rows, ascending: the fewest found that still violate. */
  readonly operations: readonly number[]
  readonly edges: readonly EvidenceEdge[]
  /** Rows in the longest legal order that could be built before nothing fitted any more, where a search found one. */
  readonly legalPrefix: readonly number[]
  /** Rows of the cycle in order, the first not repeated; empty where the proof is none. */
  readonly cycle: readonly number[]
}

/** Numbers that a checker measured beside its verdict: the smallest k or Δ that fits. Names end in their unit. */
export type CheckFigures = Readonly<Record<string, number | string>>

export type Verdict =
  | { readonly status: 'holds'; readonly figures: CheckFigures }
  | { readonly status: 'violated'; readonly evidence: Evidence; readonly figures: CheckFigures }
  /** `reason` is a sentence. */
  | { readonly status: 'undecided'; readonly reason: string; readonly figures: CheckFigures }

export interface Checker {
  readonly name: string
  readonly title: string
  /** One sentence: what a history that holds satisfies. */
  readonly definition: string
  readonly models: readonly ModelName[]
  /** Literature of the definition and of the algorithm. */
  readonly sources: readonly string[]
  /**
   * Deterministic. Gives up as undecided after about `stepsMax` elementary steps or when its tables would exceed about
   * 1.5 GiB, and says which. `ops` must be of one of `models`.
   */
  check(ops: Operations, stepsMax: number): Verdict
}
