import { assert } from '../base/assert.ts'
import type { Rng } from '../base/rng.ts'
import type { Ns } from '../base/time.ts'
import type { Distribution } from '../topology/distributions.ts'
import { DRAW_NS_MAX } from '../topology/laws.ts'
import { QuantileMarch } from './quantile-march.ts'

const BODY_BITS = 11
const BODY_CELLS = 1 << BODY_BITS
/** A draw takes 16 bits: a cell and a place in it. */
const PLACE_BITS = 16 - BODY_BITS
const PLACES = 1 << PLACE_BITS
const PLACE_MASK = PLACES - 1
/** The tail begins at p = 1 − 2^-8, where the upper 8 of the 16 bits are all set. */
const TAIL_START = 0xff00
const TAIL_SHARE = 1 / 256
/** The tail's cells: so many octaves of what is left of the share, each in so many equal parts. */
const TAIL_OCTAVES = 16
const PART_BITS = 5
const PARTS = 1 << PART_BITS
const PART_REST = 32 - PART_BITS
const PART_PLACES = 1 << PART_REST
const PART_MASK = PART_PLACES - 1
const TWO_32 = 4294967296
/** A cell is drawn along a straight line where that errs by no more than this share, or by half a nanosecond. */
const TOLERANCE = 0.002
/** Draws added in one call, at most. */
const STRETCH_MAX = 1024

/**
 * Draws from a distribution many times as fast as the distribution itself: 16 bits x stand for the quantile at
 * p = (x + ½) / 2^16, which a table holds, filled along straight pieces of 32 places. The tail above 1 − 2^-8 takes
 * another word and has a table of its own, whose cells narrow with what is left of the share. A cell that a straight
 * piece does not fit to 0.2 % (a kink, a jump) takes another word as well, for a table of its 32 places; what that does
 * not fit either, and the tail above 1 − 2^-24, is computed exactly. So each draw is within 0.2 % of an exact quantile.
 */
export class Sampler {
  /** Set when every draw is the same. */
  readonly constantNs: Ns | null
  readonly #distribution: Distribution
  /** The quantile for each 16 bits; 0 where the table does not settle it. */
  readonly #body: Float32Array
  /**
   * [2 cell] the quantile at the cell's upper edge, [2 cell + 1] its slope from there down: the lower the word, the
   * farther out. NaN: not straight.
   */
  readonly #tail: Float32Array
  /** The tables of the body's cells that are not straight, made when they are first drawn from. */
  readonly #bent = new Map<number, Float32Array>()
  readonly #words = new Uint32Array(STRETCH_MAX)
  /** Words of which a draw is put off; one more than there are, for the last note to be overwritten. */
  readonly #rare = new Uint32Array(STRETCH_MAX + 1)

  constructor(distribution: Distribution) {
    this.#distribution = distribution
    this.constantNs = distribution.constantNs
    if (this.constantNs !== null) {
      this.#body = this.#tail = new Float32Array(0)
      return
    }
    this.#body = this.#bodyTable()
    this.#tail = this.#tailTable()
  }

