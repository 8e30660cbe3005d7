import { describe, expect, test } from 'vitest'
import { Rng } from '../base/rng.ts'
import { pow } from '../base/math.ts'
import { InsertSequence } from './inserts.ts'
import {
  HotspotKeys,
  LatestKeys,
  ScrambledZipfianKeys,
  UniformKeys,
  ZipfianKeys,
  keyChooser,
} from './key-choosers.ts'
import type { KeyChooser } from './key-choosers.ts'
import { ycsbHashModulo } from './ycsb-hash.ts'

/**
 * Masses of YCSB's scrambled zipfian folded on 1,000 records and one key not yet inserted: the first two million ranks
 * exactly, the other ones spread evenly.
 */
const FOLDED = { 1: 0.03858738780567536, 10: 0.11979429414666508, 100: 0.28341440839559257 }
const RANKS_ZETA = 26.46902820178302

function histogram(chooser: KeyChooser, keys: number, draws: number, name: string): Float64Array {
  const rng = Rng.stream(11, name)
  const counts = new Float64Array(keys)
  for (let i = 0; i < draws; i++) counts[chooser.next(rng)]++
  return counts
}

function topMass(masses: Float64Array, keys: number): number {
  const total = masses.reduce((sum, mass) => sum + mass, 0)
  return (
    [...masses]
      .sort((a, b) => b - a)
      .slice(0, keys)
      .reduce((sum, mass) => sum + mass, 0) / total
  )
}

const none = (records: number) => new InsertSequence(records, 0, 1)

describe('uniform', () => {
  test('passes a chi-square test at one in a thousand', () => {
    const counts = histogram(new UniformKeys(100), 100, 1_000_000, 'uniform')
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)
    // 99 degrees of freedom: the 0.05 % and 99.95 % points of the distribution.
    expect(chiSquare).toBeGreaterThan(56)
    expect(chiSquare).toBeLessThan(151)
  })
})

describe('zipfian', () => {
  test('key 0 is the most popular, with 12.94 % of the operations on 1,000 keys', () => {
    const counts = histogram(new ZipfianKeys(1000, 0.99), 1000, 400_000, 'zipfian')
    expect(Math.abs(counts[0] / 400_000 - 0.12938362697857184)).toBeLessThan(0.0022)
    expect(Math.max(...counts)).toBe(counts[0])
  })
})

describe("YCSB's scrambled zipfian", () => {
  test('ranks folded by the hash have the published masses', () => {
    const masses = new Float64Array(1001)
    let rest = 1
    for (let rank = 0; rank < 2_000_000; rank++) {
      const mass = pow(rank + 1, -0.99) / RANKS_ZETA
      masses[ycsbHashModulo(rank, 1001)] += mass
      rest -= mass
    }
    for (let key = 0; key < 1001; key++) masses[key] += rest / 1001
    expect(topMass(masses, 1)).toBeCloseTo(FOLDED[1], 9)
    expect(topMass(masses, 10)).toBeCloseTo(FOLDED[10], 9)
    expect(topMass(masses, 100)).toBeCloseTo(FOLDED[100], 9)
  })

  test('draws have them within the error of the method of Gray et al.', () => {
    const draws = 1_000_000
    const counts = histogram(new ScrambledZipfianKeys(1001, 0.99, none(1001)), 1001, draws, 'scrambled')
    expect(Math.abs(topMass(counts, 1) - FOLDED[1])).toBeLessThan(0.001)
    expect(Math.abs(topMass(counts, 10) - FOLDED[10])).toBeLessThan(0.01)
    expect(Math.abs(topMass(counts, 100) - FOLDED[100])).toBeLessThan(0.02)
    // The most popular key is the hash of rank 0.
    expect(counts[ycsbHashModulo(0, 1001)]).toBe(Math.max(...counts))
  })

  test('keys not yet inserted are drawn again, and inserted ones come in', () => {
    const inserts = none(50)
    const keys = new ScrambledZipfianKeys(100, 0.99, inserts)
    const before = histogram(keys, 100, 20_000, 'before')
    expect(before.slice(50).every((count) => count === 0)).toBe(true)
    expect(before.slice(0, 50).every((count) => count > 0)).toBe(true)
    for (let i = 0; i < 25; i++) inserts.acknowledge(inserts.next())
    const after = histogram(keys, 100, 20_000, 'after')
    expect(after.slice(0, 75).every((count) => count > 0)).toBe(true)
    expect(after.slice(75).every((count) => count === 0)).toBe(true)
  })

  test('insertions do not move the popular key', () => {
    const few = new ScrambledZipfianKeys(2001, 0.99, none(1900))
    const many = new ScrambledZipfianKeys(2001, 0.99, none(2001))
    const top = (counts: Float64Array) => counts.indexOf(Math.max(...counts))
    expect(top(histogram(few, 2001, 50_000, 'few'))).toBe(top(histogram(many, 2001, 50_000, 'many')))
  })

  test('a key space almost all absent still gives present keys, in bounded time', () => {
    const counts = histogram(new ScrambledZipfianKeys(2 ** 40, 0.99, none(3)), 3, 300, 'absent')
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(300)
  })
})

