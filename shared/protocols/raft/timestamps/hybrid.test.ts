import { describe, expect, test } from 'vitest'
import { compareTimestamps } from '../../../clocks/timestamp.ts'
import { beat } from '../../../testing/raft-cluster.ts'
import type { DriverSetup } from '../../../testing/driver.ts'
import { read, stampAt, timestampCluster, write } from '../../../testing/timestamp-cluster.ts'

const MS = 1_000_000

describe('hybrid clocks', () => {
  const cockroach = (offsetMs: readonly number[], params: DriverSetup['params'] = {}) => {
    const raft = timestampCluster({ offsetMs, params: { timestamps: 'hybrid', ...params } })
    beat(raft, 0)
    return raft
  }

  test('a write bears the timestamp of the replica asked, which the leader learns, and answers tell back', () => {
    const raft = cockroach([0, 300, 0])
    const sentNs = raft.nowNs + 300 * MS
    const op = write(raft, 1, 7)
    raft.deliver()
    expect(raft.outcome(op).status).toBe('ok')
    expect(stampAt(raft, 0, 2)).toEqual({ ns: sentNs, logical: 0 })
    expect(raft.state(0).stamping.clock).toEqual({ ns: sentNs, logical: 1 })
    // r2 is behind until it has asked something.
    expect(raft.state(2).stamping.clock.ns).toBeLessThan(sentNs)
    read(raft, 2)
    raft.deliver()
    expect(raft.state(2).stamping.clock.ns).toBe(sentNs)
  })

  test('a read moves up to a version within the uncertainty, and not to one beyond it', () => {
    for (const [maxClockOffsetMs, value, restarts] of [
      [400, 7, 1],
      [200, 0, 0],
    ]) {
      const raft = cockroach([0, 0, -300], { maxClockOffsetMs })
      write(raft, 0, 7)
      raft.deliver()
      const op = read(raft, 2)
      raft.deliver()
      expect(raft.outcome(op).value).toBe(value)
      expect(raft.factCount('uncertainty-restart')).toBe(restarts)
    }
  })

  test('a write through a clock that is behind is moved beyond what has been read, and beyond what is there', () => {
    const raft = cockroach([0, 0, -300])
    read(raft, 0)
    const readNs = raft.state(0).stamping.clock
    write(raft, 2, 7)
    raft.deliver()
    expect(compareTimestamps(stampAt(raft, 0, 2), readNs)).toBeGreaterThan(0)
    write(raft, 0, 8)
    raft.deliver()
    const third = raft.request(2, { f: 'write', key: 1, value: 9 }, 9)
    raft.deliver()
    expect(raft.outcome(third).status).toBe('ok')
    const [second, last] = [3, 4].map((index) => stampAt(raft, 0, index))
    expect(compareTimestamps(last, second)).toBeGreaterThan(0)
    expect(raft.outcome(read(raft, 0)).value).toBe(9)
  })

  test('a read waits for a write under way that may be older than it', () => {
    const raft = cockroach([0, 0, 0])
    write(raft, 0, 7)
    const op = read(raft, 0)
    expect(raft.replies.has(op)).toBe(false)
    raft.deliver()
    expect(raft.outcome(op).value).toBe(7)
  })

  test('a clock that is further ahead than clocks may be is not believed', () => {
    const raft = cockroach([0, 501, 0])
    const op = write(raft, 1, 7)
    raft.deliver()
    expect(raft.outcome(op)).toMatchObject({ status: 'fail', error: 'refused' })
    expect(raft.state(0).stamping.clock.ns).toBeLessThan(raft.nowNs + 500 * MS)
  })
})
