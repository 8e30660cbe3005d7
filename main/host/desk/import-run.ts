import { historyFromLines, type ReadHistory } from '../../../shared/history/from-lines.ts'
import { metricsOf } from '../../../shared/metrics/index.ts'
import { strategies } from '../../../shared/protocols/registry.ts'
import { buildReport } from '../../../shared/report/build.ts'
import { runVerdicts } from '../../../shared/report/guarantees.ts'
import type { Report } from '../../../shared/report/types.ts'
import { fileOf, formatFile } from '../../../shared/topology/stringify.ts'
import type { Problem } from '../../../shared/topology/types.ts'
import { TOOL, VERSION } from '../version.ts'
import { OPERATIONS_MAX } from './history-file.ts'
import { isRecord, readRecord, reportOfRecord } from './import-record.ts'
import { topologyOfHistory } from './imported-topology.ts'
import type { LibraryCalls } from './library-calls.ts'
import { entryOf } from './library-entry.ts'
import { reportFrom } from './read-report.ts'
import { unpackedText } from './unpacked-text.ts'

/** What was brought, as text. */
type Ask = Omit<LibraryCalls['import']['input'], 'file'> & { name: string; text: string }
type Answer = LibraryCalls['import']['output']
type Store = (input: LibraryCalls['store']['input']) => Promise<LibraryCalls['store']['output']>

/** Problems of a history that are told; the first lines tell most. */
const PROBLEMS_TOLD = 3

/** Makes a run of the library out of a report or a history that somebody brought; `refused` says what is wrong. */
export async function importRun(
  { file, ...rest }: LibraryCalls['import']['input'],
  store: Store,
): Promise<Answer> {
  if ('text' in file) return importText({ ...rest, ...file }, store)
  const text = unpackedText(file.gzip)
  if (!text.ok) return { refused: `"${file.name}" cannot be read: ${text.error}` }
  return importText({ ...rest, name: file.name.replace(/\.gz$/i, ''), text: text.value }, store)
}

function importText(ask: Ask, store: Store): Promise<Answer> {
  const firstLine = /^[^\n]{0,4000}/.exec(ask.text.trimStart())?.[0] ?? ''
  return isRecord(ask.name, firstLine) ? importHistory(ask, store) : importReport(ask, store)
}

async function importReport(ask: Ask, store: Store): Promise<Answer> {
  const refuse = (reason: string): Answer => ({
    refused: `"${ask.name}" is no report that can be shown: ${reason}`,
  })
  let value: unknown
  try {
    value = JSON.parse(ask.text)
  } catch {
    return {
      refused: `"${ask.name}" is neither a report (JSON) nor a history (JSON lines, or Jepsen's EDN).`,
    }
  }
  const report = reportFrom(value)
  return report.ok ? kept(ask, store, report.value, null) : refuse(report.error)
}

async function importHistory(ask: Ask, store: Store): Promise<Answer> {
  // The lab's own histories of registers come back with their versions and places; others as far as a checker reads them.
  if (isOwnRegister(ask.text)) {
    const own = historyFromLines(linesOf(ask.text))
    if (!own.ok) return refused(ask, own.error)
    const { history, keyNames } = own.value
    return kept(ask, store, reportOfHistory(ask, own.value), { data: history, keys: { names: keyNames } })
  }
  const read = readRecord(ask.name, ask.text)
  if (!read.ok) return refused(ask, read.error)
  if (read.value.operations.count > OPERATIONS_MAX) {
    return { refused: `"${ask.name}" has more operations than can be shown: ${OPERATIONS_MAX} is the most.` }
  }
  const { report, drawn } = reportOfRecord(read.value, { name: ask.name, provenance: provenanceOf(ask) })
  const { history, keyNames, labels } = drawn
  const source = { name: ask.name, text: ask.text }
  return kept(ask, store, report, { data: history, keys: { names: keyNames }, labels }, source)
}

function refused({ name }: Ask, problems: readonly Problem[]): Answer {
  const told = problems.slice(0, PROBLEMS_TOLD).map(({ path, sentence }) => `${path}: ${sentence}`)
  return { refused: `"${name}" is no history that can be shown: ${told.join(' ')}` }
}

/** Whether the header is the lab's, of a model of registers; strings that are appended to are none. */
function isOwnRegister(text: string): boolean {
  const header = /^[^\n]{0,4000}/.exec(text.trimStart())?.[0] ?? ''
  return (
    header.includes('"replica-lab/history@') &&
    /"model"\s*:\s*"(?:register|kv|cas-register)"/.test(header) &&
    !/"f"\s*:\s*"append"/.test(text)
  )
}

function reportOfHistory(ask: Ask, { history }: ReadHistory): Report {
  const { name } = ask
  const topology = topologyOfHistory(history, name.replace(/(?:\.history)?\.jsonl$/i, ''))
  const report = buildReport({
    topology,
    history,
    metrics: metricsOf(history),
    prediction: null,
    verdicts: runVerdicts(history, topology),
    provenance: provenanceOf(ask),
    simulation: null,
    live: null,
  })
  const consequence =
    'Only what the file records is shown: no topology, no messages, no states of replicas, and no warm-up left out.'
  return { ...report, settings: [{ label: 'Imported', value: name, consequence }] }
}

function provenanceOf({ name, at }: Ask): Report['provenance'] {
  return {
    tool: TOOL,
    version: VERSION,
    command: `imported from ${name}`,
    at,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    wallMs: 0,
    eventsPerS: null,
  }
}

async function kept(
  ask: Ask,
  store: Store,
  report: Report,
  history: LibraryCalls['store']['input']['history'],
  source?: { name: string; text: string },
): Promise<Answer> {
  const entry = await store({
    folder: ask.folder,
    entry: {
      ...entryOf(report, { id: ask.id, name: report.topology.name, hasHistory: history !== null, bytes: 0 }),
      // The list is in the order in which runs came to it.
      at: ask.at,
    },
    report,
    topologyText: formatFile(fileOf(report.topology, strategies)),
    history,
    ...(source === undefined ? {} : { source }),
  })
  return { entry }
}

/** Line by line, without a second copy of the whole. */
function* linesOf(text: string): Generator<string> {
  for (let from = 0; from < text.length;) {
    const at = text.indexOf('\n', from)
    const to = at === -1 ? text.length : at
    yield text.slice(from, to)
    from = to + 1
  }
}
