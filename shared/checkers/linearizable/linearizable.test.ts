import { describe, expect, it } from 'vitest'
import { Rng } from '../../base/rng.ts'
import type { Operations, Verdict } from '../contract.ts'
import { clause, supportOf, withSupport } from '../evidence/index.ts'
import { operationsFrom, selectRows } from '../operations/index.ts'
import type { PlainOperation } from '../operations/index.ts'
import { bruteLinearizable, precedesInRealTime } from '../testing/brute-force.ts'
import { crossCheckLinearizable, crossCheckRecorded } from '../testing/cross-check.ts'
import { smallHistory } from '../testing/random-histories.ts'
import { casRecording, kvRecording, recordedHistory } from '../testing/recorded-histories.ts'
import type { RecordingShape } from '../testing/recorded-histories.ts'
import { linearizable } from './index.ts'
import { KeyJudge } from './key.ts'

const STEPS = 5_000_000
const judge = (ops: Operations): Verdict => linearizable.check(ops, STEPS)

const w = (
  process: number,
  value: unknown,
  at: number,
  end?: number,
  more: Partial<PlainOperation> = {},
) => ({
  process,
  f: 'write' as const,
  key: 'x',
  value,
  at,
  ...(end === undefined ? {} : { end }),
  ...more,
})
const r = (process: number, result: unknown, at: number, end: number) => ({
  process,
  f: 'read' as const,
  key: 'x',
  result,
  at,
  end,
})
const cas = (
  process: number,
  expected: unknown,
  value: unknown,
  swapped: boolean,
  at: number,
  end?: number,
) => ({
  process,
  f: 'cas' as const,
  key: 'x',
  expected,
  value,
  result: swapped,
  at,
  ...(end === undefined ? {} : { end }),
})
const register = (...plain: PlainOperation[]) => operationsFrom({ model: 'register' }, plain)
const casRegister = (...plain: PlainOperation[]) => operationsFrom({ model: 'cas-register' }, plain)

describe('registers', () => {
  // The four example histories of a register in Herlihy and Wing's paper are queues; these are their classic relatives.
  it.each<[string, Operations, Verdict['status'], string | null]>([
    [
      'an overlapping read may see either value',
      register(w(0, 1, 0, 9), r(1, null, 1, 2), r(2, 1, 3, 4)),
      'holds',
      null,
    ],
    [
      'but no read the old one after a read of the new',
      register(w(0, 1, 0, 9), r(1, 1, 1, 2), r(2, null, 3, 4)),
      'violated',
      'stale read',
    ],
    ['a completed write is seen', register(w(0, 1, 0, 1), r(1, null, 2, 3)), 'violated', 'stale read'],
    [
      'in one instant nothing precedes another process',
      register(w(0, 1, 0, 2), r(1, null, 2, 3)),
      'holds',
      null,
    ],
    ['but one process keeps its order', register(w(0, 1, 0, 2), r(0, null, 2, 3)), 'violated', null],
    ['reading before the write began', register(r(1, 1, 0, 1), w(0, 1, 2, 3)), 'violated', 'future read'],
    ['reading out of thin air', register(w(0, 1, 0, 1), r(1, 7, 2, 3)), 'violated', 'thin-air read'],
    [
      'reading what failed',
      register(w(0, 1, 0, 1, { ending: 'fail' }), r(1, 1, 2, 3)),
      'violated',
      'aborted read',
    ],
    [
      'an open write may never happen',
      register(w(0, 1, 0), r(1, null, 5, 6), r(2, null, 7, 8)),
      'holds',
      null,
    ],
    ['or late', register(w(0, 1, 0), r(1, null, 5, 6), r(2, 1, 7, 8), r(1, 1, 9, 10)), 'holds', null],
    [
      'but not twice',
      register(w(0, 1, 0), w(3, 2, 1, 2), r(1, 1, 5, 6), w(3, 3, 7, 8), r(2, 1, 9, 10)),
      'violated',
      'stale read',
    ],
    [
      'two writers cannot overtake one another',
      register(w(0, 1, 0, 9), w(1, 2, 0, 9), r(2, 1, 10, 11), r(3, 2, 12, 13)),
      'violated',
      'stale read',
    ],
    [
      'a deleted key reads nothing again',
      register(w(0, 1, 0, 1), w(0, null, 2, 3), r(1, null, 4, 5), w(0, 2, 6, 7)),
      'holds',
      null,
    ],
  ])('%s', (_, ops, status, anomaly) => {
    const verdict = judge(ops)
    expect(verdict.status).toBe(status)
    if (verdict.status === 'violated') expect(verdict.evidence.anomaly).toBe(anomaly)
  })

  it('says who read what and why it cannot be', () => {
    const verdict = judge(register(w(0, 1, 0, 1), w(0, 2, 2, 3), r(1, 1, 4, 5), r(1, 2, 6, 7)))
    expect(verdict.status === 'violated' && verdict.evidence).toMatchObject({
      sentence:
        'process 0 wrote 2 to x before process 1 read 1 from x, although process 0 wrote 1 to x before process 0 wrote 2 to x',
      operations: [0, 1, 2],
    })
  })

  it('takes siblings for a violation: a register holds one value', () => {
    const ops = operationsFrom({ model: 'register' }, [
      w(0, 1, 0, 5),
      w(1, 2, 0, 5),
      { process: 2, f: 'read', key: 'x', siblings: [1, 2], at: 6, end: 7 },
    ])
    const verdict = judge(ops)
    expect(verdict.status === 'violated' && verdict.evidence.anomaly).toBe('siblings')
  })
})

