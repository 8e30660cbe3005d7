import { describe, expect, test } from 'vitest'
import { Driver } from '../../testing/driver.ts'
import type { DriverSetup, Sent } from '../../testing/driver.ts'
import type { ParamValue } from '../../topology/types.ts'
import type { OpName, SessionToken } from '../contract.ts'
import { protocol } from './index.ts'
import type { Message } from './messages.ts'

const to = (place: number) => (sent: Sent<Message>) => sent.to === place
const between = (a: number, b: number) => (sent: Sent<Message>) =>
  (sent.from === a && sent.to === b) || (sent.from === b && sent.to === a)

function cluster(setup: DriverSetup = {}) {
  const driver = new Driver(protocol, {
    replicas: ['a', 'b', 'c'],
    ...setup,
    params: { heartbeatMs: 100, resendAfterMs: 200, suspectAfterMs: 1000, ...setup.params },
  })
  driver.drop()
  return driver
}

type Cluster = ReturnType<typeof cluster>

const write = (driver: Cluster, place: number, key: number, value: number, session = 0) =>
  driver.request(place, { f: 'write', key, value }, session)

const read = (driver: Cluster, place: number, key: number) =>
  driver.outcome(driver.request(place, { f: 'read', key })).value

/** Heartbeats, and time for what is stuck to be sent again, until nothing is. */
function settle(driver: Cluster, rounds = 8): void {
  for (let round = 0; round < rounds; round++) {
    driver.advance(250)
    for (const place of driver.members) if (driver.isUp(place)) driver.fire(place, 'heartbeat')
    driver.deliver()
  }
}

/** A session that carries its token from leader to leader. */
function session(driver: Cluster, process: number) {
  let token: SessionToken = null
  let sequence = 0
  let nextOp = 1000 * process
  return {
    ask: (place: number, f: OpName, key: number, value = 0): number => {
      const opId = nextOp++
      const op = { f, key, value, expected: 0, count: 10, bytes: 10 }
      driver.inject(place, { type: 'request', opId, op, session: { process, sequence: ++sequence, token } })
      return opId
    },
    learn: (opId: number): void => {
      token = driver.outcome(opId).token
    },
  }
}

describe('propagation', () => {
  test.each(['all-to-all', 'ring', 'star'])('%s: every update reaches everyone once', (propagation) => {
    const driver = cluster({ replicas: ['a', 'b', 'c', 'd'], params: { propagation } })
    for (let place = 0; place < 4; place++) write(driver, place, place, 10 + place)
    driver.deliver()
    for (let place = 0; place < 4; place++) {
      expect([0, 1, 2, 3].map((key) => read(driver, place, key))).toEqual([10, 11, 12, 13])
    }
    expect(new Set(driver.digests()).size).toBe(1)
    expect(driver.factCount('duplicate')).toBe(0)
  })

  test('what comes twice is taken once', () => {
    const driver = cluster({ params: { conflicts: 'counter' } })
    write(driver, 0, 1, 7)
    driver.duplicate(to(1))
    driver.deliver()
    expect(driver.factCount('duplicate')).toBe(1)
    expect(read(driver, 1, 1)).toBe(1)
  })

  test('updates are collected for the shipping delay, and batched', () => {
    const driver = cluster({ replicas: ['a', 'b'], params: { shipDelayMs: 5, batchEvents: 2 } })
    for (const value of [10, 11, 12]) write(driver, 0, value, value)
    expect(driver.network).toEqual([])
    driver.fire(0, 'ship')
    expect(driver.network.map(({ body }) => ('updates' in body ? body.updates.length : 0))).toEqual([2, 1])
  })

  test('the window bounds what is on its way', () => {
    const driver = cluster({ replicas: ['a', 'b'], params: { windowEvents: 2 } })
    for (const value of [10, 11, 12, 13]) write(driver, 0, value, value)
    expect(driver.network.length).toBe(2)
    driver.deliver()
    expect([10, 11, 12, 13].map((key) => read(driver, 1, key))).toEqual([10, 11, 12, 13])
  })

  test('a lost update is sent again, and the later ones wait for it', () => {
    const driver = cluster({ replicas: ['a', 'b'] })
    write(driver, 0, 1, 10)
    driver.drop()
    write(driver, 0, 2, 20)
    driver.deliver()
    expect(read(driver, 1, 2)).toBe(0)
    settle(driver)
    expect([read(driver, 1, 1), read(driver, 1, 2)]).toEqual([10, 20])
  })

  test('two leaders that cannot talk to one another catch up through a third', () => {
    const driver = cluster()
    write(driver, 0, 1, 10)
    write(driver, 2, 2, 20)
    for (let round = 0; round < 6; round++) {
      driver.advance(250)
      for (const place of driver.members) driver.fire(place, 'heartbeat')
      do driver.drop(between(0, 2))
      while (driver.deliver((sent) => !between(0, 2)(sent)) > 0)
    }
    expect([read(driver, 2, 1), read(driver, 0, 2)]).toEqual([10, 20])
    expect(driver.factCount('relayed')).toBeGreaterThan(0)
  })

  test('who has missed more than the log holds is sent the state, whatever is written meanwhile', () => {
    const driver = cluster({ replicas: ['a', 'b'], params: { logEventsMax: 3, cellsPerMessage: 2 } })
    for (let key = 0; key < 9; key++) write(driver, 0, key, 10 + key)
    driver.drop()
    driver.advance(1)
    write(driver, 1, 3, 99)
    driver.deliver()
    driver.advance(250)
    driver.fire(0, 'heartbeat')
    driver.deliver()
    driver.advance(250)
    driver.fire(0, 'heartbeat')
    // The first chunk is on its way; the state goes on changing.
    write(driver, 0, 0, 50)
    driver.deliver()
    settle(driver)
    expect(driver.factCount('state-merged')).toBeGreaterThan(0)
    expect([read(driver, 1, 0), read(driver, 1, 3), read(driver, 0, 3)]).toEqual([50, 99, 99])
    expect(new Set(driver.digests()).size).toBe(1)
  })

  test('chunks of a transfer that a restart cut short are not mixed with those of the next', () => {
    const driver = cluster({ replicas: ['a', 'b'], params: { logEventsMax: 1, cellsPerMessage: 1 } })
    const toB = (kind: string) => (sent: Sent<Message>) => sent.body.kind === `multi-leader.${kind}`
    for (let key = 0; key < 4; key++) write(driver, 0, key, 10 + key)
    driver.drop()
    driver.fire(0, 'heartbeat')
    driver.advance(250)
    driver.fire(0, 'heartbeat')
    driver.deliver(toB('state'))
    driver.crash(0)
    driver.boot(0)
    driver.deliver()
    write(driver, 0, 0, 50)
    driver.drop()
    settle(driver)
    expect(new Set(driver.digests()).size).toBe(1)
    expect(read(driver, 1, 0)).toBe(50)
  })
})

