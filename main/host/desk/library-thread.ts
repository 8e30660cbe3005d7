import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { parentPort } from 'node:worker_threads'
import type { History } from '../../../shared/history/types.ts'
import { clientIndexOf } from '../../../shared/metrics/clients.ts'
import { stalenessOf, VERDICT } from '../../../shared/metrics/staleness.ts'
import type { Report } from '../../../shared/report/types.ts'
import { systemReason } from '../system-reason.ts'
import { sheetOf } from './datasheet-entry.ts'
import { makeFolder, type EntryFile } from './entry-folder.ts'
import { exportRun, reportOf } from './export-run.ts'
import { exportSheet, exportSweep } from './export-sheet.ts'
import { decodeHistory, encodeHistory, type HistoryData, type StoredHistory } from './history-file.ts'
import { importRun } from './import-run.ts'
import { judgeRun } from './judge-run.ts'
import type { CallAnswer, CallName, CallRequest, LibraryCalls } from './library-calls.ts'
import { FILES } from './library-entry.ts'
import { operationsIn } from './operations.ts'
import { sweepPlan } from './plan-sweep.ts'
import { sweepOf } from './sweep-entry.ts'
import { TopologyChecker } from './topology-check.ts'
import { predictQuickly } from './topology-predict.ts'
import { tracedRowOf, traceRun } from './trace-run.ts'

type Does = {
  [Name in CallName]: (input: LibraryCalls[Name]['input']) => Promise<LibraryCalls[Name]['output']>
}

/** The history that was last looked into: whoever scrolls asks for the same one again and again. */
let opened: { folder: string; stored: StoredHistory } | null = null

async function historyOf(folder: string): Promise<StoredHistory> {
  if (opened?.folder === folder) return opened.stored
  opened = null
  const stored = decodeHistory(await readFile(path.join(folder, FILES.history)))
  opened = { folder, stored }
  return stored
}

/** Reports that charts were drawn of, the latest last: a look at a run asks for a dozen, a zoom for more. */
const reports = new Map<string, Report>()
const REPORTS_MAX = 8

async function reportIn(folder: string): Promise<Report> {
  const report = reports.get(folder) ?? (await reportOf(folder))
  reports.delete(folder)
  reports.set(folder, report)
  if (reports.size > REPORTS_MAX) reports.delete([...reports.keys()][0])
  return report
}

/** Which reads were stale, as the report counts them. */
function staleRows(data: HistoryData): Uint8Array {
  const history = data as History
  const { verdicts } = stalenessOf(history, clientIndexOf(history), null)
  return verdicts.map((verdict) => (verdict === VERDICT.stale ? 1 : 0))
}

const checker = new TopologyChecker()

const does: Does = {
  async store({ folder, entry, report, topologyText, history, source }) {
    const files: EntryFile[] = [
      { name: FILES.report, chunks: [JSON.stringify(report)] },
      { name: FILES.topology, chunks: [topologyText] },
    ]
    if (history !== null) {
      const pieces = encodeHistory(history.data, history.keys, staleRows(history.data), history.labels)
      files.push({ name: FILES.history, chunks: pieces })
    }
    if (source !== undefined) files.push({ name: FILES.source, chunks: [`${source.name}\n`, source.text] })
    const bytes = files.reduce((sum, { chunks }) => sum + lengthOf(chunks), 0)
    const stored = { ...entry, bytes }
    files.push({ name: FILES.entry, chunks: [JSON.stringify(stored, null, 2)] })
    await makeFolder(folder, files)
    return stored
  },
  operations: async ({ folder, query }) => operationsIn(await historyOf(folder), query),
  row: async ({ folder, row }) => tracedRowOf((await historyOf(folder)).history, row),
  trace: ({ folder, wanted }) => traceRun(folder, wanted),
  async chart({ folders, query }) {
    // Loaded with the first chart: it brings the drawing along.
    const { drawRunChart } = await import('./draw-run-chart.ts')
    return { svg: drawRunChart(await Promise.all(folders.map(reportIn)), query) }
  },
  export: (input) => exportRun(input, () => historyOf(input.folder)),
  async sheetChart({ folder, query }) {
    const { drawSheetChart } = await import('./draw-run-chart.ts')
    return { svg: drawSheetChart(await sheetOf(folder), query) }
  },
  sheetExport: (input) => exportSheet(input),
  async sweepChart({ folder, query }) {
    const { drawSweepChart } = await import('./draw-run-chart.ts')
    return { svg: drawSweepChart(await sweepOf(folder), query) }
  },
  sweepExport: (input) => exportSweep(input),
  sweepPlan: (request) => Promise.resolve(sweepPlan(request)),
  judge: ({ folder, guarantee }) => judgeRun(folder, guarantee, () => historyOf(folder)),
  import: (input) => importRun(input, does.store),
  check: ({ text }) => Promise.resolve(checker.check(text)),
  predict: ({ text }) => Promise.resolve(predictQuickly(text)),
}

function lengthOf(chunks: Iterable<string | Uint8Array>): number {
  let bytes = 0
  for (const chunk of chunks) bytes += typeof chunk === 'string' ? Buffer.byteLength(chunk) : chunk.byteLength
  return bytes
}

const port = parentPort
/** One call after the other: two large histories side by side would need twice the memory. */
let last: Promise<void> = Promise.resolve()

port?.on('message', (request: CallRequest | null) => {
  last = last.then(async () => {
    if (request === null) port.close()
    else port.postMessage(await answerTo(request))
  })
})

async function answerTo({ id, name, input }: CallRequest): Promise<CallAnswer> {
  try {
    return { id, output: await does[name](input as never) }
  } catch (error) {
    return { id, error: sentenceOf(error) }
  }
}

function sentenceOf(error: unknown): string {
  const reason = systemReason(error)
  return /[.!?]$/.test(reason) ? reason : `The library cannot do this: ${reason}.`
}
