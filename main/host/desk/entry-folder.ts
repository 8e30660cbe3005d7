import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'

/** Folders of this beginning are half-made or half-removed: whoever finds one may remove it. */
const PASSING = '.passing-'

/** A plain name for a folder that sorts by time. */
export function newFolderId(): string {
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  return `${stamp}-${randomBytes(4).toString('hex')}`
}

export interface EntryFile {
  name: string
  chunks: Iterable<string | Uint8Array>
}

/**
 * Makes a folder with its files appear at once: they are written and flushed in a folder beside it, which then takes
 * its name. A crash leaves nothing, or all of it. Answers how many bytes were written.
 */
export async function makeFolder(target: string, files: readonly EntryFile[]): Promise<number> {
  const passing = passingBeside(target)
  await mkdir(passing, { recursive: true })
  try {
    let bytes = 0
    for (const { name, chunks } of files) bytes += await writeFlushed(path.join(passing, name), chunks)
    await rename(passing, target)
    return bytes
  } catch (error) {
    await rm(passing, { recursive: true, force: true })
    throw error
  }
}

/** Takes a folder away at once, and then apart. Harmless where there is none. */
export async function dropFolder(target: string): Promise<void> {
  const passing = passingBeside(target)
  try {
    await rename(target, passing)
  } catch {
    return
  }
  await rm(passing, { recursive: true, force: true })
}

/** Removes what a crash left behind. */
export async function sweepFolder(root: string): Promise<void> {
  const names = await readdir(root).catch(() => [])
  const left = names.filter((name) => name.startsWith(PASSING))
  await Promise.all(left.map((name) => rm(path.join(root, name), { recursive: true, force: true })))
}

function passingBeside(target: string): string {
  return path.join(
    path.dirname(target),
    `${PASSING}${path.basename(target)}-${randomBytes(4).toString('hex')}`,
  )
}

async function writeFlushed(target: string, chunks: Iterable<string | Uint8Array>): Promise<number> {
  const file = await open(target, 'wx')
  let bytes = 0
  try {
    for (const chunk of chunks) {
      await file.writeFile(chunk)
      bytes += typeof chunk === 'string' ? Buffer.byteLength(chunk) : chunk.byteLength
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return bytes
}
