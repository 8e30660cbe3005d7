import { describe, expect, test } from 'vitest'
import { compareTimestamps } from '../../../clocks/timestamp.ts'
import { among, beat, elect, raftCluster, timeOut } from '../../../testing/raft-cluster.ts'
import type { DriverSetup } from '../../../testing/driver.ts'
import { read, stampAt, timestampCluster, write } from '../../../testing/timestamp-cluster.ts'

const MS = 1_000_000

describe('commit wait', () => {
  const spanner = (setup: DriverSetup = {}) => {
    const raft = timestampCluster({
      uncertaintyMs: 5,
      ...setup,
      params: { timestamps: 'commit-wait', ...setup.params },
    })
    raft.fire(0, 'commit-wait')
    beat(raft, 0)
    return raft
  }

  test('Spanner §4.2.1: a write takes the latest that now can be, and is answered when that has certainly passed', () => {
    const raft = spanner()
    const begunNs = raft.nowNs
    const op = write(raft, 0, 7)
    raft.deliver()
    expect(stampAt(raft, 0)).toEqual({ ns: begunNs + 5 * MS, logical: 0 })
    expect(raft.replies.has(op)).toBe(false)
    raft.fire(0, 'commit-wait')
    expect(raft.outcome(op).status).toBe('ok')
    expect(raft.nowNs - begunNs).toBe(10 * MS + 1)
  })

  test('§4.2.1: nobody sees it before', () => {
    const raft = spanner({ consistency: { read: 'eventual' } })
    write(raft, 0, 7)
    raft.deliver()
    beat(raft, 0, 2)
    for (const place of [0, 1, 2]) expect(raft.outcome(read(raft, place)).value).toBe(0)
    raft.fire(0, 'commit-wait')
    raft.deliver()
    for (const place of [0, 1, 2]) expect(raft.outcome(read(raft, place)).value).toBe(7)
  })

  test('a wait that is over before a majority has the write costs nothing', () => {
    const raft = spanner()
    const op = write(raft, 0, 7)
    raft.advance(11)
    raft.deliver()
    expect(raft.outcome(op).status).toBe('ok')
  })

  test('§4.1.2 monotonicity: a leader whose clock is behind goes on from the last timestamp of the log', () => {
    const raft = spanner({ offsetMs: [4, -100_000, 0] })
    write(raft, 0, 7)
    raft.deliver()
    const before = stampAt(raft, 1)
    timeOut(raft, 1)
    among(raft, [1, 2])
    expect(raft.state(1).role).toBe('leader')
    expect(compareTimestamps(stampAt(raft, 1), before)).toBeGreaterThan(0)
  })

  test('§4.1.2: a leader hands over only when all that it promised has passed', () => {
    const raft = spanner({ params: { reads: 'timestamp' } })
    read(raft, 1)
    raft.deliver()
    const promised = raft.state(0).stamping.closed
    expect(promised.ns).toBe(raft.nowNs + 5 * MS)
    const body = { kind: 'raft.admin', change: { type: 'transfer', to: 1 } } as const
    raft.inject(0, { type: 'message', from: 3, body })
    expect(raft.network.some(({ body: sent }) => sent.kind === 'raft.timeoutNow')).toBe(false)
    raft.advance(11)
    raft.deliver()
    raft.fire(0, 'heartbeat')
    expect(raft.network.some(({ body: sent }) => sent.kind === 'raft.timeoutNow')).toBe(true)
  })
})

describe('safe times', () => {
  const snapshots = (params: DriverSetup['params'] = {}) => {
    const raft = timestampCluster({
      uncertaintyMs: 5,
      params: { timestamps: 'commit-wait', reads: 'timestamp', closedAfterMs: 0, ...params },
    })
    raft.fire(0, 'commit-wait')
    beat(raft, 0)
    return raft
  }

  test('Spanner §4.1.3: a replica asks for what it is not safe at, and answers when it has applied as much', () => {
    const raft = snapshots()
    write(raft, 0, 7)
    among(raft, [0, 1])
    raft.fire(0, 'commit-wait')
    raft.drop()
    const op = read(raft, 2)
    raft.deliver()
    // It knows by now that there is something that it lacks.
    expect(raft.replies.has(op)).toBe(false)
    beat(raft, 0, 3)
    expect(raft.outcome(op)).toMatchObject({ value: 7 })
  })

  test('what heartbeats have made safe is answered at once, with the value of the time', () => {
    const raft = raftCluster(3, {
      params: {
        timestamps: 'hybrid',
        maxClockOffsetMs: 10,
        closedAfterMs: 50,
        maxStalenessMs: 400,
        staleReads: 'exact',
      },
      consistency: { read: 'bounded-staleness' },
    })
    raft.advance(10_000)
    elect(raft, 0)
    beat(raft, 0)
    write(raft, 0, 7)
    raft.deliver()
    for (let i = 0; i < 5; i++) beat(raft, 0)
    write(raft, 0, 8)
    raft.deliver()
    const op = read(raft, 2)
    expect(raft.outcome(op).value).toBe(7)
    expect(raft.factCount('snapshot-read')).toBe(1)
    for (let i = 0; i < 5; i++) beat(raft, 0)
    expect(raft.outcome(read(raft, 1)).value).toBe(8)
  })

  test('a leader without a lease promises nothing before it has one again', () => {
    const raft = snapshots()
    raft.advance(1_500)
    const { closed } = raft.state(0).stamping
    const stamp = { ns: raft.nowNs, logical: 0 }
    raft.inject(0, { type: 'message', from: 1, body: { kind: 'raft.readIndex', id: 1, stamp } })
    expect(raft.state(0).stamping.closed).toEqual(closed)
    // A round of heartbeats was sent at once.
    raft.deliver()
    expect(raft.state(0).stamping.closed).toEqual(stamp)
  })

  test('a replica that is cut off answers at what it is safe at, as long as that is within the bound', () => {
    const raft = timestampCluster({
      uncertaintyMs: 5,
      params: { timestamps: 'commit-wait', closedAfterMs: 0, maxStalenessMs: 3_000, requestTimeoutMs: 300 },
      consistency: { read: 'bounded-staleness' },
    })
    raft.fire(0, 'commit-wait')
    beat(raft, 0, 2)
    raft.advance(2_500)
    const early = read(raft, 2)
    expect(raft.outcome(early).status).toBe('ok')
    raft.advance(1_000)
    const late = read(raft, 2)
    while (raft.isArmed(2, 'sweep')) raft.fire(2, 'sweep')
    expect(raft.outcome(late)).toMatchObject({ status: 'fail', error: 'unavailable' })
  })

  test('no promise goes beyond the lease', () => {
    const raft = snapshots()
    raft.advance(900)
    const stamp = { ns: raft.nowNs + 5_000 * MS, logical: 0 }
    raft.inject(0, { type: 'message', from: 1, body: { kind: 'raft.readIndex', id: 1, stamp } })
    const { closed } = raft.state(0).stamping
    const { lead, nowNs } = raft.state(0)
    expect(closed.ns).toBe(raft.nowNs - 5 * MS + (lead?.leaseUntilNs ?? 0) - nowNs)
  })

  test('a write after a promise gets a later timestamp', () => {
    const raft = snapshots()
    const stamp = { ns: raft.nowNs + 100 * MS, logical: 0 }
    raft.inject(0, { type: 'message', from: 1, body: { kind: 'raft.readIndex', id: 1, stamp } })
    write(raft, 0, 7)
    expect(stampAt(raft, 0)).toEqual({ ns: stamp.ns, logical: 1 })
  })
})
