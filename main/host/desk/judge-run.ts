import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Operations } from '../../../shared/checkers/contract.ts'
import { operationsOf, withDenseValues } from '../../../shared/checkers/operations/index.ts'
import { verdictOn } from '../../../shared/report/guarantees.ts'
import type { StoredHistory } from './history-file.ts'
import { readRecord } from './import-record.ts'
import type { LibraryCalls } from './library-calls.ts'
import { FILES } from './library-entry.ts'

/** Judges a kept run, or a kept record of another model, by one guarantee. */
export async function judgeRun(
  folder: string,
  guarantee: string,
  history: () => Promise<StoredHistory>,
): Promise<LibraryCalls['judge']['output']> {
  const verdict = verdictOn(await operationsIn(folder, history), guarantee)
  return typeof verdict === 'string' ? { refused: verdict } : verdict
}

async function operationsIn(folder: string, history: () => Promise<StoredHistory>): Promise<Operations> {
  const stored = await history()
  if (stored.labels === null) return withDenseValues(operationsOf(stored.history))
  const source = await readFile(path.join(folder, FILES.source), 'utf8')
  const line = source.indexOf('\n')
  const read = readRecord(source.slice(0, line), source.slice(line + 1))
  if (!read.ok) throw new Error('The record that was imported cannot be read any more.')
  return read.value.operations
}
