import type { Rng } from '../base/rng.ts'

/** Keys in a sample, and requests a key must have been compared with before it may be chosen. */
const SAMPLE_SIZE = 20
const COMPARED_MIN = 100
/** A split is to leave both sides about the same: this much of the difference between them, at most, of their sum. */
const IMBALANCE_MAX = 0.25
/** Most requests are to be for one side only. */
const SPANNING_MAX = 0.5

interface Candidate {
  key: number
  left: number
  right: number
  spanning: number
}

/**
 * Finds the key at which to split a range so that its load is halved: a reservoir sample of the keys asked for, each with
 * how many of the later requests were for keys before it, from it on, or on both sides. So do CockroachDB (its unweighted
 * split finder) and TiKV, with these very figures. No key will do where one key takes most of the load, nor where every
 * request is for a later key than the last: neither would be better off.
 */
export class RangeSample {
  readonly #rng: Rng
  readonly #candidates: Candidate[] = []
  #count = 0

  constructor(rng: Rng) {
    this.#rng = rng
  }

  /** A request for the keys from `from` up to `to`. */
  add(from: number, to: number): void {
    const seen = this.#count++
    const at = seen < SAMPLE_SIZE ? seen : this.#rng.below(seen)
    if (at < SAMPLE_SIZE) {
      this.#candidates[at] = { key: from, left: 0, right: 0, spanning: 0 }
      return
    }
    for (const candidate of this.#candidates) {
      if (from < candidate.key && candidate.key < to) candidate.spanning++
      else if (candidate.key <= from) candidate.right++
      else candidate.left++
    }
  }

  /** Whether enough was seen to tell that no key will do. */
  get isConclusive(): boolean {
    return this.#candidates.some(({ left, right, spanning }) => left + right + spanning >= COMPARED_MIN)
  }

  /** The best of the sampled keys; null where none will do. */
  splitKey(): number | null {
    let best: { key: number; score: number } | null = null
    for (const { key, left, right, spanning } of this.#candidates) {
      const compared = left + right + spanning
      if (compared < COMPARED_MIN || left + right === 0) continue
      const imbalance = Math.abs(left - right) / (left + right)
      const shareSpanning = spanning / compared
      if (imbalance >= IMBALANCE_MAX || shareSpanning >= SPANNING_MAX) continue
      const score = imbalance + shareSpanning
      if (best === null || score < best.score) best = { key, score }
    }
    return best === null ? null : best.key
  }
}
