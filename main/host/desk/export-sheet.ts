import { datasheetView } from '../datasheet-files.ts'
import { sweepView } from '../sweep-files.ts'
import { sheetOf } from './datasheet-entry.ts'
import { writeWhole } from './json-file.ts'
import type { LibraryCalls } from './library-calls.ts'
import { sweepOf } from './sweep-entry.ts'

/** One view of a kept datasheet, written to its target or answered. */
export async function exportSheet({
  folder,
  format,
  target,
}: LibraryCalls['sheetExport']['input']): Promise<{ text: string | null }> {
  return given(await datasheetView(`.${format}`, await sheetOf(folder)), target)
}

/** The same of a sweep. */
export async function exportSweep({
  folder,
  format,
  target,
}: LibraryCalls['sweepExport']['input']): Promise<{ text: string | null }> {
  return given(await sweepView(`.${format}`, await sweepOf(folder)), target)
}

async function given(text: string, target: string | null): Promise<{ text: string | null }> {
  if (target === null) return { text }
  await writeWhole(target, text)
  return { text: null }
}
