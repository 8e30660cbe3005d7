import type { DatasheetEntry, SweepEntry, SweepRequest } from '../../../shared/ipc/contract.ts'
import type { Lab } from '../lab.ts'

/** What passes between the desk and the thread that makes something which takes minutes. */

export interface DatasheetJob {
  kind: 'datasheet'
  /** The file, which was found to be sound. */
  text: string
  command: string
  isQuick: boolean
}

/** A request that was found to be one. */
export interface SweepJob extends Omit<SweepRequest, 'name'> {
  kind: 'sweep'
  command: string
}

export type Job = DatasheetJob | SweepJob

export interface JobThreadData {
  job: Job
  /** `ThreadEntries`, as addresses. */
  threads: { engines: string; simulation: string; analysis: string }
  /** Where it is kept, and the last part of that. */
  folder: string
  id: string
}

export type JobEntry = DatasheetEntry | SweepEntry

export type FromJobThread = { share: number } | { entry: JobEntry } | { failure: string }

/** What is kept of a job: its entry, and the files beside that. */
export interface Made {
  entry: JobEntry
  files: readonly { name: string; text: string }[]
}

/** What a job is done with. */
export interface MadeBy {
  lab: Lab
  id: string
  /** Aborts where nobody waits for it any more. */
  signal: AbortSignal
  /** How much is done, 0 … 1. */
  onProgress: (share: number) => void
}
