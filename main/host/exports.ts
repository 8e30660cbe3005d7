import path from 'node:path'
import { assert } from '../../shared/base/assert.ts'
import type { History } from '../../shared/history/types.ts'
import type { Report } from '../../shared/report/types.ts'
import { obstacleTo, FileSet } from './write-atomic.ts'

/** A view of a report, by the ending of its file. Loaded when asked for: the HTML view brings the charts along. */
const VIEWS: Readonly<Record<string, () => Promise<(report: Report) => string>>> = {
  '.json': async () => (await import('../../shared/report/views/json.ts')).jsonReport,
  '.csv': async () => (await import('../../shared/report/views/csv.ts')).csvReport,
  '.md': async () => (await import('../../shared/report/views/markdown.ts')).markdownReport,
  '.html': async () => {
    const [{ htmlReport }, { drawChart }] = await Promise.all([
      import('../../shared/report/views/html/index.ts'),
      import('./draw-chart.ts'),
    ])
    return (report) => htmlReport(report, drawChart)
  },
}

export const REPORT_ENDINGS: readonly string[] = Object.keys(VIEWS)

/** What a run is asked to leave behind. */
export interface Outputs {
  reports: readonly string[]
  history: string | null
}

/**
 * Why these outputs cannot be written, as a sentence, or null. To be asked before the run, so that nobody waits for
 * minutes to learn that a folder does not exist. `input` is the file read, which no output may replace.
 */
export async function obstacleToOutputs(outputs: Outputs, input: string): Promise<string | null> {
  const { reports, history } = outputs
  for (const file of reports) {
    if (VIEWS[path.extname(file).toLowerCase()] === undefined) {
      return `${file}: a report ends in ${REPORT_ENDINGS.join(', ')}.`
    }
  }
  if (history !== null && path.extname(history).toLowerCase() !== '.jsonl') {
    return `${history}: a history ends in .jsonl.`
  }
  const targets = history === null ? reports : [...reports, history]
  const taken = new Map([[path.resolve(input), 'the topology file itself']])
  for (const target of targets) {
    const resolved = path.resolve(target)
    const holder = taken.get(resolved)
    if (holder !== undefined) return `${target}: this is ${holder}.`
    taken.set(resolved, 'another output already')
    const obstacle = await obstacleTo(target)
    if (obstacle !== null) return obstacle
  }
  return null
}

/** Writes all outputs of a run, together or not at all. `history` may be null where no output asks for it. */
export async function writeOutputs(outputs: Outputs, report: Report, history: History | null): Promise<void> {
  const files = new FileSet()
  try {
    for (const file of outputs.reports) {
      const view = await VIEWS[path.extname(file).toLowerCase()]()
      await files.stage(file, view(report))
    }
    if (outputs.history !== null) {
      assert(history !== null, 'the run did not keep the history that is to be written')
      const { historyLines } = await import('../../shared/history/jsonl.ts')
      await files.stage(outputs.history, withNewlines(historyLines(history)))
    }
    await files.commit()
  } finally {
    await files.discard()
  }
}

function* withNewlines(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`
}
