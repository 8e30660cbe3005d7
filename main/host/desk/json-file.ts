import { mkdir, readFile, rename } from 'node:fs/promises'
import path from 'node:path'
import { codeOf, systemReason } from '../system-reason.ts'
import { FileSet } from '../write-atomic.ts'

/** Writes one file whole or not at all, making its folder where that is missing. */
export async function writeWhole(target: string, chunks: string | Iterable<string>): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true })
  const files = new FileSet()
  try {
    await files.stage(target, chunks)
    await files.commit()
  } finally {
    await files.discard()
  }
}

/**
 * A small JSON file of the lab's own. What does not parse (a disk that failed, a hand that slipped) is put aside under
 * another name, so that the lab starts all the same and nothing is lost.
 */
export class JsonFile<T> {
  readonly #path: string
  readonly #parse: (value: unknown) => T | null
  /** Writes go one after the other: the last asked for is the last written. */
  #last: Promise<void> = Promise.resolve()

  /** `parse` answers null for what will not do. */
  constructor(file: string, parse: (value: unknown) => T | null) {
    this.#path = file
    this.#parse = parse
  }

  /** null where there is none, or none of use. Rejects where the file is there and the system refuses to read it. */
  async read(): Promise<T | null> {
    let text: string
    try {
      text = await readFile(this.#path, 'utf8')
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null
      throw new Error(`${this.#path} cannot be read: ${systemReason(error)}.`, { cause: error })
    }
    const value = parsed(text)
    const read = value === undefined ? null : this.#parse(value)
    if (read === null) await this.#putAside()
    return read
  }

  write(value: T): Promise<void> {
    const text = `${JSON.stringify(value, null, 2)}\n`
    const written = this.#last.then(() => writeWhole(this.#path, text))
    this.#last = written.catch(() => undefined)
    return written
  }

  /** Settles when all that was to be written is. */
  async settled(): Promise<void> {
    await this.#last
  }

  async #putAside(): Promise<void> {
    const stamp = new Date().toISOString().replace(/[:.]/g, '-')
    await rename(this.#path, `${this.#path}.unreadable-${stamp}`).catch(() => undefined)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
