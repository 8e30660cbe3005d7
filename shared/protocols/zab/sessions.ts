import type { Zxid } from './zxid.ts'

/**
 * What each session did last, so that an attempt that a client repeats changes the data once. A session is sequential,
 * so one record is enough. The table is a part of the replicated data and bounded; every replica forgets the same
 * sessions at the same transaction.
 */
export interface SessionRecord {
  readonly process: number
  readonly sequence: number
  /** cas: 1 swapped, 0 not. */
  readonly value: number
  /** Whether it made a version. */
  readonly changed: boolean
  /** The transaction. */
  readonly at: Zxid
}
