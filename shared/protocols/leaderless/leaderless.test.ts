import { describe, expect, test } from 'vitest'
import { both, CLIENT, cluster, kind, to } from '../../testing/leaderless-cluster.ts'
import { Driver } from '../../testing/driver.ts'
import { protocol } from './index.ts'
import type { DriverSetup } from '../../testing/driver.ts'

describe('quorums (Dynamo, section 4.5)', () => {
  test('a write goes to all n and is done with the w-th confirmation', () => {
    const driver = cluster()
    const write = driver.request(CLIENT, { f: 'write', key: 1, value: 7 })
    expect(driver.network.map(({ to: place }) => place)).toEqual([0, 1, 2])
    driver.deliver(kind('write'))
    expect(driver.network).toHaveLength(3)
    const deliverOneAck = () =>
      driver.deliver((sent) => sent === driver.network[0] && driver.replies.size === 0)
    expect(driver.replies.size).toBe(0)
    expect(deliverOneAck()).toBe(2)
    expect(driver.outcome(write)).toMatchObject({ status: 'ok', version: { by: CLIENT } })
  })

  test('an acknowledgement that the network doubled counts once', () => {
    const driver = cluster()
    const write = driver.request(CLIENT, { f: 'write', key: 1, value: 7 })
    driver.deliver(both(kind('write'), to(0)))
    driver.duplicate(kind('writeAck'))
    driver.duplicate(kind('writeAck'))
    expect(driver.replies.has(write)).toBe(false)
  })

  test('a read answers with the newest of r replies', () => {
    const driver = cluster()
    driver.request(CLIENT, { f: 'write', key: 1, value: 7 })
    driver.deliver()
    driver.advance(1)
    driver.request(CLIENT, { f: 'write', key: 1, value: 8 })
    driver.deliver(both(kind('write'), to(1)))
    driver.drop()
    const read = driver.request(CLIENT, { f: 'read', key: 1 })
    driver.deliver((sent) => sent.to === 0 || sent.from === 0)
    expect(driver.replies.has(read)).toBe(false)
    driver.deliver((sent) => sent.to === 1 || sent.from === 1)
    expect(driver.outcome(read).value).toBe(8)
  })

  test('a doubled reply does not make a quorum', () => {
    const driver = cluster()
    const read = driver.request(CLIENT, { f: 'read', key: 1 })
    driver.deliver(both(kind('read'), to(0)))
    driver.duplicate(kind('readAck'))
    driver.duplicate(kind('readAck'))
    expect(driver.replies.has(read)).toBe(false)
  })

  test('reads that ask a quorum ask r members, the nearest first and equally near ones in turn', () => {
    const distances = [9, 2, 2]
    const roundTripNs = (_: number, place: number) => distances[place] ?? 1
    const driver = cluster({ params: { readFanout: 'quorum', r: 1 }, roundTripNs })
    const asked = [1, 2, 3, 4].map(() => {
      driver.request(CLIENT, { f: 'read', key: 1 })
      const places = driver.network.map((sent) => sent.to)
      driver.drop()
      return places
    })
    expect(asked).toEqual([[1], [2], [1], [2]])
  })

  test('a coordinating member counts its own copy without a message', () => {
    const driver = cluster({ params: { coordinator: 'replica', w: 1, r: 1 } })
    const write = driver.request(1, { f: 'write', key: 1, value: 7 })
    expect(driver.outcome(write).status).toBe('ok')
    expect(driver.network.map((sent) => sent.to)).toEqual([0, 2])
    const read = driver.request(1, { f: 'read', key: 1 })
    expect(driver.outcome(read).value).toBe(7)
  })

  test('a replica that is no member coordinates all the same', () => {
    const driver = cluster({ params: { coordinator: 'replica' } })
    const write = driver.request(4, { f: 'write', key: 1, value: 7 })
    driver.deliver()
    expect(driver.outcome(write).status).toBe('ok')
    expect(driver.state(4).store.cells.size).toBe(0)
  })

  test('with 40 copies a majority is 21 distinct confirmations', () => {
    const replicas = Array.from({ length: 40 }, () => 'east')
    const driver = cluster({ replicas, params: { n: 40, w: 21, r: 21 } })
    const write = driver.request(40, { f: 'write', key: 1, value: 7 })
    driver.deliver(kind('write'))
    for (let place = 0; place < 40; place++) {
      const isDone = driver.replies.has(write)
      expect(isDone).toBe(place >= 21)
      driver.duplicate((sent) => sent.from === 39 - place)
      driver.deliver((sent) => sent.from === 39 - place)
    }
  })

  test('keys loaded before the run are read without having been written', () => {
    const driver = cluster({ preloaded: 10 })
    const present = driver.request(CLIENT, { f: 'read', key: 9 })
    const absent = driver.request(CLIENT, { f: 'read', key: 10 })
    driver.deliver()
    expect(driver.outcome(present)).toMatchObject({ value: 1, version: { at: 0, by: 0 } })
    expect(driver.outcome(absent)).toMatchObject({ value: 0, version: null })
  })

  test('compare-and-set is declined for certain', () => {
    const driver = cluster()
    const cas = driver.request(CLIENT, { f: 'cas', key: 1, value: 2 })
    expect(driver.outcome(cas)).toMatchObject({ status: 'fail', error: 'refused' })
  })

  test('a request that the network doubled is done once', () => {
    const driver = cluster({ params: { coordinator: 'replica' } })
    driver.request(0, { f: 'write', key: 1, value: 7 })
    driver.deliver()
    const { lastStamp } = driver.state(0)
    const session = { process: 0, sequence: 1, token: null }
    const op = { f: 'write', key: 1, value: 7, expected: 0, count: 0, bytes: 1 } as const
    driver.inject(0, { type: 'request', opId: 1, op, session })
    expect(driver.state(0).lastStamp).toBe(lastStamp)
  })
})

