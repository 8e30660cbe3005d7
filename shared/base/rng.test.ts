import { describe, expect, test } from 'vitest'
import { Rng } from './rng.ts'

const draws = (n: number, draw: () => number): number[] => Array.from({ length: n }, draw)

/** Pearson's statistic of counts against equal shares. */
function chiSquare(counts: ArrayLike<number>): number {
  let total = 0
  for (let i = 0; i < counts.length; i++) total += counts[i]
  const expected = total / counts.length
  let sum = 0
  for (let i = 0; i < counts.length; i++) sum += (counts[i] - expected) ** 2 / expected
  return sum
}

test('u32 reproduces the reference output of xoshiro128** 1.1 for state 1, 2, 3, 4', () => {
  // As in the tests of Rust's rand_xoshiro, made with the authors' C code.
  const rng = new Rng(1, 2, 3, 4)
  expect(draws(10, () => rng.u32())).toEqual([
    11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
  ])
})

test('fill gives the words that u32 would have given, and goes on from there', () => {
  const [one, other] = [Rng.stream(3, 'fill'), Rng.stream(3, 'fill')]
  const words = new Uint32Array(8).fill(7)
  one.fill(words, 5)
  expect([...words]).toEqual([...draws(5, () => other.u32()), 7, 7, 7])
  expect(one.u32()).toBe(other.u32())
})

test('the all-zero state is refused', () => {
  expect(() => new Rng(0, 0, 0, 0)).toThrow('fixed point')
})

describe('streams', () => {
  const first = (seed: number, name: string): string => {
    const rng = Rng.stream(seed, name)
    return draws(4, () => rng.u32()).join()
  }

  test('the same seed and name give the same draws', () => {
    expect(first(7, 'link r1 r2')).toBe(first(7, 'link r1 r2'))
  })

  test('any other seed or name gives others, high bits of the seed included', () => {
    const keys: [number, string][] = [
      [0, ''],
      [0, 'a'],
      [1, ''],
      [1, 'a'],
      [2 ** 32, ''],
      [2 ** 32 + 1, 'a'],
      [2 ** 53 - 1, 'a'],
      [0, 'a\0'],
      [0, 'ä'],
    ]
    expect(new Set(keys.map(([seed, name]) => first(seed, name))).size).toBe(keys.length)
  })

  test('the start of a stream is pinned: a change of the derivation changes every saved run', () => {
    expect(first(1, 'network')).toMatchInlineSnapshot(`"2216977860,4158550102,2641589077,4175368522"`)
  })

  test('neighbouring seeds are uncorrelated: first words of 4096 of them fill 64 cells evenly', () => {
    const counts = new Uint32Array(64)
    for (let seed = 0; seed < 4096; seed++) counts[Rng.stream(seed, 'x').u32() >>> 26]++
    // 63 degrees of freedom: beyond 103.4 with probability 0.001, below 32 with 0.0004.
    expect(chiSquare(counts)).toBeLessThan(103.4)
    expect(chiSquare(counts)).toBeGreaterThan(32)
  })

  test.each([-1, 0.5, NaN, 2 ** 53])('seed %d is refused', (seed) => {
    expect(() => Rng.stream(seed, 'a')).toThrow('seed must be')
  })
})

describe('below', () => {
  test('small ranges are even', () => {
    const rng = Rng.stream(3, 'below')
    const counts = new Uint32Array(10)
    for (let i = 0; i < 100_000; i++) counts[rng.below(10)]++
    expect(chiSquare(counts)).toBeLessThan(27.9) // 9 degrees of freedom, 0.001
  })

  test('Lemire rejection redraws exactly the words below 2^32 mod n', () => {
    // A generator whose words are chosen: for n = 3, 2^32 mod 3 = 1, so only word 0 (lower word 0) is redrawn;
    // the lower words of the others are 2^32 - 1, 2 and 1.
    const rng = new Rng(1, 2, 3, 4)
    const words = [0, 1431655765, 1431655766, 2863311531]
    rng.u32 = () => words.shift()!
    expect(draws(3, () => rng.below(3))).toEqual([0, 1, 2])
    expect(words).toEqual([])
  })

  test.each([1, 2, 3, 1_000_000, 2_097_152, 2_097_153, 2 ** 31 + 1, 2 ** 32, 2 ** 32 + 1, 2 ** 53])(
    'stays in range and reaches both halves for n = %d',
    (n) => {
      const rng = Rng.stream(11, 'range')
      let low = 0
      for (let i = 0; i < 1000; i++) {
        const value = rng.below(n)
        expect(Number.isInteger(value) && value >= 0 && value < n).toBe(true)
        if (value < n / 2) low++
      }
      // Half the draws (two thirds for n = 3, all for n = 1), within 4 standard deviations.
      const share = Math.ceil(n / 2) / n
      expect(Math.abs(low - 1000 * share)).toBeLessThanOrEqual(64)
    },
  )

  test('a range that a modulo would bias is even: n = 3 · 2^30', () => {
    const rng = Rng.stream(5, 'bias')
    const counts = new Uint32Array(3)
    for (let i = 0; i < 30_000; i++) counts[Math.floor(rng.below(3 * 2 ** 30) / 2 ** 30)]++
    expect(chiSquare(counts)).toBeLessThan(13.8) // 2 degrees of freedom, 0.001; a plain modulo scores 3,750
  })

  test.each([0, -1, NaN])('n = %d is refused', (n) => {
    expect(() => new Rng(1, 2, 3, 4).below(n)).toThrow('below')
  })
  test('n above 2^53 is refused', () => {
    expect(() => new Rng(1, 2, 3, 4).below(2 ** 54)).toThrow('below')
  })
})

describe('chancePpm', () => {
  test('certain outcomes draw nothing', () => {
    const rng = new Rng(1, 2, 3, 4)
    expect([rng.chancePpm(0), rng.chancePpm(1_000_000)]).toEqual([false, true])
    expect(rng.u32()).toBe(11520)
  })

  test('250,000 ppm is a quarter', () => {
    const rng = Rng.stream(1, 'chance')
    let hits = 0
    for (let i = 0; i < 100_000; i++) if (rng.chancePpm(250_000)) hits++
    expect(Math.abs(hits - 25_000)).toBeLessThan(4 * 137)
  })
})

test('uniform and open have mean 1/2, variance 1/12, and keep off their open ends', () => {
  const rng = Rng.stream(9, 'moments')
  for (const draw of [() => rng.uniform(), () => rng.open()]) {
    let sum = 0
    let squares = 0
    for (let i = 0; i < 100_000; i++) {
      const x = draw()
      if (x < 0 || x >= 1) expect.fail(`out of range: ${x}`)
      sum += x
      squares += x * x
    }
    expect(Math.abs(sum / 1e5 - 1 / 2)).toBeLessThan(0.0037) // 4 standard errors
    expect(Math.abs(squares / 1e5 - 1 / 3)).toBeLessThan(0.0038)
  }
  const extreme = new Rng(1, 2, 3, 4)
  extreme.u32 = () => 0
  expect(extreme.open()).toBe(2 ** -33)
  expect(extreme.uniform()).toBe(0)
  extreme.u32 = () => 0xffffffff
  expect(extreme.open()).toBe(1 - 2 ** -33)
  expect(extreme.uniform()).toBe(1 - 2 ** -53)
})

test('between includes both ends', () => {
  const rng = Rng.stream(2, 'between')
  expect(new Set(draws(200, () => rng.between(-1, 2)))).toEqual(new Set([-1, 0, 1, 2]))
  expect(rng.between(5, 5)).toBe(5)
  expect(() => rng.between(2, 1)).toThrow('empty')
})
