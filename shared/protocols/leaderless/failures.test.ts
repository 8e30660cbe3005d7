import { describe, expect, test } from 'vitest'
import { CLIENT, cluster, kind } from '../../testing/leaderless-cluster.ts'
import type { DriverSetup } from '../../testing/driver.ts'
import { protocol } from './index.ts'

describe('failures', () => {
  test('too few answers in time: nobody knows', () => {
    const driver = cluster()
    const write = driver.request(CLIENT, { f: 'write', key: 1, value: 7 })
    const read = driver.request(CLIENT, { f: 'read', key: 1 })
    driver.drop()
    driver.fire(CLIENT, 'deadline')
    expect(driver.outcome(write)).toMatchObject({ status: 'info', error: 'write-timeout' })
    expect(driver.outcome(read)).toMatchObject({ status: 'info', error: 'read-timeout' })
    expect(driver.state(CLIENT).writes.size + driver.state(CLIENT).reads.size).toBe(0)
  })

  /** Two of three members have been silent for longer than it takes to be suspected. */
  function degraded(setup: DriverSetup) {
    const driver = cluster(setup)
    driver.request(CLIENT, { f: 'write', key: 1, value: 7 })
    driver.deliver((sent) => sent.to === 0 || sent.from === 0)
    driver.drop()
    driver.advance(501)
    return driver
  }

  test('believed down: refused for certain, nothing sent but a ping, and a pong mends it', () => {
    const driver = degraded({})
    const write = driver.request(CLIENT, { f: 'write', key: 1, value: 8 })
    expect(driver.outcome(write)).toMatchObject({ status: 'fail', error: 'unavailable' })
    expect(driver.network.map((sent) => [sent.to, sent.body.kind])).toEqual([
      [1, 'leaderless.ping'],
      [2, 'leaderless.ping'],
    ])
    driver.deliver()
    const again = driver.request(CLIENT, { f: 'write', key: 1, value: 9 })
    driver.deliver()
    expect(driver.outcome(again).status).toBe('ok')
  })

  test('availability: answered once everyone who seems up has answered', () => {
    const driver = degraded({ consistency: { onPartition: 'availability' } })
    const write = driver.request(CLIENT, { f: 'write', key: 1, value: 8 })
    const read = driver.request(CLIENT, { f: 'read', key: 1 })
    driver.deliver((sent) => sent.to === 0 || sent.from === 0)
    expect(driver.outcome(write).status).toBe('ok')
    expect(driver.outcome(read)).toMatchObject({ status: 'ok', value: 8 })
    expect(driver.factCount('downgraded')).toBe(2)
  })

  test('availability: what was under way when the others fell silent is answered once they may be believed down', () => {
    const driver = cluster({ consistency: { onPartition: 'availability' } })
    const write = driver.request(CLIENT, { f: 'write', key: 1, value: 8 })
    const read = driver.request(CLIENT, { f: 'read', key: 1 })
    driver.drop((sent) => sent.to === 1 || sent.to === 2)
    driver.deliver()
    expect(driver.replies.size).toBe(0)
    driver.advance(500.1)
    driver.fire(CLIENT, 'suspicion')
    expect(driver.outcome(write).status).toBe('ok')
    expect(driver.outcome(read)).toMatchObject({ status: 'ok', value: 8 })
    expect(driver.factCount('downgraded')).toBe(2)
  })

  test('sloppy quorum: a spare stands in, counts towards w, serves reads, and hands the write over (section 4.6)', () => {
    const consistency = { onPartition: 'availability' as const }
    const driver = degraded({ params: { sloppyQuorum: true }, consistency })
    const write = driver.request(CLIENT, { f: 'write', key: 1, value: 8 })
    expect(driver.network.filter(kind('hintedWrite')).map((sent) => sent.to)).toEqual([3, 4])
    const isDown = (place: number) => place === 1 || place === 2
    driver.drop((sent) => isDown(sent.to))
    driver.deliver()
    expect(driver.outcome(write).status).toBe('ok')
    expect(driver.factCount('downgraded')).toBe(0)
    const read = driver.request(CLIENT, { f: 'read', key: 1 })
    driver.drop((sent) => isDown(sent.to))
    driver.deliver((sent) => sent.to > 2 || sent.from > 2)
    expect(driver.outcome(read)).toMatchObject({ status: 'ok', value: 8 })
    driver.deliver()
    driver.fire(3, 'hint-replay')
    driver.fire(4, 'hint-replay')
    driver.deliver()
    expect(new Set(driver.digests()).size).toBe(1)
    expect(protocol.probe(driver.state(3)).backlog).toBe(0)
  })

  test('speculative retry asks one more member, once', () => {
    const params = { readFanout: 'quorum', r: 1, speculativeRetryMs: 10 }
    const driver = cluster({ params })
    const read = driver.request(CLIENT, { f: 'read', key: 1 })
    expect(driver.network).toHaveLength(1)
    driver.drop()
    driver.fire(CLIENT, 'speculation')
    expect(driver.network).toHaveLength(1)
    driver.deliver()
    expect(driver.outcome(read).status).toBe('ok')
    expect(driver.factCount('speculative-retry')).toBe(1)
  })
})