describe('timestamps', () => {
  test('a write of a coordinator whose clock is behind loses to an earlier one: the price of last-writer-wins', () => {
    const offsetMs = [0, 0, 0, 0, 0, 0, -100]
    const driver = cluster({ clients: ['east', 'east'], offsetMs })
    driver.request(CLIENT, { f: 'write', key: 1, value: 7 })
    driver.deliver()
    driver.advance(50)
    const second = driver.request(CLIENT + 1, { f: 'write', key: 1, value: 8 }, 1)
    driver.deliver()
    expect(driver.outcome(second).status).toBe('ok')
    const read = driver.request(CLIENT, { f: 'read', key: 1 })
    driver.deliver()
    expect(driver.outcome(read).value).toBe(7)
  })

  test('a session token makes a later write win whatever the clock says', () => {
    const offsetMs = [0, 0, 0, 0, 0, 0, -100]
    const consistency = { session: ['read-your-writes' as const] }
    const driver = cluster({ clients: ['east', 'east'], offsetMs, consistency })
    driver.request(CLIENT, { f: 'write', key: 1, value: 7 })
    driver.deliver()
    driver.request(CLIENT + 1, { f: 'read', key: 1 }, 1)
    driver.deliver()
    driver.request(CLIENT + 1, { f: 'write', key: 1, value: 8 }, 1)
    driver.deliver()
    const read = driver.request(CLIENT, { f: 'read', key: 1 })
    driver.deliver()
    expect(driver.outcome(read).value).toBe(8)
  })

  test('a coordinator never gives a timestamp twice: not at one instant, not after a restart with its clock set back', () => {
    const offsetMs = [0]
    const driver = cluster({ params: { coordinator: 'replica', w: 1, n: 1, r: 1 }, offsetMs })
    const stamps = new Set<number>()
    const write = () =>
      stamps.add(driver.outcome(driver.request(0, { f: 'write', key: 1, value: 7 })).version!.at)
    for (let i = 0; i < 10; i++) write()
    driver.crash(0)
    driver.boot(0)
    offsetMs[0] = -1
    driver.advance(1)
    for (let i = 0; i < 10; i++) write()
    expect(stamps.size).toBe(20)
  })
})

