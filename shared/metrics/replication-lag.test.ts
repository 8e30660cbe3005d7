import { describe, expect, test } from 'vitest'
import { nsOfMs } from '../base/time.ts'
import type { ReplicaSample } from '../history/types.ts'
import { historyOf } from '../testing/histories.ts'
import { replicationLagOf } from './replication-lag.ts'

type Place = number | null

/** One instant: what each replica had applied; null for one that is down. Data are equal where that is. */
function at(atMs: number, applied: readonly Place[], more: Partial<ReplicaSample> = {}): ReplicaSample[] {
  return applied.map((count, place) => ({
    timeNs: nsOfMs(atMs),
    place,
    shard: 0,
    up: count !== null,
    role: count === null ? 'down' : 'replica',
    applied: count ?? 0,
    digest: count ?? 0,
    backlog: 0,
    ...more,
  }))
}

const lagOf = (samples: ReplicaSample[]) =>
  replicationLagOf(historyOf({ ops: [], samples, sampleEveryNs: nsOfMs(100) }))
const columns = (samples: ReplicaSample[], of: 'versions' | 'ms') =>
  lagOf(samples).replicas.map((replica) => replica[of])

describe('in versions', () => {
  test('what the furthest replica of the shard has applied beyond this one', () => {
    const samples = [...at(0, [0, 0, 0]), ...at(100, [10, 7, 10]), ...at(200, [20, 20, 4])]
    expect(lagOf(samples).replicas.map(({ id }) => id)).toEqual(['r1', 'r2', 'r3'])
    expect(columns(samples, 'versions')).toEqual([
      [0, 0, 0],
      [0, 3, 0],
      [0, 0, 16],
    ])
  })

  test('equal data is no lag, however many steps it took', () => {
    const samples = [...at(0, [0, 0]), ...at(100, [10, 8], { digest: 5 })]
    expect(columns(samples, 'versions')).toEqual([
      [0, 0],
      [0, 0],
    ])
  })

  test('a replica that is down has none, and is nobody to be behind of', () => {
    const samples = [...at(0, [5, 5, 4]), ...at(100, [null, 7, 6]), ...at(200, [5, 9, 9])]
    expect(columns(samples, 'versions')).toEqual([
      [0, null, 4],
      [0, 0, 0],
      [1, 1, 0],
    ])
  })

  test('is summed over shards; the time is that of the worst', () => {
    const samples = [
      ...at(0, [0, 0]),
      ...at(0, [0, 0], { shard: 1 }),
      ...at(100, [10, 6]),
      ...at(100, [10, 8], { shard: 1 }),
    ]
    expect(columns(samples, 'versions')[1]).toEqual([0, 6])
    // The seventh of ten that came within 100 ms: on average after 65 ms.
    expect(columns(samples, 'ms')[1]).toEqual([0, 35])
  })
})

describe('in time', () => {
  test('how long ago the furthest replica was there', () => {
    // Ten versions each 100 ms; r2 stands still at 12 from the second sample on.
    const samples = [0, 1, 2, 3, 4].flatMap((i) => at(100 * i, [10 * i, Math.min(12, 10 * i)]))
    expect(columns(samples, 'ms')[1]).toEqual([0, 0, 75, 175, 275])
  })

  test('counts from where the furthest went on, not from when it came there', () => {
    const samples = [...at(0, [4, 4]), ...at(100, [4, 4]), ...at(1000, [4, 4]), ...at(1100, [5, 4])]
    expect(columns(samples, 'ms')[1]).toEqual([0, 0, 0, 50])
  })

  test('begins anew where all that had come further are gone', () => {
    const samples = [...at(0, [9, 2]), ...at(100, [20, 2]), ...at(200, [4, 2]), ...at(300, [4, 2])]
    expect(columns(samples, 'ms')[1]).toEqual([0, 100, 0, 100])
  })
})

test('neighbouring samples of a long run are merged, each keeping the larger lag', () => {
  const samples = Array.from({ length: 400 }, (_, i) => at(i, [i, i % 2 === 0 ? i : i - 1])).flat()
  const { tMs, replicas } = lagOf(samples)
  expect(tMs).toEqual(Array.from({ length: 200 }, (_, i) => 2 * i))
  expect(replicas[1].versions).toEqual(tMs.map(() => 1))
})

test('of many replicas those furthest behind are kept', () => {
  const applied = Array.from({ length: 40 }, (_, place) => 100 - place)
  const places = applied.map((_, i) => ({ name: `r${i + 1}`, kind: 'replica' as const, region: 'east' }))
  const { replicas, leftOut } = replicationLagOf(
    historyOf({ ops: [], samples: at(0, applied), places, replicaCount: 40 }),
  )
  expect([replicas.length, leftOut]).toEqual([32, 8])
  expect(replicas[0].versions).toEqual([8])
  expect(replicas[31].versions).toEqual([39])
})

test('counts that do not compare give a reason and no figure', () => {
  const { replicas, reason } = lagOf([...at(0, [3, 9], { appliedIsOwnCount: true })])
  expect(replicas).toEqual([])
  expect(reason).toMatch(/order of its own/)
})

test('no samples, no figure', () => {
  expect(lagOf([])).toMatchObject({ tMs: [], replicas: [], reason: 'No samples of the replicas were taken.' })
})

describe('of the replica that is furthest behind', () => {
  const furthest = (samples: ReplicaSample[], more: Parameters<typeof historyOf>[0]) =>
    replicationLagOf(historyOf({ samples, sampleEveryNs: nsOfMs(100), ...more })).furthest

  test('each instant counts once, with the largest lag, whichever replica had it', () => {
    // Versions behind: 0, then r2 by 4 and r3 by 1, then r3 by 9.
    const samples = [...at(0, [0, 0, 0]), ...at(100, [10, 6, 9]), ...at(200, [20, 20, 11])]
    expect(furthest(samples, { ops: [], issuedUntilNs: nsOfMs(200) })?.versions).toEqual({
      p50: 4,
      p99: 9,
      max: 9,
    })
  })

  test('neither the warm-up counts nor what comes after the load', () => {
    const samples = [0, 100, 200, 300, 400].flatMap((ms, i) => at(ms, [10 * i, [0, 0, 17, 28, 0][i]]))
    const measured = { ops: [], warmupNs: nsOfMs(200), issuedUntilNs: nsOfMs(300) }
    expect(furthest(samples, measured)?.versions).toEqual({ p50: 2, p99: 3, max: 3 })
    // Ten versions in 100 ms: the eighth came on average after 75 ms, the ninth after 85 ms.
    expect(furthest(samples, measured)?.ms).toEqual({ p50: 15, p99: 25, max: 25 })
  })

  test('one replica alone, or one that counts in an order of its own, has none', () => {
    const none = { p50: null, p99: null, max: null }
    expect(furthest(at(0, [5]), { ops: [] })).toEqual({ ms: none, versions: none })
    expect(furthest(at(0, [5, 1], { appliedIsOwnCount: true }), { ops: [] })).toBeUndefined()
  })
})
