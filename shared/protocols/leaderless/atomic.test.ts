import { describe, expect, test } from 'vitest'
import { operationsOf } from '../../checkers/operations/index.ts'
import { linearizable } from '../../checkers/linearizable/index.ts'
import { historyLines } from '../../history/jsonl.ts'
import { OP_NAMES, STATUS } from '../../history/types.ts'
import type { History } from '../../history/types.ts'
import { buildPlan } from '../../plan/build.ts'
import { simulate } from '../../simulator/simulation.ts'
import { clientOf, topologyOf } from '../../testing/topologies.ts'
import type { FaultSpec, ParamValue, Topology } from '../../topology/types.ts'
import { createLeaderless } from './index.ts'
import { manifest } from './manifest.ts'
import { RULES } from './rules.ts'
import type { Rules } from './rules.ts'

/** Whole runs, judged by the checker of linearizability: by the shipped rules it holds, by wrong ones it is violated. */

const NO_OPERATIONS = {
  read: 0,
  update: 0,
  insert: 0,
  scan: 0,
  readModifyWrite: 0,
  compareAndSet: 0,
  delete: 0,
}
const READS_AND_WRITES = { ...NO_OPERATIONS, read: 0.6, update: 0.4 }
const SWAPS = { ...NO_OPERATIONS, read: 0.2, update: 0.2, compareAndSet: 0.6 }

interface Setting {
  params?: Record<string, ParamValue>
  mix?: typeof NO_OPERATIONS
  faults?: FaultSpec[]
  seed?: number
}

/** Three replicas at irregular distances, eight sessions that are never idle, two keys. */
function runOf(
  rules: Rules,
  { params = {}, mix = READS_AND_WRITES, faults = [], seed = 1 }: Setting,
): History {
  const defaults = Object.fromEntries(manifest.params.map((param) => [param.name, param.default]))
  const base = topologyOf()
  const topology: Topology = {
    ...base,
    clients: ['c1', 'c2'].map((id) => clientOf(id, { sessions: 4, timeoutMs: 300 })),
    links: {
      ...base.links,
      default: { ...base.links.default, oneWay: { dist: 'pareto', xm: 0.5, alpha: 1.5 } },
    },
    replication: {
      strategy: 'leaderless',
      params: { ...defaults, contentionMs: 10, requestTimeoutMs: 200, ...params },
    },
    consistency: { read: 'linearizable', session: [], onPartition: 'consistency' },
    workload: {
      kind: 'mix',
      mix,
      mixName: 'custom',
      keys: 2,
      distribution: { kind: 'uniform' },
      valueBytes: 10,
      scanLengthMax: 1,
    },
    faults,
    run: { durationMs: 800, warmupMs: 0, seed, timeScale: 1 },
  }
  return simulate(buildPlan(topology), createLeaderless(rules))
}

const verdictOf = (history: History) => linearizable.check(operationsOf(history), 5_000_000).status

const CRASHES: FaultSpec[] = [
  { kind: 'crash', replica: 'r1', atMs: 150, forMs: 150 },
  { kind: 'crash', replica: 'r2', atMs: 400, forMs: 150 },
]
const CLOCK_AHEAD: FaultSpec[] = [
  { kind: 'clock', replica: 'r1', atMs: 0, forMs: null, offsetMs: 100, driftPpm: 0 },
]
const WITH_SWAPS: Setting = { params: { lightweightTransactions: true }, mix: SWAPS }

describe('by the shipped rules', () => {
  test.each([
    ['ABD', {}],
    ['ABD coordinated by clients', { params: { coordinator: 'client' } }],
    ['ABD with r = 1, w = 3', { params: { r: 1, w: 3 } }],
    ['ABD over crashes', { faults: CRASHES }],
    ['Paxos', WITH_SWAPS],
    ['Paxos over crashes', { ...WITH_SWAPS, faults: CRASHES }],
  ] satisfies [string, Setting][])('%s is linearizable', (_name, setting) => {
    const history = runOf(RULES, setting)
    expect(history.ops.count).toBeGreaterThan(200)
    expect(verdictOf(history)).toBe('holds')
  })

  test('timestamps alone are not: a clock that is ahead hides what others write', () => {
    const history = runOf(RULES, { params: { registers: 'timestamps' }, faults: CLOCK_AHEAD })
    expect(verdictOf(history)).toBe('violated')
  })
})

describe('by wrong rules the checker says so', () => {
  test.each([
    ['ABD without write-back', { mustWriteBack: () => false }, {}],
    ['ABD writes that do not exceed what they found', { stampFloor: () => 0 }, { faults: CLOCK_AHEAD }],
    ['proposals left half done', { mustFinish: () => false }, WITH_SWAPS],
    ['acceptors that accept anything', { mayAccept: () => true }, WITH_SWAPS],
  ] satisfies [string, Partial<Rules>, Setting][])('%s', (_name, wrong, setting) => {
    const statuses: string[] = []
    for (let seed = 1; seed <= 6 && !statuses.includes('violated'); seed++) {
      statuses.push(verdictOf(runOf({ ...RULES, ...wrong }, { ...setting, seed })))
    }
    expect(statuses).toContain('violated')
  })
})

describe('compare-and-set as a workload', () => {
  const history = runOf(RULES, WITH_SWAPS)
  const { ops } = history

  test('expects what its session has just read', () => {
    const lastRow = new Map<number, number>()
    let swaps = 0
    for (let row = 0; row < ops.count; row++) {
      if (OP_NAMES[ops.f[row]] === 'cas') {
        const before = lastRow.get(ops.process[row]) ?? -1
        expect(OP_NAMES[ops.f[before]]).toBe('read')
        expect([ops.key[before], ops.result[before]]).toEqual([ops.key[row], ops.expected[row]])
        if (ops.status[row] === STATUS.ok && ops.result[row] === 1) swaps++
      }
      lastRow.set(ops.process[row], row)
    }
    expect(swaps).toBeGreaterThan(20)
  })

  test('goes into the file with both values, and whether it swapped', () => {
    const [header, ...lines] = [...historyLines(history)].map(
      (line) => JSON.parse(line) as Record<string, unknown>,
    )
    expect(header['model']).toBe('cas-register')
    const row = ops.f.findIndex((f, at) => OP_NAMES[f] === 'cas' && ops.status[at] === STATUS.ok)
    const own = lines.filter(
      ({ f, process, value }) =>
        f === 'cas' && process === ops.process[row] && Array.isArray(value) && value[1] === ops.value[row],
    )
    expect(own).toMatchObject([
      { type: 'invoke', value: [ops.expected[row], ops.value[row]] },
      { type: 'ok', value: [ops.expected[row], ops.value[row]], swapped: ops.result[row] === 1 },
    ])
  })
})

test('facts count pauses, finished proposals and mismatches', () => {
  expect([...runOf(RULES, WITH_SWAPS).facts.keys()]).toEqual(
    expect.arrayContaining(['paxos-contention', 'paxos-repair', 'cas-mismatch']),
  )
})
