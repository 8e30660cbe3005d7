import type { EvidenceEdge } from '../../checkers/contract.ts'
import type { GuaranteeResult } from '../types.ts'

/** One operation of a picture of evidence. */
export interface ShownOperation {
  /** Row of the history. */
  row: number
  /** Where it stands in the file that was read; null for a run's own history. */
  line: number | null
  process: string
  f: string
  /** What it did: "wrote 12 to k7". */
  text: string
  status: 'ok' | 'fail' | 'info'
  /** In the unit of the evidence. */
  from: number
  /** null where it never ended. */
  to: number | null
  /** Whether the proof needs it, or it only ran beside. */
  isProof: boolean
}

/** A checker's evidence as plain JSON, complete in itself: names, texts and instants of the operations are with it. */
export interface ReportedEvidence {
  sentence: string
  anomaly: string | null
  /** Rows of the history that prove the violation. */
  operations: number[]
  /** Between rows. */
  edges: EvidenceEdge[]
  /** Rows in the longest legal order that could be built. */
  legalPrefix: number[]
  /** Rows of the cycle in order. */
  cycle: number[]
  /** What a picture shows, in the order of invocation; of a large proof its beginning. */
  shown: ShownOperation[]
  /** Unit of the instants: ms, or places in a record without times. */
  unit: 'ms' | 'events'
}

/** A fault behind a picture; instants in the unit of the evidence. */
export interface ShownFault {
  label: string
  from: number
  /** null where it lasted to the end of the record. */
  to: number | null
}

/** A verdict with what it took. */
export interface TimedResult extends GuaranteeResult {
  wallMs: number
}

/** A record that was brought to be judged, and what was found. */
export interface CheckedRecord {
  file: string
  model: string
  operations: number
  keys: number
  processes: number
  faults: ShownFault[]
  results: TimedResult[]
  /** null where particular guarantees were asked for. */
  strongestLevel: string | null
}
