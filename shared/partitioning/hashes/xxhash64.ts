import { multiplyHigh } from '../../base/words.ts'

/**
 * XXH64 (Yann Collet, xxHash specification 0.2.0) with seed 0, in 32-bit words. A 64-bit variable is a pair of slots of one
 * array, the high word first: the array stays in the cache, and no pair is made per step.
 */

const P1_HIGH = 0x9e3779b1 | 0
const P1_LOW = 0x85ebca87 | 0
const P2_HIGH = 0xc2b2ae3d | 0
const P2_LOW = 0x27d4eb4f
const P3_HIGH = 0x165667b1
const P3_LOW = 0x9e3779f9 | 0
const P4_HIGH = 0x85ebca77 | 0
const P4_LOW = 0xc2b2ae63 | 0
const P5_HIGH = 0x27d4eb2f
const P5_LOW = 0x165667c5

/** Slots: four lanes, then the hash, then a lane's product. */
const v = new Int32Array(12)
const HASH = 8
const LANE = 10

function multiply(at: number, high: number, low: number): void {
  const l = v[at + 1]
  v[at] = multiplyHigh(l, low) + Math.imul(v[at], low) + Math.imul(l, high)
  v[at + 1] = Math.imul(l, low)
}

function add(at: number, high: number, low: number): void {
  const l = (v[at + 1] + low) | 0
  v[at] += high + (l >>> 0 < low >>> 0 ? 1 : 0)
  v[at + 1] = l
}

/** By 1 to 31. */
function rotate(at: number, by: number): void {
  const h = v[at]
  const l = v[at + 1]
  v[at] = (h << by) | (l >>> (32 - by))
  v[at + 1] = (l << by) | (h >>> (32 - by))
}

/** acc = rotl(acc + lane * P2, 31) * P1 */
function round(at: number, high: number, low: number): void {
  v[LANE] = high
  v[LANE + 1] = low
  multiply(LANE, P2_HIGH, P2_LOW)
  add(at, v[LANE], v[LANE + 1])
  rotate(at, 31)
  multiply(at, P1_HIGH, P1_LOW)
}

/** hash = (hash ^ round(0, lane)) * P1 + P4 */
function mergeRound(high: number, low: number): void {
  const acc = LANE
  v[acc] = high
  v[acc + 1] = low
  multiply(acc, P2_HIGH, P2_LOW)
  rotate(acc, 31)
  multiply(acc, P1_HIGH, P1_LOW)
  v[HASH] ^= v[acc]
  v[HASH + 1] ^= v[acc + 1]
  multiply(HASH, P1_HIGH, P1_LOW)
  add(HASH, P4_HIGH, P4_LOW)
}

function wordAt(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)
}

/** Hashes the first `length` octets. Writes the high and the low word to `out`. */
export function xxhash64(bytes: Uint8Array, length: number, out: Uint32Array): void {
  let at = 0
  v[HASH] = P5_HIGH
  v[HASH + 1] = P5_LOW
  if (length >= 32) at = stripes(bytes, length)
  add(HASH, 0, length)
  for (; at + 8 <= length; at += 8) {
    // hash = rotl(hash ^ round(0, lane), 27) * P1 + P4
    v[LANE] = wordAt(bytes, at + 4)
    v[LANE + 1] = wordAt(bytes, at)
    multiply(LANE, P2_HIGH, P2_LOW)
    rotate(LANE, 31)
    multiply(LANE, P1_HIGH, P1_LOW)
    v[HASH] ^= v[LANE]
    v[HASH + 1] ^= v[LANE + 1]
    rotate(HASH, 27)
    multiply(HASH, P1_HIGH, P1_LOW)
    add(HASH, P4_HIGH, P4_LOW)
  }
  if (at + 4 <= length) {
    v[LANE] = 0
    v[LANE + 1] = wordAt(bytes, at)
    multiply(LANE, P1_HIGH, P1_LOW)
    v[HASH] ^= v[LANE]
    v[HASH + 1] ^= v[LANE + 1]
    rotate(HASH, 23)
    multiply(HASH, P2_HIGH, P2_LOW)
    add(HASH, P3_HIGH, P3_LOW)
    at += 4
  }
  for (; at < length; at++) {
    v[LANE] = 0
    v[LANE + 1] = bytes[at]
    multiply(LANE, P5_HIGH, P5_LOW)
    v[HASH] ^= v[LANE]
    v[HASH + 1] ^= v[LANE + 1]
    rotate(HASH, 11)
    multiply(HASH, P1_HIGH, P1_LOW)
  }
  avalanche()
  out[0] = v[HASH]
  out[1] = v[HASH + 1]
}

/** The stripes of 32 octets, in four lanes that are then one hash. Returns where they end. */
function stripes(bytes: Uint8Array, length: number): number {
  v.fill(0, 0, 8)
  add(0, P1_HIGH, P1_LOW)
  add(0, P2_HIGH, P2_LOW)
  add(2, P2_HIGH, P2_LOW)
  // 0 − P1.
  add(6, ~P1_HIGH, ~P1_LOW)
  add(6, 0, 1)
  let at = 0
  for (; at + 32 <= length; at += 32) {
    for (let lane = 0; lane < 8; lane += 2) {
      round(lane, wordAt(bytes, at + 4 * lane + 4), wordAt(bytes, at + 4 * lane))
    }
  }
  const lanes = Array.from(v.subarray(0, 8))
  v[HASH] = v[HASH + 1] = 0
  for (const [lane, by] of [1, 7, 12, 18].entries()) {
    rotate(2 * lane, by)
    add(HASH, v[2 * lane], v[2 * lane + 1])
  }
  for (let lane = 0; lane < 8; lane += 2) mergeRound(lanes[lane], lanes[lane + 1])
  return at
}

function avalanche(): void {
  // hash ^= hash >> 33; hash *= P2; hash ^= hash >> 29; hash *= P3; hash ^= hash >> 32
  v[HASH + 1] ^= v[HASH] >>> 1
  multiply(HASH, P2_HIGH, P2_LOW)
  v[HASH + 1] ^= (v[HASH] << 3) | (v[HASH + 1] >>> 29)
  v[HASH] ^= v[HASH] >>> 29
  multiply(HASH, P3_HIGH, P3_LOW)
  v[HASH + 1] ^= v[HASH]
}
