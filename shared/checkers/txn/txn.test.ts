import { describe, expect, test } from 'vitest'
import type { Checker, MicroOperations, Operations } from '../contract.ts'
import { operationsFrom, OperationsBuilder } from '../operations/index.ts'
import type { Ending, MicroOp } from '../operations/index.ts'
import { crossCheckTxns, TXN_CHECKERS } from './cross-check.ts'
import { addKnownMisses, DependencyGraph, readsByKey } from './dependencies.ts'
import { partialOrders } from './reference.ts'
import { registerHistory } from './registers.ts'
import {
  parallelSnapshotIsolation,
  readAtomic,
  readCommitted,
  serializable,
  snapshotIsolation,
  strictSerializable,
} from './index.ts'

const LEVELS: readonly Checker[] = [
  readCommitted,
  readAtomic,
  parallelSnapshotIsolation,
  snapshotIsolation,
  serializable,
  strictSerializable,
]

/**
 * Transactions as words: "r x 1, w y 2", "r x" reads nothing, "a x 1" appends, "r x 1/2" reads a list; a "?" or "!" in
 * front marks an unknown outcome or a failure. They overlap, or follow one another.
 */
function txns(inTime: 'overlapping' | 'one after the other', ...texts: string[]): Operations {
  const lists = texts.some((text) => / ?a /.test(text))
  const plain = texts.map((text, process) => {
    const ending: Ending = text.startsWith('?') ? 'info' : text.startsWith('!') ? 'fail' : 'ok'
    const value = text
      .replace(/^[?!]/, '')
      .split(', ')
      .map((micro): MicroOp => {
        const [f, key, what] = micro.split(' ')
        if (f === 'w') return ['w', key, Number(what)]
        if (f === 'a') return ['append', key, Number(what)]
        if (lists) return ['r', key, what === undefined ? [] : what.split('/').map(Number)]
        return ['r', key, what === undefined ? null : Number(what)]
      })
    const at = inTime === 'overlapping' ? process : process * 10
    return { process, f: 'txn' as const, at, end: at + (inTime === 'overlapping' ? 100 : 5), ending, value }
  })
  return operationsFrom({ model: 'txn', readsLists: lists }, plain)
}

/** What each level says, "·" for holds, and the name of the anomaly in the weakest that is violated. */
function verdicts(ops: Operations): string {
  const all = LEVELS.map((level) => level.check(ops, 1e6))
  const marks = all.map(({ status }) => (status === 'holds' ? '·' : status === 'violated' ? '×' : '?'))
  const first = all.find((verdict) => verdict.status === 'violated')
  const anomaly = first?.status === 'violated' ? first.evidence.anomaly : ''
  return `${marks.join('')} ${anomaly}`.trim()
}