describe('latest', () => {
  test('the newest key is the most popular, and the favourite follows the inserts', () => {
    const inserts = none(1001)
    const latest = new LatestKeys(0.99, inserts)
    const before = histogram(latest, 2001, 200_000, 'before')
    // 1,000 items: the last key is 1,000, and key 0 is never drawn.
    expect(Math.abs(before[1000] / 200_000 - 0.12938362697857184)).toBeLessThan(0.003)
    expect(before[0]).toBe(0)
    for (let i = 0; i < 1000; i++) inserts.acknowledge(inserts.next())
    const after = histogram(latest, 2001, 200_000, 'after')
    expect(Math.max(...after)).toBe(after[2000])
    expect(after[0]).toBe(0)
  })

  test('does not see inserts under way', () => {
    const inserts = none(10)
    const latest = new LatestKeys(0.99, inserts)
    inserts.next()
    expect(histogram(latest, 12, 10_000, 'under way')[10]).toBe(0)
  })

  test('a single key', () => {
    expect([...histogram(new LatestKeys(0.99, none(1)), 1, 100, 'single')]).toEqual([100])
  })
})

describe('hotspot', () => {
  test('80 % of the operations on the first 20 % of the keys, evenly', () => {
    const counts = histogram(new HotspotKeys(100, 0.2, 0.8), 100, 500_000, 'hotspot')
    const hot = counts.slice(0, 20).reduce((sum, count) => sum + count, 0)
    expect(Math.abs(hot / 500_000 - 0.8)).toBeLessThan(4 * Math.sqrt(0.16 / 500_000))
    for (const count of counts.slice(0, 20)) expect(Math.abs(count / 20_000 - 1)).toBeLessThan(0.04)
    for (const count of counts.slice(20)) expect(Math.abs(count / 1250 - 1)).toBeLessThan(0.15)
  })

  test.each([
    [0.01, 0.8],
    [1, 0],
    [0, 1],
  ])('a set without keys takes no operations (%d of the data, %d of the operations)', (data, operations) => {
    const counts = histogram(new HotspotKeys(10, data, operations), 10, 10_000, 'edge')
    expect(counts.every((count) => count > 0)).toBe(true)
  })
})

test('every distribution of the file has its chooser', () => {
  const inserts = none(1000)
  const choose = (distribution: Parameters<typeof keyChooser>[0]) =>
    keyChooser(distribution, 1000, inserts, 50)
  expect(choose({ kind: 'uniform' })).toBeInstanceOf(UniformKeys)
  expect(choose({ kind: 'zipfian', constant: 0.9 })).toBeInstanceOf(ZipfianKeys)
  expect(choose({ kind: 'scrambled-zipfian', constant: 0.99 })).toBeInstanceOf(ScrambledZipfianKeys)
  expect(choose({ kind: 'latest', constant: 0.99 })).toBeInstanceOf(LatestKeys)
  expect(choose({ kind: 'hotspot', dataFraction: 0.2, operationFraction: 0.8 })).toBeInstanceOf(HotspotKeys)
})
