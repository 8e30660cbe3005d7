import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { historyLines } from '../../../shared/history/jsonl.ts'
import type { Report } from '../../../shared/report/types.ts'
import type { LibraryCalls } from './library-calls.ts'
import type { StoredHistory } from './history-file.ts'
import { writeWhole } from './json-file.ts'
import { FILES } from './library-entry.ts'

type Ask = LibraryCalls['export']['input']

/** One view of a stored run, written to its target or answered. */
export async function exportRun(
  { folder, format, target }: Ask,
  history: () => Promise<StoredHistory>,
): Promise<{ text: string | null }> {
  const chunks = await viewOf(folder, format, history)
  if (target === null) return { text: typeof chunks === 'string' ? chunks : [...chunks].join('') }
  await writeWhole(target, chunks)
  return { text: null }
}

/** Views are loaded when asked for: the HTML one brings the charts along. */
async function viewOf(
  folder: string,
  format: Ask['format'],
  history: () => Promise<StoredHistory>,
): Promise<string | Iterable<string>> {
  switch (format) {
    case 'topology.json':
      return readFile(path.join(folder, FILES.topology), 'utf8')
    case 'history.jsonl': {
      const { history: operations, labels } = await history()
      if (labels !== null) {
        throw new Error(
          'This run came as a record of another model: the file that it came as is its history.',
        )
      }
      return withNewlines(historyLines(operations))
    }
    case 'json':
      return (await import('../../../shared/report/views/json.ts')).jsonReport(await reportOf(folder))
    case 'csv':
      return (await import('../../../shared/report/views/csv.ts')).csvReport(await reportOf(folder))
    case 'md':
      return (await import('../../../shared/report/views/markdown.ts')).markdownReport(await reportOf(folder))
    case 'html': {
      const { htmlReport } = await import('../../../shared/report/views/html/index.ts')
      const { drawChart } = await import('../draw-chart.ts')
      return htmlReport(await reportOf(folder), drawChart)
    }
  }
}

/** The report of a stored run. */
export async function reportOf(folder: string): Promise<Report> {
  return JSON.parse(await readFile(path.join(folder, FILES.report), 'utf8')) as Report
}

function* withNewlines(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`
}
