import { availableParallelism } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { Lab } from '../lab.ts'
import { makeFolder } from './entry-folder.ts'
import { ENTRY_FILE } from './kept-jobs.ts'
import type { FromJobThread, JobThreadData, Made, MadeBy } from './job.ts'
import { makeDatasheet } from './make-datasheet.ts'
import { makeSweep } from './make-sweep.ts'

/** Progress is told at most so often. */
const TELL_EVERY_MS = 200

/**
 * Makes a datasheet or a sweep and keeps it. Its runs go on threads of their own; what is worked out of them, and the
 * plans of what is yet to run, would hold up every window, and so happens here. Any message asks for its end.
 */
async function main({ job, threads, folder, id }: JobThreadData): Promise<void> {
  const stopping = new AbortController()
  parentPort?.once('message', () => stopping.abort())
  const tell = (message: FromJobThread) => parentPort?.postMessage(message)
  const entries = {
    engines: new URL(threads.engines),
    simulation: new URL(threads.simulation),
    analysis: new URL(threads.analysis),
  }
  // Where there are more than two cores, one is left to the windows and to whatever else runs.
  const lab = new Lab(entries, { simulationsMax: Math.max(2, availableParallelism() - 1) })
  let toldMs = -Infinity
  const by: MadeBy = {
    lab,
    id,
    signal: stopping.signal,
    onProgress: (share) => {
      if (performance.now() - toldMs < TELL_EVERY_MS) return
      toldMs = performance.now()
      tell({ share })
    },
  }
  try {
    const { entry, files }: Made = await (job.kind === 'sweep' ? makeSweep(job, by) : makeDatasheet(job, by))
    await makeFolder(folder, [
      ...files.map(({ name, text }) => ({ name, chunks: [text] })),
      { name: ENTRY_FILE, chunks: [JSON.stringify(entry, null, 2)] },
    ])
    tell({ entry })
  } catch (error) {
    tell({ failure: error instanceof Error ? error.message : String(error) })
  } finally {
    await lab.dispose()
    parentPort?.close()
  }
}

void main(workerData as JobThreadData)
