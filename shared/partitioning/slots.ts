import { crc16 } from './hashes/crc16.ts'
import { Octets } from './hashes/octets.ts'

/** The hash slots of Redis Cluster. */
export const SLOTS = 16_384

const OPEN = 0x7b
const CLOSE = 0x7d

const octets = new Octets()

/**
 * The hash slot of a key as the Redis Cluster specification has it: CRC16 modulo 16384, of what stands between the first
 * brace and the next closing one where something does (the hash tag), else of the whole name.
 */
export function hashSlot(name: string): number {
  octets.read(name)
  const open = name.indexOf('{')
  if (open < 0 || name.indexOf('}', open) < 0) return crc16(octets.bytes, 0, octets.length) & (SLOTS - 1)
  const bytes = octets.bytes.subarray(0, octets.length)
  const from = bytes.indexOf(OPEN) + 1
  const to = bytes.indexOf(CLOSE, from)
  return (to > from ? crc16(bytes, from, to) : crc16(bytes, 0, bytes.length)) & (SLOTS - 1)
}

/** The shard of each slot when all are dealt out evenly, each shard's in a row. */
export function evenSlots(shards: number): Uint16Array {
  return Uint16Array.from({ length: SLOTS }, (_, slot) => Math.floor((slot * shards) / SLOTS))
}

/** How many slots each shard has. */
export function slotCounts(slots: Uint16Array, shards: number): Uint32Array {
  const counts = new Uint32Array(shards)
  for (const shard of slots) counts[shard]++
  return counts
}

/**
 * The slots after shards have been added, numbered after the others: each of the new takes one slot after another from
 * whoever has most, until it has its part (what `redis-cli --cluster rebalance` comes to).
 */
export function slotsWithAdded(slots: Uint16Array, shards: number, added: number): Uint16Array {
  const after = slots.slice()
  const counts = slotCounts(slots, shards + added)
  const due = Math.floor(SLOTS / (shards + added))
  /** By shard: the last of its slots. */
  const own: number[][] = Array.from(counts, () => [])
  for (const [slot, shard] of slots.entries()) own[shard].push(slot)
  for (let taker = shards; taker < shards + added; taker++) {
    while (counts[taker] < due) {
      const giver = counts.indexOf(counts.reduce((most, count) => Math.max(most, count)))
      const slot = own[giver].pop()
      if (slot === undefined) break
      after[slot] = taker
      counts[giver]--
      counts[taker]++
    }
  }
  return after
}

/** The slots after a shard has gone: its own go to whoever has fewest, one by one, and later shards move up a number. */
export function slotsWithout(slots: Uint16Array, shards: number, gone: number): Uint16Array {
  const counts = slotCounts(slots, shards)
  counts[gone] = SLOTS + 1
  return slots.map((shard) => {
    let owner = shard
    if (shard === gone) {
      owner = counts.indexOf(counts.reduce((fewest, count) => Math.min(fewest, count)))
      counts[owner]++
    }
    return owner > gone ? owner - 1 : owner
  })
}
