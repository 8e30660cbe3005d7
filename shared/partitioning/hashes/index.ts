import type { PartitioningSpec } from '../../topology/types.ts'
import { crc16 } from './crc16.ts'
import { fnv1a64 } from './fnv1a.ts'
import { md5 } from './md5.ts'
import { murmur3x64 } from './murmur3.ts'
import { Octets } from './octets.ts'
import { xxhash64 } from './xxhash64.ts'

export type HashName = NonNullable<PartitioningSpec['hash']>

/** A hash of the first `length` octets, as an unsigned 64-bit number: the high word goes to `out[0]`, the low one to `out[1]`. */
export type KeyHash = (bytes: Uint8Array, length: number, out: Uint32Array) => void

/** The hash functions that a file may name. `out` has room for four words. */
export const KEY_HASHES: Readonly<Record<HashName, KeyHash>> = {
  murmur3: (bytes, length, out) => murmur3x64(bytes, length, true, out),
  fnv1a: fnv1a64,
  xxhash64,
  // The digest's first four octets, least significant first, are the point on a ketama continuum.
  ketama: md5,
  crc16: (bytes, length, out) => {
    out[0] = 0
    out[1] = crc16(bytes, 0, length)
  },
}

/** Hashes the names of keys. */
export class NameHash {
  readonly #hash: KeyHash
  readonly #out = new Uint32Array(4)
  readonly #octets = new Octets()

  constructor(name: HashName) {
    this.#hash = KEY_HASHES[name]
  }

  /** The upper 32 bits: where a name lies on a ring of 2^32 points. */
  position(name: string): number {
    return this.words(name)[0]
  }

  /** The 64-bit hash modulo n, for whole n from 1 to 2^20. */
  modulo(name: string, n: number): number {
    const [high, low] = this.words(name)
    // Exact: the product is below 2^40, and so is the sum below 2^53.
    return ((high % n) * (4294967296 % n) + low) % n
  }

  /** All 64 bits, the high word first. The array is the next call's too. */
  words(name: string): Uint32Array {
    const octets = this.#octets
    octets.read(name)
    this.#hash(octets.bytes, octets.length, this.#out)
    return this.#out
  }
}
