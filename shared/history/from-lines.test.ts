import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildPlan } from '../plan/build.ts'
import { simulate } from '../simulator/simulation.ts'
import { echoProtocol } from '../testing/echo-protocol.ts'
import { clientOf, replicaOf, topologyOf } from '../testing/topologies.ts'
import { historyFromLines } from './from-lines.ts'
import { historyLines } from './jsonl.ts'
import { OP_NAMES, STATUS } from './types.ts'

function lines(): string[] {
  const plan = buildPlan(
    topologyOf({
      replicas: [replicaOf('r1')],
      clients: [
        clientOf('c1', { sessions: 3, timeoutMs: 5, retry: { max: 1, backoffMs: 2, backoffMsMax: 2 } }),
      ],
      replication: { strategy: 'echo', params: {} },
      workload: {
        kind: 'mix',
        mix: {
          read: 0.4,
          update: 0.3,
          insert: 0.1,
          scan: 0,
          readModifyWrite: 0.1,
          compareAndSet: 0,
          delete: 0.1,
        },
        mixName: 'custom',
        keys: 5,
        distribution: { kind: 'uniform' },
        valueBytes: 10,
        scanLengthMax: 1,
      },
      faults: [{ kind: 'crash', replica: 'r1', atMs: 100, forMs: 30 }],
      run: { durationMs: 300, warmupMs: 0, seed: 3, timeScale: 1 },
    }),
  )
  return [...historyLines(simulate(plan, echoProtocol))]
}

const WHOLE = lines()

test('reading and writing again gives the same lines', () => {
  const read = historyFromLines(WHOLE)
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  // The header says where sessions lived as far as the reader knows it.
  const events = (all: readonly string[]): unknown[] =>
    all.slice(1).map((line) => JSON.parse(line) as unknown)
  expect(events([...historyLines(read.value.history)])).toEqual(events(WHOLE))
})

test('a history written by hand, every kind of line', () => {
  const read = historyFromLines([
    '{"format":"replica-lab/history@1","model":"cas-register","order":"ordered","places":[{"name":"c","kind":"client","region":"x"},{"name":"r","kind":"replica","region":"x"}]}',
    '{"type":"invoke","process":4,"f":"write","key":"k","value":7,"timeNs":10,"intendedNs":5}',
    '{"type":"fault","kind":"isolate","replica":"r","atMs":0,"forMs":null,"phase":"start","timeNs":11,"replicas":["r"],"by":"hand"}',
    '{"type":"ok","process":4,"f":"write","key":"k","value":7,"timeNs":20,"version":"3.1","place":"r"}',
    '{"type":"invoke","process":9,"f":"cas","key":"k","value":[7,8],"timeNs":21}',
    '{"type":"ok","process":9,"f":"cas","key":"k","value":[7,8],"swapped":false,"timeNs":22}',
    '{"type":"invoke","process":9,"f":"read","key":"k","value":null,"timeNs":23}',
    '{"type":"invoke","process":4,"f":"write","key":"k","value":null,"timeNs":24}',
    '{"type":"fault","kind":"isolate","replica":"r","atMs":0,"forMs":null,"phase":"end","timeNs":25,"replicas":["r"],"by":"hand"}',
    '{"type":"ok","process":9,"f":"read","key":"k","value":[7,8],"timeNs":26}',
    '{"type":"info","process":4,"f":"write","key":"k","value":null,"timeNs":27,"error":"timeout"}',
  ])
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  const { history } = read.value
  const { ops } = history
  const column = (values: ArrayLike<number>) => Array.from({ length: ops.count }, (_, row) => values[row])
  expect(column(ops.f).map((f) => OP_NAMES[f])).toEqual(['write', 'cas', 'read', 'delete'])
  expect(column(ops.status)).toEqual([STATUS.ok, STATUS.ok, STATUS.ok, STATUS.info])
  expect(column(ops.value)).toEqual([7, 8, 0, 0])
  expect(column(ops.expected)).toEqual([0, 7, 0, 0])
  expect(column(ops.result)).toEqual([0, 0, 7, 0])
  expect(column(ops.session)).toEqual([0, 1, 1, 0])
  expect(column(ops.versionAt)).toEqual([3, NaN, NaN, NaN])
  expect(ops.intendedNs[0]).toBe(5)
  // Replicas come first, wherever the header has them.
  expect(history.places.map(({ name }) => name)).toEqual(['r', 'c', 'clients'])
  expect(ops.place[0]).toBe(0)
  expect([...history.siblings]).toEqual([[2, [7, 8]]])
  expect(history.faults.map(({ index, phase, by }) => [index, phase, by])).toEqual([
    [0, 'start', 'hand'],
    [0, 'end', 'hand'],
  ])
  expect(history.initial).toBe(null)
})

test('whatever is done to the lines, the answer is a history or problems with their lines', () => {
  const damage = fc.record({
    line: fc.nat(WHOLE.length - 1),
    change: fc.oneof(
      fc.constant((text: string) => text.slice(0, text.length / 2)),
      fc.constant(() => ''),
      fc.constant((text: string) => text.replace(/\d+/, '-1')),
      fc.constant((text: string) => text.replace(/"(\w+)":/, '"__proto__":')),
      fc.json().map((json) => () => json),
      fc
        .jsonValue()
        .map(
          (value) => (text: string) =>
            text.replace(
              /"(value|key|process|timeNs|f|type)":[^,}]+/,
              (_, name: string) => `"${name}":${JSON.stringify(value)}`,
            ),
        ),
    ),
  })
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (all) => {
      const damaged = [...WHOLE]
      for (const { line, change } of all) damaged[line] = change(damaged[line])
      const read = historyFromLines(damaged)
      if (read.ok) expect(read.value.history.ops.count).toBeGreaterThan(0)
      else
        for (const { path, sentence } of read.error)
          expect(`${path}: ${sentence}`).toMatch(/^line \d+: .+\.$/)
    }),
    { numRuns: 300 },
  )
})
