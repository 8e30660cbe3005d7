import { describe, expect, test } from 'vitest'
import { both, CLIENT, cluster, kind, to } from '../../testing/leaderless-cluster.ts'
import type { DriverSetup } from '../../testing/driver.ts'

/** Linearizable registers: n = 3, r = w = 2, coordinated by the first of two clients unless a test says otherwise. */
function registers(setup: DriverSetup = {}) {
  return cluster({ clients: ['east', 'east'], ...setup, params: { registers: 'abd', ...setup.params } })
}

const OTHER = CLIENT + 1
const from = (place: number) => (sent: { from: number }) => sent.from === place

describe('writes (Lynch and Shvartsman: query, then store)', () => {
  test('a write exceeds what a read quorum has, however far ahead the clock was that stamped it', () => {
    const driver = registers({ offsetMs: [0, 0, 0, 0, 0, 5_000, 0] })
    const early = driver.request(CLIENT, { f: 'write', key: 1, value: 7 })
    driver.deliver()
    const late = driver.request(OTHER, { f: 'write', key: 1, value: 8 })
    driver.deliver()
    expect(driver.outcome(late).version?.at).toBeGreaterThan(driver.outcome(early).version?.at ?? Infinity)
    const read = driver.request(CLIENT, { f: 'read', key: 1 })
    driver.deliver()
    expect(driver.outcome(read).value).toBe(8)
  })

  test('by timestamps alone the same write is lost', () => {
    const driver = registers({ params: { registers: 'timestamps' }, offsetMs: [0, 0, 0, 0, 0, 5_000, 0] })
    driver.request(CLIENT, { f: 'write', key: 1, value: 7 })
    driver.deliver()
    driver.request(OTHER, { f: 'write', key: 1, value: 8 })
    driver.deliver()
    const read = driver.request(CLIENT, { f: 'read', key: 1 })
    driver.deliver()
    expect(driver.outcome(read).value).toBe(7)
  })

  test('two writes of one coordinator that queried the same get different versions', () => {
    const driver = registers()
    const writes = [7, 8].map((value) => driver.request(CLIENT, { f: 'write', key: 1, value }))
    driver.deliver()
    const [a, b] = writes.map((write) => driver.outcome(write).version)
    expect(a).not.toEqual(b)
    expect(new Set(driver.digests()).size).toBe(1)
  })

  test('a write whose query nobody answers in time did not happen', () => {
    const driver = registers()
    const write = driver.request(CLIENT, { f: 'write', key: 1, value: 7 })
    driver.drop()
    driver.fire(CLIENT, 'deadline')
    expect(driver.outcome(write)).toMatchObject({ status: 'fail', error: 'unavailable' })
  })

  test('once it has left its query nobody knows', () => {
    const driver = registers()
    const write = driver.request(CLIENT, { f: 'write', key: 1, value: 7 })
    driver.deliver(kind('query'))
    driver.deliver(kind('queryAck'))
    driver.drop()
    driver.fire(CLIENT, 'deadline')
    expect(driver.outcome(write)).toMatchObject({ status: 'info', error: 'write-timeout' })
  })
})

/** A write that only the first replica got, and a read by the other client that has asked everyone. */
function halfWritten(setup: DriverSetup = {}) {
  const driver = registers(setup)
  driver.request(CLIENT, { f: 'write', key: 1, value: 7 })
  driver.deliver(kind('query'))
  driver.deliver(kind('queryAck'))
  driver.deliver(both(kind('write'), to(0)))
  driver.drop()
  const read = driver.request(OTHER, { f: 'read', key: 1 })
  driver.deliver(kind('read'))
  return { driver, read }
}

