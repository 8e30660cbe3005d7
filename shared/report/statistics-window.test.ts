import { expect, test } from 'vitest'
import { LOG_BUCKETS, logBucketNs, logBucketOf } from '../base/log-counts.ts'
import { OperationTally } from '../history/counters.ts'
import type { ReplicaCounters, ReplicaLook, RunCounters } from '../history/counters.ts'
import { OP_NAMES, STATUS } from '../history/types.ts'
import { StatisticsWindow } from './statistics-window.ts'

const PLACES = ['r1', 'r2', 'r3', 'c1'].map((name) => ({ name }))
const [READ, WRITE] = [OP_NAMES.indexOf('read'), OP_NAMES.indexOf('write')]

function replica(overrides: Partial<ReplicaCounters> = {}): ReplicaCounters {
  const counters = { messagesIn: 0, messagesOut: 0, servingNs: 0, workingNs: 0 }
  return { up: true, isPaused: false, ...counters, ...overrides }
}

function look(place: number, overrides: Partial<ReplicaLook> = {}): ReplicaLook {
  const nothing = { term: null, leader: null, applied: 0, digest: 0, backlog: 0 }
  return { place, shard: 0, role: 'follower', ...nothing, ...overrides }
}

function counters(overrides: Partial<RunCounters> = {}): RunCounters {
  const { columns: tally } = new OperationTally()
  const base = { nowNs: 0, share: 0, tally, replicas: [replica(), replica(), replica()] }
  return { ...base, looks: [], lateness: null, ...overrides }
}

test('totals are totals; rates and percentiles speak of what has come since the last sample', () => {
  const tally = new OperationTally()
  const end = (f: number, ms: number, status: number = STATUS.ok) => {
    tally.begin()
    tally.end(status, f, ms * 1e6)
  }
  const window = new StatisticsWindow({ places: PLACES })
  for (let i = 0; i < 50; i++) end(READ, 5)
  window.next(counters({ nowNs: 1e9, tally: tally.columns }), [])
  for (let i = 0; i < 99; i++) end(READ, 20)
  end(READ, 300)
  end(WRITE, 40)
  end(WRITE, 1, STATUS.fail)
  end(WRITE, 1, STATUS.info)
  tally.begin()
  const middle = (ms: number) => logBucketNs(logBucketOf(ms * 1e6)) / 1e6
  expect(window.next(counters({ nowNs: 1.5e9, share: 0.3, tally: tally.columns }), [])).toMatchObject({
    nowMs: 1500,
    share: 0.3,
    operations: { invoked: 154, ok: 151, failed: 1, unknown: 1 },
    okPerS: 202,
    failedPerS: 4,
    latencyMs: {
      read: { p50: middle(20), p99: middle(20), count: 100 },
      write: { p50: middle(40), p99: middle(40), count: 1 },
    },
    latenessP99Ms: null,
  })
  // Nothing since, and no time has passed: no rate is infinite.
  expect(window.next(counters({ nowNs: 1.5e9, tally: tally.columns }), [])).toMatchObject({
    okPerS: 0,
    failedPerS: 0,
    latencyMs: { read: null, write: null },
  })
})

test('replicas: traffic and load since the last sample, and how far each is behind', () => {
  const window = new StatisticsWindow({ places: PLACES })
  window.next(counters({ nowNs: 1e9, replicas: [replica(), replica({ messagesIn: 100 }), replica()] }), [])
  const { replicas } = window.next(
    counters({
      nowNs: 1.1e9,
      replicas: [
        replica({ messagesIn: 30, messagesOut: 60, servingNs: 2e7, workingNs: 1e7 }),
        replica({ messagesIn: 40, workingNs: 9e8 }),
        replica({ up: false }),
      ],
      looks: [
        look(0, { role: 'leader', term: 3, leader: 0, applied: 12, digest: 7, backlog: 2 }),
        look(1, { term: 3, leader: 0, applied: 9, digest: 6 }),
      ],
    }),
    [],
  )
  expect(replicas[0]).toEqual({
    id: 'r1',
    up: true,
    isPaused: false,
    role: 'leader',
    term: 3,
    leader: 'r1',
    applied: 12,
    lag: 0,
    backlog: 2,
    messagesInPerS: 300,
    messagesOutPerS: 600,
    busy: 0.2,
  })
  // A total that shrank belongs to a process that began again; no thread works more than all the time.
  expect(replicas[1]).toMatchObject({ id: 'r2', leader: 'r1', lag: 3, messagesInPerS: 0, busy: 1 })
  expect(replicas[2]).toMatchObject({ id: 'r3', up: false, role: 'down', applied: 0, lag: 0 })
})

test('a replica with equal data lags behind nothing, however it got there', () => {
  const looks = [look(0, { applied: 12, digest: 7 }), look(1, { applied: 9, digest: 7 })]
  const { replicas } = new StatisticsWindow({ places: PLACES }).next(counters({ nowNs: 1, looks }), [])
  expect(replicas.map(({ lag }) => lag)).toEqual([0, 0, 0])
})

test('where replicas count each in an order of its own, no number says how far one is behind', () => {
  const looks = [3, 9].map((applied, place) =>
    look(place, { applied, digest: place, appliedIsOwnCount: true }),
  )
  const { replicas } = new StatisticsWindow({ places: PLACES }).next(counters({ looks }), [])
  expect(replicas.map(({ lag }) => lag)).toEqual([null, null, null])
})

test('of several shards, the card shows the one that a replica leads; progress and lag are sums', () => {
  const looks = [
    look(0, { shard: 0, applied: 5, digest: 1 }),
    look(0, { shard: 1, role: 'leader', term: 9, applied: 10, digest: 2 }),
    look(1, { shard: 0, role: 'leader', term: 4, applied: 8, digest: 3 }),
    look(1, { shard: 1, applied: 6, digest: 4 }),
  ]
  const { replicas } = new StatisticsWindow({ places: PLACES }).next(counters({ nowNs: 1, looks }), [])
  expect(replicas.map(({ role, term, applied, lag }) => [role, term, applied, lag])).toEqual([
    ['leader', 9, 15, 3],
    ['leader', 4, 14, 4],
    ['', null, 0, 0],
  ])
})

test('lateness is that of the messages since the last sample', () => {
  const window = new StatisticsWindow({ places: PLACES })
  const lateness = new Uint32Array(LOG_BUCKETS)
  lateness[logBucketOf(5e6)] = 1000
  expect(window.next(counters({ lateness }), []).latenessP99Ms).toBeCloseTo(5, 0)
  lateness[logBucketOf(1e5)] += 10
  expect(window.next(counters({ lateness }), []).latenessP99Ms).toBeCloseTo(0.1, 2)
  expect(window.next(counters({ lateness }), []).latenessP99Ms).toBe(null)
})
