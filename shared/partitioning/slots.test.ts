import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evenSlots, hashSlot, slotCounts, SLOTS, slotsWithAdded, slotsWithout } from './slots.ts'

describe('the slot of a key', () => {
  // Redis documentation, CLUSTER KEYSLOT.
  test.each([
    ['somekey', 11058],
    ['foo{hash_tag}', 2515],
    ['bar{hash_tag}', 2515],
  ])('%s', (key, slot) => {
    expect(hashSlot(key)).toBe(slot)
  })

  // Redis Cluster specification, hash tags: what is hashed instead of the whole.
  test.each([
    ['{user1000}.following', 'user1000'],
    ['foo{{bar}}zap', '{bar'],
    ['foo{bar}{zap}', 'bar'],
  ])('%s is hashed as %s', (key, tag) => {
    expect(hashSlot(key)).toBe(hashSlot(tag))
  })

  test('an empty tag, or one without an end, is none', () => {
    expect(hashSlot('foo{}{bar}')).not.toBe(hashSlot('bar'))
    expect(hashSlot('foo{bar')).not.toBe(hashSlot('bar'))
  })
})

const shards = fc.integer({ min: 1, max: 60 })

test('slots are dealt out evenly, each shard’s in a row', () => {
  fc.assert(
    fc.property(shards, (count) => {
      const slots = evenSlots(count)
      const counts = slotCounts(slots, count)
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
      expect(
        slots.every(
          (shard, slot) => slot === 0 || shard === slots[slot - 1] || shard === slots[slot - 1] + 1,
        ),
      ).toBe(true)
    }),
    { numRuns: 30 },
  )
})

test('added shards take their part from all, and nothing else moves', () => {
  fc.assert(
    fc.property(shards, fc.integer({ min: 1, max: 5 }), (count, added) => {
      const before = evenSlots(count)
      const after = slotsWithAdded(before, count, added)
      const moved = after.filter((shard, slot) => shard !== before[slot])
      expect(moved.every((shard) => shard >= count)).toBe(true)
      expect(moved.length).toBe(added * Math.floor(SLOTS / (count + added)))
      const counts = slotCounts(after, count + added)
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(count + added)
    }),
    { numRuns: 30 },
  )
})

test('the slots of a shard that goes are dealt to the others, and nothing else moves', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 60 }), fc.nat(), (count, pick) => {
      const gone = pick % count
      const before = evenSlots(count)
      const after = slotsWithout(before, count, gone)
      const stays = before.every(
        (shard, slot) => shard === gone || after[slot] === (shard > gone ? shard - 1 : shard),
      )
      expect(stays).toBe(true)
      const counts = slotCounts(after, count - 1)
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(2)
    }),
    { numRuns: 15 },
  )
})
