import { expect, test } from 'vitest'
import { buildPlan } from '../plan/build.ts'
import { simulate } from '../simulator/simulation.ts'
import { echoProtocol } from '../testing/echo-protocol.ts'
import { clientOf, replicaOf, topologyOf } from '../testing/topologies.ts'
import { historyLines } from './jsonl.ts'

interface Line {
  type: string
  process?: number
  f?: string
  key?: string
  value?: unknown
  timeNs: number
  phase?: string
  error?: string
  [other: string]: unknown
}

function lines(): Line[] {
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
  return [...historyLines(simulate(plan, echoProtocol))].map((line) => JSON.parse(line) as Line)
}

test('the header names the format and the model', () => {
  const [header] = lines()
  expect(header).toMatchObject({ format: 'replica-lab/history@1', model: 'register', initial: null })
})

test('events stand in order of time, and each process does one thing at a time', () => {
  const events = lines().slice(1)
  const open = new Map<number, Line>()
  const dead = new Set<number>()
  let last = 0
  let closed = 0
  for (const event of events) {
    expect(event.timeNs).toBeGreaterThanOrEqual(last)
    last = event.timeNs
    if (event.type === 'fault') continue
    const process = event.process as number
    if (event.type === 'invoke') {
      expect(open.has(process) || dead.has(process)).toBe(false)
      open.set(process, event)
    } else {
      const begun = open.get(process) as Line
      expect([begun.f, begun.key]).toEqual([event.f, event.key])
      open.delete(process)
      closed++
      if (event.type === 'info') dead.add(process)
    }
  }
  expect(open.size).toBe(0)
  expect(closed).toBeGreaterThan(200)
  expect(dead.size).toBeGreaterThan(0)
})

test('keys that existed before the run are written by a loader first, so that every key begins absent', () => {
  const events = lines().slice(1)
  const loads = events.filter(({ type, timeNs, value }) => type === 'ok' && timeNs === 0 && value === 1)
  expect(loads.map(({ key }) => key)).toEqual([...new Set(loads.map(({ key }) => key))])
  expect(loads.length).toBe(5)
  const read = events.filter(({ type, f, value }) => type === 'ok' && f === 'read' && value === 1)
  const loaded = new Set(loads.map(({ key }) => key))
  for (const { key } of read) expect(loaded.has(key)).toBe(true)
})

test('deletes are writes of null, errors are named, faults are there with what they struck', () => {
  const events = lines().slice(1)
  expect(events.some(({ type, f, value }) => type === 'ok' && f === 'write' && value === null)).toBe(true)
  expect(events.some(({ type, error }) => type === 'info' && error === 'crashed')).toBe(true)
  expect(
    events.filter(({ type }) => type === 'fault').map(({ phase, replicas }) => [phase, replicas]),
  ).toEqual([
    ['start', ['r1']],
    ['end', ['r1']],
  ])
})
