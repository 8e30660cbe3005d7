/**
 * YCSB's `Utils.fnvhash64`: FNV-1a over the eight bytes of a key number, least significant first, in 64-bit arithmetic
 * that wraps, and then the absolute value as Java computes it. A 64-bit product by the FNV prime 2^40 + 435 is a shift
 * and a small product, so two 32-bit words suffice and no BigInt is made.
 */

import { multiplyHigh } from '../base/words.ts'

const OFFSET_HIGH = 0xcbf29ce4 | 0
const OFFSET_LOW = 0x84222325 | 0
const PRIME_LOW = 435
/** The prime to the fourth, mod 2^64: what four zero bytes amount to. */
const PRIME4_HIGH = 0x9ffaac08 | 0
const PRIME4_LOW = 0x5635bc91 | 0
const TWO_32 = 4294967296

/** Where `hash` leaves its result: the low and the high word of |hash|. */
const words = new Int32Array(2)

/** Key numbers are whole and lie in [0, 2^53). */
function hash(key: number): void {
  let low = OFFSET_LOW
  let high = OFFSET_HIGH
  let rest = key | 0
  for (let octet = 0; octet < 8; octet++) {
    if (octet === 4) {
      if (key < TWO_32) {
        high = (Math.imul(high, PRIME4_LOW) + Math.imul(low, PRIME4_HIGH) + multiplyHigh(low, PRIME4_LOW)) | 0
        low = Math.imul(low, PRIME4_LOW)
        break
      }
      rest = (key / TWO_32) | 0
    }
    low ^= rest & 0xff
    rest >>>= 8
    const carry = (Math.imul(low >>> 16, PRIME_LOW) + (Math.imul(low & 0xffff, PRIME_LOW) >>> 16)) >>> 16
    high = (Math.imul(high, PRIME_LOW) + carry + (low << 8)) | 0
    low = Math.imul(low, PRIME_LOW)
  }
  // The absolute value without a branch: complement, and add one, where the sign bit is set.
  const sign = high >> 31
  low ^= sign
  words[0] = low - sign
  words[1] = (high ^ sign) - (low === -1 ? sign : 0)
}

/**
 * `fnvhash64(key) mod n` for whole n from 1 to 2^30. The quotient is taken in doubles and may be off by 2^11/n; the
 * remainder, in wrapping 32-bit arithmetic, is then off by a multiple of n, which a second, exact division takes away.
 */
export function ycsbHashModulo(key: number, n: number): number {
  hash(key)
  const low = words[0]
  const quotient = Math.floor((words[1] * TWO_32 + (low >>> 0)) / n)
  const rest = (low - Math.imul(quotient | 0, n)) | 0
  return rest - Math.floor(rest / n) * n
}

/** `fnvhash64(key)` in decimal, as it stands in YCSB's key names. */
export function ycsbHashDecimal(key: number): string {
  hash(key)
  const high = words[1] >>> 0
  const low = words[0] >>> 0
  // high·2^32 + low in base 10^9: again sixteen bits at a time.
  let quotient = Math.floor(high / 1e9)
  let rest = high - quotient * 1e9
  for (const limb of [low >>> 16, low & 0xffff]) {
    const x = rest * 65536 + limb
    const q = Math.floor(x / 1e9)
    quotient = quotient * 65536 + q
    rest = x - q * 1e9
  }
  return quotient === 0 ? String(rest) : String(quotient) + String(rest).padStart(9, '0')
}
