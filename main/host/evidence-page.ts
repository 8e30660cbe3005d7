import path from 'node:path'
import type { CheckedRecord } from '../../shared/report/evidence/types.ts'
import { FileSet, obstacleTo } from './write-atomic.ts'

/** Why the page of a check cannot be written there, as a sentence, or null. */
export async function obstacleToEvidencePage(
  target: string,
  inputs: readonly string[],
): Promise<string | null> {
  if (path.extname(target).toLowerCase() !== '.html') return `${target}: the page of a check ends in .html.`
  const resolved = path.resolve(target)
  if (inputs.some((input) => input !== '-' && path.resolve(input) === resolved))
    return `${target}: this is one of the histories.`
  return obstacleTo(target)
}

/** Writes the verdicts on some records as one page, whole or not at all. */
export async function writeEvidencePage(target: string, records: readonly CheckedRecord[]): Promise<void> {
  const { checkPage } = await import('../../shared/report/views/html/check-page.ts')
  const files = new FileSet()
  try {
    await files.stage(target, checkPage(records))
    await files.commit()
  } finally {
    await files.discard()
  }
}
