import { NO_RANK } from '../contract.ts'

/** Versions as a record states them, by row: they compare by `at`, then by `by`. */
export interface StatedVersions {
  readonly count: number
  readonly key: Uint32Array
  /** NaN where the row has no version; 0 is what was there at the beginning. */
  readonly at: Float64Array
  readonly by: Int32Array
  /** Whether a row without a version saw what its key held in the beginning. */
  readonly sawBeginning: (row: number) => boolean
}

/** Rank of each row's version within its key, as in `Operations.versionRank`. O(n log n). */
export function versionRanks({ count, key, at, by, sawBeginning }: StatedVersions): Uint32Array {
  const ranks = new Uint32Array(count).fill(NO_RANK)
  const rows = new Uint32Array(count)
  let ranked = 0
  for (let row = 0; row < count; row++) {
    if (at[row] > 0) rows[ranked++] = row
    else if (at[row] === 0 || sawBeginning(row)) ranks[row] = 0
  }
  const ordered = rows
    .subarray(0, ranked)
    .sort((a, b) => key[a] - key[b] || at[a] - at[b] || by[a] - by[b] || a - b)
  for (let index = 0, rank = 0; index < ranked; index++) {
    const row = ordered[index]
    const last = index === 0 ? -1 : ordered[index - 1]
    if (last < 0 || key[last] !== key[row]) rank = 1
    else if (at[last] !== at[row] || by[last] !== by[row]) rank++
    ranks[row] = rank
  }
  return ranks
}
