import { describe, expect, test } from 'vitest'
import { Rng } from '../base/rng.ts'
import { RangeSample } from './range-sample.ts'

function sampleOf(keys: Iterable<number>, width = 1): RangeSample {
  const sample = new RangeSample(Rng.stream(7, 'a sample'))
  for (const key of keys) sample.add(key, key + width)
  return sample
}

const draws = (count: number, keyOf: (rng: Rng) => number): number[] => {
  const rng = Rng.stream(3, 'keys')
  return Array.from({ length: count }, () => keyOf(rng))
}

/** What part of the requests is for keys before `border`. */
const shareBelow = (keys: readonly number[], border: number): number =>
  keys.filter((key) => key < border).length / keys.length

describe('the key at which load is halved', () => {
  // A quarter of the difference: 37.5 to 62.5 %, give or take what a sample of some thousand may be wrong by.
  test.each([
    ['evenly spread keys', (rng: Rng) => rng.below(1_000)],
    [
      'keys of which low ones are asked for most',
      (rng: Rng) => rng.below(1 + rng.below(1 + rng.below(1_000))),
    ],
  ])('of %s', (_, keyOf) => {
    const keys = draws(5_000, keyOf)
    const at = sampleOf(keys).splitKey()
    expect(at).not.toBeNull()
    expect(shareBelow(keys, at ?? 0)).toBeGreaterThan(0.35)
    expect(shareBelow(keys, at ?? 0)).toBeLessThan(0.65)
  })

  test('is none where one key takes it all', () => {
    expect(sampleOf(draws(5_000, () => 42)).splitKey()).toBe(null)
  })

  test('is none where one key takes four fifths: either side is left with it', () => {
    const keys = draws(5_000, (rng) => (rng.below(5) > 0 ? 500 : rng.below(1_000)))
    expect(sampleOf(keys).splitKey()).toBe(null)
  })

  test('is none where each request is for a later key: the tail stays hot wherever it is cut', () => {
    expect(sampleOf(Array.from({ length: 20_000 }, (_, at) => at)).splitKey()).toBe(null)
  })

  test('is none where most requests would be on both sides', () => {
    expect(
      sampleOf(
        draws(5_000, (rng) => rng.below(1_000)),
        900,
      ).splitKey(),
    ).toBe(null)
  })

  test('takes a hundred requests to find', () => {
    expect(sampleOf(draws(100, (rng) => rng.below(1_000))).splitKey()).toBe(null)
    expect(sampleOf([]).splitKey()).toBe(null)
  })
})
