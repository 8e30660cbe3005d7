import path from 'node:path'
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
import { parseSheetEntry, sheetOf } from './datasheet-entry.ts'
import { commandFileOf, segmentOf } from './file-names.ts'
import { KeptJobs, type JobDeskSetup } from './kept-jobs.ts'

/** Datasheets that are kept, and the one that is being made. */
export class Datasheets {
  readonly #setup: JobDeskSetup
  readonly #jobs: KeptJobs<DatasheetEntry, DatasheetStatus>

  private constructor(setup: JobDeskSetup, jobs: KeptJobs<DatasheetEntry, DatasheetStatus>) {
    this.#setup = setup
    this.#jobs = jobs
  }

  static async open(setup: JobDeskSetup): Promise<Datasheets> {
    const { dataFolder, threads, thread, emit } = setup
    const jobs = await KeptJobs.open<DatasheetEntry, DatasheetStatus>({
      root: path.join(dataFolder, 'datasheets'),
      threads,
      thread,
      noun: 'datasheet',
      parse: parseSheetEntry,
      changed: () => emit('datasheets.changed', null),
      tell: (status) => emit('datasheet.status', status),
    })
    return new Datasheets(setup, jobs)
  }

  get isBusy(): boolean {
    return this.#jobs.isBusy
  }

  list(): OutputOf<'datasheets.list'> {
    return this.#jobs.list()
  }

  get(id: string): Promise<Datasheet> {
    return sheetOf(this.#jobs.folder(id))
  }

  chart({ ids, ...query }: InputOf<'datasheets.chart'>): Promise<{ svg: string }> {
    return this.#setup.drawing.call('sheetChart', { folder: this.#jobs.folder(ids[0]), query })
  }

  remove(ids: readonly string[]): Promise<void> {
    return this.#jobs.remove(ids)
  }

  save(id: string, format: DatasheetFormat): Promise<ExportAnswer> {
    const folder = this.#jobs.folder(id)
    const write = (view: Exclude<DatasheetFormat, 'pdf'>, target: string | null) =>
      this.#setup.drawing.call('sheetExport', { folder, format: view, target })
    return this.#setup.exports.offer({
      name: `${segmentOf(this.#jobs.entry(id).name)} datasheet.${format}`,
      format,
      write: async (target) => void (await write(format === 'pdf' ? 'html' : format, target)),
      html: async () => (await write('html', null)).text ?? '',
    })
  }

  start({ text, name, isQuick }: InputOf<'datasheets.start'>): DatasheetStarted {
    const parsed = parseTopology(text, strategies)
    if (!parsed.ok) return { problems: parsed.error }
    const command = `replica-lab datasheet ${commandFileOf(name)}${isQuick ? ' --quick' : ''}`
    return this.#jobs.begin({ kind: 'datasheet', text, command, isQuick }, parsed.value.name, { isQuick })
  }

  /** Ends the one that is being made; settles when its threads are gone. */
  stop(): Promise<void> {
    return this.#jobs.stop()
  }
}
