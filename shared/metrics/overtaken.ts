import type { History } from '../history/types.ts'
import { sortRows } from './rows.ts'

/**
 * Counts writes that were acknowledged although a newer version of their key had been acknowledged before they began:
 * their author was told of success, and nobody can ever read them. With versions ordered by timestamp it takes no more
 * than a clock that runs ahead. Dotted orders keep such values as siblings, so there it is always 0.
 */
export class OvertakenWrites {
  readonly #ops: History['ops']
  readonly #warmupNs: number
  readonly #isOrdered: boolean
  readonly #byEnd: Uint32Array
  readonly #scratch: Uint32Array
  acknowledged = 0
  overtaken = 0

  constructor({ ops, warmupNs, order }: History, largestGroup: number) {
    this.#ops = ops
    this.#warmupNs = warmupNs
    this.#isOrdered = order === 'ordered'
    this.#byEnd = new Uint32Array(largestGroup)
    this.#scratch = new Uint32Array(largestGroup)
  }

  /** The acknowledged writes of one key, in order of invocation. O(w log w), less where ends are nearly in order. */
  add(writes: Uint32Array, count: number): void {
    const { endedNs, invokedNs, versionAt, versionBy } = this.#ops
    const byEnd = this.#byEnd
    byEnd.set(writes.subarray(0, count))
    sortRows(byEnd, count, this.#scratch, endedNs, invokedNs)
    let next = 0
    let newest = -1
    for (let index = 0; index < count; index++) {
      const row = writes[index]
      for (; next < count && endedNs[byEnd[next]] <= invokedNs[row]; next++) {
        const acknowledged = byEnd[next]
        if (newest === -1 || isNewer(acknowledged, newest, versionAt, versionBy)) newest = acknowledged
      }
      if (invokedNs[row] < this.#warmupNs) continue
      this.acknowledged++
      if (this.#isOrdered && newest !== -1 && isNewer(newest, row, versionAt, versionBy)) this.overtaken++
    }
  }
}

function isNewer(a: number, b: number, at: Float64Array, by: Int32Array): boolean {
  return at[a] > at[b] || (at[a] === at[b] && by[a] > by[b])
}
