import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { FileEntry, InputOf, OpenedFile, SaveAnswer } from '../../../shared/ipc/contract.ts'
import { isObject } from '../../../shared/topology/problems.ts'
import {
  documentNameOf,
  handleOf,
  readDocument,
  shortFolder,
  titleOf,
  writeDocument,
  type Documents,
} from './documents.ts'
import { JsonFile } from './json-file.ts'
import type { PlatformDialogs } from './types.ts'

const RECENT_MAX = 30

/**
 * Files that the platform's dialogs led to, and which of them were used lately (`recent.json`). A window knows them by
 * their ids alone; no path comes from it.
 */
export class ChosenDocuments implements Documents {
  readonly #dialogs: PlatformDialogs
  readonly #file: JsonFile<string[]>
  /** Absolute paths, the latest used first. */
  #recent: string[] = []

  private constructor(dialogs: PlatformDialogs, file: JsonFile<string[]>, recent: string[]) {
    this.#dialogs = dialogs
    this.#file = file
    this.#recent = recent
  }

  static async load(dialogs: PlatformDialogs, dataFolder: string): Promise<ChosenDocuments> {
    const file = new JsonFile(path.join(dataFolder, 'recent.json'), pathsOf)
    return new ChosenDocuments(dialogs, file, (await file.read()) ?? [])
  }

  list(): Promise<FileEntry[]> {
    return Promise.all(
      this.#recent.map(async (file) => {
        const facts = await stat(file).catch(() => null)
        return {
          id: handleOf(file),
          name: titleOf(path.basename(file)),
          where: shortFolder(path.dirname(file)),
          changedAt: facts?.mtime.toISOString() ?? null,
          missing: facts === null,
        }
      }),
    )
  }

  async open(id: string | null): Promise<OpenedFile | null> {
    const file = id === null ? await this.#dialogs.openTopology() : this.#pathOf(id)
    if (file === null) {
      if (id === null) return null
      throw new Error('This file is not among those used lately any more. Open it once more.')
    }
    return this.openPath(file)
  }

  /** A path that the platform itself named. */
  async openPath(file: string): Promise<OpenedFile> {
    const resolved = path.resolve(file)
    const opened = await readDocument(handleOf(resolved), resolved)
    await this.#used(resolved)
    return opened
  }

  async save(ask: InputOf<'files.save'>): Promise<SaveAnswer> {
    const known = ask.id === null ? null : this.#pathOf(ask.id)
    if (known !== null) return this.#write(known, ask)
    const name = documentNameOf(ask.name)
    const folder = this.#recent.length === 0 ? null : path.dirname(this.#recent[0])
    const chosen = await this.#dialogs.save({ name, folder, format: 'topology.json' })
    if (chosen === null) return { outcome: 'cancelled' }
    const file = /\.json$/i.test(chosen)
      ? chosen
      : path.join(path.dirname(chosen), documentNameOf(path.basename(chosen)))
    // The dialog has asked about replacing what is there.
    return this.#write(path.resolve(file), { ...ask, force: true })
  }

  async forget(id: string): Promise<void> {
    this.#recent = this.#recent.filter((file) => handleOf(file) !== id)
    await this.#file.write(this.#recent)
  }

  async #write(file: string, ask: InputOf<'files.save'>): Promise<SaveAnswer> {
    const answer = await writeDocument(handleOf(file), file, ask)
    if (answer.outcome === 'saved') await this.#used(file)
    return answer
  }

  #pathOf(id: string): string | null {
    return this.#recent.find((file) => handleOf(file) === id) ?? null
  }

  async #used(file: string): Promise<void> {
    this.#recent = [file, ...this.#recent.filter((each) => each !== file)].slice(0, RECENT_MAX)
    await this.#file.write(this.#recent)
  }
}

function pathsOf(value: unknown): string[] | null {
  if (!Array.isArray(value) || isObject(value)) return null
  return value
    .filter((file): file is string => typeof file === 'string' && path.isAbsolute(file))
    .slice(0, RECENT_MAX)
}
