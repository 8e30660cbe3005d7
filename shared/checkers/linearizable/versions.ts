import type { Operations } from '../contract.ts'

/**
 * The versions of one key, for histories in which every observation names the operation that made what it saw. A
 * version is a mutator with the operations that observed it. Where it is known which version came directly before
 * another, they are chained; a chain is a block, in which nothing else can have happened.
 */
export class VersionTable {
  count = 0
  /** Row that made the version; -1 for what the key held in the beginning. */
  readonly writer: Int32Array
  /** The earliest end among the version's operations, and whose. -Infinity for the initial version. */
  readonly firstEnd: Float64Array
  readonly firstEndRow: Int32Array
  /** The latest invocation. */
  readonly lastStart: Float64Array
  readonly lastStartRow: Int32Array
  /** An operation that observed the version, or -1. */
  readonly observer: Int32Array
  /** Version directly after, directly before; -1 where unknown. */
  readonly next: Int32Array
  readonly previous: Int32Array
  readonly #ops: Operations

  /** Room for so many mutators of one key. */
  constructor(ops: Operations, mutatorsMax: number) {
    const room = mutatorsMax + 1
    this.#ops = ops
    this.writer = new Int32Array(room)
    this.firstEnd = new Float64Array(room)
    this.firstEndRow = new Int32Array(room)
    this.lastStart = new Float64Array(room)
    this.lastStartRow = new Int32Array(room)
    this.observer = new Int32Array(room)
    this.next = new Int32Array(room)
    this.previous = new Int32Array(room)
  }

  /** Forgets everything but an initial version, which is version 0. */
  reset(): void {
    this.count = 0
    this.add(-1)
  }

  add(writer: number): number {
    const version = this.count++
    this.writer[version] = writer
    this.observer[version] = -1
    this.next[version] = -1
    this.previous[version] = -1
    this.firstEndRow[version] = writer
    this.lastStartRow[version] = writer
    this.firstEnd[version] = writer < 0 ? -Infinity : this.#ops.endedAt[writer]
    this.lastStart[version] = writer < 0 ? -Infinity : this.#ops.invokedAt[writer]
    return version
  }

  /** `row` observed this version. */
  observe(version: number, row: number): void {
    const { invokedAt, endedAt } = this.#ops
    this.observer[version] = row
    if (endedAt[row] < this.firstEnd[version]) {
      this.firstEnd[version] = endedAt[row]
      this.firstEndRow[version] = row
    }
    if (invokedAt[row] > this.lastStart[version]) {
      this.lastStart[version] = invokedAt[row]
      this.lastStartRow[version] = row
    }
  }

  /** Says that `later` came directly after `earlier`. False if either already has another neighbour there. */
  chain(earlier: number, later: number): boolean {
    if (this.next[earlier] === later) return true
    if (this.next[earlier] >= 0 || this.previous[later] >= 0 || later === 0) return false
    this.next[earlier] = later
    this.previous[later] = earlier
    return true
  }
}

/** Why versions cannot be put in order: each element of `rows` must come before and after others at once. */
export interface Conflict {
  readonly kind:
    | 'future-read'
    | 'chain-order'
    | 'blocks'
    /** There is a cycle, but a longer one: only the fact is known. */
    | 'tangled'
  /** Pairs of rows: the first ended before the second began. */
  readonly precedes: readonly (readonly [number, number])[]
  /** Versions concerned: the older first where that is known. */
  readonly versions: readonly number[]
}