describe('cas-registers', () => {
  it.each<[string, Operations, Verdict['status']]>([
    [
      'a swap needs what it expects',
      casRegister(w(0, 1, 0, 1), cas(0, 1, 2, true, 2, 3), r(1, 2, 4, 5)),
      'holds',
    ],
    [
      'two swaps of one version',
      casRegister(w(0, 1, 0, 1), cas(0, 1, 2, true, 2, 9), cas(1, 1, 3, true, 2, 9)),
      'violated',
    ],
    ['a mismatch is an observation', casRegister(w(0, 1, 0, 1), cas(1, 1, 2, false, 2, 3)), 'violated'],
    [
      'that an open write can explain',
      casRegister(w(0, 1, 0, 1), w(2, 5, 0), cas(1, 1, 2, false, 2, 3)),
      'holds',
    ],
    [
      'an open swap that was seen did happen',
      casRegister(w(0, 1, 0, 1), cas(1, 1, 2, true, 2), r(0, 2, 4, 5), r(0, 1, 6, 7)),
      'violated',
    ],
    [
      'an open swap can only happen where it fits',
      casRegister(w(0, 1, 0, 1), cas(1, 3, 2, true, 2), r(0, 2, 4, 5)),
      'violated',
    ],
  ])('%s', (_, ops, status) => {
    expect(judge(ops).status).toBe(status)
  })
})

describe('strings, lists, sets and counters', () => {
  it('reads the order of appends off the longest string', () => {
    const append = (process: number, value: string, at: number, end: number): PlainOperation => ({
      process,
      f: 'append',
      key: 'x',
      value,
      at,
      end,
    })
    const good = [append(0, '(1)', 0, 9), append(1, '(2)', 0, 9), r(2, '(2)(1)', 10, 11)]
    expect(judge(operationsFrom({ model: 'kv' }, good)).status).toBe('holds')
    const bad = [append(0, '(1)', 0, 1), append(1, '(2)', 2, 9), r(2, '(2)(1)', 10, 11)]
    expect(judge(operationsFrom({ model: 'kv' }, bad)).status).toBe('violated')
    expect(judge(operationsFrom({ model: 'kv' }, [...good, r(3, '(1)', 1, 9)])).status).toBe('violated')
    // An absent key and an empty string are the same to kv.
    expect(judge(operationsFrom({ model: 'kv' }, [r(2, '', 0, 1), r(2, null, 2, 3)])).status).toBe('holds')
  })
  it('counts what was added', () => {
    const add = (process: number, value: number, at: number, end?: number): PlainOperation => ({
      process,
      f: 'increment',
      key: 'x',
      value,
      at,
      ...(end === undefined ? {} : { end }),
    })
    const counter = (...plain: PlainOperation[]) =>
      judge(operationsFrom({ model: 'counter', initial: 10 }, plain)).status
    expect(counter(add(0, 1, 0, 1), add(1, 5, 0), r(2, 16, 2, 3))).toBe('holds')
    expect(counter(add(0, 1, 0, 1), add(1, 5, 0), r(2, 15, 2, 3))).toBe('violated')
    expect(counter(add(0, -3, 0, 5), r(2, 7, 1, 2), r(2, 10, 3, 4))).toBe('violated')
  })
  it('lets a set only grow, unless something is removed', () => {
    const change = (
      f: 'add' | 'remove',
      process: number,
      value: number,
      at: number,
      end: number,
    ): PlainOperation => ({
      process,
      f,
      key: 'x',
      value,
      at,
      end,
    })
    const set = (...plain: PlainOperation[]) => judge(operationsFrom({ model: 'set' }, plain)).status
    expect(set(change('add', 0, 1, 0, 9), change('add', 1, 2, 0, 9), r(2, [1], 1, 2), r(3, [2], 1, 2))).toBe(
      'violated',
    )
    expect(set(change('add', 0, 1, 0, 1), r(2, [], 2, 3))).toBe('violated')
    expect(set(change('add', 0, 1, 0, 1), r(2, [1, 1], 2, 3))).toBe('violated')
    expect(
      set(change('add', 0, 1, 0, 1), change('remove', 1, 1, 2, 9), r(2, [], 3, 4), r(2, [1], 5, 6)),
    ).toBe('violated')
    expect(
      set(change('add', 0, 1, 0, 1), change('remove', 1, 1, 2, 9), r(2, [1], 3, 4), r(2, [], 5, 6)),
    ).toBe('holds')
  })
})

