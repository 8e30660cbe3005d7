import { describe, expect, test } from 'vitest'
import { operationsOf } from '../checkers/operations/index.ts'
import { checkerNamed } from '../checkers/registry.ts'
import { OP_NAMES, STATUS } from '../history/types.ts'
import type { History } from '../history/types.ts'
import { metricsOf } from '../metrics/index.ts'
import { buildPlan } from '../plan/build.ts'
import { protocolOf, strategies } from '../protocols/registry.ts'
import { checkTopology } from '../topology/parse.ts'
import { simulate } from './simulation.ts'

interface Setup {
  params?: Record<string, unknown>
  partitioning?: Record<string, unknown>
  split?: Record<string, unknown>
  workload?: Record<string, unknown>
  clients?: Record<string, unknown>
  faults?: unknown[]
  durationMs?: number
  checked?: boolean
}

/** Three machines with a queue each, of which one alone could not serve all that is asked for. */
function run(setup: Setup): History {
  const { params, partitioning, split, workload, clients, faults = [] } = setup
  const { durationMs = 3_000, checked = false } = setup
  const topology = checkTopology(
    {
      format: 'replica-lab/topology@1',
      name: 'ranges that split',
      regions: [{ id: 'here' }],
      replicas: ['r1', 'r2', 'r3'].map((id) => ({
        id,
        region: 'here',
        disk: { fsync: 0.5 },
        service: { perMessageMs: 0.05 },
      })),
      clients: [{ id: 'app', region: 'here', sessions: 16, loop: { open: { ratePerS: 1_000 } }, ...clients }],
      replication: { strategy: 'raft', params: { electionTimeoutMs: 200, heartbeatMs: 50, ...params } },
      partitioning: { scheme: 'range', shards: 1, ...partitioning, split: { checkEveryMs: 250, ...split } },
      consistency: { read: 'linearizable' },
      workload: { mix: { read: 0.7, update: 0.3 }, keys: 500, insertOrder: 'ordered', ...workload },
      faults,
      run: { durationMs },
    },
    strategies,
  )
  if (!topology.ok) throw new Error(topology.error[0].sentence)
  return simulate(buildPlan(topology.value), protocolOf('raft'), { checked })
}

const isLinearizable = (history: History) =>
  checkerNamed('linearizable')?.check(operationsOf(history), 5_000_000).status

const texts = (history: History, kind: string) =>
  history.notes.filter((note) => note.kind === kind).map(({ text }) => text)

const okShare = ({ ops }: History) =>
  ops.status.subarray(0, ops.count).reduce((sum, status) => sum + Number(status === STATUS.ok), 0) / ops.count

describe('ranges split', () => {
  const byLoad = run({ split: { byLoadPerS: 300 } })

  test('where they are asked too much, until none is, and their leaders spread', () => {
    const { load } = metricsOf(byLoad)
    expect(load.shards.length).toBeGreaterThanOrEqual(4)
    // Nobody is left with more than was allowed, give or take the drawing of keys.
    for (const { askedPerS } of load.shards) expect(askedPerS.at(-30)).toBeLessThan(450)
    const leaders = new Set(byLoad.samples.filter(({ role }) => role === 'leader').map(({ place }) => place))
    expect(leaders.size).toBe(3)
    expect(texts(byLoad, 'split')[0]).toMatch(
      /^shard 0 splits at user0000000\d{3}: [\d,]+ requests\/s; shard 1 begins there$/,
    )
  })

  test('so that no client notices but by a redirect, and the history is linearizable', () => {
    expect(okShare(byLoad)).toBe(1)
    expect(isLinearizable(byLoad)).toBe('holds')
  })

  test('and show in the load: when each was born, and nothing before', () => {
    const { shards, series } = metricsOf(byLoad).load
    expect(shards[0]).toMatchObject({ id: 0, from: 'user0000000000' })
    expect(shards[0]).not.toHaveProperty('bornMs')
    for (const { bornMs = -1, askedPerS } of shards.slice(1)) {
      expect(bornMs).toBeGreaterThan(250)
      const first = askedPerS.findIndex((rate) => rate > 0)
      expect(series.tMs[first] + series.binMs).toBeGreaterThanOrEqual(bornMs)
    }
    expect(shards.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9)
  })

  test('alike whenever they run', () => {
    const again = run({ split: { byLoadPerS: 300 } })
    expect(again.notes).toEqual(byLoad.notes)
    expect([...again.ops.endedNs.subarray(0, again.ops.count)]).toEqual([
      ...byLoad.ops.endedNs.subarray(0, byLoad.ops.count),
    ])
  })

  test('in the middle where they hold too much', () => {
    const history = run({ split: { byKeys: 200 }, durationMs: 1_500 })
    expect(texts(history, 'split').map((text) => text.split(':')[0])).toEqual([
      'shard 0 splits at user0000000250',
      'shard 0 splits at user0000000125',
      'shard 1 splits at user0000000375',
    ])
    const bytes = run({ split: { byBytes: 30_000 }, durationMs: 1_000 })
    expect(texts(bytes, 'split')[0]).toBe(
      'shard 0 splits at user0000000250: 500 keys, 50,000 bytes; shard 1 begins there',
    )
  })

  test('but not for one hot key: that is said instead', () => {
    const history = run({ split: { byLoadPerS: 300 }, workload: { keys: 1 }, durationMs: 1_000 })
    expect(texts(history, 'split')).toEqual([])
    expect(texts(history, 'indivisible')).toEqual([
      expect.stringMatching(/^shard 0 has [\d,]+ requests\/s, and no key that halves them$/),
    ])
  })

  test('no more often than there are numbers', () => {
    const history = run({ split: { byKeys: 2, rangesMax: 5 }, durationMs: 2_000 })
    expect(texts(history, 'split')).toHaveLength(4)
  })

  test('again and again at the tail where keys are inserted in order, which stays hot all the same', () => {
    const history = run({
      split: { byKeys: 400, byLoadPerS: 300, rangesMax: 32 },
      workload: { mix: { insert: 1 }, keys: 10 },
      durationMs: 3_000,
    })
    const { shards } = metricsOf(history).load
    const bins = shards[0].askedPerS.map((_, bin) => {
      const rates = shards.map(({ askedPerS }) => askedPerS[bin])
      const most = Math.max(...rates)
      return { busiest: rates.indexOf(most), share: most / rates.reduce((sum, rate) => sum + rate, 0) }
    })
    const loaded = bins.filter(({ share }) => share > 0)
    expect(loaded.filter(({ share }) => share > 0.9).length).toBeGreaterThan(0.75 * loaded.length)
    expect(new Set(loaded.map(({ busiest }) => busiest)).size).toBeGreaterThanOrEqual(4)
    for (const text of texts(history, 'split')) expect(text).toMatch(/keys, .* bytes;/)
  })
})

