import { readFile } from 'node:fs/promises'
import path from 'node:path'
import * as v from 'valibot'
import type { SweepEntry } from '../../../shared/ipc/contract.ts'
import { strategies } from '../../../shared/protocols/registry.ts'
import { essenceOf } from '../../../shared/report/datasheet/essence.ts'
import type { Sweep } from '../../../shared/report/sweep/types.ts'
import { parseTopology } from '../../../shared/topology/parse.ts'

/** Files of one sweep in its folder, beside its entry. */
export const SWEEP_FILES = {
  sweep: 'sweep.json',
  topology: 'topology.json',
} as const

const entry: v.GenericSchema<unknown, SweepEntry> = v.object({
  id: v.string(),
  name: v.string(),
  at: v.string(),
  strategy: v.string(),
  vary: v.array(v.object({ path: v.string(), values: v.array(v.unknown()) })),
  combinations: v.number(),
  seeds: v.array(v.number()),
  missing: v.number(),
  essence: v.string(),
})

/** An entry as it was stored, or null where it is none. */
export function parseSweepEntry(value: unknown): SweepEntry | null {
  const parsed = v.safeParse(entry, value)
  return parsed.success ? parsed.output : null
}

/** `strategy`: of the first combination, where the file by itself is not sound. */
export function sweepEntryOf(sweep: Sweep, id: string, file: { text: string; strategy: string }): SweepEntry {
  const parsed = parseTopology(file.text, strategies)
  return {
    id,
    name: sweep.topology,
    at: sweep.provenance.at,
    strategy: parsed.ok ? parsed.value.replication.strategy : file.strategy,
    vary: sweep.vary,
    combinations: sweep.rows.length,
    seeds: sweep.seeds,
    missing: sweep.missing,
    essence: parsed.ok ? essenceOf(parsed.value) : '',
  }
}

/** The sweep of a folder. */
export async function sweepOf(folder: string): Promise<Sweep> {
  return JSON.parse(await readFile(path.join(folder, SWEEP_FILES.sweep), 'utf8')) as Sweep
}

/** The file that was varied. */
export function sweptText(folder: string): Promise<string> {
  return readFile(path.join(folder, SWEEP_FILES.topology), 'utf8')
}
