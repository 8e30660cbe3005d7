import { describe, expect, test } from 'vitest'
import { Rng } from '../base/rng.ts'
import { keyNameOf } from './key-names.ts'
import { ycsbHashDecimal, ycsbHashModulo } from './ycsb-hash.ts'
import { topologyOf } from '../testing/topologies.ts'

/** YCSB's Utils.fnvhash64 word for word, in 64-bit integers. */
function reference(key: number): bigint {
  let rest = BigInt(key)
  let hash = 0xcbf29ce484222325n
  for (let i = 0; i < 8; i++) {
    hash = BigInt.asUintN(64, (hash ^ (rest & 0xffn)) * 1099511628211n)
    rest >>= 8n
  }
  const signed = BigInt.asIntN(64, hash)
  return signed < 0n ? -signed : signed
}

function keys(count: number): number[] {
  const rng = Rng.stream(7, 'keys')
  const some = [
    0,
    1,
    255,
    256,
    65535,
    65536,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32 - 1,
    2 ** 32,
    10_000_000_000,
    2 ** 53 - 1,
  ]
  while (some.length < count) some.push(rng.below(2 ** rng.between(1, 53)))
  return some
}

describe("YCSB's 64-bit FNV hash", () => {
  test('decimal digits are those of 64-bit arithmetic', () => {
    for (const key of keys(5_000)) expect(ycsbHashDecimal(key)).toBe(reference(key).toString())
  })

  test('the remainder is that of 64-bit arithmetic for any modulus', () => {
    const moduli = [1, 2, 3, 1000, 1001, 65536, 999_983, 10_000_019, 2 ** 29 + 11, 2 ** 30 - 1, 2 ** 30]
    for (const key of keys(2_000)) {
      const hash = reference(key)
      for (const n of moduli) expect(ycsbHashModulo(key, n)).toBe(Number(hash % BigInt(n)))
    }
  })

  test('is FNV-1a: known digits of a YCSB key', () => {
    // The first record of every YCSB load with hashed insert order.
    expect(ycsbHashDecimal(0)).toBe('6284781860667377211')
  })
})

describe('key names', () => {
  test('no two of the first 2^18 keys share one', () => {
    const nameOf = keyNameOf(topologyOf().workload)
    const names = new Set<string>()
    for (let key = 0; key < 2 ** 18; key++) names.add(nameOf(key))
    expect(names.size).toBe(2 ** 18)
    expect(nameOf(0)).toBe('user6284781860667377211')
  })
})
