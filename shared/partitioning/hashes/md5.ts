/**
 * MD5 (RFC 1321), for what libketama and memcached clients do with it: to spread keys, not to protect anything. Pure, since
 * the engine may not use the platform's.
 */

const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]

/** floor(2^32 · |sin(i + 1)|), which the RFC prints as a table. */
const SINES = Int32Array.from(
  (
    'd76aa478e8c7b756242070dbc1bdceeef57c0faf4787c62aa8304613fd469501698098d88b44f7afffff5bb1895cd7be' +
    '6b901122fd987193a679438e49b40821f61e2562c040b340265e5a51e9b6c7aad62f105d02441453d8a1e681e7d3fbc8' +
    '21e1cde6c33707d6f4d50d87455a14eda9e3e905fcefa3f8676f02d98d2a4c8afffa39428771f6816d9d6122fde5380c' +
    'a4beea444bdecfa9f6bb4b60bebfbc70289b7ec6eaa127fad4ef308504881d05d9d4d039e6db99e51fa27cf8c4ac5665' +
    'f4292244432aff97ab9423a7fc93a039655b59c38f0ccc92ffeff47d85845dd16fa87e4ffe2ce6e0a30143144e0811a1' +
    'f7537e82bd3af2352ad7d2bbeb86d391'
  ).match(/.{8}/g) ?? [],
  (word) => parseInt(word, 16) | 0,
)

const block = new Int32Array(16)

/** Hashes the first `length` octets. Writes the digest to `out` as four words; the RFC's octets are theirs, each word's least significant first. */
export function md5(bytes: Uint8Array, length: number, out: Uint32Array): void {
  out[0] = 0x67452301
  out[1] = 0xefcdab89
  out[2] = 0x98badcfe
  out[3] = 0x10325476
  // The message, a bit, zeros, and the length in bits as 64 more: whole blocks of 64 octets.
  const blocks = ((length + 8) >>> 6) + 1
  for (let index = 0; index < blocks; index++) {
    const start = index << 6
    block.fill(0)
    const end = Math.min(length, start + 64)
    for (let i = start; i < end; i++) block[(i - start) >> 2] |= bytes[i] << ((i & 3) << 3)
    if (length >= start && length < start + 64) block[(length - start) >> 2] |= 0x80 << ((length & 3) << 3)
    if (index === blocks - 1) {
      block[14] = length << 3
      block[15] = length >>> 29
    }
    compress(out)
  }
}

function compress(out: Uint32Array): void {
  let a = out[0] | 0
  let b = out[1] | 0
  let c = out[2] | 0
  let d = out[3] | 0
  for (let i = 0; i < 64; i++) {
    let f: number
    let word: number
    if (i < 16) {
      f = (b & c) | (~b & d)
      word = i
    } else if (i < 32) {
      f = (d & b) | (~d & c)
      word = (5 * i + 1) & 15
    } else if (i < 48) {
      f = b ^ c ^ d
      word = (3 * i + 5) & 15
    } else {
      f = c ^ (b | ~d)
      word = (7 * i) & 15
    }
    const sum = (a + f + SINES[i] + block[word]) | 0
    const shift = SHIFTS[((i >> 4) << 2) | (i & 3)]
    a = d
    d = c
    c = b
    b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0
  }
  out[0] += a
  out[1] += b
  out[2] += c
  out[3] += d
}
