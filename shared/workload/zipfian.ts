import { assert } from '../base/assert.ts'
import { exp, log, pow } from '../base/math.ts'
import type { Rng } from '../base/rng.ts'

/** YCSB's default exponent. */
export const ZIPFIAN_CONSTANT = 0.99

/** Terms of a zeta sum that are added one by one before the closed form takes over. */
const HEAD_TERMS = 1024
/** Exponents this close to 1 are treated as 1, where 1/(1 − θ) has its pole. */
const NEAR_ONE = 1e-6

/**
 * The generalised harmonic number Σ 1/i^θ over i = 1 … n. Beyond a head of direct terms it is the Euler–Maclaurin
 * formula, whose remainder there is below 1e-16, so that ten million keys cost no more than a thousand.
 */
export function zeta(n: number, theta: number): number {
  const head = Math.min(n, HEAD_TERMS)
  let sum = 0
  for (let i = 1; i <= head; i++) sum += pow(i, -theta)
  if (n === head) return sum
  const atHead = pow(head, -theta)
  const atN = pow(n, -theta)
  const integral =
    Math.abs(1 - theta) < NEAR_ONE ? log(n / head) : (pow(n, 1 - theta) - pow(head, 1 - theta)) / (1 - theta)
  const slope = (theta * (atHead / head - atN / n)) / 12
  return sum + integral + (atN - atHead) / 2 + slope
}

/**
 * Ranks 0 … n−1 with P(rank) ∝ 1/(rank + 1)^θ, by the constant-time approximation of Gray et al., "Quickly Generating
 * Billion-Record Synthetic Databases", SIGMOD 1994, as YCSB's ZipfianGenerator has it: ranks 0 and 1 exact, the others
 * by the inverse of the continuous law. One difference: when n grows, YCSB keeps the first n in `eta`; here every
 * constant follows n, as in the paper.
 */
export class Zipfian {
  private items: number
  private readonly theta: number
  private readonly alpha: number
  /** `alpha` where it is a whole number to twelve digits (100 for θ = 0.99): multiplication beats log and exp. */
  private readonly wholeAlpha: number
  private readonly zeta2: number
  private zetaN: number
  private eta = 0

  /** `zetaN` may be given where it is known; it must be zeta(n, theta). */
  constructor(n: number, theta: number, zetaN = zeta(n, theta)) {
    assert(Number.isInteger(n) && n >= 1, () => `a zipfian law needs at least one item, not ${n}`)
    assert(theta >= 0 && theta < Infinity, () => `zipfian exponent ${theta}`)
    this.items = n
    this.theta = theta
    this.alpha = Math.abs(1 - theta) < NEAR_ONE ? Infinity : 1 / (1 - theta)
    const whole = Math.round(this.alpha)
    this.wholeAlpha = whole >= 1 && Math.abs(this.alpha - whole) < 1e-12 * whole ? whole : 0
    this.zeta2 = 1 + pow(2, -theta)
    this.zetaN = zetaN
    this.prepare()
  }

  get n(): number {
    return this.items
  }

  /** Makes room for more items, adding only the new terms to zeta. */
  grow(n: number): void {
    assert(n >= this.items, 'a zipfian law only grows')
    if (n === this.items) return
    if (n - this.items > HEAD_TERMS) {
      this.zetaN = zeta(n, this.theta)
    } else {
      for (let i = this.items + 1; i <= n; i++) this.zetaN += pow(i, -this.theta)
    }
    this.items = n
    this.prepare()
  }

  private prepare(): void {
    const share = 1 - this.zeta2 / this.zetaN
    // For θ = 1 the power law of `rank` becomes an exponential one, with this exponent.
    this.eta =
      this.alpha === Infinity
        ? log(this.items / 2) / share
        : (1 - pow(2 / this.items, 1 - this.theta)) / share
  }

  /** Draws a rank. Takes two words of `rng`. */
  rank(rng: Rng): number {
    const u = rng.uniform()
    const uz = u * this.zetaN
    if (uz < 1 || this.items === 1) return 0
    if (uz < this.zeta2 || this.items === 2) return 1
    const rank = Math.floor(this.items * this.fraction(u))
    return rank < this.items ? rank : this.items - 1
  }

  /** How far into the items a uniform draw falls. */
  private fraction(u: number): number {
    if (this.alpha === Infinity) return exp(this.eta * (u - 1))
    let base = this.eta * u - this.eta + 1
    if (this.wholeAlpha === 0) return exp(this.alpha * log(base))
    let bits = this.wholeAlpha
    let power = (bits & 1) === 1 ? base : 1
    while ((bits >>= 1) !== 0) {
      base *= base
      if ((bits & 1) === 1) power *= base
    }
    return power
  }
}
