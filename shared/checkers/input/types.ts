import type { Result } from '../../base/result.ts'
import type { Problem } from '../../topology/types.ts'
import type { ModelName, Operations } from '../contract.ts'
import type { RecordedFault } from './faults.ts'

/** A record as it was read. */
export interface ReadRecord {
  readonly operations: Operations
  readonly faults: readonly RecordedFault[]
}

export interface ReadOptions {
  /** Instead of what the record says of itself; null to go by that. */
  readonly model: ModelName | null
  /** What every key holds before its first write, a JSON value; undefined to go by the record. */
  readonly initial: unknown
}

/** Readers are fed the text of a file piece by piece, cut anywhere, and asked for the outcome at last. */
export interface RecordFileReader {
  /** Whether reading on would tell nothing more. */
  readonly isFull: boolean
  push(text: string): void
  finish(): Result<ReadRecord, Problem[]>
}
