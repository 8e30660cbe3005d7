/** 64-bit arithmetic on two 32-bit words each, where BigInt would be too slow. */

/**
 * The upper word of the product of two unsigned 32-bit words, sixteen bits at a time. With it the lower 64 bits of a
 * product are `multiplyHigh(aLow, bLow) + imul(aLow, bHigh) + imul(aHigh, bLow)` over `imul(aLow, bLow)`.
 */
export function multiplyHigh(a: number, b: number): number {
  const a0 = a & 0xffff
  const a1 = a >>> 16
  const b0 = b & 0xffff
  const b1 = b >>> 16
  const middle = (Math.imul(a1, b0) >>> 0) + (Math.imul(a0, b0) >>> 16)
  const cross = (Math.imul(a0, b1) >>> 0) + (middle & 0xffff)
  return (Math.imul(a1, b1) + (middle >>> 16) + (cross >>> 16)) | 0
}
