/**
 * Non-cryptographic hashes, each bit-exact with its published definition: MurmurHash3 (Appleby) for seeding random
 * streams and for digests. Hashes that place keys are in `shared/partitioning/hashes`.
 */

/** UTF-8 bytes of a string; an unpaired surrogate becomes U+FFFD, as in every encoder of the web platform. */
export function utf8Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3)
  let length = 0
  for (let i = 0; i < text.length; i++) {
    let code = text.codePointAt(i)!
    if (code > 0xffff) i++
    else if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd
    if (code < 0x80) {
      bytes[length++] = code
      continue
    }
    if (code < 0x800) bytes[length++] = 0xc0 | (code >> 6)
    else {
      if (code < 0x10000) bytes[length++] = 0xe0 | (code >> 12)
      else {
        bytes[length++] = 0xf0 | (code >> 18)
        bytes[length++] = 0x80 | ((code >> 12) & 0x3f)
      }
      bytes[length++] = 0x80 | ((code >> 6) & 0x3f)
    }
    bytes[length++] = 0x80 | (code & 0x3f)
  }
  return bytes.subarray(0, length)
}

function rotl(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k))
}

/**
 * MurmurHash3's 32-bit finaliser: a bijection on 32-bit words in which every input bit flips every output bit with a
 * probability near one half. Returns an int32; append `>>> 0` where an unsigned word is wanted.
 */
export function mix32(word: number): number {
  let h = word | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** MurmurHash3_x86_32 of bytes, as an unsigned 32-bit number. */
export function murmur3x32(bytes: Uint8Array, seed = 0): number {
  const length = bytes.length
  const tail = length & ~3
  let h = seed | 0
  for (let i = 0; i < tail; i += 4) {
    const k = bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24)
    h ^= Math.imul(rotl(Math.imul(k, 0xcc9e2d51), 15), 0x1b873593)
    h = (Math.imul(rotl(h, 13), 5) + 0xe6546b64) | 0
  }
  let k = 0
  for (let i = length - 1; i >= tail; i--) k = (k << 8) | bytes[i]
  h ^= Math.imul(rotl(Math.imul(k, 0xcc9e2d51), 15), 0x1b873593)
  return mix32(h ^ length) >>> 0
}

/** MurmurHash3_x86_128 of bytes: four unsigned 32-bit words, in the order in which the reference stores them. */
export function murmur3x128(bytes: Uint8Array, seed = 0): [number, number, number, number] {
  const length = bytes.length
  const c1 = 0x239b961b
  const c2 = 0xab0e9789
  const c3 = 0x38b34ae5
  const c4 = 0xa1e38b93
  let h1 = seed | 0
  let h2 = h1
  let h3 = h1
  let h4 = h1
  const tail = length & ~15
  const wordAt = (at: number): number => {
    // Bytes past the end read as zero, which is what the reference's fall-through switch amounts to.
    let word = 0
    for (let i = Math.min(at + 4, length) - 1; i >= at; i--) word |= bytes[i] << (8 * (i - at))
    return word
  }
  for (let at = 0; at < tail; at += 16) {
    h1 ^= Math.imul(rotl(Math.imul(wordAt(at), c1), 15), c2)
    h1 = (Math.imul((rotl(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0
    h2 ^= Math.imul(rotl(Math.imul(wordAt(at + 4), c2), 16), c3)
    h2 = (Math.imul((rotl(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0
    h3 ^= Math.imul(rotl(Math.imul(wordAt(at + 8), c3), 17), c4)
    h3 = (Math.imul((rotl(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0
    h4 ^= Math.imul(rotl(Math.imul(wordAt(at + 12), c4), 18), c1)
    h4 = (Math.imul((rotl(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0
  }
  h4 ^= Math.imul(rotl(Math.imul(wordAt(tail + 12), c4), 18), c1)
  h3 ^= Math.imul(rotl(Math.imul(wordAt(tail + 8), c3), 17), c4)
  h2 ^= Math.imul(rotl(Math.imul(wordAt(tail + 4), c2), 16), c3)
  h1 ^= Math.imul(rotl(Math.imul(wordAt(tail), c1), 15), c2)

  h1 ^= length
  h2 ^= length
  h3 ^= length
  h4 ^= length
  h1 = (h1 + h2 + h3 + h4) | 0
  h2 = (h2 + h1) | 0
  h3 = (h3 + h1) | 0
  h4 = (h4 + h1) | 0
  h1 = mix32(h1)
  h2 = mix32(h2)
  h3 = mix32(h3)
  h4 = mix32(h4)
  h1 = (h1 + h2 + h3 + h4) | 0
  return [h1 >>> 0, (h2 + h1) >>> 0, (h3 + h1) >>> 0, (h4 + h1) >>> 0]
}