  /**
   * For `cells` cells of equal share, each of so many places: [2 cell] the quantile at the cell's lower edge and
   * [2 cell + 1] its slope per place. A cell that is not straight is left as it is.
   */
  #straighten(
    table: Float32Array,
    fromShare: number,
    cellShare: number,
    cells: number,
    places: number,
  ): void {
    const march = new QuantileMarch(this.#distribution, fromShare)
    let low = march.ns
    for (let cell = 0; cell < cells; cell++) {
      const middle = march.next(fromShare + (cell + 0.5) * cellShare)
      const high = march.next(fromShare + (cell + 1) * cellShare)
      if (isStraight(low, middle, high)) {
        table[2 * cell] = low
        table[2 * cell + 1] = (high - low) / places
      }
      low = high
    }
  }

  #bodyTable(): Float32Array {
    const cells = new Float32Array(2 * BODY_CELLS).fill(NaN)
    // The body's last cells are the tail's.
    this.#straighten(cells, 0, 1 / BODY_CELLS, BODY_CELLS - (BODY_CELLS >>> 8), PLACES)
    const table = new Float32Array(65536)
    for (let bits = 0; bits < TAIL_START; bits++) {
      const cell = (bits >>> PLACE_BITS) << 1
      const ns = cells[cell] + ((bits & PLACE_MASK) + 0.5) * cells[cell + 1]
      if (ns === ns) table[bits] = ns
    }
    return table
  }

  #tailTable(): Float32Array {
    const table = new Float32Array(2 * TAIL_OCTAVES * PARTS).fill(NaN)
    const march = new QuantileMarch(this.#distribution, 1 - TAIL_SHARE)
    let low = march.ns
    let least = TAIL_SHARE
    for (let octave = 0; octave < TAIL_OCTAVES; octave++) {
      least /= 2
      for (let part = PARTS - 1; part >= 0; part--) {
        const middle = march.next(1 - least * (1 + (part + 0.5) / PARTS))
        const high = march.next(1 - least * (1 + part / PARTS))
        if (isStraight(low, middle, high)) {
          const cell = octave * PARTS + part
          table[2 * cell] = high
          table[2 * cell + 1] = (low - high) / PART_PLACES
        }
        low = high
      }
    }
    return table
  }

  get medianNs(): Ns {
    return this.constantNs ?? this.#exactNs(0.5)
  }

  #exactNs(p: number): number {
    return Math.min(this.#distribution.quantileMs(p) * 1e6, DRAW_NS_MAX)
  }

  /**
   * Makes each of `sums[from]` … `sums[to − 1]`, at most 1,024, what `base` has there plus a draw in ns, not rounded.
   * Two draws take a word.
   */
  addTo(sums: Float64Array, from: number, to: number, rng: Rng, base: Float64Array = sums): void {
    assert(to - from <= STRETCH_MAX, 'too many draws in one call')
    const { constantNs } = this
    if (constantNs !== null) {
      for (let at = from; at < to; at++) sums[at] = base[at] + constantNs
      return
    }
    const table = this.#body
    const words = this.#words
    const rare = this.#rare
    const pairs = (to - from) >>> 1
    rng.fill(words, (to - from + 1) >>> 1)
    const rareCount = drawTabled(table, words, sums, base, from, pairs, rare)
    for (let index = 0; index < rareCount; index++) {
      const at = from + 2 * rare[index]
      const word = words[rare[index]]
      if (table[word & 0xffff] === 0) sums[at] += this.#refined(word & 0xffff, rng.u32())
      if (table[word >>> 16] === 0) sums[at + 1] += this.#refined(word >>> 16, rng.u32())
    }
    if (from + 2 * pairs < to) {
      sums[to - 1] = base[to - 1] + this.#drawn(words[pairs] & 0xffff, rng)
    }
  }

  /**
   * For a message and its answer, with nothing between: makes `arrivals` a draw of this sampler and `answers` the same
   * plus a draw of `back`. As two calls of `addTo` would, but with no sum read back, for one word gives both.
   */
  roundTrip(
    back: Sampler,
    arrivals: Float64Array,
    answers: Float64Array,
    from: number,
    to: number,
    rng: Rng,
  ): void {
    if (this.constantNs !== null || back.constantNs !== null) {
      arrivals.fill(0, from, to)
      this.addTo(arrivals, from, to, rng)
      back.addTo(answers, from, to, rng, arrivals)
      return
    }
    const n = to - from
    assert(n <= STRETCH_MAX, 'too many draws in one call')
    const words = this.#words
    const rare = this.#rare
    rng.fill(words, n)
    const rareCount = drawBoth(this.#body, back.#body, words, arrivals, answers, from, n, rare)
    for (let index = 0; index < rareCount; index++) {
      const at = from + rare[index]
      const word = words[rare[index]]
      arrivals[at] = this.#drawn(word & 0xffff, rng)
      answers[at] = arrivals[at] + back.#drawn(word >>> 16, rng)
    }
  }

  #drawn(bits: number, rng: Rng): number {
    const ns = this.#body[bits]
    return ns === 0 ? this.#refined(bits, rng.u32()) : ns
  }

  /** The draw for 16 bits that the body's table does not settle, and another word. */
  #refined(bits: number, word: number): number {
    if (bits < TAIL_START) {
      const places = this.#placesOf(bits >>> PLACE_BITS)
      const place = (bits & PLACE_MASK) << 1
      const ns = places[place] + ((word + 0.5) / TWO_32) * places[place + 1]
      return ns === ns ? ns : this.#exactNs((bits + (word + 0.5) / TWO_32) / 65536)
    }
    // The tail's share of 2^-8 is spread over the whole word: the lower 8 of the 16 bits are not needed.
    const octave = Math.clz32(word)
    if (octave < TAIL_OCTAVES) {
      const behind = (word << (octave + 1)) >>> 0
      const cell = (octave * PARTS + (behind >>> PART_REST)) << 1
      const ns = this.#tail[cell] + ((behind & PART_MASK) + 0.5) * this.#tail[cell + 1]
      if (ns === ns) return ns
    }
    return this.#exactNs(1 - (TAIL_SHARE * (word + 0.5)) / TWO_32)
  }

  #placesOf(cell: number): Float32Array {
    let places = this.#bent.get(cell)
    if (places === undefined) {
      places = new Float32Array(2 * PLACES).fill(NaN)
      this.#straighten(places, cell / BODY_CELLS, 1 / BODY_CELLS / PLACES, PLACES, 1)
      this.#bent.set(cell, places)
    }
    return places
  }
}

