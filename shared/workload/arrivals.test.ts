import { describe, expect, test } from 'vitest'
import { NS_PER_S } from '../base/time.ts'
import { Arrivals } from './arrivals.ts'

function take(arrivals: Arrivals, count: number): number[] {
  return Array.from({ length: count }, () => arrivals.next())
}

describe('Poisson arrivals', () => {
  test.each([0.5, 200, 1_000_000, 700_000_000])(
    'at %d per second keep the rate and spread of the process',
    (rate) => {
      const count = 200_000
      const at = take(new Arrivals(1, 'c1', rate), count)
      const meanNs = NS_PER_S / rate
      // The sum of n gaps has mean n and standard deviation √n, in units of the mean gap.
      expect(Math.abs(at[count - 1] / meanNs - count)).toBeLessThan(4 * Math.sqrt(count))
      for (let i = 1; i < count; i++) {
        if (!Number.isInteger(at[i]) || at[i] < at[i - 1])
          expect.fail(`arrival ${i} at ${at[i]} after ${at[i - 1]}`)
      }
    },
  )

  test('gaps are exponential: counts in windows have a variance equal to their mean', () => {
    const windows = 20_000
    const perWindow = 10
    const counts = new Float64Array(windows)
    const arrivals = new Arrivals(2, 'c1', 1000)
    const windowNs = (perWindow * NS_PER_S) / 1000
    for (let at = arrivals.next(); at < windows * windowNs; at = arrivals.next())
      counts[Math.floor(at / windowNs)]++
    const mean = counts.reduce((sum, c) => sum + c, 0) / windows
    const variance = counts.reduce((sum, c) => sum + (c - mean) ** 2, 0) / windows
    expect(Math.abs(mean - perWindow)).toBeLessThan(4 * Math.sqrt(perWindow / windows))
    expect(Math.abs(variance / mean - 1)).toBeLessThan(4 * Math.sqrt(2 / windows))
    const empty = counts.filter((c) => c === 0).length / windows
    expect(Math.abs(empty - Math.exp(-perWindow))).toBeLessThan(0.0004)
  })

  test('are the same for the same seed and client, and else not', () => {
    const of = (seed: number, client: string) => take(new Arrivals(seed, client, 100), 50)
    expect(of(1, 'a')).toEqual(of(1, 'a'))
    expect(of(1, 'a')).not.toEqual(of(1, 'b'))
    expect(of(1, 'a')).not.toEqual(of(2, 'a'))
  })
})
