import { strategies } from '../../../shared/protocols/registry.ts'
import { jsonDatasheet } from '../../../shared/report/datasheet/views/json.ts'
import { parseTopology } from '../../../shared/topology/parse.ts'
import { runDatasheet } from '../datasheet.ts'
import { SHEET_FILES, sheetEntryOf } from './datasheet-entry.ts'
import type { DatasheetJob, Made, MadeBy } from './job.ts'

/** Runs the battery. Rejects with a sentence, and where it is stopped. */
export async function makeDatasheet(
  { text, command, isQuick }: DatasheetJob,
  { lab, id, signal, onProgress }: MadeBy,
): Promise<Made> {
  const parsed = parseTopology(text, strategies)
  if (!parsed.ok) throw new Error(parsed.error[0].sentence)
  const sheet = await runDatasheet(lab, parsed.value, { command, isQuick, signal, onProgress })
  return {
    entry: sheetEntryOf(sheet, id),
    files: [
      { name: SHEET_FILES.sheet, text: jsonDatasheet(sheet) },
      { name: SHEET_FILES.topology, text },
    ],
  }
}
