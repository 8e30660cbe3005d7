import { describe, expect, test } from 'vitest'
import { Driver } from '../../testing/driver.ts'
import type { DriverSetup } from '../../testing/driver.ts'
import type { Message } from './messages.ts'
import { protocol } from './index.ts'

const PARAMS = {
  ttlMs: 1_000,
  negativeTtlMs: 300,
  serveStaleMs: 5_000,
  staleAfterMs: 200,
  upstreamTimeoutMs: 400,
}

/** r0 is the origin. */
function cluster(replicas: number, setup: DriverSetup = {}) {
  return new Driver(protocol, {
    replicas: Array.from({ length: replicas }, () => 'east'),
    ...setup,
    params: { ...PARAMS, ...setup.params },
  })
}

type Cluster = ReturnType<typeof cluster>

const read = (driver: Cluster, place: number, key = 1, process = 0) =>
  driver.request(place, { f: 'read', key }, process)

const write = (driver: Cluster, place: number, value: number, key = 1, process = 0) => {
  const opId = driver.request(place, { f: 'write', key, value }, process)
  driver.deliver()
  return opId
}

/** What a read returns once everything sent has arrived. */
function valueAt(driver: Cluster, place: number, key = 1): number {
  const opId = read(driver, place, key)
  driver.deliver()
  return driver.outcome(opId).value
}

const isKind = (kind: Message['kind']) => (sent: { body: { kind: string } }) => sent.body.kind === kind

describe('RFC 9111, HTTP caching', () => {
  test('§4.2.3 age counts from the question, not from the answer', () => {
    const driver = cluster(2)
    write(driver, 0, 10)
    read(driver, 1)
    driver.deliver(isKind('ttl-cache.fetch'))
    write(driver, 0, 11)
    driver.advance(300)
    driver.deliver()
    driver.advance(699)
    expect(valueAt(driver, 1)).toBe(10)
    driver.advance(1)
    expect(valueAt(driver, 1)).toBe(11)
  })

  test('§4.2.3 a question answered at the second try counts from that one', () => {
    const driver = cluster(2)
    write(driver, 0, 10)
    read(driver, 1)
    driver.drop()
    driver.fire(1, 'check')
    driver.deliver()
    driver.advance(999)
    expect(valueAt(driver, 1)).toBe(10)
    expect(driver.factCount('hit')).toBe(1)
  })

  test('with no time to live at all every read is asked for, and is answered', () => {
    const driver = cluster(2, { params: { ttlMs: 0 } })
    write(driver, 0, 10)
    expect(valueAt(driver, 1)).toBe(10)
    expect(valueAt(driver, 1)).toBe(10)
    expect(driver.factCount('hit')).toBe(0)
  })

  test('§4 reads that miss the same key ask once', () => {
    const driver = cluster(2)
    write(driver, 0, 10)
    const reads = [1, 2, 3, 4].map((process) => read(driver, 1, 1, process))
    expect(driver.network.filter(isKind('ttl-cache.fetch'))).toHaveLength(1)
    driver.deliver()
    for (const opId of reads) expect(driver.outcome(opId).value).toBe(10)
    expect(driver.factCount('coalesced')).toBe(3)
  })

  test('a doubled answer changes nothing, and one to an earlier life is a stranger', () => {
    const driver = cluster(2)
    write(driver, 0, 10)
    read(driver, 1)
    driver.deliver(isKind('ttl-cache.fetch'))
    driver.duplicate(isKind('ttl-cache.fill'))
    // The cache restarts while the doubled answer is on its way, and asks the same again.
    const [late] = driver.network
    driver.advance(1)
    driver.crash(1)
    driver.boot(1)
    write(driver, 0, 11)
    const again = read(driver, 1)
    driver.inject(1, { type: 'message', from: 0, body: late.body })
    expect(driver.replies.has(again)).toBe(false)
    driver.deliver()
    expect(driver.outcome(again).value).toBe(11)
  })

  test('pending reads are bounded', () => {
    const driver = cluster(2, { params: { pendingMax: 2 } })
    const reads = [1, 2, 3].map((process) => read(driver, 1, process, process))
    expect(driver.outcome(reads[2])).toMatchObject({ status: 'fail', error: 'overloaded' })
    driver.deliver()
    expect(driver.outcome(reads[1]).status).toBe('ok')
  })
})

