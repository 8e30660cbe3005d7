import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ShardedKeySpace, WHOLE } from './key-space.ts'

/** What the numbers mean, counted key by key. */
function byHand(ownerOf: (key: number) => number, shards: number, keys: number) {
  const members = Array.from({ length: shards }, () => [] as number[])
  for (let key = 0; key < keys; key++) members[ownerOf(key)].push(key)
  return members
}

describe('a key space in shards', () => {
  const KEYS = 3000
  const owners = fc.record({
    shards: fc.integer({ min: 1, max: 7 }),
    salt: fc.integer({ min: 1, max: 2 ** 20 }),
    asked: fc.array(fc.integer({ min: 0, max: KEYS - 1 }), { minLength: 1, maxLength: 30 }),
  })

  test('numbers the keys of each shard from 0 in their order, whichever is asked for first', () => {
    fc.assert(
      fc.property(owners, ({ shards, salt, asked }) => {
        const ownerOf = (key: number) => (Math.imul(key + salt, 2654435761) >>> 16) % shards
        const members = byHand(ownerOf, shards, KEYS)
        const space = new ShardedKeySpace(shards, ownerOf, false)
        for (const key of asked) {
          const shard = ownerOf(key)
          expect(space.shardOf(key)).toBe(shard)
          expect(space.localOf(key)).toBe(members[shard].indexOf(key))
          expect(space.keyOf(shard, space.localOf(key))).toBe(key)
          members.forEach((keys, other) => {
            expect(space.countBelow(other, key)).toBe(keys.filter((each) => each < key).length)
          })
        }
      }),
    )
  })

  test('goes on beyond any bound', () => {
    const space = new ShardedKeySpace(3, (key) => key % 3, false)
    expect(space.localOf(3_000_000)).toBe(1_000_000)
    expect(space.keyOf(0, 1_000_000)).toBe(3_000_000)
  })
})

test('the whole of it is one shard, in which keys keep their numbers', () => {
  expect([WHOLE.shardOf(9), WHOLE.localOf(9), WHOLE.keyOf(0, 9), WHOLE.countBelow(0, 9)]).toEqual([
    0, 9, 9, 9,
  ])
})
