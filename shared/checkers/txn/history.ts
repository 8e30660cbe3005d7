import type { Evidence, Operations } from '../contract.ts'

/** Writer of what a key held before all transactions. */
export const INITIAL = -1

/** A version of a key that a transaction read before it wrote the key itself. */
export interface VersionRead {
  /** Transactions are nodes: 0, 1, … by row. */
  readonly reader: number
  readonly key: number
  /** Node that made the version, or INITIAL. */
  readonly writer: number
  /** Lists: how many elements were there. Registers: 0. */
  readonly length: number
  /** Value id: that read, or the list's last element. 0 for the initial version. */
  readonly value: number
}

/** What is known of the versions of one key. */
export interface KeyVersions {
  /** Its place in `TxnHistory.keys`. */
  readonly key: number
  /** Its number in the record. */
  readonly id: number
  /**
   * Lists: the elements of the longest read in their order, as nodes that appended them and values. Registers: empty.
   * What nobody has read may stand in any order after these.
   */
  readonly order: readonly number[]
  readonly orderValues: readonly number[]
  /** Nodes whose last write of the key is not in `order`, ascending, and what they wrote. */
  readonly loose: readonly number[]
  readonly looseValues: readonly number[]
}

/** An anomaly that shows without any cycle. */
export interface DirectAnomaly {
  readonly evidence: Evidence
  /** The weakest level that forbids it. */
  readonly level: 'read-committed' | 'read-atomic'
}

/**
 * A history of transactions that committed, with those of unknown outcome whose writes were read; the others of these
 * are left out, as nothing depends on them.
 */
export interface TxnHistory {
  readonly ops: Operations
  /** Row of each node. */
  readonly rows: Uint32Array
  readonly keys: readonly KeyVersions[]
  /** Reads of versions by others, at most one per transaction and key, by reader. */
  readonly reads: readonly VersionRead[]
  /** Further reads of others' writes, by transactions that contradict themselves: they count as dependencies alone. */
  readonly strayReads: readonly VersionRead[]
  /** At most a handful of each kind. */
  readonly anomalies: readonly DirectAnomaly[]
  /** Why nothing can be said with certainty unless there is a violation; null if all is known. */
  readonly doubt: string | null
}