describe('session tokens', () => {
  const consistency = { session: ['monotonic-reads' as const] }

  test('a read that meets only older replies asks everyone and waits', () => {
    const driver = cluster({ params: { r: 1, w: 1, readFanout: 'quorum' }, consistency })
    driver.request(CLIENT, { f: 'write', key: 1, value: 7 })
    driver.deliver(both(kind('write'), to(2)))
    driver.deliver(kind('writeAck'))
    driver.drop()
    const read = driver.request(CLIENT, { f: 'read', key: 1 })
    driver.deliver((sent) => sent.to < 2 || sent.from < 2)
    expect(driver.replies.has(read)).toBe(false)
    driver.deliver()
    expect(driver.outcome(read).value).toBe(7)
  })

  test.each([
    ['consistency', { status: 'info', error: 'read-timeout' }],
    ['availability', { status: 'ok', value: 0 }],
  ] as const)('where nobody has it: %s', (onPartition, expected) => {
    const driver = cluster({ params: { r: 1, w: 1 }, consistency: { ...consistency, onPartition } })
    driver.request(CLIENT, { f: 'write', key: 1, value: 7 })
    driver.deliver(both(kind('write'), to(2)))
    driver.deliver(kind('writeAck'))
    driver.drop()
    driver.crash(2)
    const read = driver.request(CLIENT, { f: 'read', key: 1 })
    driver.deliver()
    driver.fire(CLIENT, 'deadline')
    expect(driver.outcome(read)).toMatchObject(expected)
  })

  test('a stale answer does not make the session forget what it had seen', () => {
    const availability = { ...consistency, onPartition: 'availability' as const }
    const driver = cluster({ params: { r: 1, w: 1 }, consistency: availability })
    for (const value of [6, 7]) {
      driver.request(CLIENT, { f: 'write', key: 1, value })
      driver.deliver(both(kind('write'), (sent) => sent.to === 2 || value === 6))
      driver.deliver(kind('writeAck'))
      driver.drop()
    }
    driver.crash(2)
    const stale = driver.request(CLIENT, { f: 'read', key: 1 })
    driver.deliver()
    driver.fire(CLIENT, 'deadline')
    expect(driver.outcome(stale).value).toBe(6)
    driver.boot(2)
    // Any answer clears the suspicion.
    driver.request(CLIENT, { f: 'read', key: 9 })
    driver.deliver()
    const read = driver.request(CLIENT, { f: 'read', key: 1 })
    driver.deliver((sent) => sent.to < 2 || sent.from < 2)
    expect(driver.replies.has(read)).toBe(false)
    driver.deliver()
    expect(driver.outcome(read).value).toBe(7)
  })
})

