import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import path from 'node:path'
import type { FileEntry, InputOf, OpenedFile, SaveAnswer } from '../../../shared/ipc/contract.ts'
import { readText } from '../files.ts'
import { segmentOf } from './file-names.ts'
import { writeWhole } from './json-file.ts'

export const ENDING = '.topology.json'

/** The user's topologies: those of a folder, or those that dialogs led to. */
export interface Documents {
  list(): Promise<FileEntry[]>
  open(id: string | null): Promise<OpenedFile | null>
  save(ask: InputOf<'files.save'>): Promise<SaveAnswer>
  forget(id: string): Promise<void>
}

/** What a file held when it was read or written. The bytes alone: a file that was merely touched has not changed. */
export function stampOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

/** An opaque handle for a file: what a window sends back can be compared with, but leads nowhere by itself. */
export function handleOf(place: string): string {
  return `f-${createHash('sha256').update(place).digest('hex').slice(0, 24)}`
}

/** "Three regions.topology.json" → "Three regions". */
export function titleOf(fileName: string): string {
  return fileName.endsWith(ENDING) ? fileName.slice(0, -ENDING.length) : fileName
}

/** What somebody called a topology → the name of its file, harmless whatever it was. */
export function documentNameOf(name: string): string {
  const bare = name.replace(/(?:\.topology)?\.json$/i, '')
  return `${segmentOf(bare)}${ENDING}`
}

/** A folder as a person would write it. */
export function shortFolder(folder: string): string {
  const home = homedir()
  return folder === home || folder.startsWith(home + path.sep) ? `~${folder.slice(home.length)}` : folder
}

/** Reads a file that is known to be one of the user's. Rejects with a sentence. */
export async function readDocument(id: string, file: string): Promise<OpenedFile> {
  const text = await readText(file)
  if (!text.ok) throw new Error(`"${path.basename(file)}" cannot be opened: ${text.error.sentence}`)
  return { id, name: titleOf(path.basename(file)), text: text.value, stamp: stampOf(text.value) }
}

/**
 * Writes a file unless somebody else has changed it since it was read: `stamp` says how it was then, null that nobody
 * cares. A file that is gone is simply written again.
 */
export async function writeDocument(
  id: string,
  file: string,
  { text, stamp, force }: Pick<InputOf<'files.save'>, 'text' | 'stamp' | 'force'>,
): Promise<SaveAnswer> {
  const name = titleOf(path.basename(file))
  if (!force && stamp !== null) {
    const found = await readText(file)
    const isOther = found.ok ? stampOf(found.value) !== stamp : found.error.kind === 'unusable'
    if (isOther) {
      const sentence = `"${name}" has changed on disk since it was opened here. Saving replaces what is there now.`
      return { outcome: 'conflict', sentence }
    }
  }
  await writeWhole(file, text)
  return { outcome: 'saved', id, name, stamp: stampOf(text) }
}
