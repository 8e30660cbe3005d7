import { mkdir, readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import type {
  DatasheetEntry,
  DatasheetFormat,
  DatasheetStarted,
  DatasheetStatus,
  ExportAnswer,
  InputOf,
  OutputOf,
} from '../../../shared/ipc/contract.ts'
import { strategies } from '../../../shared/protocols/registry.ts'
import type { Datasheet } from '../../../shared/report/datasheet/types.ts'
import { parseTopology } from '../../../shared/topology/parse.ts'
import type { ThreadEntries } from '../lab.ts'
import { parseSheetEntry, SHEET_FILES, sheetOf } from './datasheet-entry.ts'
import type { DatasheetThreadData, FromDatasheetThread } from './datasheet-thread.ts'
import { dropFolder, newFolderId, sweepFolder } from './entry-folder.ts'
import type { Exports } from './exports.ts'
import { commandFileOf, segmentOf } from './file-names.ts'
import type { LibraryClient } from './library-client.ts'
import type { Emit } from './types.ts'

/** Datasheets that are kept; the oldest go. */
const KEPT_MAX = 200
/** Below this share what has passed says nothing of what is left. */
const SHARE_TELLING = 0.05

export interface DatasheetsSetup {
  dataFolder: string
  threads: ThreadEntries
  /** The built entry of `datasheet-thread.ts`. */
  entry: URL
  /** Draws charts and writes views. */
  drawing: LibraryClient
  exports: Exports
  emit: Emit
}

/** Datasheets that are kept, a folder each, and the one that is being made. */
export class Datasheets {
  readonly #setup: DatasheetsSetup
  readonly #root: string
  readonly #entries = new Map<string, DatasheetEntry>()
  #job: DatasheetStatus | null = null
  /** The thread of the job that is under way, and when it is gone. */
  #underWay: { worker: Worker; gone: Promise<void> } | null = null

  private constructor(setup: DatasheetsSetup) {
    this.#setup = setup
    this.#root = path.join(setup.dataFolder, 'datasheets')
  }

  static async open(setup: DatasheetsSetup): Promise<Datasheets> {
    const sheets = new Datasheets(setup)
    await sheets.#scan()
    return sheets
  }

  get isBusy(): boolean {
    return this.#underWay !== null
  }

  list(): OutputOf<'datasheets.list'> {
    const entries = [...this.#entries.values()].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
    return { entries, job: this.#job }
  }

  get(id: string): Promise<Datasheet> {
    return sheetOf(this.#folderOf(id))
  }

  chart({ ids, ...query }: InputOf<'datasheets.chart'>): Promise<{ svg: string }> {
    return this.#setup.drawing.call('sheetChart', { folder: this.#folderOf(ids[0]), query })
  }

  async remove(ids: readonly string[]): Promise<void> {
    const known = ids.filter((id) => this.#entries.has(id))
    const folders = known.map((id) => this.#folderOf(id))
    for (const id of known) this.#entries.delete(id)
    if (known.length > 0) this.#setup.emit('datasheets.changed', null)
    for (const folder of folders) await dropFolder(folder)
  }

  save(id: string, format: DatasheetFormat): Promise<ExportAnswer> {
    const folder = this.#folderOf(id)
    const write = (view: Exclude<DatasheetFormat, 'pdf'>, target: string | null) =>
      this.#setup.drawing.call('sheetExport', { folder, format: view, target })
    return this.#setup.exports.offer({
      name: `${segmentOf(this.#entries.get(id)?.name ?? '')} datasheet.${format}`,
      format,
      write: async (target) => void (await write(format === 'pdf' ? 'html' : format, target)),
      html: async () => (await write('html', null)).text ?? '',
    })
  }

  start({ text, name, isQuick }: InputOf<'datasheets.start'>): DatasheetStarted {
    if (this.#underWay !== null && this.#job !== null) {
      return { refused: `The datasheet of "${this.#job.name}" is being made: stop it first, or wait.` }
    }
    const parsed = parseTopology(text, strategies)
    if (!parsed.ok) return { problems: parsed.error }
    const id = newFolderId()
    const { engines, simulation, analysis } = this.#setup.threads
    const workerData: DatasheetThreadData = {
      text,
      command: `replica-lab datasheet ${commandFileOf(name)}${isQuick ? ' --quick' : ''}`,
      isQuick,
      threads: { engines: engines.href, simulation: simulation.href, analysis: analysis.href },
      folder: path.join(this.#root, id),
      id,
    }
    const worker = new Worker(this.#setup.entry, { workerData, name: 'datasheet' })
    this.#tell({
      jobId: id,
      name: parsed.value.name,
      isQuick,
      state: 'running',
      share: 0,
      leftMs: null,
      entryId: null,
      failure: null,
    })
    this.#underWay = { worker, gone: this.#follow(worker) }
    return { jobId: id }
  }

  /** Ends what is being made; settles when its threads are gone. */
  async stop(): Promise<void> {
    const { worker, gone } = this.#underWay ?? {}
    if (this.#job !== null && worker !== undefined) this.#job = { ...this.#job, state: 'stopped' }
    worker?.postMessage(null)
    await gone
  }

  /** Tells how a job goes; settles when its thread is gone. */
  #follow(worker: Worker): Promise<void> {
    const beganMs = performance.now()
    let made: DatasheetEntry | null = null
    let failure: string | null = null
    worker.on('message', (message: FromDatasheetThread) => {
      if ('entry' in message) made = message.entry
      else if ('failure' in message) failure = message.failure
      else if (this.#job !== null) {
        const { share } = message
        const passedMs = performance.now() - beganMs
        const leftMs = share < SHARE_TELLING ? null : (passedMs / share) * (1 - share)
        this.#tell({ ...this.#job, share, leftMs })
      }
    })
    worker.on('error', (error) => (failure ??= error.message))
    return new Promise((resolve) => {
      worker.once('exit', () => {
        this.#underWay = null
        this.#ended(made, failure ?? 'Its thread ended unasked.')
        resolve()
      })
    })
  }

  #ended(made: DatasheetEntry | null, failure: string): void {
    const job = this.#job
    if (job === null) return
    if (made !== null) {
      this.#entries.set(made.id, made)
      this.#setup.emit('datasheets.changed', null)
      this.#tell({ ...job, state: 'done', share: 1, leftMs: null, entryId: made.id })
      void this.remove(
        this.list()
          .entries.slice(KEPT_MAX)
          .map(({ id }) => id),
      )
    } else if (job.state === 'stopped') this.#tell({ ...job, leftMs: null })
    else this.#tell({ ...job, state: 'failed', leftMs: null, failure })
  }

  #tell(status: DatasheetStatus): void {
    this.#job = status
    this.#setup.emit('datasheet.status', status)
  }

  /** Found by its id among those that are there, never made of what a window sent. */
  #folderOf(id: string): string {
    const entry = this.#entries.get(id)
    if (entry === undefined) throw new Error('This datasheet is not kept any more.')
    return path.join(this.#root, entry.id)
  }

  async #scan(): Promise<void> {
    await mkdir(this.#root, { recursive: true })
    await sweepFolder(this.#root)
    const found = await readdir(this.#root, { withFileTypes: true })
    const names = found.filter((each) => each.isDirectory() && /^[a-z0-9-]+$/.test(each.name))
    const entries = await Promise.all(
      names.map(({ name }) =>
        readFile(path.join(this.#root, name, SHEET_FILES.entry), 'utf8')
          .then((text) => parseSheetEntry(JSON.parse(text)))
          .then((entry) => (entry === null ? null : { ...entry, id: name }))
          .catch(() => null),
      ),
    )
    for (const entry of entries) if (entry !== null) this.#entries.set(entry.id, entry)
  }
}