describe('anomalies and the levels that forbid them: RC RA PSI SI SER strict', () => {
  test.each([
    ['nothing wrong, registers', '······', ['w x 1, w y 1', 'r x 1, w x 2', 'r x 2, r y 1']],
    ['nothing wrong, lists', '······', ['a x 1, a y 1', 'r x 1, a x 2', 'r x 1/2, r y 1']],
    [
      'G0: writes interleave (Adya, Liskov, O’Neil, figure 2)',
      '×××××× G0',
      ['a x 1, a y 1', 'a x 2, a y 2', 'r x 1/2, r y 2/1'],
    ],
    ['G1a: read of an aborted write', '×××××× G1a', ['!w x 1', 'r x 1']],
    ['G1a, lists', '×××××× G1a', ['!a x 1', 'r x 1']],
    ['G1b: read of an intermediate write', '×××××× G1b', ['w x 1, w x 2', 'r x 1']],
    ['G1b, lists', '×××××× G1b', ['a x 1, a x 2', 'r x 1']],
    ['G1c: two transactions see one another', '×××××× G1c', ['w x 1, r y 1', 'w y 1, r x 1']],
    ['incompatible orders', '×××××× incompatible order', ['a x 1', 'a x 2', 'r x 1', 'r x 2']],
    ['an element twice', '×××××× duplicate elements', ['a x 1', 'r x 1/1']],
    ['out of thin air', '×××××× thin-air read', ['r x 1']],
    ['a transaction reads its own future', '×××××× future read', ['r x 1, w x 1']],
    ['a transaction forgets its own write', '·××××× internal', ['w x 1, r x']],
    ['a transaction forgets its own append', '·××××× internal', ['a x 1, r x']],
    ['a read that does not repeat', '·××××× internal', ['w x 1', 'r x, r x 1']],
    ['fractured read (RAMP, section 3)', '·××××× fractured read', ['w x 1, w y 1', 'r x 1, r y']],
    ['fractured read, of a later list', '·××××× fractured read', ['a x 1, a y 1', 'r x 1, r y', 'a x 2']],
    [
      'fractured read, of a list that was read later',
      '·××××× fractured read',
      ['a x 1, a y 1', 'r x 1, r y', 'r y 1'],
    ],
    [
      'read skew across a third transaction (G-single)',
      '··×××× G-single',
      ['a x 1', 'r x 1, a y 1', 'r x, r y 1'],
    ],
    ['lost update (Berenson et al., H4)', '··×××× lost update', ['r x, w x 1', 'r x, w x 2']],
    ['lost update of a known version', '··×××× lost update', ['w x 1', 'r x 1, w x 2', 'r x 1, w x 3']],
    ['lost update, lists', '··×××× lost update', ['r x, a x 1', 'r x, a x 2', 'r x 1/2']],
    ['lost update, lists that nobody read again', '··×××× lost update', ['r x, a x 1', 'r x, a x 2']],
    [
      'long fork (Sovran et al., figure 4)',
      '···××× long fork',
      ['w x 1', 'w y 1', 'r x 1, r y', 'r x, r y 1'],
    ],
    ['long fork, lists', '···××× long fork', ['a x 1', 'a y 1', 'r x 1, r y', 'r x, r y 1']],
    ['write skew (Berenson et al., A5B)', '····×× write skew', ['r x, w y 1', 'r y, w x 1']],
    ['write skew, lists', '····×× write skew', ['r x, a y 1', 'r y, a x 1']],
    [
      'a read-only transaction shows it (Fekete, O’Neil, O’Neil 2004)',
      '····×× G2-item',
      ['r x, r y, w x 1', 'r y, w y 1', 'r x, r y 1'],
    ],
  ])('%s: %s', (_, expected, texts) => {
    expect(verdicts(txns('overlapping', ...texts))).toBe(expected)
  })

  test.each([
    ['stale read', '·····× stale read', ['w x 1', 'r x']],
    [
      'causal reverse (Jepsen on CockroachDB, 2017)',
      '·····× causal reverse',
      ['w x 1', 'w y 1', 'r x, r y 1'],
      1,
    ],
    ['nothing wrong', '······', ['w x 1', 'r x 1', 'w x 2', 'r x 2']],
  ])('one after the other: %s: %s', (_, expected, texts, overlapFrom?: number) => {
    const ops = txns('one after the other', ...texts)
    // Where said, the last one overlaps all others.
    if (overlapFrom !== undefined) ops.invokedAt[ops.count - 1] = 0
    expect(verdicts(ops)).toBe(expected)
  })
})

describe('orders of versions that nobody read', () => {
  test('blind writes may stand in any order that fits', () => {
    expect(verdicts(txns('overlapping', 'w x 1', 'w x 2', 'r x 1', 'w x 3', 'r x 3'))).toBe('······')
  })

  test('… but in one order for all keys they wrote together', () => {
    // Their order in x puts one reader first, that in y the other; and each reader missed the other's write.
    const texts = ['w x 1, w y 1', 'w x 2, w y 2', 'r x 1, r z, w q 1', 'r y 2, r q, w z 1']
    expect(verdicts(txns('overlapping', ...texts))).toBe('····×× write skew')
    const chained = ['w x 1', 'w x 2', 'r x 1, w z 1', 'r z 1, r x 2, w q 1', 'r q 1, r x 1']
    expect(verdicts(txns('overlapping', ...chained))).toMatch(/^··×××× /)
  })

  test('evidence names only transactions that matter', () => {
    const noise = Array.from({ length: 12 }, (_, i) => `w n${i % 3} ${100 + i}, r m${i % 4}`)
    const ops = txns(
      'overlapping',
      ...noise,
      'w x 1',
      'w x 2',
      'r x 1, w z 1',
      'r z 1, r x 2, w q 1',
      'r q 1, r x 1',
    )
    const verdict = serializable.check(ops, 1e7)
    expect(verdict).toMatchObject({ status: 'violated', evidence: { operations: [12, 13, 14, 15, 16] } })
  })
})

describe('unknown outcomes', () => {
  test('happened if somebody read them', () => {
    expect(verdicts(txns('overlapping', '?w x 1, w y 1', 'r x 1, r y'))).toBe('·××××× fractured read')
  })

  test('need not have happened otherwise', () => {
    expect(verdicts(txns('overlapping', '?w x 1, w y 1', 'r x, r y'))).toBe('······')
  })

  test('what they read is not known', () => {
    expect(verdicts(txns('overlapping', '?r x 7, w y 1', 'r y 1'))).toBe('······')
  })
})

