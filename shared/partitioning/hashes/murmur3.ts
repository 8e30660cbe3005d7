import { multiplyHigh } from '../../base/words.ts'

/**
 * MurmurHash3_x64_128 (Austin Appleby), in 32-bit words. Cassandra's variant differs in the last 1 to 15
 * octets alone: it reads them as Java's signed bytes, so that one from 128 up sets all bits above it (CASSANDRA-2975;
 * kept ever since, for every token on disk depends on it).
 */

const C1_HIGH = 0x87c37b91 | 0
const C1_LOW = 0x114253d5
const C2_HIGH = 0x4cf5ad43
const C2_LOW = 0x2745937f
const F1_HIGH = 0xff51afd7 | 0
const F1_LOW = 0xed558ccd | 0
const F2_HIGH = 0xc4ceb9fe | 0
const F2_LOW = 0x1a85ec53

/** Hashes the first `length` octets. Writes the 128 bits to `out`: the high and the low word of the first half, then those of the second. */
export function murmur3x64(
  bytes: Uint8Array,
  length: number,
  isTailSigned: boolean,
  out: Uint32Array,
  seed = 0,
): void {
  const tail = length & ~15
  let h1h = 0
  let h1l = seed | 0
  let h2h = 0
  let h2l = h1l
  let k1h: number
  let k1l: number
  let k2h: number
  let k2l: number
  let t: number
  for (let at = 0; at <= tail; at += 16) {
    if (at < tail) {
      k1l = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)
      k1h = bytes[at + 4] | (bytes[at + 5] << 8) | (bytes[at + 6] << 16) | (bytes[at + 7] << 24)
      k2l = bytes[at + 8] | (bytes[at + 9] << 8) | (bytes[at + 10] << 16) | (bytes[at + 11] << 24)
      k2h = bytes[at + 12] | (bytes[at + 13] << 8) | (bytes[at + 14] << 16) | (bytes[at + 15] << 24)
    } else {
      k1l = k1h = k2l = k2h = 0
      for (let i = tail; i < length; i++) {
        const octet = isTailSigned ? (bytes[i] << 24) >> 24 : bytes[i]
        const shift = (i & 7) << 3
        // Shifts by 32 are shifts by none in JavaScript, hence two in a row.
        const low = shift < 32 ? octet << shift : 0
        const high = shift < 32 ? (octet >> (31 - shift)) >> 1 : octet << (shift - 32)
        if ((i & 15) < 8) {
          k1l ^= low
          k1h ^= high
        } else {
          k2l ^= low
          k2h ^= high
        }
      }
    }
    // k1 *= c1; k1 = rotl(k1, 31); k1 *= c2; h1 ^= k1
    k1h = (multiplyHigh(k1l, C1_LOW) + Math.imul(k1h, C1_LOW) + Math.imul(k1l, C1_HIGH)) | 0
    k1l = Math.imul(k1l, C1_LOW)
    t = (k1l << 31) | (k1h >>> 1)
    k1h = (k1h << 31) | (k1l >>> 1)
    k1l = t
    h1h ^= multiplyHigh(k1l, C2_LOW) + Math.imul(k1h, C2_LOW) + Math.imul(k1l, C2_HIGH)
    h1l ^= Math.imul(k1l, C2_LOW)
    // k2 *= c2; k2 = rotl(k2, 33); k2 *= c1; h2 ^= k2, which in a block comes after h1 has been stirred
    k2h = (multiplyHigh(k2l, C2_LOW) + Math.imul(k2h, C2_LOW) + Math.imul(k2l, C2_HIGH)) | 0
    k2l = Math.imul(k2l, C2_LOW)
    t = (k2h << 1) | (k2l >>> 31)
    k2h = (k2l << 1) | (k2h >>> 31)
    k2l = t
    t = (multiplyHigh(k2l, C1_LOW) + Math.imul(k2h, C1_LOW) + Math.imul(k2l, C1_HIGH)) | 0
    k2l = Math.imul(k2l, C1_LOW)
    k2h = t
    if (at === tail) {
      h2h ^= k2h
      h2l ^= k2l
      break
    }
    // h1 = rotl(h1, 27) + h2; h1 = h1 * 5 + 0x52dce729
    t = (h1l << 27) | (h1h >>> 5)
    h1h = (h1h << 27) | (h1l >>> 5)
    h1l = (t + h2l) | 0
    h1h = (h1h + h2h + (h1l >>> 0 < h2l >>> 0 ? 1 : 0)) | 0
    t = Math.imul(h1l, 5)
    h1h = (multiplyHigh(h1l, 5) + Math.imul(h1h, 5)) | 0
    h1l = (t + 0x52dce729) | 0
    h1h = (h1h + (h1l >>> 0 < 0x52dce729 ? 1 : 0)) | 0
    // h2 ^= k2; h2 = rotl(h2, 31) + h1; h2 = h2 * 5 + 0x38495ab5
    h2h ^= k2h
    h2l ^= k2l
    t = (h2l << 31) | (h2h >>> 1)
    h2h = (h2h << 31) | (h2l >>> 1)
    h2l = (t + h1l) | 0
    h2h = (h2h + h1h + (h2l >>> 0 < h1l >>> 0 ? 1 : 0)) | 0
    t = Math.imul(h2l, 5)
    h2h = (multiplyHigh(h2l, 5) + Math.imul(h2h, 5)) | 0
    h2l = (t + 0x38495ab5) | 0
    h2h = (h2h + (h2l >>> 0 < 0x38495ab5 ? 1 : 0)) | 0
  }
  h1l ^= length
  h2l ^= length
  // h1 += h2; h2 += h1
  h1l = (h1l + h2l) | 0
  h1h = (h1h + h2h + (h1l >>> 0 < h2l >>> 0 ? 1 : 0)) | 0
  h2l = (h2l + h1l) | 0
  h2h = (h2h + h1h + (h2l >>> 0 < h1l >>> 0 ? 1 : 0)) | 0
  // Appleby's 64-bit finaliser, of each half: h ^= h >> 33; h *= f1; h ^= h >> 33; h *= f2; h ^= h >> 33
  h1l ^= h1h >>> 1
  h1h = (multiplyHigh(h1l, F1_LOW) + Math.imul(h1h, F1_LOW) + Math.imul(h1l, F1_HIGH)) | 0
  h1l = Math.imul(h1l, F1_LOW) ^ (h1h >>> 1)
  h1h = (multiplyHigh(h1l, F2_LOW) + Math.imul(h1h, F2_LOW) + Math.imul(h1l, F2_HIGH)) | 0
  h1l = Math.imul(h1l, F2_LOW) ^ (h1h >>> 1)
  h2l ^= h2h >>> 1
  h2h = (multiplyHigh(h2l, F1_LOW) + Math.imul(h2h, F1_LOW) + Math.imul(h2l, F1_HIGH)) | 0
  h2l = Math.imul(h2l, F1_LOW) ^ (h2h >>> 1)
  h2h = (multiplyHigh(h2l, F2_LOW) + Math.imul(h2h, F2_LOW) + Math.imul(h2l, F2_HIGH)) | 0
  h2l = Math.imul(h2l, F2_LOW) ^ (h2h >>> 1)
  h1l = (h1l + h2l) | 0
  h1h = (h1h + h2h + (h1l >>> 0 < h2l >>> 0 ? 1 : 0)) | 0
  h2l = (h2l + h1l) | 0
  h2h = (h2h + h1h + (h2l >>> 0 < h1l >>> 0 ? 1 : 0)) | 0
  out[0] = h1h
  out[1] = h1l
  out[2] = h2h
  out[3] = h2l
}
