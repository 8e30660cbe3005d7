import { randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile, rename } from 'node:fs/promises'
import path from 'node:path'
import type { ExportAnswer, ExportFormat } from '../../../shared/ipc/contract.ts'
import { segmentOf } from './file-names.ts'
import type { Library } from './library.ts'
import type { LibraryClient } from './library-client.ts'
import type { Download, PlatformDialogs } from './types.ts'

const TYPES: Readonly<Record<ExportFormat, string>> = {
  html: 'text/html; charset=utf-8',
  pdf: 'application/pdf',
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  'history.jsonl': 'application/jsonl; charset=utf-8',
  'topology.json': 'application/json; charset=utf-8',
}
/** Downloads that nobody has fetched yet; the oldest give way. */
const DOWNLOADS_MAX = 20

/** Something that can be had as a file. */
export interface Offer {
  /** A file name with its ending. */
  name: string
  format: ExportFormat
  /** Writes the file, atomically; never asked for a PDF. */
  write: (target: string) => Promise<void>
  /** The page that a PDF is printed of. */
  html: () => Promise<string>
}

/** Views of runs and datasheets as files: where a dialog says, or made ready to be fetched once. */
export class Exports {
  readonly #library: Library
  readonly #thread: LibraryClient
  readonly #dialogs: PlatformDialogs | null
  readonly #folder: string
  readonly #downloads = new Map<string, Download>()

  constructor(library: Library, thread: LibraryClient, dialogs: PlatformDialogs | null, dataFolder: string) {
    this.#library = library
    this.#thread = thread
    this.#dialogs = dialogs
    this.#folder = path.join(dataFolder, 'downloads')
  }

  /** Removes what an earlier life of the lab left to be fetched. */
  async clear(): Promise<void> {
    this.#downloads.clear()
    await rm(this.#folder, { recursive: true, force: true })
  }

  async save(id: string, format: ExportFormat): Promise<ExportAnswer> {
    const entry = this.#library.entry(id)
    if (format === 'history.jsonl' && !entry.hasHistory) {
      return {
        outcome: 'refused',
        sentence: 'This run was kept without its history, so there is none to export.',
      }
    }
    const folder = this.#library.folder(id)
    const write = (view: Exclude<ExportFormat, 'pdf'>, target: string | null) =>
      this.#thread.call('export', { folder, format: view, target })
    return this.offer({
      name: `${segmentOf(entry.name)}.${format}`,
      format,
      write: async (target) => void (await write(format === 'pdf' ? 'html' : format, target)),
      html: async () => (await write('html', null)).text ?? '',
    })
  }

  /** Asks where it should go, or makes it ready to be fetched. */
  offer(offer: Offer): Promise<ExportAnswer> {
    return this.#dialogs === null ? this.#toDownload(offer) : this.#toFile(this.#dialogs, offer)
  }

  /** Hands a file over to be sent; from then on it is the taker's to remove. */
  take(token: string): Download | null {
    const download = this.#downloads.get(token)
    this.#downloads.delete(token)
    return download ?? null
  }

  async #toDownload({ name, format, write }: Offer): Promise<ExportAnswer> {
    if (format === 'pdf') {
      const sentence = 'A browser prints PDF itself: export it as HTML, open it and print it to a file.'
      return { outcome: 'refused', sentence }
    }
    const token = randomBytes(18).toString('base64url')
    await mkdir(this.#folder, { recursive: true })
    const file = path.join(this.#folder, token)
    await write(file)
    this.#downloads.set(token, { path: file, name, type: TYPES[format] })
    if (this.#downloads.size > DOWNLOADS_MAX) {
      const [[oldest, { path: stale }]] = this.#downloads
      this.#downloads.delete(oldest)
      await rm(stale, { force: true })
    }
    return { outcome: 'download', url: `/download/${token}/${encodeURIComponent(name)}`, name }
  }

  async #toFile(dialogs: PlatformDialogs, { name, format, write, html }: Offer): Promise<ExportAnswer> {
    const target = await dialogs.save({ name, folder: null, format })
    if (target === null) return { outcome: 'cancelled' }
    if (format !== 'pdf') {
      await write(target)
      return { outcome: 'saved', where: target }
    }
    const bytes = await dialogs.printToPdf(await html())
    const beside = `${target}.${randomBytes(4).toString('hex')}.tmp`
    try {
      await writeFile(beside, bytes, { flag: 'wx', flush: true })
      await rename(beside, target)
    } catch (error) {
      await rm(beside, { force: true })
      throw error
    }
    return { outcome: 'saved', where: target }
  }
}
