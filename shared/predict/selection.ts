export const BLOCK_BITS = 9
/** Trials simulated side by side, so that each distribution is drawn from in one run: a row of every matrix. */
export const BLOCK = 1 << BLOCK_BITS

/**
 * Finds the smallest few of each column of a matrix whose rows are legs and whose columns are trials. Equal values rank
 * by their row, but for the places of equal values beyond the last.
 *
 * Which leg answers first is as good as a coin toss: a branch on it is mispredicted every other time, and that costs as
 * much as several draws. So up to two are found by arithmetic on comparisons, which compiles to no branch.
 */
export class Selection {
  /**
   * After `smallest`: where in the matrix each trial's `count` smallest values are, [at · BLOCK + trial], in no
   * particular order but that the count-th smallest is last.
   */
  readonly picks: Int32Array

  constructor(rows: number) {
    this.picks = new Int32Array(rows * BLOCK)
  }

  /** Among some rows of the first n columns; `rows` ascends and is at least `count` long. */
  smallest(matrix: Float64Array, n: number, rows: readonly number[], count: number): void {
    if (count === 1) this.#first(matrix, n, rows)
    else if (count === 2) this.#firstTwo(matrix, n, rows)
    else for (let trial = 0; trial < n; trial++) this.#several(matrix, trial, rows, count)
  }

  #first(matrix: Float64Array, n: number, rows: readonly number[]): void {
    const { picks } = this
    const start = rows[0] * BLOCK
    for (let trial = 0; trial < n; trial++) picks[trial] = start + trial
    for (let at = 1; at < rows.length; at++) {
      const row = rows[at] * BLOCK
      for (let trial = 0; trial < n; trial++) {
        const best = picks[trial]
        const other = row + trial
        picks[trial] = best ^ ((best ^ other) & -isLess(matrix[other], matrix[best]))
      }
    }
  }

  #firstTwo(matrix: Float64Array, n: number, rows: readonly number[]): void {
    const { picks } = this
    // A local: the engine reads a module's constant anew, and checks it, at every use.
    const block = BLOCK
    const [start, next] = [rows[0] * BLOCK, rows[1] * BLOCK]
    for (let trial = 0; trial < n; trial++) {
      const [a, b] = [start + trial, next + trial]
      const swap = (a ^ b) & -isLess(matrix[b], matrix[a])
      picks[trial] = a ^ swap
      picks[block + trial] = b ^ swap
    }
    for (let at = 2; at < rows.length; at++) {
      const row = rows[at] * BLOCK
      for (let trial = 0; trial < n; trial++) {
        const first = picks[trial]
        const second = picks[block + trial]
        const other = row + trial
        const value = matrix[other]
        // The second is what remains of the two lesser: the newcomer, unless it is first, and then what was first.
        const kept = second ^ ((second ^ other) & -isLess(value, matrix[second]))
        const swap = (first ^ kept) & -isLess(value, matrix[first])
        picks[trial] = first ^ swap
        picks[block + trial] = kept ^ swap
      }
    }
  }

  /** By insertion: `picks` holds the smallest so far, ascending. */
  #several(matrix: Float64Array, trial: number, rows: readonly number[], count: number): void {
    const { picks } = this
    const last = (count - 1) * BLOCK + trial
    for (let at = 0; at < rows.length; at++) {
      const pick = rows[at] * BLOCK + trial
      const value = matrix[pick]
      let hole = at * BLOCK + trial
      if (at >= count) {
        if (value >= matrix[picks[last]]) continue
        hole = last
      }
      for (; hole >= BLOCK && matrix[picks[hole - BLOCK]] > value; hole -= BLOCK) {
        picks[hole] = picks[hole - BLOCK]
      }
      picks[hole] = pick
    }
  }
}

/** 1 or 0. `| 0` turns the comparison's flag into a number without a branch. */
function isLess(a: number, b: number): number {
  return ((a < b) as unknown as number) | 0
}
