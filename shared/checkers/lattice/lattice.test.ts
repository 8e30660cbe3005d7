import { describe, expect, test } from 'vitest'
import { Rng } from '../../base/rng.ts'
import { randomRegisters } from '../causal/random-registers.ts'
import type { Checker, Operations, Verdict } from '../contract.ts'
import { evidence } from '../evidence/index.ts'
import { checkerNamed, CHECKERS, checksFor } from '../registry.ts'
import { smallHistory } from '../testing/random-histories.ts'
import { randomTxns } from '../txn/random-txns.ts'
import { combine, IMPLIES, LEVELS, strongerThan, strongestLevelObserved, weakerThan, worst } from './index.ts'

const HOLDS: Verdict = { status: 'holds', figures: {} }
const VIOLATED: Verdict = { status: 'violated', evidence: evidence('so it is', [1]), figures: {} }
const UNDECIDED: Verdict = { status: 'undecided', reason: 'who knows', figures: { steps: 7 } }

describe('the lattice', () => {
  test('names only guarantees that have a checker, and has no cycle', () => {
    for (const { stronger, weaker } of IMPLIES) {
      expect(CHECKERS.has(stronger), stronger).toBe(true)
      expect(CHECKERS.has(weaker), weaker).toBe(true)
      expect(weakerThan(weaker)).not.toContain(stronger)
    }
    for (const level of LEVELS) expect(CHECKERS.has(level), level).toBe(true)
  })

  test('is closed: what is implied by something implied is implied', () => {
    expect(weakerThan('linearizable')).toEqual(expect.arrayContaining(['causal', 'read-your-writes']))
    expect(strongerThan('read-committed')).toEqual([
      'read-atomic',
      'parallel-snapshot-isolation',
      'snapshot-isolation',
      'serializable',
      'strict-serializable',
    ])
    expect(weakerThan('causal-memory')).not.toContain('causal-convergent')
    expect(weakerThan('causal-convergent')).not.toContain('causal-memory')
  })

  test('lists stronger levels first', () => {
    LEVELS.forEach((level, i) => {
      for (const weaker of weakerThan(level))
        if (LEVELS.includes(weaker)) expect(LEVELS.indexOf(weaker)).toBeGreaterThan(i)
    })
  })
})

describe('combined verdicts', () => {
  test('a violated guarantee violates the stronger ones, with its evidence', () => {
    const [causal, linearizable] = combine(
      new Map<string, Verdict>([
        ['causal', VIOLATED],
        ['linearizable', UNDECIDED],
      ]),
    )
    expect(causal.because).toBeNull()
    expect(linearizable).toMatchObject({
      because: 'causal',
      verdict: { status: 'violated', evidence: { operations: [1] }, figures: { steps: 7 } },
    })
  })

  test('one that holds makes the weaker ones hold', () => {
    const combined = combine(
      new Map<string, Verdict>([
        ['causal', UNDECIDED],
        ['sequential', HOLDS],
        ['serializable', UNDECIDED],
      ]),
    )
    expect(combined.map(({ verdict }) => verdict.status)).toEqual(['holds', 'holds', 'undecided'])
    expect(combined[0].because).toBe('sequential')
  })

  test('violated beats undecided beats holds', () => {
    const combined = combine(
      new Map<string, Verdict>([
        ['linearizable', HOLDS],
        ['causal', UNDECIDED],
        ['read-your-writes', VIOLATED],
      ]),
    )
    expect(combined.map(({ verdict }) => verdict.status)).toEqual(['violated', 'violated', 'violated'])
    expect(worst([HOLDS, UNDECIDED, VIOLATED])).toBe('violated')
    expect(worst([HOLDS, UNDECIDED])).toBe('undecided')
    expect(worst([HOLDS])).toBe('holds')
  })

  test('the strongest level observed, and what stands above it', () => {
    const text = (entries: [string, Verdict][]): string => strongestLevelObserved(new Map(entries)).text
    expect(
      text([
        ['linearizable', VIOLATED],
        ['sequential', UNDECIDED],
        ['causal-convergent', HOLDS],
        ['consistent-prefix', HOLDS],
        ['causal', HOLDS],
        ['monotonic-reads', HOLDS],
      ]),
    ).toBe('causal-convergent and consistent-prefix hold; linearizable is violated; sequential is undecided')
    expect(
      text([
        ['linearizable', HOLDS],
        ['causal', HOLDS],
      ]),
    ).toBe('linearizable holds')
    expect(
      text([
        ['causal', VIOLATED],
        ['linearizable', UNDECIDED],
      ]),
    ).toBe('no level that was judged holds for certain; causal is violated')
  })
})