describe('RFC 2308, negative caching', () => {
  test('§5 that a key never existed is remembered, for its own time to live', () => {
    const driver = cluster(2)
    expect(valueAt(driver, 1)).toBe(0)
    write(driver, 0, 10)
    driver.advance(299)
    expect(valueAt(driver, 1)).toBe(0)
    driver.advance(1)
    expect(valueAt(driver, 1)).toBe(10)
  })
})

describe('RFC 8767 and RFC 5861, stale answers', () => {
  test('a purged copy still answers when the origin is gone, and only then', () => {
    const driver = cluster(2, {
      consistency: { onPartition: 'availability' },
      params: { purge: 'invalidate' },
    })
    write(driver, 0, 10)
    valueAt(driver, 1)
    write(driver, 0, 11)
    driver.crash(0)
    const opId = read(driver, 1)
    expect(driver.replies.has(opId)).toBe(false)
    driver.drop()
    driver.fire(1, 'check')
    expect(driver.outcome(opId).value).toBe(10)
  })

  test('§3 while renewing: the expired copy answers at once, the next read has the new one', () => {
    const driver = cluster(2, {
      consistency: { onPartition: 'availability' },
      params: { staleWhileRevalidateMs: 500 },
    })
    write(driver, 0, 10)
    valueAt(driver, 1)
    write(driver, 0, 11)
    driver.advance(1_200)
    const opId = read(driver, 1)
    expect(driver.outcome(opId).value).toBe(10)
    driver.deliver()
    expect(valueAt(driver, 1)).toBe(11)
    expect(driver.factCount('stale-while-revalidate')).toBe(1)
    driver.advance(1_500)
    const late = read(driver, 1)
    expect(driver.replies.has(late)).toBe(false)
  })

  test('a parent that cannot reach the origin says so, and its child does not keep asking', () => {
    const driver = cluster(4, { consistency: { onPartition: 'availability' }, params: { parents: 1 } })
    write(driver, 0, 10)
    valueAt(driver, 2)
    driver.crash(0)
    driver.advance(1_500)
    const opId = read(driver, 3)
    driver.deliver()
    driver.fire(1, 'check')
    driver.deliver()
    expect(driver.outcome(opId).value).toBe(10)
    expect(driver.state(3).fetches.size).toBe(0)
  })

  test('what a parent has left does not take the place of a newer copy, expired or not', () => {
    const driver = cluster(4, { consistency: { onPartition: 'availability' }, params: { parents: 1 } })
    write(driver, 0, 10)
    valueAt(driver, 3)
    write(driver, 0, 11)
    read(driver, 2)
    driver.drop()
    driver.fire(2, 'check')
    driver.deliver()
    driver.crash(0)
    driver.advance(1_500)
    const opId = read(driver, 2)
    driver.deliver()
    driver.fire(1, 'check')
    driver.deliver()
    expect(driver.outcome(opId).value).toBe(11)
  })
})

test('prefetch: a copy read near its end is renewed before it runs out', () => {
  const driver = cluster(2, { params: { prefetchPercent: 10 } })
  write(driver, 0, 10)
  valueAt(driver, 1)
  driver.advance(899)
  valueAt(driver, 1)
  expect(driver.factCount('prefetch')).toBe(0)
  driver.advance(1)
  expect(valueAt(driver, 1)).toBe(10)
  driver.advance(500)
  valueAt(driver, 1)
  expect(driver.factCount('prefetch')).toBe(1)
  expect(driver.factCount('expired')).toBe(0)
})