describe('against brute force', () => {
  it('agrees on small histories of every model', () => {
    // Fresh at every run; a failure prints its seeds.
    const seedFrom = Math.floor(Math.random() * 1e9)
    const { disagreements, held, violated, undecided } = crossCheckLinearizable(seedFrom, 4000)
    expect(disagreements).toEqual([])
    expect(undecided).toBe(0)
    expect(Math.min(held, violated)).toBeGreaterThan(500)
  })

  it('agrees on longer ones of few values and many timeouts', () => {
    const { disagreements, held, violated, undecided } = crossCheckRecorded(
      Math.floor(Math.random() * 1e9),
      300,
    )
    expect(disagreements).toEqual([])
    expect(undecided).toBe(0)
    expect(Math.min(held, violated)).toBeGreaterThan(30)
  })

  it('takes for evidence nothing that a legal order of the whole could explain', () => {
    const models = ['register', 'cas-register', 'counter', 'set', 'append-list', 'kv'] as const
    let seen = 0
    for (let seed = 0; seed < 3000; seed++) {
      const ops = smallHistory(seed, models[seed % models.length], {
        keysMax: 1,
        pauseMin: 0,
        someLarge: true,
      })
      if (!bruteLinearizable(ops)) continue
      seen++
      const rng = Rng.stream(seed, 'parts')
      const all = Array.from({ length: ops.count }, (_, row) => row)
      const some = all.filter(() => rng.below(2) === 0)
      const part = withSupport(some, supportOf(ops, all, true))
      expect(bruteLinearizable(selectRows(ops, part)), `seed ${seed}: ${some.join()}`).toBe(true)
    }
    expect(seen).toBeGreaterThan(800)
  })

  it('gives evidence that violates by itself, and legal prefixes that are legal', () => {
    const models = ['register', 'cas-register', 'counter', 'set', 'append-list', 'kv'] as const
    let seen = 0
    for (let seed = 0; seed < 1500; seed++) {
      const ops = smallHistory(seed, models[seed % models.length], {
        keysMax: 2,
        pauseMin: 0,
        someLarge: true,
      })
      const verdict = judge(ops)
      if (verdict.status !== 'violated') continue
      seen++
      const { operations, legalPrefix, sentence } = verdict.evidence
      expect(sentence).not.toBe('')
      const all = Array.from({ length: ops.count }, (_, row) => row)
      const part = withSupport(operations, supportOf(ops, all, true))
      expect(bruteLinearizable(selectRows(ops, part)), `seed ${seed}: ${sentence}`).toBe(false)
      const precedes = precedesInRealTime(ops)
      for (const [at, row] of legalPrefix.entries())
        for (const later of legalPrefix.slice(at + 1))
          if (ops.key[later] === ops.key[row]) expect(precedes(later, row), clause(ops, row)).toBe(false)
    }
    expect(seen).toBeGreaterThan(200)
  })
})

describe('the zones against the search', () => {
  it('agree on histories too long for brute force', () => {
    let violated = 0
    for (let seed = 0; seed < 120; seed++) {
      const ops = recordedHistory(seed, {
        model: seed % 2 === 0 ? 'register' : 'kv',
        processes: 2 + (seed % 7),
        operations: 60,
        keys: 1,
        values: 0,
        readPpm: 500_000,
        secondPpm: 700_000,
        timeoutPpm: (seed % 3) * 20_000,
        stalePpm: (seed % 2) * 30_000,
      })
      const rows = Uint32Array.from({ length: ops.count }, (_, row) => row)
      const keyJudge = new KeyJudge(ops, ops.count)
      const glance = keyJudge.glance(rows)
      expect(glance.status).not.toBe('ambiguous')
      expect(keyJudge.search(rows, STEPS).status, `seed ${seed}`).toBe(glance.status)
      if (glance.status === 'violated') violated++
    }
    expect(violated).toBeGreaterThan(20)
  })
})

