import { expect, test } from 'vitest'
import { Recorder } from '../../history/recorder.ts'
import type { History } from '../../history/types.ts'
import { buildPlan } from '../../plan/build.ts'
import type { Outcome } from '../../protocols/contract.ts'
import { topologyOf } from '../../testing/topologies.ts'
import { FUNCTIONS } from '../contract.ts'
import { operationsOf } from './from-history.ts'

const OK: Outcome = {
  status: 'ok',
  error: null,
  value: 0,
  version: null,
  siblings: null,
  context: null,
  token: null,
  redirect: null,
}

/** A run of these operations, one after another. */
function run(
  model: History['model'],
  operations: readonly {
    process?: number
    f: string
    key?: number
    value?: number
    answer?: Partial<Outcome>
  }[],
): History {
  const recorder = new Recorder({
    plan: buildPlan(topologyOf({})),
    runtime: 'simulated',
    order: 'dotted',
    model,
    sessions: new Uint32Array(1),
    kinds: [],
  })
  operations.forEach(({ process = 0, f, key = 0, value = 0, answer = {} }, index) => {
    const row = recorder.invoke(process, 0, f, key, value, index, index, 0)
    recorder.end(row, { ...OK, ...answer }, 0, 1, index)
  })
  return recorder.finish({ issuedUntilNs: 9, endedNs: 9, sampleEveryNs: 1, stoppedEarly: null })
}

const names = (f: Uint8Array) => [...f].map((code) => FUNCTIONS[code])

test('counters: writes add one, deletions take one away, and a sum may be negative', () => {
  const history = run('counter', [
    { f: 'write', value: 77 },
    { f: 'delete' },
    { f: 'read', answer: { value: -1 } },
    { f: 'scan' },
  ])
  expect(history.initial).toBe(null)
  const ops = operationsOf(history)
  expect(ops.model).toBe('counter')
  expect(names(ops.f)).toEqual(['increment', 'increment', 'read', 'scan'])
  expect([...ops.amount]).toEqual([1, -1, -1, 0])
})

test('sets: reads return lists, and sets that somebody emptied are not judged', () => {
  const ops = operationsOf(
    run('set', [
      { f: 'write', value: 7 },
      { f: 'read', answer: { value: 7 } },
      { f: 'read', answer: { value: 5, siblings: [5, 7] } },
      { f: 'read' },
      { f: 'write', key: 1, value: 8 },
      { f: 'delete', key: 1 },
    ]),
  )
  expect(ops.model).toBe('set')
  expect(names(ops.f)).toEqual(['add', 'read', 'read', 'read', 'scan', 'scan'])
  expect([1, 2, 3].map((row) => [...ops.lists[ops.result[row]]])).toEqual([[7], [5, 7], []])
})

test('processes are numbered densely, however far apart their numbers are', () => {
  const far = 2 ** 31 + 5
  const ops = operationsOf(
    run('register', [
      { f: 'read', process: far },
      { f: 'read', process: 3 },
      { f: 'read', process: far },
    ]),
  )
  expect(ops.processCount).toBe(2)
  expect([...ops.process]).toEqual([1, 0, 1])
  expect(ops.processName(1)).toBe(String(far))
})