test('a request that comes twice is done once, also where its session has gone on meanwhile', () => {
  const driver = cluster({ params: { coordinator: 'replica' } })
  const op = { f: 'write', key: 1, value: 7, expected: 0, count: 0, bytes: 10 } as const
  const session = { process: 3, sequence: 1, token: null }
  driver.inject(0, { type: 'request', opId: 101, op, session })
  driver.inject(0, {
    type: 'request',
    opId: 102,
    op: { ...op, value: 8 },
    session: { ...session, sequence: 2 },
  })
  const sent = driver.network.length
  driver.inject(0, { type: 'request', opId: 101, op, session })
  driver.inject(0, {
    type: 'request',
    opId: 102,
    op: { ...op, value: 8 },
    session: { ...session, sequence: 2 },
  })
  expect(driver.network).toHaveLength(sent)
})

describe('hinted handoff', () => {
  const params = { coordinator: 'replica', hintedHandoff: true, hintWindowMs: 60_000 }

  function withHint() {
    const driver = cluster({ params })
    driver.request(0, { f: 'write', key: 1, value: 7 })
    driver.drop((sent) => sent.to === 2)
    driver.deliver()
    driver.fire(0, 'deadline')
    return driver
  }

  test('a write that a member did not confirm waits at the coordinator until the member takes it', () => {
    const driver = withHint()
    expect(protocol.probe(driver.state(0)).backlog).toBe(1)
    driver.fire(0, 'hint-replay')
    driver.drop()
    driver.fire(0, 'hint-replay')
    driver.deliver()
    expect(new Set(driver.digests()).size).toBe(1)
    expect(protocol.probe(driver.state(0)).backlog).toBe(0)
    expect(driver.isArmed(0, 'hint-replay')).toBe(false)
  })

  test('a member believed down gets its hint at once, not only when time is up', () => {
    const driver = withHint()
    driver.request(0, { f: 'write', key: 2, value: 8 })
    driver.drop()
    expect(protocol.probe(driver.state(0)).backlog).toBe(2)
  })

  test('so do the writes that were on their way to it when it fell silent', () => {
    const driver = cluster({ params })
    for (let key = 1; key <= 3; key++) driver.request(0, { f: 'write', key, value: 7 })
    driver.deliver((sent) => sent.to !== 2)
    driver.advance(501)
    expect(protocol.probe(driver.state(0)).backlog).toBe(0)
    driver.request(0, { f: 'write', key: 4, value: 8 })
    expect(protocol.probe(driver.state(0)).backlog).toBe(4)
    driver.drop((sent) => sent.to === 2)
    driver.fire(0, 'hint-replay')
    driver.deliver()
    expect(new Set(driver.digests()).size).toBe(1)
  })

  test('hints survive a restart of their holder', () => {
    const driver = withHint()
    driver.crash(0)
    driver.boot(0)
    driver.fire(0, 'hint-replay')
    driver.deliver()
    expect(new Set(driver.digests()).size).toBe(1)
    driver.crash(0)
    driver.boot(0)
    expect(protocol.probe(driver.state(0)).backlog).toBe(0)
  })

  test('hints older than the window are dropped', () => {
    const driver = withHint()
    driver.advance(60_001)
    driver.fire(0, 'hint-replay')
    expect(driver.network).toHaveLength(0)
    expect(driver.factCount('hint-dropped')).toBe(1)
  })

  test('a backlog goes in batches, each upon the confirmation of the one before', () => {
    const driver = cluster({ params })
    for (let key = 0; key < 70; key++) driver.request(0, { f: 'write', key, value: 7 })
    driver.drop((sent) => sent.to === 2)
    driver.deliver()
    driver.fire(0, 'deadline')
    driver.fire(0, 'hint-replay')
    // Suspected, so the first message is a probe of one hint.
    expect(driver.network.map((sent) => 'cells' in sent.body && sent.body.cells.length)).toEqual([1])
    expect(driver.deliver(kind('hintReplay'))).toBe(1)
    driver.deliver()
    expect(protocol.probe(driver.state(0)).backlog).toBe(0)
    expect(new Set(driver.digests()).size).toBe(1)
  })
})