/**
 * Makes both draws of each word by the table, and notes in `rare` the words of which it does not settle both; returns
 * how many these are. Every note is written and most are overwritten: a branch in this loop doubles its time, because
 * the compiler then checks each array anew for each draw.
 */
function drawTabled(
  table: Float32Array,
  words: Uint32Array,
  sums: Float64Array,
  base: Float64Array,
  from: number,
  pairs: number,
  rare: Uint32Array,
): number {
  let rareCount = 0
  let at = from
  for (let pair = 0; pair < pairs; pair++) {
    const word = words[pair]
    const first = table[word & 0xffff]
    const second = table[word >>> 16]
    sums[at] = base[at] + first
    sums[at + 1] = base[at + 1] + second
    at += 2
    rare[rareCount] = pair
    rareCount += ((first * second === 0) as unknown as number) | 0
  }
  return rareCount
}

/** As `drawTabled`, but the upper half of a word is for another table, and is added to what the lower half gives. */
function drawBoth(
  table: Float32Array,
  backTable: Float32Array,
  words: Uint32Array,
  arrivals: Float64Array,
  answers: Float64Array,
  from: number,
  n: number,
  rare: Uint32Array,
): number {
  let rareCount = 0
  for (let trial = 0; trial < n; trial++) {
    const word = words[trial]
    const out = table[word & 0xffff]
    const back = backTable[word >>> 16]
    arrivals[from + trial] = out
    answers[from + trial] = out + back
    rare[rareCount] = trial
    rareCount += ((out * back === 0) as unknown as number) | 0
  }
  return rareCount
}

function isStraight(low: number, middle: number, high: number): boolean {
  return Math.abs((low + high) / 2 - middle) <= Math.max(TOLERANCE * middle, 0.5)
}

/** Makes samplers, one per distinct specification. */
export class SamplerCache {
  readonly #byDistribution = new Map<Distribution, Sampler>()
  readonly #bySpec = new Map<string, Sampler>()

  of(distribution: Distribution): Sampler {
    const known = this.#byDistribution.get(distribution)
    if (known !== undefined) return known
    const spec = JSON.stringify(distribution.spec)
    let sampler = this.#bySpec.get(spec)
    if (sampler === undefined) this.#bySpec.set(spec, (sampler = new Sampler(distribution)))
    this.#byDistribution.set(distribution, sampler)
    return sampler
  }
}
