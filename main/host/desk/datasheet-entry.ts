import { readFile } from 'node:fs/promises'
import path from 'node:path'
import * as v from 'valibot'
import type { DatasheetEntry } from '../../../shared/ipc/contract.ts'
import { essenceOf } from '../../../shared/report/datasheet/essence.ts'
import { pacelcText, type Datasheet } from '../../../shared/report/datasheet/index.ts'

/** Files of one datasheet in its folder, beside its entry. */
export const SHEET_FILES = {
  sheet: 'datasheet.json',
  topology: 'topology.json',
} as const

const entry: v.GenericSchema<unknown, DatasheetEntry> = v.object({
  id: v.string(),
  name: v.string(),
  at: v.string(),
  strategy: v.string(),
  cap: v.string(),
  pacelc: v.string(),
  isQuick: v.boolean(),
  seed: v.number(),
  essence: v.string(),
})

/** An entry as it was stored, or null where it is none. */
export function parseSheetEntry(value: unknown): DatasheetEntry | null {
  const parsed = v.safeParse(entry, value)
  return parsed.success ? parsed.output : null
}

export function sheetEntryOf(sheet: Datasheet, id: string): DatasheetEntry {
  return {
    id,
    name: sheet.topology.name,
    at: sheet.provenance.at,
    strategy: sheet.topology.replication.strategy,
    cap: sheet.pacelc.cap,
    pacelc: pacelcText(sheet),
    isQuick: sheet.isQuick,
    seed: sheet.seed,
    essence: essenceOf(sheet.topology),
  }
}

/** The datasheet of a folder. */
export async function sheetOf(folder: string): Promise<Datasheet> {
  return JSON.parse(await readFile(path.join(folder, SHEET_FILES.sheet), 'utf8')) as Datasheet
}
