import { describe, expect, test } from 'vitest'
import { cachesOf as cluster, read, valueAt, write } from '../../testing/ttl-cache-cluster.ts'
import type { Message } from './messages.ts'

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

  test('§5 one question finds out whether the origin is back, and nobody else waits for that', () => {
    const driver = cluster(2, { consistency: { onPartition: 'availability' }, preloaded: 3 })
    for (const key of [0, 1, 2]) valueAt(driver, 1, key)
    driver.crash(0)
    driver.advance(1_500)
    read(driver, 1, 0)
    for (const timer of ['check', 'check', 'check']) driver.fire(1, timer)
    driver.drop()
    // The recheck is due.
    driver.advance(1_000)
    const first = read(driver, 1, 1)
    expect(driver.replies.has(first)).toBe(false)
    expect(driver.outcome(read(driver, 1, 2)).value).toBe(1)
    driver.boot(0)
    driver.deliver()
    expect(driver.outcome(first).status).toBe('ok')
    // It is back: again everybody asks.
    expect(driver.replies.has(read(driver, 1, 2))).toBe(false)
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
