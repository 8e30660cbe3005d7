import { describe, expect, test } from 'vitest'
import { cachesOf as cluster, read, valueAt, write } from '../../testing/ttl-cache-cluster.ts'
import type { Caches } from '../../testing/ttl-cache-cluster.ts'

describe('sessions', () => {
  const TOKENS = new Map<number, unknown>()
  /** A request of a session that carries its token on, as clients do. */
  function ask(driver: Caches, opId: number, place: number, f: 'read' | 'write', key: number, value = 0) {
    const op = { f, key, value, expected: 0, count: 0, bytes: 10 }
    const session = { process: 1, sequence: opId, token: TOKENS.get(1) ?? null }
    driver.inject(place, { type: 'request', opId, op, session })
    driver.deliver()
    const outcome = driver.outcome(opId)
    if (outcome.token !== null) TOKENS.set(1, outcome.token)
    return outcome
  }

  test('read-your-writes: a copy from before the write is asked for again, whichever key was written', () => {
    const driver = cluster(3, { consistency: { read: 'read-your-writes' }, preloaded: 5 })
    TOKENS.clear()
    valueAt(driver, 2, 1)
    valueAt(driver, 2, 3)
    ask(driver, 100, 1, 'write', 1, 10)
    expect(ask(driver, 101, 2, 'read', 1).value).toBe(10)
    expect(driver.factCount('expired')).toBe(1)
    // Renewed since: good for this session until it writes again.
    ask(driver, 102, 2, 'read', 1)
    expect(driver.factCount('hit')).toBe(1)
    ask(driver, 103, 2, 'read', 3)
    expect(driver.factCount('expired')).toBe(2)
  })

  test('Yu and Devadas 2015, §2: reads at one point of the origin’s order each, never an earlier one', () => {
    const driver = cluster(3, { consistency: { read: 'sequential' }, preloaded: 5 })
    TOKENS.clear()
    valueAt(driver, 1, 2)
    write(driver, 0, 10, 1, 9)
    write(driver, 0, 20, 2, 9)
    // Key 2 alone could be read as it was; after key 1 at version 1 it could too, but nobody vouches for that.
    expect(ask(driver, 200, 1, 'read', 1).value).toBe(10)
    expect(ask(driver, 201, 1, 'read', 2).value).toBe(20)
  })
})

describe('the origin', () => {
  test('nobody hears of what is not on its disk', () => {
    const driver = cluster(2, { holdsDisk: true })
    const writing = driver.request(0, { f: 'write', key: 1, value: 10 })
    const here = read(driver, 0)
    const there = read(driver, 1)
    driver.deliver()
    for (const opId of [writing, here, there]) expect(driver.replies.has(opId)).toBe(false)
    driver.crash(0)
    driver.boot(0)
    driver.fire(1, 'check')
    driver.deliver()
    expect(driver.outcome(there)).toMatchObject({ status: 'ok', value: 0 })
  })

  test('what was there before comes back after a crash, numbers go on', () => {
    const driver = cluster(2)
    write(driver, 0, 10)
    driver.crash(0)
    driver.boot(0)
    const again = driver.outcome(write(driver, 0, 11))
    expect(again.version).toEqual({ at: 2, by: 0 })
    expect(valueAt(driver, 1)).toBe(11)
  })

  test('a write that the network doubled is neither done again nor declined, though its session is forgotten', () => {
    const driver = cluster(2, { holdsDisk: true, params: { sessionsMax: 1, pendingMax: 2 } })
    const op = { f: 'write' as const, key: 1, value: 10, expected: 0, count: 0, bytes: 10 }
    const session = { process: 4, sequence: 1, token: null }
    driver.inject(1, { type: 'request', opId: 50, op, session })
    driver.duplicate(({ body }) => body.kind === 'ttl-cache.forward')
    driver.request(0, { f: 'write', key: 2, value: 11 }, 5)
    driver.deliver()
    driver.flush(0)
    driver.deliver()
    expect(driver.outcome(50)).toMatchObject({ status: 'ok', version: { at: 1 } })
    expect(driver.state(0).origin?.position).toBe(2)
  })

  test('a retry is told the same, by whichever way it comes', () => {
    const driver = cluster(2)
    const op = { f: 'write' as const, key: 1, value: 10, expected: 0, count: 0, bytes: 10 }
    const session = { process: 4, sequence: 1, token: null }
    driver.inject(0, { type: 'request', opId: 50, op, session })
    driver.inject(1, { type: 'request', opId: 51, op, session })
    driver.deliver()
    expect(driver.outcome(51)).toEqual(driver.outcome(50))
    expect(driver.state(0).origin?.position).toBe(1)
  })

  test('compare-and-set is its alone', () => {
    const driver = cluster(2, { preloaded: 2 })
    const swap = (expected: number, value: number) => {
      const opId = driver.request(1, { f: 'cas', key: 1, value, expected })
      driver.deliver()
      return driver.outcome(opId)
    }
    expect(swap(1, 10)).toMatchObject({ status: 'ok', value: 1, version: { at: 1 } })
    expect(swap(1, 11)).toMatchObject({ status: 'ok', value: 0, version: null })
    expect(valueAt(driver, 0)).toBe(10)
  })

  test('where caches redirect, they say where it is and do nothing', () => {
    const driver = cluster(2, { params: { requestsAtCaches: 'redirect' } })
    const opId = driver.request(1, { f: 'write', key: 1, value: 10 })
    expect(driver.outcome(opId)).toMatchObject({ status: 'fail', error: 'not-leader', redirect: 0 })
    expect(driver.network).toEqual([])
  })

  test('a request passed on that nobody answers is of unknown outcome', () => {
    const driver = cluster(2)
    const opId = driver.request(1, { f: 'write', key: 1, value: 10 })
    driver.drop()
    driver.fire(1, 'forwards')
    expect(driver.outcome(opId)).toMatchObject({ status: 'info', error: 'write-timeout' })
  })
})
