import { mkdir, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { FileEntry, InputOf, OpenedFile, SaveAnswer } from '../../../shared/ipc/contract.ts'
import { systemReason } from '../system-reason.ts'
import {
  documentNameOf,
  ENDING,
  handleOf,
  readDocument,
  titleOf,
  writeDocument,
  type Documents,
} from './documents.ts'

/** More than anybody has; a folder of more is not listed to its end. */
const FILES_MAX = 5_000

interface Found {
  id: string
  name: string
  changedAt: string
}

/**
 * The topologies of one folder, for a lab that is reached by a browser. Nothing but its own plain `*.topology.json`
 * files can be named: a window sends back the id of an entry, or a name that becomes a single segment of a path.
 */
export class FolderDocuments implements Documents {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = path.resolve(folder)
  }

  /** What changed last comes first. */
  async list(): Promise<FileEntry[]> {
    const found = await this.#files()
    return found
      .map(({ id, name, changedAt }) => ({ id, name: titleOf(name), where: '', changedAt, missing: false }))
      .sort((a, b) => (a.changedAt < b.changedAt ? 1 : a.changedAt > b.changedAt ? -1 : 0))
  }

  async open(id: string | null): Promise<OpenedFile | null> {
    if (id === null) throw new Error('Choose one of the listed files.')
    const file = (await this.#files()).find((each) => each.id === id)
    if (file === undefined) throw new Error('This file is not there any more.')
    return readDocument(id, path.join(this.#folder, file.name))
  }

  async save(ask: InputOf<'files.save'>): Promise<SaveAnswer> {
    const files = await this.#files()
    const known = ask.id === null ? undefined : files.find((file) => file.id === ask.id)
    const name = known?.name ?? documentNameOf(ask.name)
    // Some file systems take "A" and "a" for the same name, and a person might.
    const taken = files.find((file) => file.name.toLowerCase() === name.toLowerCase())
    if (known === undefined && taken !== undefined && !ask.force) {
      const sentence = `There is a file "${titleOf(taken.name)}" already. Saving replaces it.`
      return { outcome: 'exists', id: taken.id, sentence }
    }
    const target = known?.name ?? taken?.name ?? name
    return writeDocument(handleOf(target), path.join(this.#folder, target), ask)
  }

  forget(): Promise<void> {
    return Promise.reject(
      new Error(`Every file of ${this.#folder} is listed: delete it there to be rid of it.`),
    )
  }

  async #files(): Promise<Found[]> {
    let names: string[]
    try {
      await mkdir(this.#folder, { recursive: true })
      names = await readdir(this.#folder)
    } catch (error) {
      throw new Error(`The folder ${this.#folder} cannot be used: ${systemReason(error)}.`, { cause: error })
    }
    const topologies = names
      .filter((name) => name.endsWith(ENDING) && !name.startsWith('.'))
      .slice(0, FILES_MAX)
    const found = await Promise.all(
      topologies.map(async (name): Promise<Found | null> => {
        const facts = await stat(path.join(this.#folder, name)).catch(() => null)
        if (facts?.isFile() !== true) return null
        return { id: handleOf(name), name, changedAt: facts.mtime.toISOString() }
      }),
    )
    return found.filter((file) => file !== null)
  }
}
