import { assert } from './assert.ts'
import { murmur3x128, utf8Bytes } from './hash.ts'

const TWO_32 = 4294967296
const TWO_53 = 9007199254740992
const PPM = 1_000_000

/**
 * Seeded random numbers in named, independent streams.
 *
 * The generator is xoshiro128** 1.1 (Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", ACM TOMS
 * 2021): 128 bits of state, period 2^128 - 1, passes BigCrush and PractRand, and needs only 32-bit shifts, xors and
 * two multiplications by small constants, which every JavaScript engine runs in registers and computes alike. PCG and
 * splitmix64 want 64-bit products, which JavaScript has only as BigInt; Mersenne Twister carries 2.5 KB per stream.
 *
 * A stream begins at MurmurHash3_x86_128(seed, name): a point of the one long cycle that looks random, different for
 * every name. With k streams of n draws each, the chance that any two overlap is about k^2 n / 2^128: a thousand
 * streams of 2^40 draws overlap with probability 2^-68. Adding a stream never shifts the draws of another.
 */
export class Rng {
  // Initialised here so that engines see small integers from the start: nearly twice as fast.
  private s0 = 0
  private s1 = 0
  private s2 = 0
  private s3 = 0

  /** Continues from a 128-bit state, given as four words of which at least one is not zero. */
  constructor(s0: number, s1: number, s2: number, s3: number) {
    this.s0 = s0 | 0
    this.s1 = s1 | 0
    this.s2 = s2 | 0
    this.s3 = s3 | 0
    assert(
      (this.s0 | this.s1 | this.s2 | this.s3) !== 0,
      'the all-zero state is a fixed point of xoshiro128**',
    )
  }

  /** The stream of this name under this seed; `seed` is an integer from 0 to 2^53 - 1. */
  static stream(seed: number, name: string): Rng {
    assert(
      Number.isSafeInteger(seed) && seed >= 0,
      () => `seed must be an integer from 0 to 2^53 - 1, not ${seed}`,
    )
    const text = utf8Bytes(name)
    const key = new Uint8Array(8 + text.length)
    let rest = seed
    for (let i = 0; i < 8; i++) {
      key[i] = rest % 256
      rest = Math.floor(rest / 256)
    }
    key.set(text, 8)
    const [a, b, c, d] = murmur3x128(key)
    // The one forbidden state comes up once in 2^128 names; it is mended all the same.
    return new Rng(a, b, c, (a | b | c | d) === 0 ? 1 : d)
  }

  /** 32 random bits, as an integer in [0, 2^32). */
  u32(): number {
    const s1 = this.s1
    const x = Math.imul(s1, 5)
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0
    const s2 = this.s2 ^ this.s0
    const s3 = this.s3 ^ s1
    this.s1 = s1 ^ s2
    this.s0 ^= s3
    this.s2 = s2 ^ (s1 << 9)
    this.s3 = (s3 << 11) | (s3 >>> 21)
    return result
  }

  /** Writes the next `count` words, as `u32` would give them; the state stays in registers meanwhile. */
  fill(words: Uint32Array, count: number): void {
    let { s0, s1, s2, s3 } = this
    for (let at = 0; at < count; at++) {
      const x = Math.imul(s1, 5)
      words[at] = Math.imul((x << 7) | (x >>> 25), 9)
      const t2 = s2 ^ s0
      const t3 = s3 ^ s1
      s0 ^= t3
      s2 = t2 ^ (s1 << 9)
      s1 ^= t2
      s3 = (t3 << 11) | (t3 >>> 21)
    }
    this.s0 = s0
    this.s1 = s1
    this.s2 = s2
    this.s3 = s3
  }

  /** Uniform in [0, 1), a multiple of 2^-53. Takes two words. */
  uniform(): number {
    const high = this.u32() >>> 5
    return (high * 67108864 + (this.u32() >>> 6)) / TWO_53
  }

  /** Uniform in the open interval (0, 1), the midpoints of 2^32 cells. Takes one word; safe to take a log of. */
  open(): number {
    return (this.u32() + 0.5) / TWO_32
  }

  /** Uniform integer in [0, n), without bias, for an integer n from 1 to 2^53. */
  below(n: number): number {
    if (n <= 2097152) {
      // Lemire's method (ACM TOMACS 2019): the product is exact below 2^53, its upper word is the answer, and the
      // few lower words that would make some answers likelier than others are drawn again.
      assert(n >= 1, () => `below(${n}): nothing to draw from`)
      let product = this.u32() * n
      let answer = Math.floor(product / TWO_32)
      let low = product - answer * TWO_32
      if (low < n) {
        const threshold = TWO_32 % n
        while (low < threshold) {
          product = this.u32() * n
          answer = Math.floor(product / TWO_32)
          low = product - answer * TWO_32
        }
      }
      return answer
    }
    if (n <= TWO_32) {
      const limit = TWO_32 - (TWO_32 % n)
      for (;;) {
        const word = this.u32()
        if (word < limit) return word % n
      }
    }
    assert(n <= TWO_53, () => `below(${n}): more than 2^53 values`)
    const limit = TWO_53 - (TWO_53 % n)
    for (;;) {
      const high = this.u32() >>> 11
      const word = high * TWO_32 + this.u32()
      if (word < limit) return word % n
    }
  }

  /** True `ppm` times in a million. Integers decide, and a certain outcome (0 or a million) draws nothing. */
  chancePpm(ppm: number): boolean {
    if (ppm <= 0) return false
    if (ppm >= PPM) return true
    return this.below(PPM) < ppm
  }

  /** Uniform integer in [min, max], both included. Draws nothing where they are equal. */
  between(min: number, max: number): number {
    assert(min <= max, () => `between(${min}, ${max}): the range is empty`)
    return min === max ? min : min + this.below(max - min + 1)
  }
}
