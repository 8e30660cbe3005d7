import { describe, expect, it } from 'vitest'
import type { Operations, Verdict } from '../contract.ts'
import { supportOf, withSupport } from '../evidence/index.ts'
import { operationsFrom, selectRows } from '../operations/index.ts'
import type { PlainOperation } from '../operations/index.ts'
import { bruteSequential } from '../testing/brute-force.ts'
import { crossCheckSequential } from '../testing/cross-check.ts'
import { smallHistory } from '../testing/random-histories.ts'
import { recordedHistory } from '../testing/recorded-histories.ts'
import { sequential } from './index.ts'
import { mustPrecede } from './must-precede.ts'
import { SequentialSearch } from './search.ts'

const judge = (ops: Operations): Verdict => sequential.check(ops, 5_000_000)

/** Operations of each process, one after the other in time, as `w x 1` and `r x 1`; 0 is nothing. */
function processes(...programs: string[]): Operations {
  const plain: PlainOperation[] = programs.flatMap((program, process) =>
    program.split(', ').map((text, at) => {
      const [f, key, value] = text.split(' ')
      const it = value === '0' ? null : Number(value)
      return {
        process,
        f: f === 'w' ? 'write' : 'read',
        key,
        value: it,
        result: it,
        at: 10 * at,
        end: 10 * at + 5,
      } as const
    }),
  )
  return operationsFrom({ model: 'register' }, plain)
}

describe('sequential consistency', () => {
  it.each<[string, Operations, Verdict['status']]>([
    // Lamport's example: both processes enter, each having missed the other's flag (store buffering).
    ['store buffering', processes('w x 1, r y 0', 'w y 1, r x 0'), 'violated'],
    ['message passing', processes('w x 1, w y 1', 'r y 1, r x 0'), 'violated'],
    [
      'independent reads of independent writes',
      processes('w x 1', 'w y 1', 'r x 1, r y 0', 'r y 1, r x 0'),
      'violated',
    ],
    ['load buffering', processes('r x 1, w y 1', 'r y 1, w x 1'), 'violated'],
    ['a stale read that no process could tell', processes('w x 1, w x 2', 'r x 1, r x 1'), 'holds'],
    [
      'reads of one key in opposite orders',
      processes('w x 1', 'w x 2', 'r x 1, r x 2', 'r x 2, r x 1'),
      'violated',
    ],
    ['out of thin air', processes('w x 1', 'r x 3'), 'violated'],
  ])('%s', (_, ops, status) => {
    expect(judge(ops).status).toBe(status)
  })

  it('names the cycle', () => {
    const verdict = judge(processes('w x 1, r y 0', 'w y 1, r x 0'))
    expect(verdict.status === 'violated' && verdict.evidence.cycle).toHaveLength(4)
    expect(verdict.status === 'violated' && verdict.evidence.edges.map(({ kind }) => kind).sort()).toEqual([
      'anti-dependency',
      'anti-dependency',
      'process',
      'process',
    ])
  })

  it('agrees with brute force on small histories of every model', () => {
    // Fresh at every run; a failure prints its seeds.
    const seedFrom = Math.floor(Math.random() * 1e9)
    const { disagreements, held, violated, undecided } = crossCheckSequential(seedFrom, 1500)
    expect(disagreements).toEqual([])
    expect(undecided).toBe(0)
    expect(Math.min(held, violated)).toBeGreaterThan(120)
  })

  it('gives evidence that violates by itself', () => {
    const models = ['register', 'cas-register', 'counter', 'set', 'append-list', 'kv'] as const
    let seen = 0
    for (let seed = 0; seed < 700; seed++) {
      const ops = smallHistory(seed, models[seed % models.length], {
        keysMax: 3,
        pauseMin: 0,
        someLarge: false,
      })
      const verdict = judge(ops)
      if (verdict.status !== 'violated') continue
      seen++
      const { operations, sentence } = verdict.evidence
      const all = Array.from({ length: ops.count }, (_, row) => row)
      const part = withSupport(operations, supportOf(ops, all))
      expect(bruteSequential(selectRows(ops, part)), `seed ${seed}: ${sentence}`).toBe(false)
    }
    expect(seen).toBeGreaterThan(40)
  })

  it('saturation and search never contradict one another on longer histories', () => {
    let violated = 0
    for (let seed = 0; seed < 60; seed++) {
      const ops = recordedHistory(seed, {
        model: 'register',
        processes: 4,
        operations: 60,
        keys: 3,
        values: 0,
        readPpm: 500_000,
        secondPpm: 0,
        timeoutPpm: 10_000,
        stalePpm: (seed % 3) * 40_000,
      })
      const rows = Array.from({ length: ops.count }, (_, row) => row)
      const alone = new SequentialSearch(ops, rows, []).run(2_000_000)
      if (mustPrecede(ops).status === 'cycle') {
        violated++
        expect(alone.status, `seed ${seed}`).not.toBe('holds')
      } else expect(alone.status, `seed ${seed}`).toBe(judge(ops).status)
    }
    expect(violated).toBeGreaterThan(5)
  })
})