test('many who missed many: auxiliary nodes lead from each reader to every writer but itself', () => {
  const writers = Array.from({ length: 12 }, (_, i) => `r x, w x ${i}`)
  const readers = Array.from({ length: 3 }, () => 'r x')
  const ops = txns('overlapping', ...writers, ...readers)
  const history = registerHistory(ops, ops.txns as MicroOperations)
  const graph = new DependencyGraph('plain', history.rows.length)
  addKnownMisses(graph, history, readsByKey(history))
  expect(graph.nodeCount).toBeGreaterThan(history.rows.length)
  const { from, edges } = graph.outgoing()
  for (let reader = 0; reader < 15; reader++) {
    const reached = new Set<number>()
    const open = [reader]
    for (let node = open.pop(); node !== undefined; node = open.pop())
      for (let i = from[node]; i < from[node + 1]; i++) {
        const head = graph.head(edges[i])
        if (head >= history.rows.length) open.push(head)
        else reached.add(head)
      }
    const others = Array.from({ length: 12 }, (_, i) => i).filter((writer) => writer !== reader)
    expect([...reached].sort((a, b) => a - b)).toEqual(others)
  }
})

test('the evidence tells who did what', () => {
  const verdict = serializable.check(txns('overlapping', 'r x, a y 1', 'r y, a x 2'), 1e6)
  expect(verdict).toMatchObject({
    status: 'violated',
    figures: { class: 'G2-item' },
    evidence: {
      sentence:
        "With T1 = process 0's [r x [], append y 1], T2 = process 1's [r y [], append x 2]: T1 read what x held initially, and did not see 2, which T2 appended; T2 read what y held initially, and did not see 1, which T1 appended; so each would come before the next, and the last before the first",
      operations: [0, 1],
      cycle: [0, 1],
      edges: [
        { from: 0, to: 1, kind: 'anti-dependency' },
        { from: 1, to: 0, kind: 'anti-dependency' },
      ],
    },
  })
})

test('values written more than once are undecided only where they were read, and no order explains it', () => {
  expect(verdicts(txns('overlapping', 'w x 1', 'w x 1', 'r x 1'))).toBe('······')
  expect(verdicts(txns('overlapping', 'a x 1', 'a x 1', 'r x 1/1'))).toBe('??????')
  expect(verdicts(txns('overlapping', 'w x 1', 'w x 1', 'r y'))).toBe('······')
  expect(verdicts(txns('overlapping', 'w x 1', 'w x 1', 'r x 1', 'r y, w z 1', 'r z, w y 1'))).toBe(
    '????×× write skew',
  )
})

test('writes to lists tell no order', () => {
  expect(verdicts(txns('overlapping', 'a x 1', 'w x 2'))).toBe('??????')
})

describe('registers whose values repeat', () => {
  test('an order that explains all reads in real time settles every level', () => {
    const ops = txns(
      'one after the other',
      'w x 1',
      'r x 1, w x 2',
      'w x 1',
      'r x 1',
      'r x 1, w x 2',
      'r x 2',
    )
    expect(verdicts(ops)).toBe('······')
  })

  test('an order out of real time settles all but the strict level', () => {
    const ops = txns('one after the other', 'w x 1', 'w x 2', 'w x 1', 'w x 3', 'r x 1')
    expect(verdicts(ops)).toBe('·····× null')
    expect(strictSerializable.check(ops, 1e6)).toMatchObject({
      evidence: {
        operations: [0, 2, 3, 4],
        sentence: expect.stringContaining('explains what they read') as string,
      },
    })
  })

  test('no order at all: what each read saw is not known, and weaker levels stay open', () => {
    const ops = txns('one after the other', 'w x 1', 'w x 1', 'w y 1', 'w y 1', 'r x 1, r y', 'r x, r y 1')
    expect(verdicts(ops)).toBe('????×× null')
  })

  test('nothing read before the first append is an empty list', () => {
    const builder = new OperationsBuilder({ model: 'txn' })
    const all: MicroOp[][] = [[['r', 'x', null]], [['append', 'x', 1]], [['r', 'x', [1]]]]
    all.forEach((value, at) => {
      const row = builder.add({ process: 0, f: 'txn', value, invokedAt: 2 * at })
      builder.end(row, 'ok', 2 * at + 1, value)
    })
    expect(verdicts(builder.build())).toBe('······')
  })
})

describe('brute force agrees', () => {
  test('it tries all 1, 3, 19, 219 partial orders (OEIS A001035)', () => {
    expect([1, 2, 3, 4].map((n) => partialOrders(n).length)).toEqual([1, 3, 19, 219])
  })

  const seedFrom = Math.floor(Math.random() * 2 ** 40)
  test.each(TXN_CHECKERS.map(([checker, txnsMax]) => ({ name: checker.name, checker, txnsMax })))(
    `$name, seeds from ${seedFrom}`,
    ({ checker, txnsMax }) => {
      const { wrong, holds, violated, undecided } = crossCheckTxns(checker, txnsMax, seedFrom, 1000)
      expect(wrong).toEqual([])
      expect(undecided).toBe(0)
      expect(Math.min(holds, violated)).toBeGreaterThan(10)
    },
  )
})
