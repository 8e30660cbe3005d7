import { mkdir, readdir, readFile, rename } from 'node:fs/promises'
import path from 'node:path'
import type { History } from '../../../shared/history/types.ts'
import type { InputOf, LibraryEntry, OutputOf } from '../../../shared/ipc/contract.ts'
import type { Report } from '../../../shared/report/types.ts'
import type { WorkloadSpec } from '../../../shared/topology/types.ts'
import { dropFolder, newFolderId, sweepFolder } from './entry-folder.ts'
import { reportOf } from './export-run.ts'
import type { HistoryData, KeyNames } from './history-file.ts'
import { writeWhole } from './json-file.ts'
import type { LibraryClient } from './library-client.ts'
import { entryOf, FILES, parseEntry } from './library-entry.ts'

/** A run to be kept. */
export interface FinishedRun {
  report: Report
  history: History | null
  topologyText: string
}

/**
 * Runs that are over, a folder each. The list is made by looking at the folders, so that none can be forgotten and
 * none is listed that is not there; what does not belong there is left alone.
 */
export class Library {
  readonly #root: string
  readonly #thread: LibraryClient
  readonly #changed: () => void
  readonly #entries = new Map<string, LibraryEntry>()
  /** How many there may be. */
  readonly #max: () => number

  private constructor(root: string, thread: LibraryClient, ties: { max(): number; changed(): void }) {
    this.#root = root
    this.#thread = thread
    this.#max = () => ties.max()
    this.#changed = () => ties.changed()
  }

  static async open(
    dataFolder: string,
    thread: LibraryClient,
    ties: { max(): number; changed(): void },
  ): Promise<Library> {
    const library = new Library(path.join(dataFolder, 'library'), thread, ties)
    await library.#scan()
    return library
  }

  /** The latest first. */
  list(): LibraryEntry[] {
    return [...this.#entries.values()].sort((a, b) =>
      a.at < b.at ? 1 : a.at > b.at ? -1 : a.id < b.id ? 1 : -1,
    )
  }

  entry(id: string): LibraryEntry {
    const entry = this.#entries.get(id)
    if (entry === undefined) throw new Error('This run is not in the library any more.')
    return entry
  }

  /** The folder of an entry: found by its id among those that are there, never made of what a window sent. */
  folder(id: string): string {
    return this.#folderOf(this.entry(id).id)
  }

  report(id: string): Promise<Report> {
    return reportOf(this.folder(id))
  }

  /** Keeps a run. The history's columns change hands: do not touch them afterwards. */
  async add({ report, history, topologyText }: FinishedRun): Promise<LibraryEntry> {
    const id = newFolderId()
    const about = { id, name: report.topology.name, hasHistory: history !== null, bytes: 0 }
    const entry = await this.#thread.call(
      'store',
      {
        folder: this.#folderOf(id),
        entry: entryOf(report, about),
        report,
        topologyText,
        history:
          history === null ? null : { data: dataOf(history), keys: keyNamesOf(report.topology.workload) },
      },
      history === null ? [] : buffersOf(history),
    )
    await this.#added(entry)
    return entry
  }

  async rename(id: string, name: string): Promise<void> {
    const entry = { ...this.entry(id), name }
    await writeWhole(path.join(this.folder(id), FILES.entry), `${JSON.stringify(entry, null, 2)}\n`)
    this.#entries.set(id, entry)
    this.#changed()
  }

  async remove(ids: readonly string[]): Promise<void> {
    const known = ids.filter((id) => this.#entries.has(id))
    for (const id of known) this.#entries.delete(id)
    if (known.length > 0) this.#changed()
    for (const id of known) await dropFolder(this.#folderOf(id))
  }

  async import(file: InputOf<'library.import'>): Promise<OutputOf<'library.import'>> {
    const id = newFolderId()
    const at = new Date().toISOString()
    const answer = await this.#thread.call('import', { folder: this.#folderOf(id), id, at, file })
    if ('refused' in answer) return answer
    await this.#added(answer.entry)
    return { id }
  }

  /** Has the oldest go where there are more than the preferences say. */
  async trim(): Promise<void> {
    const tooMany = this.list().slice(this.#max())
    await this.remove(tooMany.map(({ id }) => id))
  }

  async #added(entry: LibraryEntry): Promise<void> {
    this.#entries.set(entry.id, entry)
    this.#changed()
    await this.trim()
  }

  #folderOf(id: string): string {
    return path.join(this.#root, id)
  }

  async #scan(): Promise<void> {
    await mkdir(this.#root, { recursive: true })
    await sweepFolder(this.#root)
    const found = await readdir(this.#root, { withFileTypes: true })
    const folders = found.filter((each) => each.isDirectory() && /^[a-z0-9-]+$/.test(each.name))
    const entries = await Promise.all(folders.map(({ name }) => this.#entryIn(name)))
    for (const entry of entries) if (entry !== null) this.#entries.set(entry.id, entry)
  }

  /** The entry of a folder, made anew from its report where its own file is damaged. */
  async #entryIn(id: string): Promise<LibraryEntry | null> {
    const folder = this.#folderOf(id)
    const files = new Set(await readdir(folder).catch(() => []))
    const hasHistory = files.has(FILES.history)
    if (!files.has(FILES.report)) return null
    const stored = await readFile(path.join(folder, FILES.entry), 'utf8')
      .then((text) => parseEntry(JSON.parse(text)))
      .catch(() => null)
    if (stored !== null) return { ...stored, id, hasHistory }
    if (files.has(FILES.entry)) {
      await rename(path.join(folder, FILES.entry), path.join(folder, `${FILES.entry}.unreadable`)).catch(
        () => undefined,
      )
    }
    try {
      const report = await reportOf(folder)
      return entryOf(report, { id, name: report.topology.name, hasHistory, bytes: 0 })
    } catch {
      return null
    }
  }
}

/** Hashed names say all by themselves; others go by how many keys there were. */
function keyNamesOf(workload: WorkloadSpec): KeyNames {
  if (workload.kind === 'probe' || workload.insertOrder === undefined) return { workload: workload.kind }
  return { workload: workload.kind, insertOrder: workload.insertOrder, keys: workload.keys }
}

/** What travels: a table of columns is a class, and a function can't be posted. */
function dataOf(history: History): HistoryData {
  const { traffic: _, samples: _samples, ops, ...rest } = { ...history, keyName: undefined }
  return { ...rest, ops: { ...ops, count: ops.count } }
}

function buffersOf({ ops }: History): ArrayBuffer[] {
  return Object.values(ops as unknown as Record<string, unknown>)
    .filter((column) => ArrayBuffer.isView(column))
    .map(({ buffer }) => buffer as ArrayBuffer)
}