test('jitter shortens lives by different shares, and lengthens none', () => {
  const driver = cluster(2, { params: { ttlJitterPercent: 50 }, preloaded: 40 })
  for (let key = 0; key < 40; key++) valueAt(driver, 1, key)
  const fetched = () => driver.factCount('fetched') + driver.factCount('revalidated')
  driver.advance(499)
  for (let key = 0; key < 40; key++) read(driver, 1, key)
  expect(fetched()).toBe(40)
  driver.drop()
  driver.advance(250)
  for (let key = 0; key < 40; key++) valueAt(driver, 1, key)
  expect(fetched()).toBeGreaterThan(45)
  expect(fetched()).toBeLessThan(75)
  driver.advance(251)
  const hits = driver.factCount('hit')
  for (let key = 0; key < 40; key++) valueAt(driver, 1, key)
  expect(driver.factCount('hit') - hits).toBeLessThan(40)
})

test('a warm start: copies of all that was not written yet, of all ages, and of nothing else', () => {
  const driver = cluster(2, { params: { warmStart: true }, preloaded: 40 })
  write(driver, 0, 10, 3)
  driver.deliver()
  const keys = [...driver.state(1).entries.keys()]
  expect(keys).toHaveLength(39)
  expect(keys).not.toContain(3)
  write(driver, 0, 11, 4)
  driver.advance(500)
  for (const key of keys) expect(valueAt(driver, 1, key)).toBeLessThan(12)
  const hits = driver.factCount('hit')
  expect(hits).toBeGreaterThan(10)
  expect(hits).toBeLessThan(30)
  driver.advance(500)
  expect(valueAt(driver, 1, 4)).toBe(11)
})

test('the copy that was read least recently makes room', () => {
  const driver = cluster(2, { params: { maxEntries: 3 }, preloaded: 5 })
  for (const key of [0, 1, 2, 0, 3]) valueAt(driver, 1, key)
  expect([...driver.state(1).entries.keys()]).toEqual([2, 0, 3])
  expect(driver.factCount('evicted')).toBe(1)
})

describe('caches that divide the keys of a region (Karger et al. 1997)', () => {
  const KEYS = 400
  const regional = () =>
    cluster(5, {
      replicas: ['east', 'west', 'west', 'west', 'west'],
      params: { sharing: 'region' },
      preloaded: KEYS,
      isChecked: false,
    })

  test('each key is held once, and no cache holds much more than its share', () => {
    const driver = regional()
    for (let key = 0; key < KEYS; key++) for (const place of [1, 2, 3, 4]) valueAt(driver, place, key)
    const sizes = [1, 2, 3, 4].map((place) => driver.state(place).entries.size)
    expect(sizes.reduce((sum, size) => sum + size)).toBe(KEYS)
    for (const size of sizes) expect(Math.abs(size - 100)).toBeLessThan(30)
    expect(driver.factCount('miss')).toBe(KEYS)
  })

  test('without one of them the origin is asked for its keys, and for no others', () => {
    const driver = regional()
    for (let key = 0; key < KEYS; key++) valueAt(driver, 1, key)
    const lost = new Set(driver.state(2).entries.keys())
    driver.crash(2)
    for (let key = 0; key < KEYS; key++) {
      const opId = read(driver, 1, key)
      driver.deliver()
      if (!lost.has(key)) expect(driver.outcome(opId).status).toBe('ok')
      else {
        driver.fire(1, 'check')
        expect(driver.network.map(({ to }) => to)).toEqual([0])
        driver.deliver()
        expect(driver.outcome(opId).status).toBe('ok')
      }
    }
  })
})

describe('sessions', () => {
  const TOKENS = new Map<number, unknown>()
  /** A request of a session that carries its token on, as clients do. */
  function ask(driver: Cluster, opId: number, place: number, f: 'read' | 'write', key: number, value = 0) {
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
