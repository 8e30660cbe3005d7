import { assert } from '../base/assert.ts'

/**
 * Which shard each key belongs to, and the number it bears there. Within its shard a key is numbered by how many of the
 * shard's keys come before it: so a shard looks to its protocol like a small key space of its own, without gaps, and keeps
 * the order of keys. Keys that do not exist yet have their numbers too.
 */
export interface KeySpace {
  readonly shards: number
  /** Keys of neighbouring numbers live together: shards follow one another in the order of keys, as ranges do. */
  readonly isOrdered: boolean
  shardOf(key: number): number
  localOf(key: number): number
  /** The key of a number that `localOf` has given. */
  keyOf(shard: number, local: number): number
  /** How many of a shard's keys have a lower number than `key`, which may be another shard's. */
  countBelow(shard: number, key: number): number
}

/** Everything in one shard. */
export const WHOLE: KeySpace = {
  shards: 1,
  isOrdered: true,
  shardOf: () => 0,
  localOf: (key) => key,
  keyOf: (_shard, local) => local,
  countBelow: (_shard, key) => key,
}

/** Keys are looked at so many at a time, from 0 upwards: a key's number depends on all that come before it. */
const BLOCK = 1024

/** A key space in several shards, numbered as far as anybody has asked. Seven to fourteen bytes per key. */
export class ShardedKeySpace implements KeySpace {
  readonly shards: number
  readonly isOrdered: boolean
  readonly #ownerOf: (key: number) => number
  #owners = new Uint16Array(BLOCK)
  #locals = new Uint32Array(BLOCK)
  #numbered = 0
  /** By shard: its keys, ascending. */
  readonly #keys: Uint32Array[]
  readonly #counts: Uint32Array

  constructor(shards: number, ownerOf: (key: number) => number, isOrdered: boolean) {
    assert(shards >= 1 && shards < 2 ** 16, () => `${shards} shards`)
    this.shards = shards
    this.isOrdered = isOrdered
    this.#ownerOf = ownerOf
    this.#keys = Array.from({ length: shards }, () => new Uint32Array(4))
    this.#counts = new Uint32Array(shards)
  }

  shardOf(key: number): number {
    if (key >= this.#numbered) this.#numberUpTo(key)
    return this.#owners[key]
  }

  localOf(key: number): number {
    if (key >= this.#numbered) this.#numberUpTo(key)
    return this.#locals[key]
  }

  keyOf(shard: number, local: number): number {
    assert(local < this.#counts[shard], () => `nobody has asked for key ${local} of shard ${shard} yet`)
    return this.#keys[shard][local]
  }

  countBelow(shard: number, key: number): number {
    if (key >= this.#numbered) this.#numberUpTo(key)
    const keys = this.#keys[shard]
    let [from, to] = [0, this.#counts[shard]]
    while (from < to) {
      const middle = (from + to) >>> 1
      if (keys[middle] < key) from = middle + 1
      else to = middle
    }
    return from
  }

  #numberUpTo(last: number): void {
    const end = (Math.floor(last / BLOCK) + 1) * BLOCK
    if (end > this.#owners.length) {
      const size = Math.max(end, 2 * this.#owners.length)
      this.#owners = grown(this.#owners, new Uint16Array(size))
      this.#locals = grown(this.#locals, new Uint32Array(size))
    }
    for (let key = this.#numbered; key < end; key++) {
      const shard = this.#ownerOf(key)
      const local = this.#counts[shard]++
      this.#owners[key] = shard
      this.#locals[key] = local
      const keys = this.#keys[shard]
      if (local === keys.length) this.#keys[shard] = grown(keys, new Uint32Array(2 * local))
      this.#keys[shard][local] = key
    }
    this.#numbered = end
  }
}

function grown<A extends Uint16Array | Uint32Array>(from: A, into: A): A {
  into.set(from)
  return into
}
