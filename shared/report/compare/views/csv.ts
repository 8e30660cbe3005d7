import { csvOf, type Cell } from '../../views/csv.ts'
import type { Comparison } from '../document.ts'

/**
 * A comparison as CSV (RFC 4180): a table of figures in full precision with a column for each run, and one of the
 * settings in which they differ, an empty line between them.
 */
export function csvComparison({ runs, rows, settings }: Comparison): string {
  const labels = runs.map(({ label }) => label)
  const figures: Cell[][] = rows.map(({ metric, unit, values, relative }) => [
    metric,
    unit,
    ...values,
    ...relative.slice(1),
  ])
  const head = ['metric', 'unit', ...labels, ...labels.slice(1).map((label) => `${label}: relative`)]
  const texts = settings.map(({ path, values }): Cell[] => [path, ...values.map(cellOf)])
  return `${csvOf([head, ...figures])}${texts.length === 0 ? '' : `\r\n${csvOf([['setting', ...labels], ...texts])}`}`
}

function cellOf(value: unknown): Cell {
  return typeof value === 'number' || typeof value === 'string' || value === null
    ? value
    : JSON.stringify(value)
}