describe('durability', () => {
  test('a write is confirmed and shipped once it is on disk', () => {
    const driver = cluster({ holdsDisk: true })
    const opId = write(driver, 0, 1, 10)
    expect([driver.replies.has(opId), driver.network.length]).toEqual([false, 0])
    driver.flush(0)
    expect(driver.outcome(opId).status).toBe('ok')
    expect(driver.network.length).toBe(2)
  })

  test('a read of an own write that could still be lost waits for the disk too', () => {
    const driver = cluster({ holdsDisk: true })
    write(driver, 0, 1, 10)
    const [same, other] = [1, 2].map((key) => driver.request(0, { f: 'read', key }))
    expect([driver.replies.has(same), driver.replies.has(other)]).toEqual([false, true])
    driver.flush(0)
    expect(driver.outcome(same).value).toBe(10)
  })

  test('from memory it is confirmed at once, and a crash loses it everywhere alike', () => {
    const driver = cluster({ holdsDisk: true, params: { durability: 'memory' } })
    expect(driver.outcome(write(driver, 0, 1, 10)).status).toBe('ok')
    driver.crash(0)
    driver.boot(0)
    settle(driver)
    expect([0, 1, 2].map((place) => read(driver, place, 1))).toEqual([0, 0, 0])
  })

  test('a leader comes back with what it had, and never numbers or stamps two updates alike', () => {
    const driver = cluster({ consistency: { onPartition: 'availability' } })
    const before = driver.outcome(write(driver, 0, 1, 10)).version
    driver.deliver()
    driver.crash(0)
    driver.boot(0)
    expect(read(driver, 0, 1)).toBe(10)
    const after = driver.outcome(write(driver, 0, 1, 11)).version
    expect(after?.at).toBeGreaterThan(before?.at ?? Infinity)
    settle(driver)
    expect([0, 1, 2].map((place) => read(driver, place, 1))).toEqual([11, 11, 11])
  })
})

