import { describe, expect, test } from 'vitest'
import { NO_RANK } from '../contract.ts'
import type { Checker } from '../contract.ts'
import { operationsFrom } from '../operations/index.ts'
import type { PlainOperation } from '../operations/index.ts'
import { SESSION_CROSS_CHECKS } from './cross-check.ts'
import { monotonicReads, monotonicWrites, readYourWrites, writesFollowReads } from './index.ts'

const CHECKERS: readonly Checker[] = [readYourWrites, monotonicReads, monotonicWrites, writesFollowReads]

let clock = 0
const w = (process: number, key: string, value: number): PlainOperation => ({
  process,
  f: 'write',
  key,
  value,
  at: ++clock,
  end: ++clock,
})
const r = (process: number, key: string, result: number | null): PlainOperation => ({
  process,
  f: 'read',
  key,
  result,
  at: ++clock,
  end: ++clock,
})

/** Initials of the guarantees that are violated: RYW, MR, MW, WFR. */
function broken(plain: PlainOperation[], versionRank: Uint32Array | null = null): string {
  const ops = { ...operationsFrom({ model: 'register' }, plain), versionRank }
  const initials = ['RYW', 'MR', 'MW', 'WFR']
  return initials.filter((_, i) => CHECKERS[i].check(ops, 1e6).status === 'violated').join(' ')
}

describe('by the causal order of versions', () => {
  test.each<[string, string, PlainOperation[]]>([
    ['own write not seen', 'RYW', [w(0, 'x', 1), r(0, 'x', null)]],
    ['own write replaced what is read', 'RYW', [w(0, 'x', 1), r(1, 'x', 1), w(1, 'x', 2), r(1, 'x', 1)]],
    ['a concurrent write is no older', '', [w(0, 'x', 1), w(1, 'x', 2), r(1, 'x', 1)]],
    ['read, then gone', 'MR', [w(0, 'x', 1), r(1, 'x', 1), r(1, 'x', null)]],
    ['newer, then older', 'MR WFR', [w(0, 'x', 1), r(1, 'x', 1), w(1, 'x', 2), r(2, 'x', 2), r(2, 'x', 1)]],
    [
      'the second write of a session seen without its first',
      'MW',
      [w(0, 'x', 1), w(0, 'y', 1), r(1, 'y', 1), r(1, 'x', null)],
    ],
    ['seen in the wrong order', 'MR MW', [w(0, 'x', 1), w(0, 'x', 2), r(1, 'x', 2), r(1, 'x', 1)]],
    [
      'seen in the right order, then again',
      'MR',
      [w(0, 'x', 1), w(0, 'x', 2), r(1, 'x', 1), r(1, 'x', 2), r(1, 'x', 1)],
    ],
    [
      'an answer seen without its question',
      'WFR',
      [w(0, 'x', 1), r(1, 'x', 1), w(1, 'y', 1), r(2, 'y', 1), r(2, 'x', null)],
    ],
    [
      'what the author read afterwards is not owed',
      '',
      [w(1, 'y', 1), w(0, 'x', 1), r(1, 'x', 1), r(2, 'y', 1), r(2, 'x', null)],
    ],
    [
      'what the author wrote afterwards is not owed',
      '',
      [w(0, 'y', 1), w(0, 'x', 1), r(1, 'y', 1), r(1, 'x', null)],
    ],
    [
      'two steps away: neither writes nor reads of the author seen, so causal consistency alone forbids it',
      '',
      [w(0, 'x', 1), w(0, 'y', 1), r(1, 'y', 1), w(1, 'z', 1), r(2, 'z', 1), r(2, 'x', null)],
    ],
  ])('%s: %s', (_, expected, plain) => {
    expect(broken(plain)).toBe(expected)
  })

  test('a debt is told from its beginning', () => {
    const ops = operationsFrom({ model: 'register' }, [
      w(0, 'x', 1),
      r(1, 'x', 1),
      w(1, 'y', 1),
      r(2, 'y', 1),
      r(2, 'x', null),
    ])
    expect(writesFollowReads.check(ops, 1e6)).toMatchObject({
      status: 'violated',
      evidence: {
        operations: [0, 1, 2, 3, 4],
        sentence:
          'process 0 wrote 1 to x; process 1 read 1 from x, then wrote 1 to y; process 2 read 1 from y, then read nothing from x, which is older than what the author of a write seen by this session had read before making it',
      },
    })
  })

  test('without an order nothing is older: undecided', () => {
    const ops = operationsFrom({ model: 'register' }, [r(0, 'x', 1), w(0, 'x', 1)])
    for (const checker of CHECKERS) expect(checker.check(ops, 1e6).status).toBe('undecided')
  })
})

describe('by the versions of the record', () => {
  test.each<[string, string, PlainOperation[], number[]]>([
    ['own write not seen', 'RYW', [w(0, 'x', 1), r(0, 'x', null)], [1, 0]],
    ['older than own, though concurrent', 'RYW', [w(0, 'x', 2), w(1, 'x', 1), r(0, 'x', 1)], [2, 1, 1]],
    ['older than read before', 'MR', [r(0, 'x', 2), r(0, 'x', 1)], [2, 1]],
    ['a clock set back: the later write is the older version', 'MW', [w(0, 'x', 1), w(0, 'x', 2)], [2, 1]],
    ['ordered before what its session had read', 'WFR', [r(0, 'x', 1), w(0, 'x', 2)], [2, 1]],
    [
      'other keys and sessions do not matter',
      '',
      [w(0, 'x', 1), w(0, 'y', 2), r(1, 'x', 1), r(2, 'x', null)],
      [2, 1, 2, 0],
    ],
    ['nor do operations without a version', '', [w(0, 'x', 1), r(0, 'x', null)], [1, NO_RANK]],
  ])('%s: %s', (_, expected, plain, ranks) => {
    expect(broken(plain, Uint32Array.from(ranks))).toBe(expected)
  })
})

describe('the definitions, quantifier by quantifier, agree', () => {
  const seedFrom = Math.floor(Math.random() * 2 ** 40)
  test.each([...SESSION_CROSS_CHECKS])(`%s, seeds from ${seedFrom}`, (_, crossCheck) => {
    const { wrong, holds, violated, undecided } = crossCheck(seedFrom, 1500)
    expect(wrong).toEqual([])
    expect(Math.min(holds, violated)).toBeGreaterThan(5)
    expect(undecided).toBeLessThan(150)
  })
})
