import type { Evidence, Operations } from '../contract.ts'
import { sortByKey } from '../linearizable/zones.ts'
import type { VersionTable } from '../linearizable/versions.ts'
import { forEachKey } from './unique-registers.ts'

export type Delta =
  /** `read` began so long after `newer` had ended; both -1 where the history is atomic as it is. */
  | { readonly status: 'known'; readonly delta: number; readonly read: number; readonly newer: number }
  | { readonly status: 'none'; readonly evidence: Evidence }
  | { readonly status: 'unsuited'; readonly reason: string }

/**
 * The smallest Δ for which the history is Δ-atomic: for which it becomes linearizable if every read may have begun up to
 * Δ earlier (Golab, Li and Shah, "Analyzing Consistency Properties for Fun and Profit", PODC 2011). In the unit of the
 * record's instants, exact, for registers in which what was read was written once. O(n log n) per round, and a round
 * more for each time that a worse pair of versions is found.
 */
export function deltaOf(ops: Operations): Delta {
  let delta = 0
  let read = -1
  let newer = -1
  const outcome = forEachKey(ops, (table) => {
    const key = new KeyDelta(ops, table)
    const found = key.raise(delta)
    if (found === null) return
    ;({ delta, read, newer } = found)
  })
  if (outcome.status === 'impossible') return { status: 'none', evidence: outcome.evidence }
  return outcome.status === 'unsuited' ? outcome : { status: 'known', delta, read, newer }
}

interface Found {
  delta: number
  read: number
  newer: number
}

/** Rounds after which halving the range takes over from raising step by step. */
const ROUNDS = 12

/**
 * One key. Versions A and B exclude each other at Δ if some operation of A ended before one of B began, reads moved back
 * by Δ, and the other way round; the least Δ at which they do not is χ(A, B), and the answer is the largest χ.
 */
class KeyDelta {
  readonly #table: VersionTable
  readonly #writeStart: Float64Array
  readonly #shifted: Float64Array
  readonly #order: Int32Array
  readonly #stack: Int32Array

  constructor(ops: Operations, table: VersionTable) {
    this.#table = table
    const { count, writer } = table
    this.#writeStart = Float64Array.from({ length: count }, (_, version) =>
      writer[version] < 0 ? -Infinity : ops.invokedAt[writer[version]],
    )
    this.#shifted = new Float64Array(count)
    this.#order = Int32Array.from({ length: count }, (_, version) => version)
    this.#stack = new Int32Array(count)
  }

  /** The least Δ that is at least `from`, with the pair that demands it; null if `from` will do. */
  raise(from: number): Found | null {
    let found: Found | null = null
    let enough = Infinity
    for (let round = 0; ; round++) {
      const least = found?.delta ?? from
      const middle = least + (enough - least) / 2
      // Halfway is only worth trying strictly between the bounds.
      const halve = round > ROUNDS && round % 2 === 1 && middle > least && middle < enough
      const tried = halve && enough < Infinity ? middle : least
      const worse = this.#worstAt(tried)
      if (worse !== null) found = worse
      else if (tried === least) return found
      else enough = tried
      if (enough === Infinity && round > ROUNDS) enough = this.#span()
    }
  }

  /** No Δ needs to be larger. */
  #span(): number {
    const { count, firstEnd, lastStart } = this.#table
    let first = Infinity
    let last = -Infinity
    for (let version = 0; version < count; version++) {
      if (firstEnd[version] > -Infinity) first = Math.min(first, firstEnd[version])
      last = Math.max(last, lastStart[version])
    }
    return Math.max(0, last - first)
  }

  /** Of the pairs found that exclude each other at `delta`, the one with the largest χ. */
  #worstAt(delta: number): Found | null {
    const { count, firstEnd: f, lastStart } = this.#table
    const s = this.#shifted
    for (let version = 0; version < count; version++)
      s[version] = Math.max(this.#writeStart[version], lastStart[version] - delta)
    const order = this.#order
    sortByKey(order, s)
    const stack = this.#stack
    let worst: Found | null = null
    let height = 0
    for (const version of order) {
      let low = 0
      let high = height
      while (low < high) {
        const middle = (low + high) >>> 1
        if (s[stack[middle]] > f[version]) high = middle
        else low = middle + 1
      }
      if (low < height && f[stack[low]] < s[version]) {
        const pair = this.#chi(stack[low], version)
        if (worst === null || pair.delta > worst.delta) worst = pair
      }
      while (height > 0 && f[stack[height - 1]] >= f[version]) height--
      stack[height++] = version
    }
    return worst
  }

  #chi(a: number, b: number): Found {
    const { firstEnd: f, lastStart, firstEndRow, lastStartRow } = this.#table
    // To let B come before A, no operation of A may begin after one of B ended: A's write must not, reads move.
    const moving = (late: number, early: number): Found => ({
      delta: this.#writeStart[late] <= f[early] ? lastStart[late] - f[early] : Infinity,
      read: lastStartRow[late],
      newer: firstEndRow[early],
    })
    const one = moving(a, b)
    const other = moving(b, a)
    return one.delta <= other.delta ? one : other
  }
}
