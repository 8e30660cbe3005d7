import type { Operations } from '../contract.ts'
import type { Conflict, VersionTable } from './versions.ts'

/**
 * Whether the versions of one key can be put in an order that real time allows, in O(n log n).
 *
 * Since every observation names its version, a block (a version, or a chain of them) must stand in the order as one
 * piece, and block A must come before B if some operation of A ended before some operation of B began: if f(A) < s(B),
 * f being the earliest end within a block and s the latest invocation. The history is linearizable if and only if these
 * demands have no cycle; as they come from intervals, a cycle has length two (Gibbons and Korach, "Testing Shared
 * Memories", SIAM J. Comput. 1997; f and s bound the "zones" of Golab, Li and Shah, PODC 2011). With the blocks sorted
 * by s, A before B, that is an A with s(A) > f(B) and f(A) < s(B): a question for the least f among the later ones.
 *
 * Operations of one process that meet in one instant are in order although no time lies between them. Those demands are
 * no intervals; where there are any that times do not imply, blocks are sorted topologically instead.
 */
export class Zones {
  readonly #ops: Operations
  readonly #f: Float64Array
  readonly #s: Float64Array
  readonly #fVersion: Int32Array
  readonly #sVersion: Int32Array
  readonly #blockOf: Int32Array
  /** Place of a version within its block. */
  readonly #depth: Int32Array
  readonly #order: Int32Array
  readonly #stack: Int32Array
  #blocks = 0

  constructor(ops: Operations, mutatorsMax: number) {
    const room = mutatorsMax + 1
    this.#ops = ops
    this.#f = new Float64Array(room)
    this.#s = new Float64Array(room)
    this.#fVersion = new Int32Array(room)
    this.#sVersion = new Int32Array(room)
    this.#blockOf = new Int32Array(room)
    this.#depth = new Int32Array(room)
    this.#order = new Int32Array(room)
    this.#stack = new Int32Array(room)
  }

  /**
   * What keeps the versions from being ordered, or null. `ties`: flat pairs of
   * versions; an operation of the first comes before one of the second. `chained`: whether any are.
   */
  check(table: VersionTable, ties: readonly number[], chained: boolean): Conflict | null {
    return this.#within(table, chained) ?? this.#between(table, ties)
  }

