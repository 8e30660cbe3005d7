import { formatCount } from '../numbers.ts'
import { LATE } from './types.ts'
import type { Experience } from './types.ts'

/** A table of the sheet as text, which every view prints in its own way. */
export interface SheetTable {
  id: string
  title: string
  /** What the figures are, in a sentence or two. */
  lead: string
  columns: readonly { title: string; numeric?: boolean }[]
  rows: readonly (readonly string[])[]
}

export const text = (title: string) => ({ title })
export const figure = (title: string) => ({ title, numeric: true })

const ERRORS_SHOWN = 3

export function errorWords({ errors }: Experience): string {
  return errors
    .slice(0, ERRORS_SHOWN)
    .map(({ code, operations }) => `${code === LATE ? 'answered too late' : code} ${formatCount(operations)}`)
    .join(', ')
}
