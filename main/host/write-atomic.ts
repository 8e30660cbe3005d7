import { randomBytes } from 'node:crypto'
import { constants, rmSync } from 'node:fs'
import { access, open, realpath, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { ForeseenError } from './foreseen-error.ts'
import { codeOf, systemReason } from './system-reason.ts'

const FLUSH_CHARS = 1 << 20

/** Why a file cannot be written here, as a sentence, or null where all is well. Looks before a long run begins. */
export async function obstacleTo(target: string): Promise<string | null> {
  const folder = path.dirname(path.resolve(target))
  try {
    if (!(await stat(folder)).isDirectory()) return `${folder} is not a folder.`
    await access(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    const missing = codeOf(error) === 'ENOENT'
    return missing ? `The folder ${folder} does not exist.` : `${folder}: ${systemReason(error)}.`
  }
  try {
    if (!(await stat(target)).isFile()) return `${target} is there already and is not a plain file.`
  } catch {
    // Nothing there yet: that is the usual case.
  }
  return null
}

/** An output could not be written, after all that could be checked beforehand: a full disk, for example. */
export class WriteError extends ForeseenError {
  override name = 'WriteError'

  constructor(target: string, cause: unknown) {
    super(`${target} could not be written: ${systemReason(cause)}.`, { cause })
  }
}

/** Half-written files of this process. One that ends in the midst of its work (a second Ctrl-C) takes them along. */
const halfWritten = new Set<string>()
let isCleanupArranged = false

function arrangeCleanup(): void {
  if (isCleanupArranged) return
  isCleanupArranged = true
  process.once('exit', () => {
    for (const temporary of halfWritten) {
      try {
        rmSync(temporary, { force: true })
      } catch {
        // The process is ending: there is nobody left to tell.
      }
    }
  })
}

/**
 * Files that appear whole or not at all. Each is written beside its target and flushed to disk; `commit` then puts all
 * of them in place by renaming, so that a reader (or a crash) finds either the old file or the new one, whole.
 */
export class FileSet {
  readonly #staged: { temporary: string; target: string }[] = []

  /**
   * Writes the chunks of one file beside its target. A target that is a symbolic link stays one. Throws a WriteError
   * where the system refuses; the files staged before can be committed all the same.
   */
  async stage(target: string, chunks: string | Iterable<string>): Promise<void> {
    try {
      const resolved = await realpath(target).catch(() => path.resolve(target))
      this.#staged.push({ temporary: await writeBeside(resolved, chunks), target: resolved })
    } catch (error) {
      throw codeOf(error) === '' ? error : new WriteError(target, error)
    }
  }

  /** Puts every staged file in its place. */
  async commit(): Promise<void> {
    const folders = new Set(this.#staged.map(({ target }) => path.dirname(target)))
    for (let first = this.#staged.at(0); first !== undefined; first = this.#staged.at(0)) {
      try {
        await rename(first.temporary, first.target)
      } catch (error) {
        throw new WriteError(first.target, error)
      }
      halfWritten.delete(first.temporary)
      this.#staged.shift()
    }
    for (const folder of folders) await syncFolder(folder)
  }

  /** Removes what was staged and not committed. Harmless after a commit. */
  async discard(): Promise<void> {
    for (const { temporary } of this.#staged.splice(0)) await remove(temporary)
  }
}

/** Writes a file beside `target`, flushed to disk, and returns its name. One that fails leaves nothing behind. */
async function writeBeside(target: string, chunks: string | Iterable<string>): Promise<string> {
  const suffix = `${process.pid}-${randomBytes(4).toString('hex')}`
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${suffix}.tmp`)
  const mode = await stat(target).then(
    (existing) => existing.mode & 0o777,
    () => 0o666,
  )
  arrangeCleanup()
  halfWritten.add(temporary)
  try {
    const file = await open(temporary, 'wx', mode)
    try {
      let buffer = ''
      for (const chunk of typeof chunks === 'string' ? [chunks] : chunks) {
        buffer += chunk
        if (buffer.length < FLUSH_CHARS) continue
        await file.writeFile(buffer)
        buffer = ''
      }
      await file.writeFile(buffer)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    // Should that fail too, the process removes it as it ends; what is to be told is why the file was not written.
    await remove(temporary).catch(() => undefined)
    throw error
  }
  return temporary
}

async function remove(temporary: string): Promise<void> {
  await rm(temporary, { force: true })
  halfWritten.delete(temporary)
}

/** Makes the renames themselves durable. Some systems refuse to flush a folder; the files are whole all the same. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch {
    // Best effort, as said.
  }
}
