/** FNV-1a (Fowler, Noll, Vo; RFC 9923) in 32 and 64 bits, of the first `length` octets. */

/** As an unsigned 32-bit number. */
export function fnv1a32(bytes: Uint8Array, length: number): number {
  let hash = 0x811c9dc5 | 0
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193)
  return hash >>> 0
}

/** Writes the high and the low word to `out`. The prime is 2^40 + 0x1b3: a shift and a small product. */
export function fnv1a64(bytes: Uint8Array, length: number, out: Uint32Array): void {
  let high = 0xcbf29ce4 | 0
  let low = 0x84222325 | 0
  for (let i = 0; i < length; i++) {
    low ^= bytes[i]
    const carry = (Math.imul(low >>> 16, 0x1b3) + (Math.imul(low & 0xffff, 0x1b3) >>> 16)) >>> 16
    high = (Math.imul(high, 0x1b3) + carry + (low << 8)) | 0
    low = Math.imul(low, 0x1b3)
  }
  out[0] = high
  out[1] = low
}
