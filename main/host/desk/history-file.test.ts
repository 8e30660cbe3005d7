import fc from 'fast-check'
import { expect, test } from 'vitest'
import { historyLines } from '../../../shared/history/jsonl.ts'
import { historyFromLines } from '../../../shared/history/from-lines.ts'
import type { History } from '../../../shared/history/types.ts'
import { buildPlan } from '../../../shared/plan/build.ts'
import { protocolOf, strategies } from '../../../shared/protocols/registry.ts'
import { simulate } from '../../../shared/simulator/index.ts'
import { parseTopology } from '../../../shared/topology/parse.ts'
import { topologyFile } from '../../testing/program.ts'
import { decodeColumn, encodeColumn, type ColumnForm, type Numbers } from './column-codec.ts'
import { decodeHistory, encodeHistory } from './history-file.ts'

function simulated(overrides: Record<string, unknown> = {}): History {
  const parsed = parseTopology(topologyFile(overrides), strategies)
  if (!parsed.ok) throw new Error(parsed.error[0].sentence)
  return simulate(buildPlan(parsed.value), protocolOf('leaderless'))
}

const joined = (pieces: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(pieces))

const SIBLINGS = {
  replication: { strategy: 'leaderless', params: { n: 3, r: 1, w: 1, conflicts: 'siblings' } },
}
const CRASH = { faults: [{ kind: 'crash', replica: 'r1', atMs: 200, forMs: 300 }] }

test.each([
  ['ordered versions', {}],
  ['siblings and contexts', SIBLINGS],
  ['faults, failures and unknown outcomes', CRASH],
  ['a probe', { workload: { kind: 'probe', offsetsMs: [0, 1], samples: 50 } }],
])('a stored history says line by line what the run said: %s', (_, overrides) => {
  const history = simulated(overrides)
  const stale = Uint8Array.from({ length: history.ops.count }, (_, row) => row % 2)
  const workload = 'workload' in overrides ? 'probe' : 'mix'
  const file = joined(encodeHistory(history, { workload }, stale))
  const back = decodeHistory(file)
  expect([...historyLines(back.history)]).toEqual([...historyLines(history)])
  expect(back.stale).toEqual(stale)
  expect(back.history.contexts).toEqual(history.contexts)
  expect(back.history.siblings).toEqual(history.siblings)
  expect(back.history.facts).toEqual(history.facts)
  expect(back.history.ops.tag).toEqual(history.ops.tag.slice(0, history.ops.count))
})

test('columns come back bit by bit, whatever they hold', () => {
  const word = fc.integer({ min: 0, max: 0xffffffff })
  const anyDouble = fc.oneof(
    fc.double(),
    fc.constant(NaN),
    fc.constant(-0),
    word,
    fc.integer({ min: -5, max: 5 }),
  )
  const columns = fc.oneof(
    fc.array(anyDouble).map((values) => Float64Array.from(values)),
    fc.array(word).map((values) => Uint32Array.from(values)),
    fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })).map((values) => Int32Array.from(values)),
    fc.array(fc.nat(300)).map((values) => Uint16Array.from(values)),
  )
  fc.assert(
    fc.property(
      columns,
      fc.array(anyDouble, { minLength: 100, maxLength: 100 }),
      fc.boolean(),
      (column, other, has) => {
        const base = Float64Array.from({ length: column.length }, (_, row) => other[row % 100])
        const { form, bytes } = encodeColumn(
          column,
          column.length,
          0,
          has ? { name: 'base', values: base } : null,
        )
        const body = new Uint8Array((bytes?.length ?? 0) + 8)
        body.set(bytes ?? [])
        const back = new (column.constructor as new (length: number) => Numbers)(column.length)
        decodeColumn(JSON.parse(JSON.stringify(form)) as ColumnForm, body, back, () => base)
        for (let row = 0; row < column.length; row++) expect(Object.is(back[row], column[row])).toBe(true)
      },
    ),
    { numRuns: 500 },
  )
})

test('damaged files are refused with a sentence, never believed and never fatal', () => {
  const history = simulated()
  const file = joined(encodeHistory(history, { workload: 'mix' }, new Uint8Array(history.ops.count)))
  const refused = (bytes: Uint8Array) => expect(() => decodeHistory(bytes)).toThrow(/^The stored history is /)
  refused(new Uint8Array())
  refused(file.slice(0, 4))
  refused(file.slice(0, 200))
  refused(file.slice(0, Math.floor(file.length / 2)))
  const other = file.slice()
  other[0] = 0x58
  refused(other)
  const longHeader = file.slice()
  new DataView(longHeader.buffer).setUint32(8, 0xfffffff0, true)
  refused(longHeader)
  // Any one byte of the header may be anything: a history comes back, or a sentence.
  fc.assert(
    fc.property(fc.nat(1500), fc.nat(255), (at, byte) => {
      const damaged = file.slice()
      damaged[at] = byte
      try {
        decodeHistory(damaged)
      } catch (error) {
        expect((error as Error).message).toMatch(/^The stored history is /)
      }
    }),
  )
})

test('a history that was written as lines comes back with the same operations and faults', () => {
  const history = simulated(CRASH)
  const read = historyFromLines(historyLines(history))
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  const { history: back } = read.value
  const { ops } = back
  expect(ops.count).toBe(history.ops.count)
  for (const name of [
    'process',
    'f',
    'value',
    'result',
    'status',
    'invokedNs',
    'endedNs',
    'versionBy',
    'place',
  ] as const)
    expect([...ops[name].slice(0, ops.count)], name).toEqual([...history.ops[name].slice(0, ops.count)])
  expect(Array.from(ops.key.slice(0, ops.count), (key) => back.keyName(key))).toEqual(
    Array.from(history.ops.key.slice(0, ops.count), (key) => history.keyName(key)),
  )
  expect(back.initial).toBe(history.initial)
  expect(back.faults.map(({ phase, timeNs, spec }) => ({ phase, timeNs, spec }))).toEqual(
    history.faults.map(({ phase, timeNs, spec }) => ({ phase, timeNs, spec })),
  )
  expect(back.faults[1].index).toBe(back.faults[0].index)
})
