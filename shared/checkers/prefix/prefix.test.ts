import { expect, test } from 'vitest'
import type { Operations } from '../contract.ts'
import { operationsFrom } from '../operations/index.ts'
import { sequential } from '../sequential/index.ts'
import { crossCheckPrefix } from './cross-check.ts'
import { consistentPrefix } from './index.ts'

/** Sessions as words: "w x 1, r x 1, r x". */
function sessions(...programs: string[]): Operations {
  const plain = programs.flatMap((program, process) =>
    program.split(', ').map((text, at) => {
      const [f, key, value] = text.split(' ')
      const times = { process, key, at: at * 10 + process, end: at * 10 + process + 1 }
      return f === 'r'
        ? { ...times, f: 'read' as const, result: value === undefined ? null : Number(value) }
        : { ...times, f: 'write' as const, value: Number(value) }
    }),
  )
  return operationsFrom({ model: 'register' }, plain)
}

test.each([
  ['writes seen in order', 'holds', ['w x 1, w y 1', 'r y, r x 1, r y 1']],
  ['one seen without the one before it (Terry: A, C)', 'violated', ['w x 1, w y 1', 'r y 1, r x']],
  ['a session falls back', 'violated', ['w x 1, w x 2', 'r x 2, r x 1']],
  ['two sessions disagree on the order', 'violated', ['w x 1', 'w y 1', 'r x 1, r y', 'r y 1, r x']],
  [
    'a write answers what was read, and shows without it',
    'violated',
    ['w x 1', 'r x 1, w y 1', 'r y 1, r x'],
  ],
  ['a session misses its own write', 'holds', ['w x 1, r x, r x 1']],
  [
    'both miss the other’s write: no sequential order, but reads are behind',
    'holds',
    ['w x 1, r y', 'w y 1, r x'],
  ],
])('%s: %s', (_, expected, programs) => {
  expect(consistentPrefix.check(sessions(...programs), 1e6).status).toBe(expected)
})

test('what sets it apart from sequential consistency is reading behind one’s own writes', () => {
  const ops = sessions('w x 1, r x, r x 1')
  expect(sequential.check(ops, 1e6).status).toBe('violated')
  expect(consistentPrefix.check(ops, 1e6).status).toBe('holds')
})

test('the evidence speaks of the operations of the record alone', () => {
  const verdict = consistentPrefix.check(sessions('w x 1', 'r x 1, w y 1', 'r y 1, r x'), 1e6)
  expect(verdict).toMatchObject({ status: 'violated', evidence: { operations: [0, 1, 2, 3, 4] } })
  expect(JSON.stringify(verdict)).not.toContain('token')
})

test(`brute force over all orders agrees`, () => {
  const seedFrom = Math.floor(Math.random() * 2 ** 40)
  const { wrong, holds, violated, undecided } = crossCheckPrefix(seedFrom, 1200)
  expect(wrong, `seeds from ${seedFrom}`).toEqual([])
  expect(undecided).toBe(0)
  expect(Math.min(holds, violated)).toBeGreaterThan(40)
})
