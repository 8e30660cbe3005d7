import type { OperationColumns } from '../history/types.ts'

/** A column that rows can be sorted by. */
export type Column = Float64Array | Int32Array

/**
 * Sorts rows[0 … n) by `major`, then `minor`, then row number. Bottom-up merge sort that leaves pairs of runs alone
 * which are in order already: histories nearly are, and then it is linear. `scratch` holds at least n rows.
 */
export function sortRows(
  rows: Uint32Array,
  n: number,
  scratch: Uint32Array,
  major: Column,
  minor: Column,
): void {
  const RUN = 8
  for (let from = 0; from < n; from += RUN) insertionSort(rows, from, Math.min(from + RUN, n), major, minor)
  for (let width = RUN; width < n; width *= 2) {
    for (let from = 0; from + width < n; from += 2 * width) {
      const middle = from + width
      if (!precedes(rows[middle], rows[middle - 1], major, minor)) continue
      const to = Math.min(from + 2 * width, n)
      scratch.set(rows.subarray(from, middle), 0)
      let left = 0
      let right = middle
      for (let at = from; left < width; at++) {
        rows[at] =
          right < to && precedes(rows[right], scratch[left], major, minor) ? rows[right++] : scratch[left++]
      }
    }
  }
}

function insertionSort(rows: Uint32Array, from: number, to: number, major: Column, minor: Column): void {
  for (let at = from + 1; at < to; at++) {
    const row = rows[at]
    let hole = at
    while (hole > from && precedes(row, rows[hole - 1], major, minor)) {
      rows[hole] = rows[hole - 1]
      hole--
    }
    rows[hole] = row
  }
}

function precedes(a: number, b: number, major: Column, minor: Column): boolean {
  const x = major[a]
  const y = major[b]
  if (x !== y) return x < y
  const u = minor[a]
  const v = minor[b]
  return u !== v ? u < v : a < b
}

/** Rows by key: those of group g are rows[starts[g] … starts[g + 1]), in order of row. */
export interface KeyGroups {
  rows: Uint32Array
  starts: Uint32Array
  groups: number
  largest: number
}

/** Key numbers up to so many per row are used as they are; sparser ones are numbered anew. */
const SPARSE = 8

/** Groups the rows that `wanted` marks (not 0) by key, by counting: 4 bytes per row and per key. */
export function groupByKey(ops: OperationColumns, wanted: Uint8Array): KeyGroups {
  const { count, key } = ops
  let total = 0
  let highest = 0
  for (let row = 0; row < count; row++) {
    if (wanted[row] === 0) continue
    total++
    if (key[row] > highest) highest = key[row]
  }
  const groupOf = highest > SPARSE * total + 1024 ? renumbered(ops, wanted) : null
  const groups = total === 0 ? 0 : groupOf === null ? highest + 1 : groupOf.size
  const starts = new Uint32Array(groups + 1)
  const indexOf = (row: number): number => (groupOf === null ? key[row] : (groupOf.get(key[row]) as number))
  for (let row = 0; row < count; row++) if (wanted[row] !== 0) starts[indexOf(row) + 1]++
  let largest = 0
  for (let group = 0; group < groups; group++) {
    if (starts[group + 1] > largest) largest = starts[group + 1]
    starts[group + 1] += starts[group]
  }
  const rows = new Uint32Array(total)
  const next = starts.slice(0, groups)
  for (let row = 0; row < count; row++) if (wanted[row] !== 0) rows[next[indexOf(row)]++] = row
  return { rows, starts, groups, largest }
}

function renumbered(ops: OperationColumns, wanted: Uint8Array): Map<number, number> {
  const groupOf = new Map<number, number>()
  for (let row = 0; row < ops.count; row++) {
    if (wanted[row] !== 0 && !groupOf.has(ops.key[row])) groupOf.set(ops.key[row], groupOf.size)
  }
  return groupOf
}
