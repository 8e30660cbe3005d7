import type { Row } from '../../../shared/report/sweep/lay-out.ts'
import type { Sweep } from '../../../shared/report/sweep/types.ts'

/** A setting or a figure of a sweep, by its place. */
export interface Column {
  readonly kind: 'setting' | 'figure'
  readonly at: number
}

export interface SortedBy {
  readonly column: Column
  readonly isDescending: boolean
}

/**
 * Rows in the order of a column, those that are alike as they were run: settings in the order of their values, figures by
 * their medians; rows without the figure come last either way.
 */
export function rowOrder({ rows, vary }: Sweep, sortedBy: SortedBy | null): readonly Row[] {
  if (sortedBy === null) return rows
  const { column, isDescending } = sortedBy
  const known = column.kind === 'setting' ? vary[column.at].values.map((value) => JSON.stringify(value)) : []
  const keyOf = ({ set, figures }: Row): number | null => {
    if (column.kind === 'figure') return figures[column.at].median
    const value = set[column.at]
    return typeof value === 'number' ? value : known.indexOf(JSON.stringify(value))
  }
  const sign = isDescending ? -1 : 1
  return rows.toSorted((one, other) => {
    const [a, b] = [keyOf(one), keyOf(other)]
    if (a === null || b === null) return Number(a === null) - Number(b === null)
    return sign * (a - b)
  })
}
