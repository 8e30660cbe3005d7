import { describe, expect, it } from 'vitest'
import { operationsFrom } from '../operations/index.ts'
import { listed } from '../../base/listed.ts'
import { clause, shrink, supportOf, withSupport } from './index.ts'

const rows = (n: number) => Array.from({ length: n }, (_, row) => row)

describe('shrinking', () => {
  it('finds the few rows that matter, wherever they are', () => {
    const culprits = [3, 57, 58]
    const violates = (part: readonly number[]) => culprits.every((row) => part.includes(row))
    expect(shrink(rows(100), () => [], violates)).toEqual(culprits)
  })
  it('brings support along', () => {
    const support = (row: number) => (row === 40 ? [2, 7] : row === 7 ? [1] : [])
    expect(shrink(rows(64), support, (part) => part.includes(40))).toEqual([1, 2, 7, 40])
    expect(withSupport([40], support)).toEqual([1, 2, 7, 40])
  })
  it('asks no more often than it may', () => {
    let asked = 0
    shrink(
      rows(1000),
      () => [],
      (part) => ++asked > 0 && part.includes(999) && part.includes(0),
      25,
    )
    expect(asked).toBe(25)
  })
})

describe('support', () => {
  it('of a read are all that may have written what it returned', () => {
    const ops = operationsFrom({ model: 'register' }, [
      { process: 0, f: 'write', key: 'x', value: 1, at: 0, end: 1 },
      { process: 1, f: 'write', key: 'x', value: 1, at: 2 },
      { process: 2, f: 'write', key: 'x', value: 1, at: 3, end: 4, ending: 'fail' },
      { process: 3, f: 'write', key: 'y', value: 1, at: 3, end: 4 },
      { process: 4, f: 'read', key: 'x', result: 1, at: 5, end: 6 },
    ])
    expect(supportOf(ops, rows(5))(4)).toEqual([0, 1])
  })
})

describe('words', () => {
  it('say what happened in the record’s own names', () => {
    const ops = operationsFrom({ model: 'cas-register' }, [
      { process: 'a', f: 'write', key: 'k7', value: 12, at: 0, end: 1 },
      { process: 'b', f: 'cas', key: 'k7', expected: 12, value: 'x', at: 2 },
      { process: 'a', f: 'cas', key: 'k7', expected: 9, value: 1, result: false, at: 3, end: 4 },
      { process: 'a', f: 'read', key: 'k7', result: null, at: 5, end: 6 },
      { process: 'a', f: 'write', key: 'k7', value: null, at: 7, end: 8, ending: 'fail' },
    ])
    expect(rows(5).map((row) => clause(ops, row))).toEqual([
      'process a wrote 12 to k7',
      'process b swapped 12 for "x" in k7 (outcome unknown)',
      'process a found something else than 9 in k7',
      'process a read nothing from k7',
      'process a deleted the value of k7 (failed)',
    ])
    expect(listed(['a', 'b', 'c'])).toBe('a, b and c')
  })
})
