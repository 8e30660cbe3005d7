import type { Result } from '../../base/result.ts'
import type { Problem } from '../../topology/types.ts'
import { EdnReader } from './edn.ts'
import type { ReadOptions, ReadRecord, RecordFileReader } from './types.ts'

/** Longer lines of a log are no operations. */
const LINE_CHARS_MAX = 4_000_000

/**
 * Reads a history out of what Jepsen prints of it, `history.txt` or the log of a test: lines that hold a process, a type, a
 * function, a value and perhaps an error, set apart by tabs or spaces,
 *
 *     INFO  jepsen.util - 3	:invoke	:cas	[3 4]
 *
 * with whatever the logger puts before. All other lines are somebody else's. The order of the lines is that of events;
 * of times nothing is known.
 */
export class JepsenLogReader implements RecordFileReader {
  readonly #edn: EdnReader
  /** What has come of the last line. */
  #rest = ''

  constructor(options: ReadOptions) {
    this.#edn = new EdnReader(options)
  }

  get isFull(): boolean {
    return this.#edn.isFull
  }

  push(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() as string
    for (const line of lines) this.#take(line)
    if (this.#rest.length > LINE_CHARS_MAX) this.#rest = ''
  }

  /** Hands on a line for each line, so that problems keep their numbers. */
  #take(line: string): void {
    const parts = EVENT.exec(line.trimEnd())
    if (parts === null) return this.#edn.push('\n')
    const [, process, type, f, rest = ''] = parts
    const tab = rest.indexOf('\t')
    const value = tab < 0 ? rest : rest.slice(0, tab)
    const error = tab < 0 ? '' : `, :error ${rest.slice(tab + 1)}`
    this.#edn.push(`{:process ${process}, :type ${type}, :f ${f}, :value ${value || 'nil'}${error}}\n`)
  }

  finish(): Result<ReadRecord, Problem[]> {
    this.#take(this.#rest)
    return this.#edn.finish()
  }
}

const EVENT = /(?:^|\s)(\d+|:nemesis)\s+(:invoke|:ok|:fail|:info)\s+(:[^\s"()[\]{}]+)(?:\s+(\S.*))?$/