  /** Builds the blocks; null unless one contradicts itself. */
  #within(table: VersionTable, chained: boolean): Conflict | null {
    const { count, firstEnd, lastStart, writer, next, previous } = table
    const { invokedAt } = this.#ops
    this.#blocks = 0
    let placed = 0
    for (let head = 0; head < count; head++) {
      if (chained && previous[head] >= 0) continue
      const block = this.#blocks++
      this.#f[block] = Infinity
      this.#s[block] = -Infinity
      this.#fVersion[block] = head
      this.#sVersion[block] = head
      for (let version = head; version >= 0; version = chained ? next[version] : -1) {
        this.#depth[version] = placed++
        this.#blockOf[version] = block
        if (writer[version] >= 0 && firstEnd[version] < invokedAt[writer[version]]) {
          const precedes = [[table.firstEndRow[version], writer[version]]] as const
          return { kind: 'future-read', precedes, versions: [version] }
        }
        if (firstEnd[version] < this.#s[block]) {
          const older = this.#sVersion[block]
          const precedes = [[table.firstEndRow[version], table.lastStartRow[older]]] as const
          return { kind: 'chain-order', precedes, versions: [older, version] }
        }
        if (firstEnd[version] < this.#f[block]) {
          this.#f[block] = firstEnd[version]
          this.#fVersion[block] = version
        }
        if (lastStart[version] > this.#s[block]) {
          this.#s[block] = lastStart[version]
          this.#sVersion[block] = version
        }
      }
    }
    // Versions that no chain's beginning leads to come each directly after the next, all the way round.
    return placed === count ? null : TANGLED
  }

  #between(table: VersionTable, ties: readonly number[]): Conflict | null {
    const order = this.#sorted()
    const stack = this.#stack
    let height = 0
    for (const block of order) {
      const f = this.#f[block]
      const s = this.#s[block]
      if (f < s && height > 0) {
        // The stack holds blocks whose s and f both ascend: the lowest with s above f(B) has the least f of them.
        let low = 0
        let high = height
        while (low < high) {
          const middle = (low + high) >>> 1
          if (this.#s[stack[middle]] > f) high = middle
          else low = middle + 1
        }
        if (low < height && this.#f[stack[low]] < s) return this.#conflict(table, stack[low], block)
      }
      while (height > 0 && this.#f[stack[height - 1]] >= f) height--
      stack[height++] = block
    }
    const conflict = this.#tiesWithin(ties)
    if (conflict !== null) return conflict
    const unimplied = this.#tiesBetween(ties)
    return unimplied.length === 0 ? null : this.#withTies(order, unimplied)
  }

  #tiesWithin(ties: readonly number[]): Conflict | null {
    for (let at = 0; at < ties.length; at += 2) {
      const [a, b] = [ties[at], ties[at + 1]]
      if (this.#blockOf[a] !== this.#blockOf[b] || a === b) continue
      if (this.#depth[a] > this.#depth[b]) return TANGLED
    }
    return null
  }

  /** Pairs of blocks that ties alone put in order. */
  #tiesBetween(ties: readonly number[]): number[] {
    const pairs: number[] = []
    for (let at = 0; at < ties.length; at += 2) {
      const a = this.#blockOf[ties[at]]
      const b = this.#blockOf[ties[at + 1]]
      if (a !== b && this.#f[a] >= this.#s[b]) pairs.push(a, b)
    }
    return pairs
  }

  /** Blocks by s. Versions were made in the order of invocation, so most stand in order already: insertion merges runs. */
  #sorted(): Int32Array {
    const order = this.#order.subarray(0, this.#blocks)
    const s = this.#s
    let isSorted = true
    for (let block = 0; block < this.#blocks; block++) {
      order[block] = block
      if (block > 0 && s[block] < s[block - 1]) isSorted = false
    }
    if (!isSorted) sortByKey(order, s)
    return order
  }

  #conflict(table: VersionTable, a: number, b: number): Conflict {
    const pair = (from: number, to: number): [number, number] => [
      table.firstEndRow[this.#fVersion[from]],
      table.lastStartRow[this.#sVersion[to]],
    ]
    const versions = [this.#fVersion[a], this.#sVersion[a], this.#fVersion[b], this.#sVersion[b]]
    return { kind: 'blocks', precedes: [pair(a, b), pair(b, a)], versions: [...new Set(versions)] }
  }

  /**
   * Takes away, one by one, blocks that no other has to come before. Those are all with s at most the least f that is
   * left, and perhaps the one block that has the least f itself, if no tie holds them back.
   */
  #withTies(byStart: Int32Array, pairs: readonly number[]): Conflict | null {
    const blocks = this.#blocks
    const held = new Int32Array(blocks)
    const after = new Map<number, number[]>()
    for (let at = 0; at < pairs.length; at += 2) {
      held[pairs[at + 1]]++
      const list = after.get(pairs[at])
      if (list === undefined) after.set(pairs[at], [pairs[at + 1]])
      else list.push(pairs[at + 1])
    }
    const byEnd = Int32Array.from(byStart)
    sortByKey(byEnd, this.#f)
    const gone = new Uint8Array(blocks)
    const open = new Uint8Array(blocks)
    const ready: number[] = []
    const admit = (block: number): void => {
      if (open[block] === 1) return
      open[block] = 1
      if (held[block] === 0) ready.push(block)
    }
    /** The place in `byEnd` of the first block at or after `from` that is left; remembers what it skipped. */
    const skip = Int32Array.from({ length: blocks + 1 }, (_, at) => at)
    const firstLeft = (from: number): number => {
      let at = from
      while (at < blocks && gone[byEnd[at]] === 1) at = skip[at] > at ? skip[at] : at + 1
      skip[from] = at
      return at
    }
    for (let start = 0; ;) {
      const end = firstLeft(0)
      if (end === blocks) return null
      const least = byEnd[end]
      const second = firstLeft(end + 1)
      for (; start < blocks && this.#s[byStart[start]] <= this.#f[least]; start++) admit(byStart[start])
      if (this.#s[least] <= (second < blocks ? this.#f[byEnd[second]] : Infinity)) admit(least)
      if (ready.length === 0) return TANGLED
      for (let block = ready.pop(); block !== undefined; block = ready.pop()) {
        gone[block] = 1
        for (const next of after.get(block) ?? [])
          if (--held[next] === 0 && open[next] === 1) ready.push(next)
      }
    }
  }
}

/** A contradiction that no two operations show. */
const TANGLED: Conflict = { kind: 'tangled', precedes: [], versions: [] }

const RUN = 24

/** Sorts indices by `keys[index]`; equal ones stay as they are. Linear where they nearly are in order. */
export function sortByKey(indices: Int32Array, keys: Float64Array): void {
  const n = indices.length
  for (let low = 0; low < n; low += RUN) {
    const high = Math.min(low + RUN, n)
    for (let at = low + 1; at < high; at++) {
      const index = indices[at]
      const key = keys[index]
      let hole = at
      for (; hole > low && keys[indices[hole - 1]] > key; hole--) indices[hole] = indices[hole - 1]
      indices[hole] = index
    }
  }
  const left = new Int32Array(n > RUN ? n : 0)
  for (let width = RUN; width < n; width *= 2) {
    for (let low = 0; low + width < n; low += 2 * width) {
      const middle = low + width
      if (keys[indices[middle - 1]] <= keys[indices[middle]]) continue
      const high = Math.min(middle + width, n)
      left.set(indices.subarray(low, middle))
      for (let l = 0, r = middle, at = low; l < width; at++)
        indices[at] = r < high && keys[indices[r]] < keys[left[l]] ? indices[r++] : left[l++]
    }
  }
}
