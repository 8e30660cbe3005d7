import { describe, expect, test } from 'vitest'
import type { Checker, Operations, Verdict } from '../contract.ts'
import { operationsFrom } from '../operations/index.ts'
import { crossCheckCausal, crossCheckConvergent, crossCheckMemory } from './cross-check.ts'
import type { CrossCheck } from './cross-check.ts'
import { causal, causalConvergent, causalMemory } from './index.ts'

/** Sessions as words: "w x 1", "r x 2", "r x" (nothing), "w? x 1" (unknown), "w! x 1" (failed). */
function sessions(...programs: string[]): Operations {
  const plain = programs.flatMap((program, process) =>
    program.split(', ').map((text, at) => {
      const [f, key, value] = text.split(' ')
      const ending = f === 'w?' ? ('info' as const) : f === 'w!' ? ('fail' as const) : ('ok' as const)
      const times = { process, key, at: at * 10 + process, end: at * 10 + process + 1, ending }
      return f === 'r'
        ? { ...times, f: 'read' as const, result: value === undefined ? null : Number(value) }
        : { ...times, f: 'write' as const, value: Number(value) }
    }),
  )
  return operationsFrom({ model: 'register' }, plain)
}

function judge(checker: Checker, ops: Operations): Verdict {
  return checker.check(ops, 1_000_000)
}

/** "holds", "undecided" or the name of the anomaly. */
function outcome(checker: Checker, ops: Operations): string | null {
  const verdict = judge(checker, ops)
  return verdict.status === 'violated' ? verdict.evidence.anomaly : verdict.status
}

describe('the histories of "On Verifying Causal Consistency", figure 3', () => {
  test.each([
    ['3a: CM but not CCv', ['w x 1, r x 2', 'w x 2, r x 1'], 'holds', 'CyclicCF', 'holds'],
    [
      '3b: CCv but not CM',
      ['w z 1, w x 1, w y 1', 'w x 2, r z, r y 1, r x 2'],
      'holds',
      'holds',
      'WriteHBInitRead',
    ],
    ['3c: CC but neither CM nor CCv', ['w x 1', 'w x 2, r x 1, r x 2'], 'holds', 'CyclicCF', 'CyclicHB'],
    [
      '3d: all three, but not sequentially consistent',
      ['w x 1, r y, w y 1, r x 1', 'w x 2, r y, w y 2, r x 2'],
      'holds',
      'holds',
      'holds',
    ],
    [
      '3e: not even CC',
      ['w x 1, w y 1', 'r y 1, w x 2', 'r x 2, r x 1'],
      'WriteCORead',
      'WriteCORead',
      'WriteCORead',
    ],
  ])('%s', (_, programs, weak, convergent, memory) => {
    const ops = sessions(...programs)
    expect([outcome(causal, ops), outcome(causalConvergent, ops), outcome(causalMemory, ops)]).toEqual([
      weak,
      convergent,
      memory,
    ])
  })
})

describe('bad patterns', () => {
  test.each([
    ['ThinAirRead', ['r x 7']],
    ['aborted read', ['w! x 7', 'r x 7']],
    ['CyclicCO', ['r x 1, w y 1', 'r y 1, w x 1']],
    ['CyclicCO', ['r x 1, w x 1']],
    ['WriteCOInitRead', ['w x 1', 'r x 1, r x']],
    ['WriteCOInitRead', ['w x 1, w y 1', 'r y 1, r x']],
    ['WriteCOInitRead', ['w x 1', 'r x 1, w y 1', 'r y 1, w z 1', 'r z 1, r x']],
    ['WriteCORead', ['w x 0', 'r x 0, w x 1', 'r x 1, w y 1', 'r y 1, w z 1', 'r z 1, r x 0']],
    // The write of unknown outcome was read, so it happened, and all that its session did before.
    ['WriteCOInitRead', ['w x 1, w? y 1', 'r y 1, r x']],
  ])('%s: %j', (name, programs) => {
    expect(outcome(causal, sessions(...programs))).toBe(name)
  })

  test('the evidence is the chain of operations that proves it, told in order', () => {
    const verdict = judge(
      causal,
      sessions('w x 1, w z 5, w y 1, w z 6', 'r z, r y 1, w x 2, r z 6', 'r z 5, r x 2, r z 5, r x 1'),
    )
    expect(verdict).toMatchObject({
      status: 'violated',
      figures: { violatingReads: 1 },
      evidence: {
        sentence:
          'process 0 wrote 1 to x, then wrote 1 to y; process 1 read 1 from y, then wrote 2 to x; process 2 read 2 from x, then read 1 from x, which 2 had overwritten before the read',
      },
    })
    if (verdict.status === 'violated') expect(verdict.evidence.operations).toHaveLength(6)
  })

  test('a write of unknown outcome that nobody read is left out', () => {
    expect(outcome(causal, sessions('w x 1, w? x 2', 'r x 1, r x 1'))).toBe('holds')
  })
})