describe('the registry', () => {
  test('knows what can judge a model, strongest first', () => {
    expect(checksFor('txn').map(({ name }) => name)).toEqual(LEVELS.slice(0, 6))
    expect(checksFor('register')[0].name).toBe('linearizable')
    for (const [name, checker] of CHECKERS) expect(checker.name).toBe(name)
  })

  test.each([
    ['causal', 'causal'],
    ['k-atomic:3', 'k-atomic'],
    ['bounded-staleness:0.5', 'bounded-staleness'],
    ['k-atomic:0', undefined],
    ['k-atomic:x', undefined],
    ['causal:3', undefined],
    ['bounded-staleness:1:2', undefined],
    ['nothing', undefined],
  ])('%s is %s', (text, name) => {
    expect(checkerNamed(text)?.name).toBe(name)
  })
})

/**
 * A process pauses between its operations: where one ends at the very instant at which the next begins, their order is the
 * process's alone, and linearizability, which is judged key by key, does not see it across keys.
 */
const SMALL = { keysMax: 2, pauseMin: 1, someLarge: false }

/** Judges one record by all that can; no stronger guarantee may hold where a weaker one is violated. */
function contradictions(ops: Operations, tally: Map<string, number>): string[] {
  const verdicts = new Map(
    checksFor(ops.model).map((checker: Checker) => [checker.name, checker.check(ops, 200_000)]),
  )
  const found: string[] = []
  for (const { stronger, weaker } of IMPLIES) {
    const [one, other] = [verdicts.get(stronger)?.status, verdicts.get(weaker)?.status]
    if (one === undefined || other === undefined) continue
    const pair = `${stronger} ${one}, ${weaker} ${other}`
    tally.set(pair, (tally.get(pair) ?? 0) + 1)
    if (one === 'holds' && other === 'violated') found.push(pair)
  }
  return found
}

describe('no checker contradicts the lattice', () => {
  const seedFrom = Math.floor(Math.random() * 2 ** 40)
  const records: [string, number, (seed: number) => Operations, string[]][] = [
    [
      'registers',
      700,
      (seed) =>
        randomRegisters(Rng.stream(seed, 'lattice'), {
          operationsMax: 9,
          processesMax: 3,
          keysMax: 2,
          cas: false,
        }),
      [
        'linearizable violated, sequential holds',
        'sequential violated, causal-convergent holds',
        'causal-convergent violated, causal holds',
        'causal violated, monotonic-reads holds',
        'sequential violated, consistent-prefix holds',
      ],
    ],
    [
      'compare-and-set registers',
      300,
      (seed) =>
        randomRegisters(Rng.stream(seed, 'lattice'), {
          operationsMax: 8,
          processesMax: 3,
          keysMax: 1,
          cas: true,
        }),
      ['linearizable violated, sequential holds'],
    ],
    [
      'registers without times, whose last reads count',
      300,
      (seed) => ({
        ...randomRegisters(Rng.stream(seed, 'quiet'), {
          operationsMax: 8,
          processesMax: 3,
          keysMax: 1,
          cas: false,
        }),
        hasTimes: false,
      }),
      [
        'linearizable violated, acknowledged-writes holds',
        'linearizable violated, acknowledged-writes violated',
      ],
    ],
    ['sets', 300, (seed) => smallHistory(seed, 'set', SMALL), ['linearizable violated, set-full holds']],
    [
      'lists',
      300,
      (seed) => smallHistory(seed, 'append-list', SMALL),
      ['linearizable violated, sequential holds', 'sequential violated, total-order holds'],
    ],
    [
      'transactions',
      700,
      (seed) => {
        const rng = Rng.stream(seed, 'lattice')
        return randomTxns(rng, rng.below(2) === 0, 6)
      },
      [
        'strict-serializable violated, serializable holds',
        'serializable violated, snapshot-isolation holds',
        'parallel-snapshot-isolation violated, read-atomic holds',
        'read-atomic violated, read-committed holds',
      ],
    ],
  ]
  test.each(records)(`%s, seeds from ${seedFrom}`, (_, count, record, seen) => {
    const tally = new Map<string, number>()
    // The first seeds are the same in each run: what must be seen below may not hang on luck.
    for (const from of [1, seedFrom])
      for (let seed = from; seed < from + count; seed++)
        expect(contradictions(record(seed), tally), `seed ${seed}`).toEqual([])
    // The test would say nothing if the levels were never told apart.
    for (const pair of seen) expect(tally.get(pair) ?? 0, pair).toBeGreaterThan(0)
  })
})
