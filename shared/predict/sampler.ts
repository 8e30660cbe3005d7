import { assert } from '../base/assert.ts'
import type { Rng } from '../base/rng.ts'
import type { Ns } from '../base/time.ts'
import type { Distribution } from '../topology/distributions.ts'

const BODY_BITS = 11
const BODY_CELLS = 1 << BODY_BITS
/** A draw takes 16 bits: a cell and a place in it. */
const PLACE_BITS = 16 - BODY_BITS
const PLACE_MASK = (1 << PLACE_BITS) - 1
/** The tail begins at p = 1 − 2^-8, where the upper 8 of the 16 bits are all set. */
const TAIL_START = 0xff00
const TAIL_SHARE = 1 / 256
const TAIL_BITS = 10
const TAIL_CELLS = 1 << TAIL_BITS
const TAIL_REST = 32 - TAIL_BITS
const TAIL_MASK = (1 << TAIL_REST) - 1
const TWO_32 = 4294967296
/** A cell is drawn along a straight line where that errs by no more than this share, or by half a nanosecond. */
const TOLERANCE = 0.002
/** Draws added in one call, at most. */
const STRETCH_MAX = 1024
/** 52 days, as in the distributions' own draws. */
const DRAW_NS_MAX: Ns = 4503599627370496

/**
 * Draws from a distribution many times as fast as the distribution itself: 16 bits x stand for the quantile at
 * p = (x + ½) / 2^16, looked up in a table of straight pieces. The tail above 1 − 2^-8 takes another word and has a
 * table of its own, and whatever a straight piece does not fit to 0.2 % (jumps, the far tail) is computed exactly. So
 * each draw is within 0.2 % of an exact quantile, from 2 × 2,048 + 2 × 1,024 single-precision numbers, which stay in
 * the nearest cache where a table of 2^16 quantiles does not.
 */
export class Sampler {
  /** Set when every draw is the same. */
  readonly constantNs: Ns | null
  readonly #distribution: Distribution
  /** [2 cell] the quantile at the cell's lower edge, [2 cell + 1] its slope per unit of what is left of the draw; NaN: not straight. */
  readonly #body: Float32Array
  readonly #tail: Float32Array
  /** Draws put off: the place in the stretch times 2^16, plus the 16 bits. */
  readonly #rare = new Uint32Array(STRETCH_MAX)

  constructor(distribution: Distribution) {
    this.#distribution = distribution
    this.constantNs = distribution.constantNs
    if (this.constantNs !== null) {
      this.#body = this.#tail = new Float32Array(0)
      return
    }
    // The body's last cells are the tail's.
    const straight = BODY_CELLS - (BODY_CELLS >>> 8)
    this.#body = this.#table(BODY_CELLS, straight, 0, 1 / BODY_CELLS, 1 << PLACE_BITS)
    this.#tail = this.#table(TAIL_CELLS, TAIL_CELLS, 1 - TAIL_SHARE, TAIL_SHARE / TAIL_CELLS, 1 << TAIL_REST)
  }

  #table(
    cells: number,
    straight: number,
    fromShare: number,
    cellShare: number,
    places: number,
  ): Float32Array {
    const table = new Float32Array(2 * cells).fill(NaN)
    let low = this.#exactNs(fromShare)
    for (let cell = 0; cell < straight; cell++) {
      const share = fromShare + (cell + 1) * cellShare
      const high = share < 1 ? this.#exactNs(share) : Infinity
      const middle = this.#exactNs(share - cellShare / 2)
      if (Math.abs((low + high) / 2 - middle) <= Math.max(TOLERANCE * middle, 0.5)) {
        table[2 * cell] = low
        table[2 * cell + 1] = (high - low) / places
      }
      low = high
    }
    return table
  }

  #exactNs(p: number): number {
    return Math.min(this.#distribution.quantileMs(p) * 1e6, DRAW_NS_MAX)
  }

  /** Adds a draw in ns, not rounded, to each of `sums[from]` … `sums[to − 1]`, at most 1,024; two draws take a word. */
  addTo(sums: Float64Array, from: number, to: number, rng: Rng): void {
    assert(to - from <= STRETCH_MAX, () => `${to - from} draws in one call`)
    const { constantNs } = this
    if (constantNs !== null) {
      if (constantNs !== 0) for (let at = from; at < to; at++) sums[at] += constantNs
      return
    }
    const body = this.#body
    const rare = this.#rare
    let rareCount = 0
    for (let at = from; at < to; at += 2) {
      const word = rng.u32()
      const low = word & 0xffff
      const lowCell = (low >>> PLACE_BITS) << 1
      const first = body[lowCell] + ((low & PLACE_MASK) + 0.5) * body[lowCell + 1]
      if (first === first) sums[at] += first
      else rare[rareCount++] = (at - from) * 65536 + low
      if (at + 1 === to) break
      const high = word >>> 16
      const highCell = (high >>> PLACE_BITS) << 1
      const second = body[highCell] + ((high & PLACE_MASK) + 0.5) * body[highCell + 1]
      if (second === second) sums[at + 1] += second
      else rare[rareCount++] = (at + 1 - from) * 65536 + high
    }
    // Kept out of the loop above, which is twice as fast without a call in it.
    for (let index = 0; index < rareCount; index++) {
      const bits = rare[index] & 0xffff
      sums[from + (rare[index] >>> 16)] += this.#refined(bits, rng)
    }
  }

  /** The draw for 16 bits that the body's table does not settle. */
  #refined(bits: number, rng: Rng): number {
    const word = rng.u32()
    if (bits < TAIL_START) return this.#exactNs((bits + (word + 0.5) / TWO_32) / 65536)
    // The tail's share of 2^-8 is spread over the whole word: the lower 8 of the 16 bits are not needed.
    const cell = (word >>> TAIL_REST) << 1
    const ns = this.#tail[cell] + ((word & TAIL_MASK) + 0.5) * this.#tail[cell + 1]
    return ns === ns ? ns : this.#exactNs(1 - TAIL_SHARE + (TAIL_SHARE * (word + 0.5)) / TWO_32)
  }
}

/** Makes samplers, one per distinct specification. */
export class SamplerCache {
  readonly #bySpec = new Map<string, Sampler>()

  of(distribution: Distribution): Sampler {
    const spec = JSON.stringify(distribution.spec)
    let sampler = this.#bySpec.get(spec)
    if (sampler === undefined) this.#bySpec.set(spec, (sampler = new Sampler(distribution)))
    return sampler
  }
}