describe('undecided', () => {
  test('a value written twice and read has no known source', () => {
    const verdict = judge(causal, sessions('w x 1', 'w x 1', 'r x 1'))
    expect(verdict).toMatchObject({
      status: 'undecided',
      reason: expect.stringContaining('unique') as string,
    })
  })

  test('written twice but never read, it does not matter', () => {
    expect(outcome(causal, sessions('w x 1', 'w x 1', 'r x'))).toBe('holds')
  })

  test('a violation elsewhere still is one', () => {
    expect(outcome(causal, sessions('w x 1', 'w x 1', 'r x 1, w y 1, r y'))).toBe('WriteCOInitRead')
  })

  test('known versions tell equal values apart', () => {
    const ops = sessions('w x 1', 'w x 1, r x 1')
    // Rows: both writes, then the read; it returned the version of the first.
    expect(outcome(causal, { ...ops, versionRank: Uint32Array.of(1, 2, 1) })).toBe('holds')
    const overwritten = sessions('w x 1', 'r x 1, w x 1, r x 1')
    expect(outcome(causal, { ...overwritten, versionRank: Uint32Array.of(1, 1, 2, 1) })).toBe('WriteCORead')
  })

  test('it gives up after the steps it may take, and says so', () => {
    const ops = sessions('w x 1, w x 2, w x 3', 'r x 1, r x 2, r x 3')
    for (const checker of [causal, causalConvergent, causalMemory])
      expect(checker.check(ops, 3)).toMatchObject({ status: 'undecided' })
  })
})

describe('compare-and-set', () => {
  const cas = (expected: number | null, value: number, swapped: boolean) => ({
    process: 1,
    f: 'cas' as const,
    key: 'x',
    expected,
    value,
    result: swapped,
    at: 20,
    end: 21,
  })
  const write = { process: 0, f: 'write' as const, key: 'x', value: 1, at: 1, end: 2 }
  const read = (result: number, at: number, process = 1) => ({
    process,
    f: 'read' as const,
    key: 'x',
    result,
    at,
    end: at + 1,
  })

  test('one that swapped read what it expected and overwrote it', () => {
    const ops = operationsFrom({ model: 'cas-register' }, [write, cas(1, 2, true), read(1, 30)])
    expect(outcome(causal, ops)).toBe('WriteCORead')
  })

  test('several of unknown outcome happened if the last one was seen', () => {
    const step = (process: number, expected: number, at: number) => ({
      ...cas(expected, expected + 1, true),
      process,
      at,
      ending: 'info' as const,
    })
    const ops = operationsFrom({ model: 'cas-register' }, [
      write,
      step(2, 1, 3),
      step(3, 2, 4),
      read(3, 30),
      read(1, 40),
    ])
    expect(judge(causal, ops)).toMatchObject({
      status: 'violated',
      evidence: { anomaly: 'WriteCORead', operations: [0, 1, 2, 3, 4] },
    })
  })

  test('a mismatch is an observation: nothing but the expected value can have been there', () => {
    const ops = operationsFrom({ model: 'cas-register' }, [write, read(1, 10), cas(1, 2, false)])
    expect(judge(causal, ops).status).toBe('violated')
  })

  test('another write explains a mismatch only where it can have been seen', () => {
    const other = { ...write, process: 2, value: 5 }
    const ops = operationsFrom({ model: 'cas-register' }, [write, other, read(1, 10), cas(1, 2, false)])
    expect(judge(causal, ops).status).toBe('undecided')
    const seen = operationsFrom({ model: 'cas-register' }, [
      write,
      other,
      read(5, 6),
      read(1, 10),
      cas(1, 2, false),
    ])
    expect(judge(causal, seen).status).toBe('holds')
  })
})

test('siblings are read each: one that was overwritten violates', () => {
  const write = (process: number, value: number, at: number) => ({
    process,
    f: 'write' as const,
    key: 'x',
    value,
    at,
    end: at + 1,
  })
  const both = { process: 2, f: 'read' as const, key: 'x', siblings: [1, 2], at: 9, end: 10 }
  const concurrent = operationsFrom({ model: 'register' }, [write(0, 1, 0), write(1, 2, 0), both])
  expect(outcome(causal, concurrent)).toBe('holds')
  expect(outcome(causalConvergent, concurrent)).toBe('undecided')
  const ordered = operationsFrom({ model: 'register' }, [write(0, 1, 0), write(0, 2, 3), both])
  expect(outcome(causal, ordered)).toBe('WriteCORead')
})

describe('brute force over all orders agrees', () => {
  const seedFrom = Math.floor(Math.random() * 2 ** 40)
  test.each<[string, (seedFrom: number, count: number) => CrossCheck]>([
    ['causal', crossCheckCausal],
    ['causal-convergent', crossCheckConvergent],
    ['causal-memory', crossCheckMemory],
  ])(`%s, seeds from ${seedFrom}`, (_, crossCheck) => {
    const { wrong, holds, violated, undecided } = crossCheck(seedFrom, 800)
    expect(wrong).toEqual([])
    expect(Math.min(holds, violated)).toBeGreaterThan(60)
    expect(undecided).toBeLessThan(120)
  })
})