describe('clients', () => {
  test('scan over borders that move meanwhile, and find every key once', () => {
    const history = run({
      partitioning: { shards: 8 },
      split: { byKeys: 30 },
      workload: { mix: { read: 0.5, scan: 0.5 }, keys: 500, scanLengthMax: 400 },
      clients: { loop: { closed: { thinkMs: 8 } } },
      durationMs: 1_500,
    })
    const { ops } = history
    expect(texts(history, 'split').length).toBeGreaterThan(5)
    const SCAN = OP_NAMES.indexOf('scan')
    const longest = new Map<number, number>()
    const problems: string[] = []
    for (let row = 0; row < ops.count; row++) {
      if (ops.f[row] !== SCAN) continue
      const [key, rows] = [ops.key[row], ops.result[row]]
      if (ops.status[row] !== STATUS.ok || rows > Math.min(400, 500 - key)) problems.push(`${key}: ${rows}`)
      longest.set(key, Math.max(longest.get(key) ?? 0, rows))
    }
    expect(problems).toEqual([])
    expect(longest.size).toBeGreaterThan(100)
    // No range has more than 63 keys.
    expect(Math.max(...longest.values())).toBeGreaterThan(300)
    // Those that ask for more than there is find all that there is.
    const nearEnd = [...longest].filter(([key]) => key > 480)
    expect(nearEnd.length).toBeGreaterThan(0)
    expect(nearEnd.some(([key, rows]) => rows === 500 - key)).toBe(true)
  })
})

describe('ranges merge', () => {
  test('that are small and cold together, as far as they lie on the same replicas', () => {
    const history = run({
      partitioning: { shards: 4 },
      split: { byKeys: 1_000, byLoadPerS: 5_000, mergeBelow: 0.5 },
      clients: { loop: { open: { ratePerS: 100 } } },
      durationMs: 2_500,
      checked: true,
    })
    expect(texts(history, 'merge').length).toBeGreaterThanOrEqual(2)
    const { shards } = metricsOf(history).load
    expect(shards.filter(({ endedMs }) => endedMs !== undefined).length).toBeGreaterThanOrEqual(2)
    expect(isLinearizable(history)).toBe('holds')
    expect(metricsOf(history).convergence.equalAtEnd).toBe(true)
  })

  test('not where that would be too much, nor where nobody has asked for it', () => {
    const partitioning = { shards: 4 }
    const clients = { loop: { open: { ratePerS: 200 } } }
    expect(texts(run({ partitioning, clients, split: { byKeys: 400, mergeBelow: 0.5 } }), 'merge')).toEqual(
      [],
    )
    expect(texts(run({ partitioning, clients, split: { byKeys: 1_000 } }), 'merge')).toEqual([])
  })
})

describe('faults', () => {
  test.each([
    ['whose log has the splits', {}],
    ['for whom they are in a snapshot', { snapshotEvery: 10, catchUpEntries: 0 }],
  ])('a replica that was away, %s, has all ranges when it is back', (_, params) => {
    const history = run({
      params,
      split: { byKeys: 100 },
      faults: [{ kind: 'crash', replica: 'r3', atMs: 100, forMs: 1_200 }],
      clients: { retry: { max: 5 }, loop: { open: { ratePerS: 150 } } },
      durationMs: 2_500,
      checked: true,
    })
    expect(texts(history, 'split').length).toBeGreaterThan(4)
    expect(metricsOf(history).convergence.equalAtEnd).toBe(true)
    const isHeld = ({ place, role }: (typeof history.samples)[number]) => place === 2 && role !== 'down'
    const held = new Set(history.samples.filter(isHeld).map(({ shard }) => shard))
    expect(held.size).toBe(texts(history, 'split').length + 1)
  })

  test('a leader that is lost right after its range has split', () => {
    const history = run({
      split: { byKeys: 100, moveLeaders: false },
      faults: [{ kind: 'crash', replica: 'r1', atMs: 252, forMs: 800 }],
      clients: { retry: { max: 8 }, loop: { open: { ratePerS: 200 } } },
      durationMs: 2_500,
      checked: true,
    })
    expect(texts(history, 'split').length).toBeGreaterThan(2)
    expect(metricsOf(history).convergence.equalAtEnd).toBe(true)
    expect(okShare(history)).toBeGreaterThan(0.8)
  })
})
