import type {
  ChartQuery,
  DatasheetFormat,
  ExportFormat,
  ImportedFile,
  LibraryEntry,
  OperationsQuery,
  OperationTrace,
  PackedOperations,
  PredictionAnswer,
  SweepFormat,
  SweepPlan,
  SweepRequest,
  TopologyCheck,
} from '../../../shared/ipc/contract.ts'
import type { GuaranteeResult, Report } from '../../../shared/report/types.ts'
import type { TracedRow } from './trace-run.ts'
import type { HistoryData, KeyNames } from './history-file.ts'

/** What the library's thread does, so that nobody who watches a run waits for a history of a million operations. */
export interface LibraryCalls {
  /** Writes a run into a folder that does not exist yet; answers its entry with the bytes that it takes. */
  store: {
    input: {
      folder: string
      entry: LibraryEntry
      report: Report
      topologyText: string
      /** `labels`: what each operation did in words, where its columns do not say. */
      history: { data: HistoryData; keys: KeyNames; labels?: readonly string[] } | null
      /** What it was read from, where it must be read again to be judged. */
      source?: { name: string; text: string }
    }
    output: LibraryEntry
  }
  operations: { input: { folder: string; query: Omit<OperationsQuery, 'id'> }; output: PackedOperations }
  /** What is needed to find an operation again. */
  row: { input: { folder: string; row: number }; output: TracedRow | { reason: string } }
  trace: { input: { folder: string; wanted: TracedRow }; output: OperationTrace }
  /** A chart of one report, or of several on the same axes. */
  chart: { input: { folders: string[]; query: Omit<ChartQuery, 'ids'> }; output: { svg: string } }
  /** Writes one view of a run to a path, atomically; `text` answers it instead (HTML for the printer). */
  export: {
    input: { folder: string; format: Exclude<ExportFormat, 'pdf'>; target: string | null }
    output: { text: string | null }
  }
  /** The same of a datasheet. */
  sheetChart: { input: { folder: string; query: Omit<ChartQuery, 'ids'> }; output: { svg: string } }
  sheetExport: {
    input: { folder: string; format: Exclude<DatasheetFormat, 'pdf'>; target: string | null }
    output: { text: string | null }
  }
  /** The same of a sweep. */
  sweepChart: { input: { folder: string; query: Omit<ChartQuery, 'ids'> }; output: { svg: string } }
  sweepExport: {
    input: { folder: string; format: Exclude<SweepFormat, 'pdf'>; target: string | null }
    output: { text: string | null }
  }
  sweepPlan: { input: SweepRequest; output: SweepPlan }
  /** The verdict on one guarantee; a sentence where there is none. */
  judge: { input: { folder: string; guarantee: string }; output: GuaranteeResult | { refused: string } }
  import: {
    input: { folder: string; id: string; at: string; file: ImportedFile }
    output: { entry: LibraryEntry } | { refused: string }
  }
  check: { input: { text: string }; output: TopologyCheck }
  predict: { input: { text: string }; output: PredictionAnswer }
}

export type CallName = keyof LibraryCalls

export type CallRequest = {
  [Name in CallName]: { id: number; name: Name; input: LibraryCalls[Name]['input'] }
}[CallName]

export type CallAnswer = { id: number; output: unknown } | { id: number; error: string }
