import { describe, expect, it } from 'vitest'
import { historyOf } from '../../testing/histories.ts'
import { ABSENT, FUNCTIONS, NO_RANK, OUTCOME, UNKNOWN_READ } from '../contract.ts'
import { OperationsBuilder, operationsFrom, operationsOf, rowsByKey, selectRows } from './index.ts'

describe('operations of a run', () => {
  const history = historyOf({
    initial: 1,
    preloaded: 1,
    ops: [
      { f: 'write', key: 0, value: 2, at: 0, end: 5, version: [3, 1] },
      { f: 'read', key: 0, session: 1, at: 1, end: 4, result: 1, version: [0, 0] },
      { f: 'delete', key: 0, session: 2, at: 2, end: 6, version: [4, 0] },
      { f: 'write', key: 1, value: 3, session: 3, at: 3, end: 9, status: 'info', error: 'timeout' },
      { f: 'write', key: 1, value: 4, session: 4, at: 7, end: null },
      { f: 'cas', key: 1, value: 5, expected: 3, session: 5, at: 8, end: 9, result: 0 },
      { f: 'read', key: 0, session: 6, at: 9, end: 10, status: 'fail' },
    ],
  })
  const ops = operationsOf(history)

  it('shares columns with the history and closes nothing that it left open', () => {
    expect(ops.key.buffer).toBe(history.ops.key.buffer)
    expect([...ops.status]).toEqual([1, 1, 1, 3, 3, 1, 2])
    expect([...ops.endedAt]).toEqual([5e6, 4e6, 6e6, Infinity, Infinity, 9e6, 10e6])
  })
  it('takes a delete for a write of nothing, and knows what a cas expected and whether it swapped', () => {
    expect([...ops.f].map((f) => FUNCTIONS[f])).toEqual([
      'write',
      'read',
      'write',
      'write',
      'write',
      'cas',
      'read',
    ])
    expect(ops.value[2]).toBe(ABSENT)
    expect([ops.model, ops.expected[5], ops.value[5], ops.result[5]]).toEqual(['cas-register', 3, 5, 0])
  })
  it('ranks the versions of each key', () => {
    expect([...(ops.versionRank ?? [])]).toEqual([1, 0, 2, NO_RANK, NO_RANK, NO_RANK, NO_RANK])
  })
  it('says which keys began with the initial value', () => {
    expect([ops.initial, ops.initialKeys, ops.keyCount]).toEqual([1, 1, 2])
  })
})

describe('operations of a record', () => {
  it('numbers equal values alike, whatever their type', () => {
    const ops = operationsFrom({ model: 'register' }, [
      { process: 'a', f: 'write', key: 'x', value: { b: 1, a: [1] }, at: 0, end: 1 },
      { process: 'a', f: 'read', key: 'x', result: { a: [1], b: 1 }, at: 2, end: 3 },
      { process: 'a', f: 'write', key: 'x', value: '1', at: 4, end: 5 },
      { process: 'a', f: 'write', key: 'y', value: 1, at: 6, end: 7 },
      { process: 'a', f: 'read', key: 'y', at: 8, end: 9 },
    ])
    expect(ops.result[1]).toBe(ops.value[0])
    expect(ops.value[2]).not.toBe(ops.value[3])
    expect(ops.result[4]).toBe(ABSENT)
    expect([...ops.value].slice(2, 4).map((id) => ops.valueText(id))).toEqual(['"1"', '1'])
    expect(ops.rawValue(ops.value[0])).toEqual({ a: [1], b: 1 })
  })
  it('keeps lists in order, sets ascending with their duplicates', () => {
    const list = operationsFrom({ model: 'append-list' }, [
      { process: 0, f: 'append', value: 7, at: 0, end: 1 },
      { process: 1, f: 'read', result: [9, 7, 9], at: 2, end: 3 },
    ])
    expect([...list.lists[list.result[1]]].map((id) => list.rawValue(id))).toEqual([9, 7, 9])
    const set = operationsFrom({ model: 'set' }, [
      { process: 0, f: 'add', value: 7, at: 0, end: 1 },
      { process: 1, f: 'read', result: [9, 7, 9], at: 2, end: 3 },
    ])
    expect([...set.lists[set.result[1]]].map((id) => set.rawValue(id))).toEqual([7, 9, 9])
  })
  it('fills the reads of a transaction in when it ends', () => {
    const builder = new OperationsBuilder({ model: 'txn' })
    const begun = [
      ['r', 'x', null],
      ['append', 'y', 1],
    ] as const
    const done = [
      ['r', 'x', [5, 6]],
      ['append', 'y', 1],
    ] as const
    const first = builder.add({ process: 0, f: 'txn', value: begun, invokedAt: 0 })
    const open = builder.add({ process: 1, f: 'txn', value: begun, invokedAt: 1 })
    builder.end(first, 'ok', 2, done)
    expect(builder.problemOfEnd(open, 'ok', 3, [['r', 'x', null]])).toMatch(/other micro-operations/)
    const ops = builder.build()
    const txns = ops.txns!
    expect([...txns.from]).toEqual([0, 2, 4])
    expect([...ops.lists[txns.value[0]]].map((id) => ops.rawValue(id))).toEqual([5, 6])
    expect(txns.value[2]).toBe(UNKNOWN_READ)
    expect(ops.status[open]).toBe(OUTCOME.info)
    const second = selectRows(ops, [open])
    expect([...second.txns!.from]).toEqual([0, 2])
    expect(second.txns!.value[1]).toBe(txns.value[3])
  })
  it.each([
    [{ process: 0, f: 'read', invokedAt: 9 } as const, /while another/],
    [{ process: 1, f: 'read', invokedAt: 9 } as const, /unknown outcome/],
    [{ process: 2, f: 'read', invokedAt: 3 } as const, /backwards/],
    [{ process: 2, f: 'add', invokedAt: 9 } as const, /no operation add/],
  ])('refuses %o', (op, why) => {
    const builder = new OperationsBuilder({ model: 'register' })
    builder.add({ process: 0, f: 'write', value: 1, invokedAt: 1 })
    builder.end(builder.add({ process: 1, f: 'write', value: 1, invokedAt: 2 }), 'info', 4)
    builder.add({ process: 3, f: 'write', value: 1, invokedAt: 5 })
    expect(builder.problemOfAdd(op)).toMatch(why)
  })
  it('groups rows by key', () => {
    const ops = operationsFrom(
      { model: 'register' },
      ['b', 'a', 'b', 'c', 'a'].map((key, at) => ({ process: at, f: 'read' as const, key, at, end: at + 9 })),
    )
    const { rows, starts } = rowsByKey(ops)
    expect([...rows]).toEqual([0, 2, 1, 4, 3])
    expect([...starts]).toEqual([0, 2, 4, 5])
  })
})