describe('histories like those that stores leave', () => {
  const shape = (overrides: Partial<RecordingShape>): RecordingShape => ({
    model: 'cas-register',
    processes: 5,
    operations: 300,
    keys: 1,
    values: 5,
    readPpm: 333_333,
    secondPpm: 500_000,
    timeoutPpm: 0,
    stalePpm: 0,
    ...overrides,
  })

  it.each<[string, RecordingShape]>([
    ['swaps of five values, a fifth timed out', shape({ timeoutPpm: 100_000 })],
    ['swaps by fifty processes', shape({ processes: 50, operations: 1000, timeoutPpm: 2000 })],
    [
      'writes of few values by fifty processes',
      shape({ model: 'register', processes: 50, operations: 1000, values: 50 }),
    ],
    [
      'a counter of small steps, many timed out',
      shape({ model: 'counter', processes: 10, timeoutPpm: 30_000 }),
    ],
    ['a set with removals', shape({ model: 'set', values: 20, processes: 10, timeoutPpm: 10_000 })],
    ['a list of three values', shape({ model: 'append-list', values: 3, processes: 20, timeoutPpm: 10_000 })],
    [
      'strings that are hard to take apart',
      shape({ model: 'kv', values: 3, processes: 10, operations: 200, secondPpm: 900_000 }),
    ],
  ])('%s: decided, good or bad', (_, recording) => {
    for (let seed = 0; seed < 3; seed++) {
      expect(judge(recordedHistory(seed, recording)).status, `seed ${seed}`).toBe('holds')
      expect(
        judge(recordedHistory(seed, { ...recording, stalePpm: 30_000 })).status,
        `seed ${seed}`,
      ).not.toBe('undecided')
    }
  })

  it('does not let wait what must come before something else in one instant', () => {
    const at = { key: 'x', at: 0, end: 0 }
    const ops = operationsFrom({ model: 'set' }, [
      { ...at, process: 1, f: 'read', result: [] },
      { ...at, process: 1, f: 'read', result: [0] },
      { ...at, process: 0, f: 'remove', value: 1 },
      { ...at, process: 0, f: 'add', value: 0 },
    ])
    expect(judge(ops).status).toBe('holds')
  })

  it('nor what must come before that', () => {
    const ops = operationsFrom({ model: 'set' }, [
      { process: 0, f: 'add', key: 'x', value: 0, at: 2, end: 6 },
      { process: 2, f: 'read', key: 'x', result: [1], at: 2, end: 3 },
      { process: 1, f: 'remove', key: 'x', value: 0, at: 3, end: 3 },
      { process: 1, f: 'add', key: 'x', value: 1, at: 3, end: 4 },
      { process: 4, f: 'read', key: 'x', result: [1], at: 8, end: 12 },
    ])
    expect(judge(ops).status).toBe('holds')
  })

  it('lets what concerns nobody wait, instead of trying it in every order', () => {
    const recording = shape({
      model: 'set',
      values: 0,
      processes: 30,
      secondPpm: 300_000,
      timeoutPpm: 10_000,
    })
    for (let seed = 0; seed < 6; seed++)
      expect(linearizable.check(recordedHistory(seed, recording), 50_000).status, `seed ${seed}`).toBe(
        'holds',
      )
  })

  it('decides recordings of a swapped register and of fifty clients of a string store', () => {
    for (let seed = 0; seed < 20; seed++) {
      expect(judge(casRecording(seed, false)).status).toBe('holds')
      expect(judge(casRecording(seed, true)).status).not.toBe('undecided')
    }
    expect(judge(kvRecording(1, false)).status).toBe('holds')
    const stale = judge(kvRecording(1, true))
    expect(stale.status === 'violated' && stale.evidence.operations.length).toBeLessThanOrEqual(4)
  })

  it('gives up with a reason when its steps run out', () => {
    const ops = recordedHistory(1, shape({ processes: 20, operations: 500, values: 40, stalePpm: 20_000 }))
    const verdict = linearizable.check(ops, 20)
    expect(verdict.status === 'undecided' && verdict.reason).toMatch(/took more than 20 steps/)
  })
})
