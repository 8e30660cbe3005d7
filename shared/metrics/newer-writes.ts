import type { Ns } from '../base/time.ts'

/**
 * The acknowledged writes of one key, by the rank of their versions: how many are newer than a given one, and when was
 * the first of those acknowledged? Writes are added in the order of their acknowledgement; both answers take
 * O(log writes). Ranks are cut into slices that are searched apart: one slice where versions are totally ordered, one
 * per place where they are dots.
 *
 * Two Fenwick trees (Fenwick, "A new data structure for cumulative frequency tables", 1994) per slice, over the ranks
 * from the highest down, so that "rank or above" is a prefix: one of counts and one of earliest acknowledgements.
 */
export class NewerWrites {
  readonly #counts: Uint32Array
  readonly #earliestNs: Float64Array
  /** Sums over the `query` calls since `begin`. */
  count = 0
  firstAckNs: Ns = Infinity

  /** Room for so many writes of one key. */
  constructor(writesMax: number) {
    this.#counts = new Uint32Array(writesMax)
    this.#earliestNs = new Float64Array(writesMax)
  }

  clear(writes: number): void {
    this.#counts.fill(0, 0, writes)
    this.#earliestNs.fill(Infinity, 0, writes)
  }

  /** The write of this rank, in the slice of ranks from … to − 1, was acknowledged, later than all added before. */
  add(rank: number, from: number, to: number, ackNs: Ns): void {
    const length = to - from
    for (let at = to - rank; at <= length; at += at & -at) {
      this.#counts[from + at - 1]++
      if (ackNs < this.#earliestNs[from + at - 1]) this.#earliestNs[from + at - 1] = ackNs
    }
  }

  begin(): void {
    this.count = 0
    this.firstAckNs = Infinity
  }

  /** Takes in the acknowledged writes from `rank` up to the end of its slice. */
  query(rank: number, from: number, to: number): void {
    for (let at = to - rank; at > 0; at -= at & -at) {
      this.count += this.#counts[from + at - 1]
      if (this.#earliestNs[from + at - 1] < this.firstAckNs) this.firstAckNs = this.#earliestNs[from + at - 1]
    }
  }
}
