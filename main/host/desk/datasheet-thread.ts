import { availableParallelism } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import type { DatasheetEntry } from '../../../shared/ipc/contract.ts'
import { strategies } from '../../../shared/protocols/registry.ts'
import { jsonDatasheet } from '../../../shared/report/datasheet/views/json.ts'
import { parseTopology } from '../../../shared/topology/parse.ts'
import { runDatasheet } from '../datasheet.ts'
import { Lab } from '../lab.ts'
import { SHEET_FILES, sheetEntryOf } from './datasheet-entry.ts'
import { makeFolder } from './entry-folder.ts'

export interface DatasheetThreadData {
  /** The file, which was found to be sound. */
  text: string
  command: string
  isQuick: boolean
  /** `ThreadEntries`, as addresses. */
  threads: { engines: string; simulation: string; analysis: string }
  /** Where the datasheet is kept, and the last part of that. */
  folder: string
  id: string
}

export type FromDatasheetThread = { share: number } | { entry: DatasheetEntry } | { failure: string }

/** Progress is told at most so often. */
const TELL_EVERY_MS = 200

/**
 * Makes a datasheet and keeps it. Its probes run on threads of their own; what is worked out of their histories would
 * hold up every window, and so happens here. Any message asks for its end.
 */
async function main({ text, command, isQuick, threads, folder, id }: DatasheetThreadData): Promise<void> {
  const stopping = new AbortController()
  parentPort?.once('message', () => stopping.abort())
  const tell = (message: FromDatasheetThread) => parentPort?.postMessage(message)
  const entries = {
    engines: new URL(threads.engines),
    simulation: new URL(threads.simulation),
    analysis: new URL(threads.analysis),
  }
  // Where there are more than two cores, one is left to the windows and to whatever else runs.
  const lab = new Lab(entries, { simulationsMax: Math.max(2, availableParallelism() - 1) })
  let toldMs = -Infinity
  try {
    const parsed = parseTopology(text, strategies)
    if (!parsed.ok) throw new Error(parsed.error[0].sentence)
    const sheet = await runDatasheet(lab, parsed.value, {
      command,
      isQuick,
      signal: stopping.signal,
      onProgress: (share) => {
        if (performance.now() - toldMs < TELL_EVERY_MS) return
        toldMs = performance.now()
        tell({ share })
      },
    })
    const entry = sheetEntryOf(sheet, id)
    await makeFolder(folder, [
      { name: SHEET_FILES.sheet, chunks: [jsonDatasheet(sheet)] },
      { name: SHEET_FILES.topology, chunks: [text] },
      { name: SHEET_FILES.entry, chunks: [JSON.stringify(entry, null, 2)] },
    ])
    tell({ entry })
  } catch (error) {
    tell({ failure: error instanceof Error ? error.message : String(error) })
  } finally {
    await lab.dispose()
    parentPort?.close()
  }
}

void main(workerData as DatasheetThreadData)
