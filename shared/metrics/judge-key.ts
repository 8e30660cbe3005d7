import type { Ns } from '../base/time.ts'
import type { History } from '../history/types.ts'
import { NewerWrites } from './newer-writes.ts'
import { sortRows } from './rows.ts'

/** Takes one verdict: how many acknowledged versions newer than the one it returned the read at `row` missed. */
export interface VerdictSink {
  /**
   * `firstMissedNs` is when the first of the missed versions was acknowledged (Infinity when fresh), `lastAckNs` the
   * last acknowledgement of the key before the read (-Infinity where there was none).
   */
  judged(row: number, versionLag: number, firstMissedNs: Ns, lastAckNs: Ns): void
  unjudged(row: number): void
}

/**
 * Judges the reads of one key after another against the writes acknowledged when they began. Reads and writes are
 * merged in order of time; a read of the newest acknowledged version costs O(1), a stale one O(log writes).
 */
export class KeyJudge {
  readonly #history: History
  readonly #sink: VerdictSink
  readonly #newer: NewerWrites
  /** The writes by version; their index here is the version's rank. */
  readonly #byVersion: Uint32Array
  readonly #byAck: Uint32Array
  readonly #ackNs: Float64Array
  readonly #scratch: Uint32Array
  #writes = 0
  /** Ranks from sliceStarts[i] to sliceStarts[i + 1] − 1 form slice i, the dots of place slicePlaces[i]. */
  #sliceStarts: number[] = []
  #slicePlaces: number[] = []
  /** Rank of the newest acknowledged version per slice; −1 for none. */
  #newestRanks: number[] = []

  constructor(history: History, sink: VerdictSink, rowsMax: number) {
    this.#history = history
    this.#sink = sink
    this.#newer = new NewerWrites(rowsMax)
    this.#byVersion = new Uint32Array(rowsMax)
    this.#byAck = new Uint32Array(rowsMax)
    this.#ackNs = new Float64Array(rowsMax)
    this.#scratch = new Uint32Array(rowsMax)
  }

