import * as v from 'valibot'
import type { LibraryEntry } from '../../../shared/ipc/contract.ts'
import type { Report } from '../../../shared/report/types.ts'

/** Files of one run in the library's folder. */
export const FILES = {
  entry: 'entry.json',
  report: 'report.json',
  topology: 'topology.json',
  history: 'history.bin',
  /** What a record of another model came as: its name on a line of its own, then its text. */
  source: 'source.txt',
} as const

const figure = v.nullable(v.number())
const count = v.number()

const entry: v.GenericSchema<unknown, LibraryEntry> = v.object({
  id: v.string(),
  name: v.string(),
  at: v.string(),
  runtime: v.picklist(['simulated', 'live']),
  seed: v.number(),
  strategy: v.string(),
  durationMs: v.number(),
  operations: count,
  readP99Ms: figure,
  writeP99Ms: figure,
  staleFraction: figure,
  availability: figure,
  expectations: v.object({ met: count, missed: count, undecided: count }),
  stoppedEarly: v.nullable(v.string()),
  hasHistory: v.boolean(),
  bytes: count,
})

/** An entry as it was stored, or null where it is none. */
export function parseEntry(value: unknown): LibraryEntry | null {
  const parsed = v.safeParse(entry, value)
  return parsed.success ? parsed.output : null
}

/** What the list says of a run, out of its report. */
export function entryOf(
  report: Report,
  about: { id: string; name: string; hasHistory: boolean; bytes: number },
): LibraryEntry {
  const { operations, latencyMs, expectations } = report
  const number = (status: string) => expectations.filter((result) => result.status === status).length
  return {
    ...about,
    at: report.provenance.at,
    runtime: report.runtime,
    seed: report.seed,
    strategy: report.topology.replication.strategy,
    durationMs: report.durationMs,
    operations: operations.invoked + operations.warmup,
    readP99Ms: latencyMs.read.p99,
    writeP99Ms: latencyMs.write.p99,
    staleFraction: report.staleness.staleFraction,
    availability: report.availability.overall,
    expectations: { met: number('met'), missed: number('missed'), undecided: number('undecided') },
    stoppedEarly: report.stoppedEarly,
  }
}
