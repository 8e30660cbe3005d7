import { mkdir, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Draft } from '../../../shared/ipc/contract.ts'
import { parseInput } from '../../../shared/ipc/parsers.ts'
import { fileNameOf } from './file-names.ts'
import { JsonFile } from './json-file.ts'

const ENDING = '.draft.json'
/** Beyond these the oldest go: a draft that nobody came back for in so many others is given up. */
const DRAFTS_MAX = 50

/** What is being edited and was not saved yet, a file each in `drafts/`. */
export class DraftStore {
  readonly #folder: string
  readonly #files = new Map<string, JsonFile<Draft>>()

  constructor(dataFolder: string) {
    this.#folder = path.join(dataFolder, 'drafts')
  }

  async put(draft: Draft): Promise<void> {
    const isNew = !this.#files.has(draft.id)
    await this.#file(draft.id).write(draft)
    if (isNew) for (const { id } of (await this.list()).slice(DRAFTS_MAX)) await this.drop(id)
  }

  /** The latest first. */
  async list(): Promise<Draft[]> {
    await mkdir(this.#folder, { recursive: true })
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith(ENDING))
    const drafts = await Promise.all(names.map((name) => this.#at(path.join(this.#folder, name)).read()))
    return drafts
      .filter((draft) => draft !== null)
      .sort((a, b) => (a.savedAt < b.savedAt ? 1 : a.savedAt > b.savedAt ? -1 : 0))
  }

  async drop(id: string): Promise<void> {
    const file = this.#files.get(id)
    this.#files.delete(id)
    // A write that is under way would bring it back.
    await file?.settled()
    await rm(this.#pathOf(id), { force: true })
  }

  async settled(): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => file.settled()))
  }

  /** The id is the window's choice: it names a file only after it has been made harmless. */
  #pathOf(id: string): string {
    return path.join(this.#folder, `${fileNameOf(id)}${ENDING}`)
  }

  #file(id: string): JsonFile<Draft> {
    let file = this.#files.get(id)
    if (file === undefined) {
      file = this.#at(this.#pathOf(id))
      this.#files.set(id, file)
    }
    return file
  }

  #at(file: string): JsonFile<Draft> {
    return new JsonFile(file, (value) => {
      const draft = parseInput('drafts.put', value)
      return draft.ok ? draft.value : null
    })
  }
}