  /** `reads` and `writes` hold the key's successful reads and acknowledged writes, as rows, in any order. */
  judge(reads: Uint32Array, readCount: number, writes: Uint32Array, writeCount: number): void {
    const { invokedNs } = this.#history.ops
    sortRows(reads, readCount, this.#scratch, invokedNs, invokedNs)
    const unversionedNs = this.#rank(writes, writeCount)
    this.#slice()
    this.#newer.clear(this.#writes)
    let acknowledged = 0
    let counted = 0
    let lastAckNs = -Infinity
    for (let at = 0; at < readCount; at++) {
      const row = reads[at]
      const startNs = invokedNs[row]
      while (acknowledged < this.#writes && this.#ackNs[this.#byAck[acknowledged]] <= startNs) {
        const rank = this.#byAck[acknowledged++]
        lastAckNs = this.#ackNs[rank]
        const slice = this.#sliceOf(rank)
        if (rank > this.#newestRanks[slice]) this.#newestRanks[slice] = rank
      }
      if (unversionedNs <= startNs || !this.#isKnown(row)) {
        this.#sink.unjudged(row)
        continue
      }
      if (this.#isFresh(row)) {
        this.#sink.judged(row, 0, Infinity, lastAckNs)
        continue
      }
      for (; counted < acknowledged; counted++) this.#count(this.#byAck[counted])
      this.#newer.begin()
      for (let slice = 0; slice < this.#slicePlaces.length; slice++) {
        this.#newer.query(
          this.#firstNewer(slice, row),
          this.#sliceStarts[slice],
          this.#sliceStarts[slice + 1],
        )
      }
      this.#sink.judged(row, this.#newer.count, this.#newer.firstAckNs, lastAckNs)
    }
  }

  /** Sorts the versioned writes; returns when the first write without a version was acknowledged. */
  #rank(writes: Uint32Array, writeCount: number): Ns {
    const { versionAt, versionBy, endedNs } = this.#history.ops
    let unversionedNs = Infinity
    let count = 0
    for (let at = 0; at < writeCount; at++) {
      const row = writes[at]
      if (Number.isNaN(versionAt[row])) unversionedNs = Math.min(unversionedNs, endedNs[row])
      else this.#byVersion[count++] = row
    }
    this.#writes = count
    if (this.#history.order === 'ordered')
      sortRows(this.#byVersion, count, this.#scratch, versionAt, versionBy)
    else sortRows(this.#byVersion, count, this.#scratch, versionBy, versionAt)
    for (let rank = 0; rank < count; rank++) {
      this.#ackNs[rank] = endedNs[this.#byVersion[rank]]
      this.#byAck[rank] = rank
    }
    sortRows(this.#byAck, count, this.#scratch, this.#ackNs, this.#ackNs)
    return unversionedNs
  }

  #slice(): void {
    const { versionBy } = this.#history.ops
    this.#sliceStarts.length = 0
    this.#slicePlaces.length = 0
    for (let rank = 0; rank < this.#writes; rank++) {
      const place = this.#history.order === 'ordered' ? 0 : versionBy[this.#byVersion[rank]]
      if (rank > 0 && (this.#history.order === 'ordered' || place === this.#slicePlaces.at(-1))) continue
      this.#sliceStarts.push(rank)
      this.#slicePlaces.push(place)
    }
    this.#sliceStarts.push(this.#writes)
    this.#newestRanks.length = 0
    for (let slice = 0; slice < this.#slicePlaces.length; slice++) this.#newestRanks.push(-1)
  }

  #sliceOf(rank: number): number {
    let slice = 0
    while (rank >= this.#sliceStarts[slice + 1]) slice++
    return slice
  }

  #count(rank: number): void {
    const slice = this.#sliceOf(rank)
    this.#newer.add(rank, this.#sliceStarts[slice], this.#sliceStarts[slice + 1], this.#ackNs[rank])
  }

  /** Whether the record says which version, or which past, the read returned. An absent key is older than all. */
  #isKnown(row: number): boolean {
    const { result, versionAt } = this.#history.ops
    if (result[row] === 0 || result[row] === this.#history.initial) return true
    return this.#history.order === 'ordered' ? !Number.isNaN(versionAt[row]) : this.#history.contexts.has(row)
  }

  #isFresh(row: number): boolean {
    for (let slice = 0; slice < this.#newestRanks.length; slice++) {
      const rank = this.#newestRanks[slice]
      if (rank >= 0 && this.#isNewer(rank, slice, row)) return false
    }
    return true
  }

  /** Whether the version of this rank is one that the read at `row` should have returned, or covered, and did not. */
  #isNewer(rank: number, slice: number, row: number): boolean {
    const { versionAt, versionBy } = this.#history.ops
    const write = this.#byVersion[rank]
    if (this.#history.order === 'dotted') return versionAt[write] > this.#covered(slice, row)
    const readAt = versionAt[row]
    if (Number.isNaN(readAt)) return true
    return versionAt[write] !== readAt ? versionAt[write] > readAt : versionBy[write] > versionBy[row]
  }

  /** Rank of the first version of a slice that is newer than what the read returned. */
  #firstNewer(slice: number, row: number): number {
    let low = this.#sliceStarts[slice]
    let high = this.#sliceStarts[slice + 1]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#isNewer(middle, slice, row)) high = middle
      else low = middle + 1
    }
    return low
  }

  /** The highest counter of the slice's place that the read's context covers; 0 for none. */
  #covered(slice: number, row: number): number {
    const context = this.#history.contexts.get(row)
    if (context === undefined) return 0
    const place = this.#slicePlaces[slice]
    for (let at = 0; at < context.length; at++) if (context[at][0] === place) return context[at][1]
    return 0
  }
}
