import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import path from 'node:path'

const BYTES_MAX = 1 << 20

/** What went wrong, for whoever is asked about it. Written at once: the next thing may be the end of the process. */
export class Log {
  readonly file: string

  constructor(folder: string) {
    this.file = path.join(folder, 'lab.log')
  }

  write(what: string, error: unknown): void {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
    try {
      mkdirSync(path.dirname(this.file), { recursive: true })
      const size = statSync(this.file, { throwIfNoEntry: false })?.size ?? 0
      if (size > BYTES_MAX) renameSync(this.file, `${this.file}.1`)
      appendFileSync(this.file, `${new Date().toISOString()} ${what}: ${detail}\n`)
    } catch {
      // A disk that takes no log must not hide what was to be logged.
      process.stderr.write(`${what}: ${detail}\n`)
    }
  }
}
