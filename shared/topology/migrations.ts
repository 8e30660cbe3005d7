import { err, ok, type Result } from '../base/result.ts'
import { isObject, quoted, shown } from './problems.ts'
import { FORMAT } from './format.ts'
import type { Problem } from './types.ts'

/** Turns a file of one format version into the next. */
export interface Migration {
  from: string
  to: string
  migrate(file: Readonly<Record<string, unknown>>): Record<string, unknown>
}

/**
 * Every step from an earlier format to the current one, oldest first. A step is never changed once released, and the
 * files in `fixtures/` of each version it has ever read stay there for good.
 */
export const MIGRATIONS: readonly Migration[] = []

/** Formats that are understood, oldest first. */
export function formatsUnderstood(steps: readonly Migration[] = MIGRATIONS): string[] {
  return [...steps.map(({ from }) => from), FORMAT]
}

/** Brings a file of any understood version to the current one; its `format` says which it is. */
export function migrate(
  file: unknown,
  steps: readonly Migration[] = MIGRATIONS,
): Result<Record<string, unknown>, Problem> {
  if (!isObject(file)) {
    return err({ path: '$', sentence: `A topology file holds one JSON object, but this is ${shown(file)}.` })
  }
  const format = Object.hasOwn(file, 'format') ? file.format : undefined
  const understood = formatsUnderstood(steps)
  if (typeof format !== 'string' || !understood.includes(format)) {
    return err({ path: '$.format', sentence: formatProblem(format, understood) })
  }
  let current: Record<string, unknown> = file
  for (const step of steps) {
    if (current.format === step.from) current = { ...step.migrate(current), format: step.to }
  }
  return ok(current)
}

function formatProblem(format: unknown, understood: readonly string[]): string {
  const known = understood.map(quoted).join(', ')
  if (format === undefined) return `The field "format" is missing. Add "format": "${FORMAT}".`
  if (typeof format !== 'string') return `This must be ${known}, but it is ${shown(format)}.`
  if (!format.startsWith('replica-lab/topology@')) {
    return `This is not a topology file: its format is ${quoted(format)}. Understood: ${known}.`
  }
  return `The format ${quoted(format)} is not understood by this version. Understood: ${known}.`
}
