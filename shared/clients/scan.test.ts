import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ShardedKeySpace } from '../plan/key-space.ts'
import { bareOutcome } from './outcomes.ts'
import { Scan } from './scan.ts'
import { operation, Session } from './session.ts'

const KEYS = 80

function scanOf(space: ShardedKeySpace, key: number, count: number): Scan {
  const session = new Session(0, 0)
  session.key = key
  session.shard = space.shardOf(key)
  session.op = operation('scan', space.localOf(key), 0, 0, count, 1)
  return new Scan(session, space)
}

const layouts = fc.record({
  shards: fc.integer({ min: 2, max: 6 }),
  isOrdered: fc.boolean(),
  key: fc.integer({ min: 0, max: KEYS - 1 }),
  count: fc.integer({ min: 1, max: 100 }),
})

test('finds every key from the first one on, as many as were wanted, wherever they live', () => {
  fc.assert(
    fc.property(layouts, ({ shards, isOrdered, key, count }) => {
      const ownerOf = (each: number) =>
        isOrdered ? Math.min(shards - 1, Math.floor((each * shards) / KEYS)) : (each * 7) % shards
      const space = new ShardedKeySpace(shards, ownerOf, isOrdered)
      const scan = scanOf(space, key, count)
      const found = new Set<number>()
      for (;;) {
        const parts = []
        for (let part = scan.next(); part !== null; part = scan.next()) parts.push(part)
        if (isOrdered) expect(parts.length).toBeLessThanOrEqual(1)
        if (parts.length === 0) break
        for (const { shard, from, count: wanted } of parts) {
          const held = Array.from({ length: KEYS }, (_, each) => each).filter(
            (each) => ownerOf(each) === shard,
          )
          const rows = held.slice(from, from + wanted)
          rows.forEach((each) => found.add(each))
          scan.partEnded(bareOutcome('ok', null, rows.length), shard, 1)
        }
      }
      expect(scan.open).toBe(0)
      expect(scan.outcome()).toMatchObject({ status: 'ok', value: Math.min(count, KEYS - key) })
      for (let each = key; each < Math.min(KEYS, key + count); each++) expect(found).toContain(each)
    }),
  )
})

test('asks no further once a part has failed, and has failed as that part did', () => {
  const scan = scanOf(new ShardedKeySpace(4, (key) => Math.floor(key / 20) % 4, true), 5, 60)
  scan.next()
  scan.partEnded(bareOutcome('info', 'timeout'), 3, 2)
  expect(scan.next()).toBeNull()
  expect(scan.outcome()).toMatchObject({ status: 'info', error: 'timeout', value: 0 })
  expect([scan.from, scan.attempts]).toEqual([3, 2])
})

test('of scattered keys the first failure counts, and every shard is heard', () => {
  const scan = scanOf(new ShardedKeySpace(3, (key) => key % 3, false), 0, 10)
  for (let part = scan.next(); part !== null; part = scan.next());
  scan.partEnded(bareOutcome('ok', null, 4), 0, 1)
  scan.partEnded(bareOutcome('fail', 'refused'), 1, 1)
  expect(scan.open).toBe(1)
  scan.partEnded(bareOutcome('info', 'timeout'), 2, 1)
  expect(scan.outcome()).toMatchObject({ status: 'fail', error: 'refused' })
})
