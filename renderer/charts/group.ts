import { shallowRef, type ShallowRef } from 'vue'
import type { Range } from '../model/range.ts'

/** What charts over the time of the same run share: where somebody points, and which part of it is looked at. */
export interface ChartGroup {
  /** In the units of the axis; null while nobody points at one of them. */
  readonly cursor: Readonly<ShallowRef<number | null>>
  /** null: all of it. */
  readonly range: Readonly<ShallowRef<Range | null>>
  readonly point: (at: number | null) => void
  readonly look: (range: Range | null) => void
}

export function chartGroup(): ChartGroup {
  const cursor = shallowRef<number | null>(null)
  const range = shallowRef<Range | null>(null)
  return { cursor, range, point: (at) => (cursor.value = at), look: (next) => (range.value = next) }
}
