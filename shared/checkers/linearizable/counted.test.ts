import { describe, expect, test } from 'vitest'
import { Rng } from '../../base/rng.ts'
import type { Verdict } from '../contract.ts'
import { operationsFrom, selectRows } from '../operations/index.ts'
import type { PlainOperation } from '../operations/index.ts'
import { bruteLinearizable } from '../testing/brute-force.ts'
import { linearizable } from './index.ts'
import { LatestSums } from './latest-sums.ts'

const add = (process: number, value: number, at: number, end?: number): PlainOperation => ({
  process,
  f: 'increment',
  key: 'x',
  value,
  at,
  ...(end === undefined ? {} : { end }),
})
const read = (process: number, result: number, at: number, end: number): PlainOperation => ({
  process,
  f: 'read',
  key: 'x',
  result,
  at,
  end,
})
/** Without a single step of a search. */
const glance = (...plain: PlainOperation[]): Verdict =>
  linearizable.check(operationsFrom({ model: 'counter', initial: 10 }, plain), 0)

describe('what a counter that only grows cannot have shown', () => {
  test.each<[string, PlainOperation[], string, number[]]>([
    [
      'less than it began with and what was added',
      [add(0, 3, 0, 1), add(1, 4, 2, 3), read(2, 12, 4, 5)],
      'process 2 read 12 from x, although process 1 added 4 to x before it began',
      [1, 2],
    ],
    [
      'less than was read before',
      [add(0, 5, 0), read(1, 15, 1, 2), read(2, 10, 3, 4)],
      'process 2 read 10 from x, although process 1 read 15 from x before',
      [1, 2],
    ],
    [
      'less than was read before and what was added since',
      [add(0, 5, 0), read(1, 15, 1, 2), add(2, 1, 3, 4), add(2, 1, 5, 6), read(3, 16, 7, 8)],
      'process 3 read 16 from x, although process 1 read 15 from x before and 2 had been added in between',
      [1, 2, 3, 4],
    ],
    [
      'more than was ever begun',
      [add(0, 5, 0), read(1, 16, 1, 2), add(2, 1, 3, 4)],
      'process 1 read 16 from x, although it began with 10 in x and no more than 5 can have been added since',
      [0, 1],
    ],
    [
      'more than was read before and what can have come since',
      [add(0, 5, 0, 1), read(1, 15, 2, 3), add(2, 1, 4), read(3, 17, 5, 6)],
      'process 3 read 17 from x, although process 1 read 15 from x before and no more than 1 can have been added since',
      [1, 2, 3],
    ],
  ])('%s', (_, plain, sentence, operations) => {
    expect(glance(...plain)).toMatchObject({ status: 'violated', evidence: { sentence, operations } })
  })

  test('what is under way may be seen or not', () => {
    expect(glance(add(0, 5, 0), read(1, 10, 1, 2), read(1, 15, 3, 4))).toMatchObject({ status: 'undecided' })
    // What met in one instant is concurrent.
    expect(glance(add(0, 5, 0, 2), read(1, 10, 2, 4)).status).toBe('undecided')
    expect(glance(add(0, 5, 0, 2), add(0, -5, 3, 4), read(1, 5, 5, 6)).status).toBe('undecided')
  })

  test('a hundred thousand additions, and one read of the state before the last of them', () => {
    const adds = Array.from({ length: 100_000 }, (_, i) => add(i % 50, 1 + (i % 3), 2 * i, 2 * i + 1))
    const sum = adds.reduce((total, { value }) => total + (value as number), 10)
    expect(glance(...adds, read(60, sum - 1, 200_001, 200_002)).status).toBe('violated')
  })

  test('says so only of what has no legal order; and of nearly all of that', () => {
    const rng = Rng.stream(20_261_123, 'counters')
    const seen = { holds: 0, violated: 0, found: 0 }
    for (let round = 0; round < 2_000; round++) {
      let sum = 10
      const plain: PlainOperation[] = []
      for (let process = 0; process < 3; process++) {
        let at = rng.below(4)
        for (let i = 0; i < 2; i++) {
          const end = at + 1 + rng.below(6)
          const value = 1 + rng.below(3)
          if (rng.below(2) === 0) {
            plain.push(rng.below(8) === 0 ? add(process, value, at) : add(process, value, at, end))
            sum += value
            if (plain.at(-1)?.end === undefined) break
          } else plain.push(read(process, 10 + rng.below(sum - 8), at, end))
          at = end + rng.below(3)
        }
      }
      const ops = operationsFrom({ model: 'counter', initial: 10 }, plain)
      const isLegal = bruteLinearizable(ops)
      const verdict = linearizable.check(ops, 0)
      seen[isLegal ? 'holds' : 'violated']++
      if (verdict.status !== 'violated') continue
      seen.found++
      expect(isLegal, JSON.stringify(plain)).toBe(false)
      expect(bruteLinearizable(selectRows(ops, [...verdict.evidence.operations]))).toBe(false)
    }
    expect(seen.holds).toBeGreaterThan(250)
    expect(seen.violated).toBeGreaterThan(250)
    expect(seen.found / seen.violated).toBeGreaterThan(0.9)
  })
})

test('sums up to a place, and the largest', () => {
  const rng = Rng.stream(7, 'sums')
  for (let round = 0; round < 200; round++) {
    const places = 1 + rng.below(20)
    const sums = new LatestSums(places)
    const naive: number[] = []
    for (let place = 0; place < places; place++) {
      naive[place] = rng.below(50)
      sums.put(place, naive[place])
      for (let i = rng.below(3); i > 0; i--) {
        const [upTo, amount] = [rng.below(place + 1), rng.below(9)]
        sums.addUpTo(upTo, amount)
        for (let at = 0; at <= upTo; at++) naive[at] += amount
      }
      const [largest, at] = sums.largest()
      expect(largest).toBe(Math.max(...naive))
      expect(naive[at]).toBe(largest)
    }
  }
})
