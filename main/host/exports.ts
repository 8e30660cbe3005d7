import path from 'node:path'
import { assert } from '../../shared/base/assert.ts'
import type { History } from '../../shared/history/types.ts'
import { listed } from '../../shared/base/listed.ts'
import type { Report } from '../../shared/report/types.ts'
import { ForeseenError } from './foreseen-error.ts'
import { FileSet, obstacleTo, WriteError } from './write-atomic.ts'

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
  const taken = new Map([[path.resolve(input), 'the topology file itself']])
  for (const target of targetsOf(outputs)) {
    const resolved = path.resolve(target)
    const holder = taken.get(resolved)
    if (holder !== undefined) return `${target}: this is ${holder}.`
    taken.set(resolved, 'another output already')
    const obstacle = await obstacleTo(target)
    if (obstacle !== null) return obstacle
  }
  return null
}

/** Some outputs of a run could not be written. Its message says which and why, and what became of the others. */
export class OutputError extends ForeseenError {
  override name = 'OutputError'
}

/**
 * Writes the outputs of a run, each whole or not at all. Where one cannot be written the others still are (a disk too
 * full for the report may have room for the history), and an OutputError says so. `history` may be null where no
 * output asks for it. `onWritten` hears of each file that is in its place.
 */
export async function writeOutputs(
  outputs: Outputs,
  report: Report,
  history: History | null,
  onWritten: (target: string) => void = () => undefined,
): Promise<void> {
  const failures: WriteError[] = []
  const written: string[] = []
  // The history first: a report can be made of it again, and it cannot be made of anything.
  for (const target of targetsOf(outputs).reverse()) {
    const files = new FileSet()
    try {
      await files.stage(target, await contentOf(target, outputs, report, history))
      await files.commit()
      written.push(target)
      onWritten(target)
    } catch (error) {
      if (!(error instanceof WriteError)) throw error
      failures.push(error)
    } finally {
      await files.discard()
    }
  }
  if (failures.length === 0) return
  const others = written.length === 0 ? 'No output was written.' : `Written whole: ${listed(written)}.`
  throw new OutputError([...failures.map(({ message }) => message), others].join(' '), { cause: failures[0] })
}

/** The files that a run is asked to leave behind: reports as they were asked for, then the history. */
export function targetsOf({ reports, history }: Outputs): string[] {
  return history === null ? [...reports] : [...reports, history]
}

async function contentOf(
  target: string,
  outputs: Outputs,
  report: Report,
  history: History | null,
): Promise<string | Iterable<string>> {
  if (target !== outputs.history) return (await VIEWS[path.extname(target).toLowerCase()]())(report)
  assert(history !== null, 'the run did not keep the history that is to be written')
  const { historyLines } = await import('../../shared/history/jsonl.ts')
  return withNewlines(historyLines(history))
}

function* withNewlines(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`
}