describe('reads (Attiya, Bar-Noy, Dolev: query, then write back)', () => {
  test('nothing is returned before w replicas have it', () => {
    const { driver, read } = halfWritten()
    driver.deliver(both(kind('readAck'), from(0)))
    driver.deliver(both(kind('readAck'), from(1)))
    expect(driver.factCount('write-back')).toBe(1)
    expect(driver.replies.has(read)).toBe(false)
    driver.deliver(kind('repair'))
    expect(driver.replies.has(read)).toBe(false)
    driver.deliver(kind('repairAck'))
    expect(driver.outcome(read).value).toBe(7)
    expect(new Set(driver.digests()).size).toBe(1)
  })

  test('a quorum that agrees is an answer in one round', () => {
    const { driver, read } = halfWritten()
    driver.deliver(both(kind('readAck'), from(1)))
    driver.deliver(both(kind('readAck'), from(2)))
    expect(driver.outcome(read)).toMatchObject({ status: 'ok', value: 0 })
    expect(driver.factCount('write-back')).toBe(0)
  })

  test('a late reply that has the newest stands for a confirmation', () => {
    const { driver, read } = halfWritten()
    driver.request(OTHER, { f: 'read', key: 2 })
    driver.drop(kind('read'))
    driver.inject(2, {
      type: 'message',
      from: OTHER,
      body: { kind: 'leaderless.repair', opId: -1, epoch: 0, cell: driver.state(0).store.cells.get(1)! },
    })
    driver.inject(2, {
      type: 'message',
      from: OTHER,
      body: { kind: 'leaderless.read', opId: read, epoch: 0, key: 1, bytes: 10, owner: -1 },
    })
    driver.drop((sent) => sent.from === 2 && 'cell' in sent.body && sent.body.cell === null)
    driver.deliver(both(kind('readAck'), from(0)))
    driver.deliver(both(kind('readAck'), from(1)))
    expect(driver.replies.has(read)).toBe(false)
    driver.deliver(both(kind('readAck'), from(2)))
    expect(driver.outcome(read).value).toBe(7)
  })

  test('a copy that would not survive a crash does not count: its replica answers once it would', () => {
    const driver = registers({ holdsDisk: true })
    for (let place = 0; place < 5; place++) driver.flush(place)
    driver.request(CLIENT, { f: 'write', key: 1, value: 7 })
    driver.deliver(kind('query'))
    driver.deliver(kind('queryAck'))
    driver.deliver(kind('write'))
    const read = driver.request(OTHER, { f: 'read', key: 1 })
    driver.deliver()
    expect(driver.replies.size).toBe(0)
    driver.flush(0)
    driver.flush(1)
    driver.deliver()
    expect(driver.outcome(read).value).toBe(7)
  })

  test('the same where the coordinator is one of the members: its own copy waits for its own disk', () => {
    const driver = registers({ holdsDisk: true, params: { coordinator: 'replica' } })
    for (let place = 0; place < 5; place++) driver.flush(place)
    const write = driver.request(0, { f: 'write', key: 1, value: 7 })
    driver.deliver()
    const read = driver.request(0, { f: 'read', key: 1 })
    driver.flush(1)
    driver.deliver()
    expect(driver.replies.size).toBe(0)
    driver.flush(0)
    driver.deliver()
    expect(driver.outcome(write).status).toBe('ok')
    expect(driver.outcome(read).value).toBe(7)
  })
})

test('no deletion is ever forgotten', () => {
  const driver = registers({ params: { tombstoneGraceMs: 10 } })
  driver.request(CLIENT, { f: 'delete', key: 1 })
  driver.deliver()
  expect(driver.isArmed(0, 'collection')).toBe(false)
})

test('too few members up: refused for certain', () => {
  const driver = registers()
  driver.request(CLIENT, { f: 'read', key: 1 })
  driver.deliver(to(0))
  driver.deliver(to(CLIENT))
  driver.drop()
  driver.advance(501)
  for (const f of ['read', 'write'] as const) {
    expect(driver.outcome(driver.request(CLIENT, { f, key: 1, value: 8 }))).toMatchObject({
      status: 'fail',
      error: 'unavailable',
    })
  }
})
