import { describe, expect, test } from 'vitest'
import { among, beat, flush, singleLeaderCluster, submit } from '../../testing/single-leader-cluster.ts'
import type { Cluster } from '../../testing/single-leader-cluster.ts'

const SYNC = { replication: 'synchronous', syncReplicas: 1 }
const write = (cluster: Cluster, value: number) => submit(cluster, 0, 'write', { value })

describe('PostgreSQL 26.2.8 synchronous replication', () => {
  test('asynchronous: a write is acknowledged once the leader has it on disk', () => {
    const cluster = singleLeaderCluster(3, { holdsDisk: true })
    const op = submit(cluster, 0, 'write', { value: 7 })
    expect(cluster.outcome(op)).toMatchObject({ status: 'ok', version: { at: 2, by: 0 } })
  })

  test('followers are never sent what the leader could still forget', () => {
    const cluster = singleLeaderCluster(2, { holdsDisk: true })
    cluster.request(0, { f: 'write', key: 1, value: 7 })
    cluster.fire(0, 'flush')
    expect(cluster.network).toEqual([])
    cluster.flush(0)
    expect(cluster.network.map(({ body }) => body.kind)).toEqual(['single-leader.append'])
  })

  test('synchronous: it waits for a follower', () => {
    const cluster = singleLeaderCluster(3, { params: SYNC })
    const op = write(cluster, 7)
    expect(cluster.replies.has(op)).toBe(false)
    among(cluster, [0, 2])
    expect(cluster.outcome(op).status).toBe('ok')
  })

  test('received, written, applied: what a follower confirms', () => {
    const outcome = (acknowledge: string, disk: boolean) => {
      const params = { ...SYNC, acknowledge, applyDelayMs: 5 }
      const cluster = singleLeaderCluster(2, { holdsDisk: true, params })
      cluster.flush(1)
      cluster.fire(1, 'apply')
      cluster.deliver()
      const op = write(cluster, 7)
      cluster.deliver()
      if (disk) cluster.flush(1)
      cluster.deliver()
      return { cluster, op }
    }
    const isDone = ({ cluster, op }: ReturnType<typeof outcome>) => cluster.replies.has(op)
    expect(isDone(outcome('received', false))).toBe(true)
    expect(isDone(outcome('written', false))).toBe(false)
    expect(isDone(outcome('written', true))).toBe(true)
    const applied = outcome('applied', true)
    expect(isDone(applied)).toBe(false)
    applied.cluster.fire(1, 'apply')
    applied.cluster.deliver()
    expect(isDone(applied)).toBe(true)
  })

  test('a wait that is given up leaves the outcome open, and the entry in the log', () => {
    const cluster = singleLeaderCluster(3, { params: { ...SYNC, requestTimeoutMs: 300 } })
    const op = write(cluster, 7)
    cluster.drop()
    while (!cluster.replies.has(op)) cluster.fire(0, 'sweep')
    expect(cluster.outcome(op)).toMatchObject({ status: 'info', error: 'write-timeout' })
    beat(cluster, 0)
    beat(cluster, 0)
    beat(cluster, 0)
    expect(cluster.state(1).machine.cells.get(1)?.value).toBe(7)
  })

  test('readers at the leader see a write once it is acknowledged, or with AFTER_COMMIT before', () => {
    const valueSeen = (visibility: string) => {
      const cluster = singleLeaderCluster(2, { params: { ...SYNC, visibility, readsFrom: 'leader' } })
      write(cluster, 7)
      return cluster.outcome(submit(cluster, 0, 'read')).value
    }
    expect(valueSeen('after-sync')).toBe(0)
    expect(valueSeen('after-commit')).toBe(7)
  })
})

describe('MySQL 19.4.10 semisynchronous replication', () => {
  const params = { replication: 'semi-synchronous', syncReplicas: 1, degradeAfterMs: 150, leaseMs: 5_000 }

  test('without an acknowledgement it degrades, and waits again once a follower has caught up', () => {
    const cluster = singleLeaderCluster(2, { params, consistency: { onPartition: 'availability' } })
    const op = write(cluster, 7)
    cluster.drop()
    beat(cluster, 0, [0])
    expect(cluster.replies.has(op)).toBe(false)
    beat(cluster, 0, [0])
    expect(cluster.outcome(op).status).toBe('ok')
    expect(cluster.factCount('degraded')).toBe(1)
    for (let i = 0; i < 4; i++) beat(cluster, 0)
    expect(cluster.factCount('restored')).toBe(1)
    expect(cluster.replies.has(write(cluster, 8))).toBe(false)
  })
})

