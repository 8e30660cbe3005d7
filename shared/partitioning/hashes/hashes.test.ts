import { describe, expect, test } from 'vitest'
import { utf8Bytes } from '../../base/hash.ts'
import { crc16 } from './crc16.ts'
import { fnv1a32, fnv1a64 } from './fnv1a.ts'
import { NameHash, type KeyHash } from './index.ts'
import { md5 } from './md5.ts'
import { murmur3x64 } from './murmur3.ts'
import { xxhash64 } from './xxhash64.ts'

const out = new Uint32Array(4)
const hex = (words: ArrayLike<number>): string =>
  Array.from(words, (word) => word.toString(16).padStart(8, '0')).join('')

function hash64(hash: KeyHash, bytes: Uint8Array): string {
  hash(bytes, bytes.length, out)
  return hex(out.subarray(0, 2))
}
const signed = (decimal: string): string => BigInt.asUintN(64, BigInt(decimal)).toString(16).padStart(16, '0')

describe('MurmurHash3, x64, 128 bits', () => {
  test('has the verification value that SMHasher publishes', () => {
    // main.cpp of aappleby/smhasher, Murmur3F. Keys [], [0], [0,1], … with seeds 256, 255, …; then the hash of all the hashes.
    const octets = (words: Uint32Array): number[] =>
      [0, 2].flatMap((at) =>
        [words[at + 1], words[at]].flatMap((w) => [w & 255, (w >>> 8) & 255, (w >>> 16) & 255, w >>> 24]),
      )
    const key = Uint8Array.from({ length: 256 }, (_, i) => i)
    const digests: number[] = []
    for (let length = 0; length < 256; length++) {
      murmur3x64(key, length, false, out, 256 - length)
      digests.push(...octets(out))
    }
    murmur3x64(Uint8Array.from(digests), digests.length, false, out)
    expect(out[1]).toBe(0x6384ba69)
  })

  // Of the Go driver's tests for Cassandra's partitioner (gocql, internal/murmur/murmur_test.go): "prefix" and then the
  // octets 0 … 15, 200, 201, …, of which the last ones are where Java's signed bytes differ.
  const PREFIX = [...utf8Bytes('prefix'), ...Array.from({ length: 16 }, (_, i) => i)]
  const TAIL = Array.from({ length: 16 }, (_, i) => 200 + i)
  test.each([
    [7, 0, '-5156414768376541762'],
    [8, 0, '3700033067394128583'],
    [9, 0, '-3973852022020331202'],
    [14, 0, '-9199676315897541990'],
    [15, 0, '4847624695450664884'],
    [16, 0, '-2737291859101550625'],
    [17, 0, '-1154133289533387924'],
    [22, 0, '-2684252762052835206'],
    [22, 1, '-278181328349571586'],
    [22, 2, '-5319761130493488577'],
    [22, 3, '-4593148434938707926'],
    [22, 4, '-575713103357290760'],
    [22, 5, '4290743753678124926'],
    [22, 6, '9164754117279683406'],
    [22, 7, '-107668053986278786'],
    [22, 8, '64887291506465003'],
    [22, 9, '6241282934480161521'],
    [22, 10, '5150183507841894143'],
    [22, 11, '5645797256444299552'],
    [22, 12, '-908235285856554578'],
    [22, 13, '-1785405279637408062'],
    [22, 14, '5343233714768265848'],
    [22, 15, '4936964276934412722'],
    [22, 16, '2294903531026336836'],
  ])("Cassandra's token of %i octets and %i from 200 up", (plain, high, token) => {
    const bytes = Uint8Array.from([...PREFIX.slice(0, plain), ...TAIL.slice(0, high)])
    expect(hash64((b, length, o) => murmur3x64(b, length, true, o), bytes)).toBe(signed(token))
  })

  // The Python driver's own (apache/cassandra-python-driver, tests/unit/test_metadata.py, _verify_hash); the second has two
  // octets from 128 up in its tail, the third nothing else.
  test.each([
    ['"123"', utf8Bytes('123'), '-7468325962851647638'],
    [
      '00 ff 10 fa 99, ten times',
      Array.from({ length: 10 }, () => [0, 0xff, 0x10, 0xfa, 0x99]).flat(),
      '5837342703291459765',
    ],
    ['fe, eight times', new Array<number>(8).fill(0xfe), '-8927430733708461935'],
    ['10, eight times', new Array<number>(8).fill(0x10), '1446172840243228796'],
    ['"9223372036854775807"', utf8Bytes('9223372036854775807'), '7162290910810015547'],
  ])("the driver's token of %s", (_, octets, token) => {
    const bytes = Uint8Array.from(octets)
    expect(hash64((b, length, o) => murmur3x64(b, length, true, o), bytes)).toBe(signed(token))
  })

  // Cassandra's own (apache/cassandra, MurmurHashPropertyTest, knownTestVectors): both halves.
  test.each([
    ['', 0, '0', '0'],
    ['\0', 0, '5048724184180415669', '5864299874987029891'],
    ['Hello', 0, '3871253994707141660', '-6917270852172884668'],
    ['Hello', 42, '2550721319707356219', '-6862742243595569438'],
  ])('both halves of %j with the seed %i', (text, seed, first, second) => {
    const bytes = utf8Bytes(text)
    murmur3x64(bytes, bytes.length, true, out, seed)
    expect(hex(out)).toBe(signed(first) + signed(second))
  })

  test('the signed tail differs from the published function, and only where an octet of it is from 128 up', () => {
    const of = (octets: number[], isSigned: boolean) =>
      hash64((b, length, o) => murmur3x64(b, length, isSigned, o), Uint8Array.from(octets))
    expect(of([1, 2, 127], true)).toBe(of([1, 2, 127], false))
    expect(of([1, 2, 128], true)).not.toBe(of([1, 2, 128], false))
    const block = Array.from({ length: 16 }, () => 200)
    expect(of(block, true)).toBe(of(block, false))
  })
})