describe('conflicts', () => {
  test('last writer wins: concurrent writes count once, and so does the loss', () => {
    const driver = cluster()
    write(driver, 0, 1, 10)
    write(driver, 2, 1, 20)
    driver.deliver()
    expect([0, 1, 2].map((place) => read(driver, place, 1))).toEqual([20, 20, 20])
    expect([driver.factCount('conflict'), driver.factCount('lost-update')]).toEqual([1, 1])
  })

  test('counter: concurrent increments and decrements all count', () => {
    const driver = cluster({ params: { conflicts: 'counter' }, preloaded: 5 })
    for (const place of [0, 0, 1, 2]) write(driver, place, 1, 99)
    driver.request(1, { f: 'delete', key: 1 })
    driver.request(2, { f: 'delete', key: 2 })
    driver.deliver()
    expect([0, 1, 2].map((place) => read(driver, place, 1))).toEqual([3, 3, 3])
    expect(read(driver, 0, 2)).toBe(-1)
  })

  test('set: an addition beside a deletion of all stays', () => {
    const driver = cluster({ params: { conflicts: 'set' } })
    write(driver, 0, 1, 10)
    driver.deliver()
    driver.request(1, { f: 'delete', key: 1 })
    write(driver, 2, 1, 20)
    driver.deliver()
    expect(driver.outcome(driver.request(0, { f: 'read', key: 1 }))).toMatchObject({
      value: 20,
      siblings: null,
    })
    write(driver, 0, 1, 30)
    expect(driver.outcome(driver.request(0, { f: 'read', key: 1 })).siblings).toEqual([20, 30])
  })

  test.each(['last-writer-wins', 'revision-tree', 'siblings'])(
    '%s: a preloaded key that is deleted is gone, and may come back',
    (conflicts) => {
      const driver = cluster({ params: { conflicts }, preloaded: 3 })
      expect(read(driver, 1, 2)).toBe(1)
      driver.request(0, { f: 'delete', key: 2 })
      settle(driver)
      expect([0, 1, 2].map((place) => read(driver, place, 2))).toEqual([0, 0, 0])
      expect(driver.outcome(driver.request(1, { f: 'scan', key: 0, count: 9 })).value).toBe(2)
      expect(new Set(driver.digests()).size).toBe(1)
      write(driver, 2, 2, 30)
      settle(driver)
      expect([0, 1, 2].map((place) => read(driver, place, 2))).toEqual([30, 30, 30])
    },
  )

  test.each(['last-writer-wins', 'revision-tree'])('%s: tombstones go once all have them', (conflicts) => {
    const driver = cluster({ params: { conflicts } })
    write(driver, 0, 1, 10)
    driver.request(0, { f: 'delete', key: 1 })
    driver.deliver((sent) => sent.to !== 2)
    driver.drop()
    driver.fire(0, 'heartbeat')
    expect(driver.factCount('tombstone-collected')).toBe(0)
    settle(driver)
    expect(driver.factCount('tombstone-collected')).toBe(3)
    expect([0, 1, 2].map((place) => driver.state(place).store.cells.size)).toEqual([0, 0, 0])
  })
})

describe('sessions (Terry et al., 1994)', () => {
  const params: Record<string, ParamValue> = { requestTimeoutMs: 300 }

  test('read your writes: a leader that lacks the write makes the session wait', () => {
    const driver = cluster({ params, consistency: { session: ['read-your-writes'] } })
    const { ask, learn } = session(driver, 1)
    learn(ask(0, 'write', 1, 10))
    const opId = ask(1, 'read', 1)
    expect(driver.replies.has(opId)).toBe(false)
    driver.deliver(to(1))
    expect(driver.outcome(opId).value).toBe(10)
  })

  test('monotonic reads: what was read elsewhere must be there, but own writes need not', () => {
    const driver = cluster({ params, consistency: { session: ['monotonic-reads'] } })
    const { ask, learn } = session(driver, 1)
    learn(ask(0, 'write', 1, 10))
    expect(driver.outcome(ask(1, 'read', 1)).value).toBe(0)
    learn(ask(0, 'read', 1))
    const opId = ask(1, 'read', 1)
    expect(driver.replies.has(opId)).toBe(false)
    driver.deliver(to(1))
    expect(driver.outcome(opId).value).toBe(10)
  })

  test.each([
    ['monotonic-writes', 'write'],
    ['writes-follow-reads', 'read'],
  ] as const)('%s: a write waits for the %s before it', (guarantee, before) => {
    const driver = cluster({ params, consistency: { session: [guarantee] } })
    write(driver, 0, 1, 10)
    const { ask, learn } = session(driver, 1)
    learn(before === 'write' ? ask(0, 'write', 2, 20) : ask(0, 'read', 1))
    expect(driver.replies.has(ask(1, 'read', 1))).toBe(true)
    const opId = ask(1, 'write', 3, 30)
    expect(driver.replies.has(opId)).toBe(false)
    driver.deliver(to(1))
    expect(driver.outcome(opId).status).toBe('ok')
  })

  test('who waits in vain fails: nobody knows of a read, and a write has not happened', () => {
    const driver = cluster({ params, consistency: { read: 'causal' } })
    const { ask, learn } = session(driver, 1)
    learn(ask(0, 'write', 1, 10))
    const [reading, writing] = [ask(1, 'read', 1), ask(1, 'write', 1, 11)]
    driver.fire(1, 'deadline')
    expect(driver.outcome(reading)).toMatchObject({ status: 'info', error: 'read-timeout' })
    expect(driver.outcome(writing)).toMatchObject({ status: 'fail', error: 'unavailable' })
    settle(driver)
    expect(read(driver, 1, 1)).toBe(10)
  })

  test('the queue of those who wait is bounded', () => {
    const driver = cluster({ params: { ...params, pendingMax: 1 }, consistency: { read: 'causal' } })
    const { ask, learn } = session(driver, 1)
    learn(ask(0, 'write', 1, 10))
    ask(1, 'read', 1)
    expect(driver.outcome(ask(1, 'read', 1)).error).toBe('overloaded')
  })
})