describe('PostgreSQL 26.2 log shipping', () => {
  test('lost entries are sent again', () => {
    const cluster = singleLeaderCluster(2)
    write(cluster, 7)
    cluster.drop()
    for (let i = 0; i < 3; i++) beat(cluster, 0)
    expect(new Set(cluster.digests()).size).toBe(1)
  })

  test('a follower that restarts learns what it shares with its leader, though nothing new is written', () => {
    const cluster = singleLeaderCluster(2)
    write(cluster, 7)
    for (let i = 0; i < 3; i++) beat(cluster, 0)
    cluster.crash(1)
    cluster.advance(50)
    cluster.boot(1)
    expect(cluster.state(1).matched).toBe(0)
    for (let i = 0; i < 3; i++) beat(cluster, 0)
    expect(cluster.state(1).matched).toBe(2)
    expect(new Set(cluster.digests()).size).toBe(1)
  })

  test('a follower that restarts without what it had not written gets it again', () => {
    const cluster = singleLeaderCluster(2, { holdsDisk: true, params: { acknowledge: 'received' } })
    for (let i = 0; i < 3; i++) {
      beat(cluster, 0)
      cluster.flush(1)
    }
    write(cluster, 7)
    for (let i = 0; i < 3; i++) beat(cluster, 0)
    expect(cluster.state(1)).toMatchObject({ matched: 2, durableIndex: 1 })
    cluster.crash(1)
    cluster.advance(50)
    cluster.boot(1)
    for (let i = 0; i < 3; i++) {
      beat(cluster, 0)
      cluster.flush(1)
    }
    beat(cluster, 0)
    expect(cluster.state(1)).toMatchObject({ matched: 2, durableIndex: 2 })
    expect(new Set(cluster.digests()).size).toBe(1)
  })

  test('batches leave at their interval', () => {
    const cluster = singleLeaderCluster(2, { params: { shipEveryMs: 50 } })
    write(cluster, 7)
    write(cluster, 8)
    expect(cluster.network).toEqual([])
    cluster.fire(0, 'ship')
    cluster.deliver()
    expect(cluster.state(1).machine.cells.get(1)?.value).toBe(8)
  })

  test('no more messages are under way than the window allows', () => {
    const cluster = singleLeaderCluster(2, { params: { inflightMax: 2 } })
    for (let i = 0; i < 5; i++) write(cluster, 10 + i)
    expect(cluster.network).toHaveLength(2)
    cluster.deliver()
    expect(cluster.state(1).matched).toBe(6)
  })

  test('a follower that needs more than was retained gets a copy', () => {
    const cluster = singleLeaderCluster(2, { params: { retainEntries: 2, copyChunkBytes: 256 } })
    for (let key = 0; key < 30; key++) submit(cluster, 0, 'write', { key, value: 100 + key })
    cluster.drop()
    for (let i = 0; i < 3; i++) beat(cluster, 0)
    expect(cluster.factCount('copy-sent')).toBe(1)
    expect(cluster.factCount('rebuilt')).toBe(1)
    expect(new Set(cluster.digests()).size).toBe(1)
    expect(cluster.state(1).log.history).toEqual([{ timeline: 1024, from: 1 }])
    // It boots from what the copy left on its disk.
    cluster.crash(1)
    cluster.boot(1)
    expect(new Set(cluster.digests()).size).toBe(1)
  })

  test('a retry of a write is applied once', () => {
    const cluster = singleLeaderCluster(2)
    const first = submit(cluster, 0, 'write', { value: 7, process: 4, sequence: 1 })
    const again = submit(cluster, 0, 'write', { value: 7, process: 4, sequence: 1 })
    expect(cluster.outcome(again)).toEqual(cluster.outcome(first))
    flush(cluster, 0)
    expect(cluster.state(0).machine.applied).toBe(2)
  })
})