describe('read repair', () => {
  function stale(params: DriverSetup['params']) {
    const driver = cluster(params === undefined ? {} : { params })
    driver.request(CLIENT, { f: 'write', key: 1, value: 7 })
    driver.deliver(both(kind('write'), to(1)))
    driver.deliver(kind('writeAck'))
    driver.drop()
    return driver
  }

  test('asynchronous: answers first, then brings the others up to date', () => {
    const driver = stale({ readRepair: 'async', r: 2, w: 1 })
    const read = driver.request(CLIENT, { f: 'read', key: 1 })
    driver.deliver(kind('read'))
    driver.deliver(kind('readAck'))
    expect(driver.outcome(read).value).toBe(7)
    expect(driver.network.map((sent) => [sent.to, sent.body.kind])).toEqual([
      [0, 'leaderless.repair'],
      [2, 'leaderless.repair'],
    ])
    driver.deliver()
    expect(new Set(driver.digests()).size).toBe(1)
    expect(driver.factCount('read-repair')).toBe(2)
    expect(driver.state(CLIENT).reads.size).toBe(0)
  })

  test('asynchronous: a coordinator that holds a copy still waits for the other replies', () => {
    const driver = new Driver(protocol, { params: { readRepair: 'async', r: 1, w: 1, hintedHandoff: false } })
    driver.request(0, { f: 'write', key: 1, value: 7 })
    driver.drop()
    const read = driver.request(0, { f: 'read', key: 1 })
    expect(driver.outcome(read).value).toBe(7)
    driver.deliver()
    expect(new Set(driver.digests()).size).toBe(1)
  })

  test('blocking: the answer waits for the repair of those among the first r that were behind', () => {
    const driver = stale({ readRepair: 'blocking', r: 2, w: 1 })
    const read = driver.request(CLIENT, { f: 'read', key: 1 })
    driver.deliver(both(kind('read'), (sent) => sent.to < 2))
    driver.deliver(kind('readAck'))
    expect(driver.replies.has(read)).toBe(false)
    expect(driver.network.filter(kind('repair')).map((sent) => sent.to)).toEqual([0])
    driver.deliver((sent) => sent.to !== 2)
    expect(driver.outcome(read).value).toBe(7)
  })

  test('blocking: a newer reply that arrives while repairs are out is not what the answer says', () => {
    const driver = stale({ readRepair: 'blocking', r: 2, w: 1 })
    driver.advance(1)
    driver.request(CLIENT, { f: 'write', key: 1, value: 8 }, 1)
    driver.deliver(both(kind('write'), to(2)))
    driver.drop()
    const read = driver.request(CLIENT, { f: 'read', key: 1 })
    driver.deliver(both(kind('read'), (sent) => sent.to < 2))
    driver.deliver(kind('readAck'))
    driver.deliver((sent) => sent.to === 2 || sent.from === 2)
    expect(driver.replies.has(read)).toBe(false)
    driver.deliver()
    expect(driver.outcome(read).value).toBe(7)
  })
})

describe('tombstones', () => {
  const remove = (driver: ReturnType<typeof cluster>, key: number) => {
    const removal = driver.request(CLIENT, { f: 'delete', key })
    driver.deliver()
    return driver.outcome(removal)
  }
  const valueOf = (driver: ReturnType<typeof cluster>, key: number) => {
    const read = driver.request(CLIENT, { f: 'read', key })
    driver.deliver()
    return driver.outcome(read).value
  }

  test('a deletion is a version, and is forgotten after the grace time', () => {
    const driver = cluster({ params: { tombstoneGraceMs: 100 }, preloaded: 2 })
    driver.request(CLIENT, { f: 'write', key: 5, value: 7 })
    driver.deliver()
    driver.advance(1)
    for (const key of [1, 5]) expect(remove(driver, key)).toMatchObject({ status: 'ok' })
    for (const key of [1, 5]) expect(valueOf(driver, key)).toBe(0)
    for (const place of [0, 1, 2]) driver.fire(place, 'collection')
    for (const key of [0, 1, 5]) expect(valueOf(driver, key)).toBe(key === 0 ? 1 : 0)
    expect(driver.state(0).store.cells.has(5)).toBe(false)
    driver.crash(0)
    driver.boot(0)
    expect(new Set(driver.digests()).size).toBe(1)
  })

  test('a replica that misses a deletion for longer than the grace time brings the value back', () => {
    const driver = cluster({ params: { tombstoneGraceMs: 100, readRepair: 'async' } })
    driver.request(CLIENT, { f: 'write', key: 5, value: 7 })
    driver.deliver()
    driver.advance(1)
    driver.request(CLIENT, { f: 'delete', key: 5 })
    driver.drop((sent) => sent.to === 2)
    driver.deliver()
    for (const place of [0, 1]) driver.fire(place, 'collection')
    valueOf(driver, 5)
    expect(valueOf(driver, 5)).toBe(7)
    expect(driver.state(0).store.cells.get(5)?.value).toBe(7)
  })

  test('with a grace time that is long enough, the same replica learns of the deletion', () => {
    const driver = cluster({ params: { readRepair: 'async' } })
    driver.request(CLIENT, { f: 'write', key: 5, value: 7 })
    driver.deliver()
    driver.advance(1)
    driver.request(CLIENT, { f: 'delete', key: 5 })
    driver.drop((sent) => sent.to === 2)
    driver.deliver()
    valueOf(driver, 5)
    expect(valueOf(driver, 5)).toBe(0)
    expect(new Set(driver.digests()).size).toBe(1)
  })
})