describe('FNV-1a', () => {
  // Vectors of the authors' test suite (lcn2/fnv, test_fnv.c), also in RFC 9923.
  test.each([
    ['', 0x811c9dc5, 'cbf29ce484222325'],
    ['a', 0xe40c292c, 'af63dc4c8601ec8c'],
    ['b', 0xe70c2de5, 'af63df4c8601f1a5'],
    ['foobar', 0xbf9cf968, '85944171f73967e8'],
    ['chongo was here!\n', 0xd49930d5, '46810940eff5f915'],
  ])('of %j in 32 and 64 bits', (text, in32, in64) => {
    const bytes = utf8Bytes(text)
    expect(fnv1a32(bytes, bytes.length)).toBe(in32)
    expect(hash64(fnv1a64, bytes)).toBe(in64)
  })
})

describe('MD5', () => {
  // RFC 1321, appendix A.5.
  test.each([
    ['', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['a', '0cc175b9c0f1b6a831c399e269772661'],
    ['abc', '900150983cd24fb0d6963f7d28e17f72'],
    ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
    ['abcdefghijklmnopqrstuvwxyz', 'c3fcd3d76192e4007dfb496cca67e13b'],
    ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', 'd174ab98d277d9f5a5611c2c9f419d9f'],
    ['1234567890'.repeat(8), '57edf4a22be3c955ac49da2e2107b67a'],
  ])('of %j', (text, digest) => {
    const bytes = utf8Bytes(text)
    md5(bytes, bytes.length, out)
    const octets = Array.from(out).flatMap((w) => [w & 255, (w >>> 8) & 255, (w >>> 16) & 255, w >>> 24])
    expect(octets.map((octet) => octet.toString(16).padStart(2, '0')).join('')).toBe(digest)
  })
})

describe('XXH64', () => {
  // The reference's self-test (Cyan4973/xxHash, cli/xsum_sanity_check.c, XSUM_XXH64_testdata, those with seed 0): the first
  // octets of its test buffer. 222 are six stripes and every kind of remainder.
  test.each([
    [0, 'ef46db3751d8e999'],
    [1, 'e934a84adb052768'],
    [4, '9136a0dca57457ee'],
    [14, '8282dcc4994e35c8'],
    [222, 'b641ae8cb691c174'],
  ])("of %i octets of the reference's buffer", (length, expected) => {
    let generator = 2654435761n
    const buffer = Uint8Array.from({ length }, () => {
      const octet = Number(generator >> 56n)
      generator = BigInt.asUintN(64, generator * 11400714785074694797n)
      return octet
    })
    expect(hash64(xxhash64, buffer)).toBe(expected)
  })

  // cespare/xxhash, xxhash_test.go. "Exactly 63 characters, which exercises all code paths."
  test.each([
    ['', 'ef46db3751d8e999'],
    ['a', 'd24ec4f1a98c6e5b'],
    ['as', '1c330fb2d66be179'],
    ['asd', '631c37ce72a97393'],
    ['asdf', '415872f599cea71e'],
    ['Call me Ishmael. Some years ago--never mind how long precisely-', '02a2e85470d6fd96'],
  ])('of %j', (text, expected) => {
    expect(hash64(xxhash64, utf8Bytes(text))).toBe(expected)
  })
})

test('CRC-16/XMODEM has its check value', () => {
  // The catalogue's check value, and that of the Redis Cluster specification.
  const bytes = utf8Bytes('123456789')
  expect(crc16(bytes, 0, bytes.length)).toBe(0x31c3)
  expect(crc16(utf8Bytes('xx123456789yy'), 2, 11)).toBe(0x31c3)
})

describe('hashes of names', () => {
  test('the remainder is that of 64-bit arithmetic', () => {
    const names = new NameHash('xxhash64')
    for (const n of [1, 2, 3, 7, 1000, 16_384, 1_048_573]) {
      for (const name of ['', 'a', 'abc', 'user6284781860667377211']) {
        const value = BigInt(`0x${hash64(xxhash64, utf8Bytes(name))}`)
        expect(names.modulo(name, n)).toBe(Number(value % BigInt(n)))
      }
    }
  })

  test('names beyond ASCII and long ones are hashed as UTF-8', () => {
    const names = new NameHash('fnv1a')
    for (const name of ['Zürich', 'a😀b', 'x'.repeat(300)]) {
      expect(hex(names.words(name).subarray(0, 2))).toBe(hash64(fnv1a64, utf8Bytes(name)))
    }
  })
})
