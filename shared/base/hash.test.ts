import { describe, expect, test } from 'vitest'
import { mix32, murmur3x128, murmur3x32, utf8Bytes } from './hash.ts'

function littleEndian(words: readonly number[]): number[] {
  return words.flatMap((w) => [w & 255, (w >>> 8) & 255, (w >>> 16) & 255, w >>> 24])
}

/** SMHasher's verification value: keys [], [0], [0,1], … with seeds 256, 255, …; then the hash of all the hashes. */
function smhasherVerification(hash: (bytes: Uint8Array, seed: number) => number[]): number {
  const key = Uint8Array.from({ length: 256 }, (_, i) => i)
  const digests: number[] = []
  for (let i = 0; i < 256; i++) digests.push(...littleEndian(hash(key.subarray(0, i), 256 - i)))
  return hash(Uint8Array.from(digests), 0)[0]
}

describe('MurmurHash3', () => {
  test('x86_32 has the verification value that SMHasher publishes', () => {
    expect(smhasherVerification((bytes, seed) => [murmur3x32(bytes, seed)])).toBe(0xb0f57ee3)
  })

  test('x86_128 has the verification value that SMHasher publishes', () => {
    expect(smhasherVerification(murmur3x128)).toBe(0xb3ece62a)
  })

  // Vectors of stackoverflow.com/a/31929528.
  test.each([
    ['', 0, 0],
    ['', 1, 0x514e28b7],
    ['', 0xffffffff, 0x81f16f39],
    ['ffffffff', 0, 0x76293b50],
    ['21436587', 0, 0xf55b516b],
    ['21436587', 0x5082edee, 0x2362f9de],
    ['214365', 0, 0x7e4a8634],
    ['2143', 0, 0xa0f7b07a],
    ['21', 0, 0x72661cf4],
  ])('x86_32 of bytes %s with seed %i', (hex, seed, expected) => {
    const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16))
    expect(murmur3x32(bytes, seed)).toBe(expected)
  })

  test('the finaliser is a bijection that fixes zero', () => {
    expect(mix32(0)).toBe(0)
    const seen = new Set<number>()
    for (let i = 0; i < 50_000; i++) seen.add(mix32(i * 65_521))
    expect(seen.size).toBe(50_000)
  })
})

test('UTF-8 encoding equals the platform encoder, unpaired surrogates included', () => {
  const encoder = new TextEncoder()
  for (const text of ['', 'plain', 'Zürich', '東京', 'a😀b', '\ud800x', 'x\udc00', '\udc00\ud800'])
    expect([...utf8Bytes(text)]).toEqual([...encoder.encode(text)])
})