describe('durability', () => {
  test('fsync: members confirm once their disk has the write, the coordinator its own copy too', () => {
    const driver = cluster({ params: { coordinator: 'replica', durability: 'fsync' }, holdsDisk: true })
    const write = driver.request(0, { f: 'write', key: 1, value: 7 })
    driver.deliver()
    expect(driver.network).toHaveLength(0)
    driver.flush(1)
    driver.deliver()
    expect(driver.replies.has(write)).toBe(false)
    driver.flush(0)
    expect(driver.outcome(write).status).toBe('ok')
  })

  test.each([
    ['memory', 0],
    ['fsync', 7],
  ])('%s: after a power loss of all, a write that was confirmed reads as %i', (durability, expected) => {
    const driver = cluster({ params: { durability }, holdsDisk: true })
    const write = driver.request(CLIENT, { f: 'write', key: 1, value: 7 })
    driver.deliver()
    if (durability === 'fsync') for (const place of [0, 1, 2]) driver.flush(place)
    driver.deliver()
    expect(driver.outcome(write).status).toBe('ok')
    for (const place of [0, 1, 2]) driver.crash(place)
    for (const place of [0, 1, 2]) driver.boot(place)
    const read = driver.request(CLIENT, { f: 'read', key: 1 })
    driver.deliver()
    expect(driver.outcome(read).value).toBe(expected)
  })
})

describe('regions', () => {
  const replicas = ['east', 'west', 'east', 'west', 'east', 'west']
  const params = { n: 6, r: 2, w: 2 }

  test('local reads ask the own region only; local writes go everywhere and count there', () => {
    const driver = cluster({
      replicas,
      clients: ['west'],
      params: { ...params, readScope: 'local', writeScope: 'local' },
    })
    driver.request(6, { f: 'read', key: 1 })
    expect(driver.network.map((sent) => sent.to)).toEqual([1, 3, 5])
    driver.drop()
    const write = driver.request(6, { f: 'write', key: 1, value: 7 })
    expect(driver.network).toHaveLength(6)
    driver.deliver((sent) => sent.to % 2 === 0 && sent.to < 6)
    driver.deliver((sent) => sent.from % 2 === 0)
    expect(driver.replies.has(write)).toBe(false)
    driver.deliver()
    expect(driver.outcome(write).status).toBe('ok')
  })

  test('each-quorum waits for w in every region', () => {
    const driver = cluster({ replicas, clients: ['west'], params: { ...params, writeScope: 'each' } })
    const write = driver.request(6, { f: 'write', key: 1, value: 7 })
    driver.deliver(
      (sent) => (sent.to === 6 ? sent.from : sent.to) !== 4 && (sent.to === 6 ? sent.from : sent.to) !== 2,
    )
    expect(driver.replies.has(write)).toBe(false)
    driver.deliver((sent) => sent.to === 2 || sent.from === 2)
    expect(driver.outcome(write).status).toBe('ok')
  })
})

describe('scans', () => {
  test('rows from the key upwards, deletions left out', () => {
    const driver = cluster({ preloaded: 10 })
    driver.request(CLIENT, { f: 'delete', key: 4 })
    driver.request(CLIENT, { f: 'write', key: 10, value: 7 })
    driver.deliver()
    const rows = (key: number, count: number) => {
      const scan = driver.request(CLIENT, { f: 'scan', key, count })
      driver.deliver()
      return driver.outcome(scan).value
    }
    expect(rows(2, 3)).toBe(3)
    expect(rows(3, 100)).toBe(7)
    expect(rows(11, 5)).toBe(0)
  })
})
