import type { EventName, Events, ExportFormat, Handlers } from '../../../shared/ipc/contract.ts'
import type { Lab, ThreadEntries } from '../lab.ts'

/** How the desk tells every window of what happens by itself. */
export type Emit = <E extends EventName>(event: E, payload: Events[E]) => void

/** Dialogs of the platform, where it has some. Each answers null where the user changed their mind. */
export interface PlatformDialogs {
  /** Asks which topology to open; answers its path. */
  openTopology(): Promise<string | null>
  /** Asks where to save; `name` is a file name with its ending, `folder` where to begin (null: wherever it was last). */
  save(ask: { name: string; folder: string | null; format: ExportFormat }): Promise<string | null>
  /** A page of HTML, without scripts, as the bytes of a PDF. */
  printToPdf(html: string): Promise<Uint8Array>
}

export interface DeskOptions {
  lab: Lab
  /** The entries of `lab`, for the own lab of a datasheet or a sweep, and the built entry of `job-thread.ts`. */
  threads: ThreadEntries
  jobThread: URL
  /** The built entry of `library-thread.ts`. */
  libraryThread: URL
  /** Where library, drafts and preferences live; made where it is missing. */
  dataFolder: string
  /** The folder of the user's topologies; null where dialogs ask for paths instead. */
  documentsFolder: string | null
  /** null: files come from `documentsFolder`, and exports are downloads. */
  dialogs: PlatformDialogs | null
  emit: Emit
  /** What the program runs on, for the about box: "Electron 45.4.1", "Chromium 140". Node and the lab are known. */
  components?: readonly { name: string; version: string }[]
}

/** A file made for somebody to fetch once. */
export interface Download {
  path: string
  name: string
  /** Media type, with its character set. */
  type: string
}

/** All that a window can ask for, whatever it is reached by. */
export interface Desk {
  readonly handlers: Handlers
  /** The file that an answer's `download` address names, by its last but one segment; null where there is none. */
  takeDownload(token: string): Download | null
  /** Whether a run is under way: what to ask about before quitting. */
  readonly isBusy: boolean
  /**
   * Opens a file that the system was asked to open, and tells the windows (`file.arrived`). Only a path that the
   * platform itself names may be given here. Rejects with a sentence where it can't be read.
   */
  openPath(path: string): Promise<void>
  /** Stops what runs, keeps what there is of it, writes what is still to be written. The lab itself stays open. */
  close(): Promise<void>
}
