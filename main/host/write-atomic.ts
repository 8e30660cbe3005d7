import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access, open, realpath, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
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
export class WriteError extends Error {
  override name = 'WriteError'

  constructor(target: string, cause: unknown) {
    super(`${target} could not be written: ${systemReason(cause)}. No output was written.`, { cause })
  }
}

/**
 * Files that appear together or not at all. Each is written beside its target and flushed to disk; `commit` then puts
 * all of them in place by renaming, so that a reader (or a crash) finds either the old file or the new one, whole.
 */
export class FileSet {
  readonly #staged: { temporary: string; target: string }[] = []

  /**
   * Writes the chunks of one file beside its target. A target that is a symbolic link stays one. Throws a WriteError
   * where the system refuses.
   */
  async stage(target: string, chunks: string | Iterable<string>): Promise<void> {
    try {
      await this.#write(target, chunks)
    } catch (error) {
      throw codeOf(error) === '' ? error : new WriteError(target, error)
    }
  }

  async #write(target: string, chunks: string | Iterable<string>): Promise<void> {
    const resolved = await realpath(target).catch(() => path.resolve(target))
    const suffix = `${process.pid}-${randomBytes(4).toString('hex')}`
    const temporary = path.join(path.dirname(resolved), `.${path.basename(resolved)}.${suffix}.tmp`)
    const mode = await stat(resolved).then(
      (existing) => existing.mode & 0o777,
      () => 0o666,
    )
    const file = await open(temporary, 'wx', mode)
    this.#staged.push({ temporary, target: resolved })
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
  }

  /** Puts every staged file in its place. */
  async commit(): Promise<void> {
    for (const { temporary, target } of this.#staged) await rename(temporary, target)
    const folders = new Set(this.#staged.map(({ target }) => path.dirname(target)))
    this.#staged.length = 0
    for (const folder of folders) await syncFolder(folder)
  }

  /** Removes what was staged and not committed. Harmless after a commit. */
  async discard(): Promise<void> {
    for (const { temporary } of this.#staged.splice(0)) await rm(temporary, { force: true })
  }
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
