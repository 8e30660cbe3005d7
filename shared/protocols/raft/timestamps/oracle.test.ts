import { describe, expect, test } from 'vitest'
import { compareTimestamps } from '../../../clocks/timestamp.ts'
import { among, beat, raftCluster, timeOut } from '../../../testing/raft-cluster.ts'
import type { Raft } from '../../../testing/raft-cluster.ts'
import type { DriverSetup } from '../../../testing/driver.ts'
import { read, timestampCluster, write } from '../../../testing/timestamp-cluster.ts'

describe('the oracle', () => {
  const tidb = (offsetMs: readonly number[] = [], params: DriverSetup['params'] = {}) => {
    const raft = timestampCluster({ offsetMs, params: { timestamps: 'oracle', ...params } })
    beat(raft, 0)
    return raft
  }
  const asked = (raft: Raft) => raft.factCount('timestamps-asked')

  test('a read asks once, a write twice', () => {
    const raft = tidb()
    const reading = read(raft, 1)
    raft.deliver()
    expect(raft.outcome(reading).status).toBe('ok')
    expect(asked(raft)).toBe(1)
    const writing = write(raft, 1, 7)
    raft.deliver()
    expect(raft.outcome(writing).status).toBe('ok')
    expect(asked(raft)).toBe(3)
  })

  test('what comes while a question is under way shares the next, each with a timestamp of its own', () => {
    const raft = tidb()
    for (let i = 0; i < 5; i++) raft.request(1, { f: 'read', key: i }, i)
    expect(asked(raft)).toBe(1)
    raft.deliver(({ body }) => body.kind === 'raft.askTimestamp' || body.kind === 'raft.timestamp')
    expect(asked(raft)).toBe(2)
    const stamps = raft.network.flatMap(({ body }) => (body.kind === 'raft.forward' ? [body.stamp!] : []))
    expect(stamps).toHaveLength(5)
    expect([...stamps].sort(compareTimestamps)).toEqual(stamps)
    expect(new Set(stamps.map(({ ns, logical }) => `${ns}/${logical}`)).size).toBe(5)
  })

  test('a question waits at an oracle that has no lease yet, and makes it get one', () => {
    const raft = timestampCluster({ params: { timestamps: 'oracle' } })
    const op = read(raft, 1)
    raft.deliver()
    expect(raft.outcome(op).status).toBe('ok')
    expect(asked(raft)).toBe(1)
  })

  test('a lost question is asked again, and in the end given up for certain', () => {
    const raft = tidb([], { requestTimeoutMs: 250 })
    const first = read(raft, 1)
    raft.drop()
    raft.fire(1, 'sweep')
    raft.deliver()
    expect(raft.outcome(first).status).toBe('ok')
    const second = write(raft, 1, 7)
    for (let i = 0; i < 4 && !raft.replies.has(second); i++) {
      raft.drop()
      raft.fire(1, 'sweep')
    }
    expect(raft.outcome(second)).toMatchObject({ status: 'fail', error: 'unavailable' })
  })

  test('a new oracle begins after the window of the last, whatever its clock says', () => {
    const raft = tidb([0, -5_000, -5_000], { oracleWindowMs: 400 })
    read(raft, 0)
    const { issued, windowNs } = raft.state(0).stamping
    expect(raft.state(1).machine.windowNs).toBe(windowNs)
    timeOut(raft, 1)
    among(raft, [1, 2])
    beat(raft, 1, 1, [1, 2])
    const op = read(raft, 1)
    expect(raft.outcome(op).status).toBe('ok')
    const next = raft.state(1).stamping.issued
    expect(compareTimestamps(next, issued)).toBeGreaterThan(0)
    expect(next.ns).toBeGreaterThanOrEqual(windowNs)
  })

  test('it gives nothing beyond the window that is committed: it falls behind until the next one is', () => {
    const raft = tidb([], { oracleWindowMs: 100 })
    const { windowNs } = raft.state(0).machine
    raft.advance(101)
    // The next window is on its way to the others.
    const ops = [read(raft, 0), read(raft, 0)]
    for (const op of ops) expect(raft.outcome(op).status).toBe('ok')
    expect(raft.state(0).stamping.issued).toEqual({ ns: (windowNs ?? 0) - 1, logical: 1 })
    raft.deliver()
    expect(raft.outcome(read(raft, 0)).status).toBe('ok')
    expect(raft.state(0).stamping.issued.ns).toBeGreaterThan(windowNs ?? 0)
  })

  test('windows shorter than a commit takes leave it behind, but at work', () => {
    const raft = tidb([], { oracleWindowMs: 1 })
    for (let round = 0; round < 5; round++) {
      const before = raft.state(0).stamping.issued
      raft.advance(50)
      expect(raft.outcome(read(raft, 0)).status).toBe('ok')
      expect(compareTimestamps(raft.state(0).stamping.issued, before)).toBeGreaterThan(0)
      raft.deliver()
    }
  })

  test('it gives nothing without a lease', () => {
    const raft = tidb([], { oracleWindowMs: 100 })
    raft.advance(5_000)
    raft.drop()
    const late = read(raft, 0)
    raft.fire(0, 'sweep')
    expect(raft.replies.has(late)).toBe(false)
  })

  test('the window survives snapshots and restarts', () => {
    const raft = tidb([], { oracleWindowMs: 400, snapshotEvery: 1, catchUpEntries: 0 })
    write(raft, 0, 7)
    raft.deliver()
    const { windowNs } = raft.state(0).stamping
    raft.crash(1)
    raft.boot(1)
    expect(raft.state(1).log.entries).toHaveLength(0)
    expect(raft.state(1).machine.windowNs).toBe(windowNs)
  })

  test('a write that comes after a later read of its key begins anew', () => {
    const raft = tidb()
    const op = write(raft, 1, 7)
    raft.deliver(({ body }) => body.kind === 'raft.askTimestamp' || body.kind === 'raft.timestamp')
    raft.outcome(read(raft, 0))
    raft.deliver()
    expect(raft.outcome(op).status).toBe('ok')
    expect(raft.factCount('write-conflict')).toBe(1)
    expect(raft.outcome(read(raft, 0)).value).toBe(7)
  })

  test('a voter alone whose disk is slow begins no round for each message that comes', () => {
    const raft = raftCluster(3, {
      params: { timestamps: 'oracle', learners: 2, requestsAtFollowers: 'forward' },
      consistency: { read: 'linearizable' },
      holdsDisk: true,
    })
    timeOut(raft, 0)
    raft.flush(0)
    expect(raft.state(0)).toMatchObject({ role: 'leader', commitIndex: 0 })
    read(raft, 0)
    const before = raft.state(0).lead?.round
    for (let i = 0; i < 5; i++) read(raft, 0, i)
    expect(raft.state(0).lead?.round).toBe(before)
  })
})
