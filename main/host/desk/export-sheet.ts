import { datasheetView } from '../datasheet-files.ts'
import { sheetOf } from './datasheet-entry.ts'
import { writeWhole } from './json-file.ts'
import type { LibraryCalls } from './library-calls.ts'

/** One view of a kept datasheet, written to its target or answered. */
export async function exportSheet({
  folder,
  format,
  target,
}: LibraryCalls['sheetExport']['input']): Promise<{ text: string | null }> {
  const text = await datasheetView(`.${format}`, await sheetOf(folder))
  if (target === null) return { text }
  await writeWhole(target, text)
  return { text: null }
}