describe('requests', () => {
  test('a retry at the same leader is told the same, and a doubled or late message nothing', () => {
    const driver = cluster({ params: { conflicts: 'counter' } })
    const op = { f: 'write', key: 1, value: 7, expected: 0, count: 0, bytes: 10 } as const
    const ask = (opId: number, sequence: number) => {
      const reference = { process: 5, sequence, token: null }
      driver.inject(0, { type: 'request', opId, op, session: reference })
    }
    ask(901, 1)
    ask(901, 1)
    ask(902, 1)
    expect(driver.outcome(902)).toEqual(driver.outcome(901))
    ask(903, 2)
    ask(904, 1)
    expect(driver.replies.has(904)).toBe(false)
    expect(read(driver, 0, 1)).toBe(2)
  })

  test('compare-and-set is declined', () => {
    const driver = cluster()
    expect(driver.outcome(driver.request(0, { f: 'cas', key: 1, value: 2 })).error).toBe('refused')
  })

  test.each([
    ['consistency', 'fail'],
    ['availability', 'ok'],
  ] as const)('%s: a leader that hears of no majority answers %s', (onPartition, status) => {
    const driver = cluster({ consistency: { onPartition } })
    driver.advance(900)
    expect(driver.outcome(write(driver, 0, 1, 10)).status).toBe('ok')
    driver.advance(200)
    expect(driver.outcome(write(driver, 0, 1, 11)).status).toBe(status)
    driver.fire(1, 'heartbeat')
    driver.deliver(to(0))
    expect(driver.outcome(write(driver, 0, 1, 12)).status).toBe('ok')
  })

  test('who restarts in a minority answers nothing until it hears of a majority', () => {
    const driver = cluster({ consistency: { onPartition: 'consistency' } })
    driver.crash(0)
    driver.boot(0)
    write(driver, 1, 1, 10)
    expect(driver.outcome(write(driver, 0, 1, 11)).error).toBe('unavailable')
    driver.deliver()
    expect(driver.outcome(write(driver, 0, 1, 12)).status).toBe('ok')
  })
})

describe('a shard whose replicas stand in another order than the file names them', () => {
  const params = { conflicts: 'last-writer-wins', propagation: 'all-to-all' }

  test('of two writes with one timestamp the one remains whose version says that it is newer', () => {
    const driver = cluster({ replicas: ['a', 'b'], preference: [1, 0], params })
    const ops = [write(driver, 0, 1, 10), write(driver, 1, 1, 11, 1)]
    const versions = ops.map((op) => driver.outcome(op).version)
    expect(versions[0]?.at).toBe(versions[1]?.at)
    driver.deliver()
    for (const place of [0, 1]) driver.fire(place, 'heartbeat')
    driver.deliver()
    expect([read(driver, 0, 1), read(driver, 1, 1)]).toEqual([11, 11])
    expect(versions.map((version) => version?.by)).toEqual([0, 1])
  })

  test('the first of them is the centre of a star', () => {
    const driver = cluster({ preference: [2, 0, 1], params: { ...params, propagation: 'star' } })
    expect(driver.members.map((place) => protocol.probe(driver.state(place)).role)).toEqual([
      'hub',
      'leader',
      'leader',
    ])
    write(driver, 0, 1, 10)
    expect(driver.network.map(({ from, to: receiver }) => [from, receiver])).toEqual([[0, 2]])
  })
})
