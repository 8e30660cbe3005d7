import { assert } from '../base/assert.ts'
import { nsOfMs } from '../base/time.ts'
import type { Ns } from '../base/time.ts'
import { areNamesOrdered } from '../workload/key-names.ts'
import type { SplitSpec, Topology } from '../topology/types.ts'
import type { KeySpace } from './key-space.ts'
import type { PlaceId, ShardPlan } from './types.ts'

/**
 * Ranges that split and merge while a run goes on. Where they may, keys bear the same number in every range, which is the
 * key's own: a range holds an interval of numbers, and a split or a merge moves a border without numbering anything anew.
 */

/** Beyond every key: histories store keys in 32 bits. */
export const KEYS_END = 2 ** 32

/** Keys from `from` up to `to`, which is no longer among them. */
export interface Span {
  readonly from: number
  readonly to: number
}

export const EVERYTHING: Span = { from: 0, to: KEYS_END }

/** What the plan says of a run whose ranges may split. */
export interface SplitPlan {
  /** Where the ranges begin with which the run begins, by shard, ascending. The numbers after them are free. */
  readonly starts: readonly number[]
  readonly spec: SplitSpec
  readonly checkEveryNs: Ns
}

/** All keys by their own numbers, in as many ranges as there are when the run begins. */
export class RangeKeySpace implements KeySpace {
  readonly isOrdered = true
  readonly #starts: readonly number[]

  constructor(starts: readonly number[]) {
    this.#starts = starts
  }

  get shards(): number {
    return this.#starts.length
  }

  shardOf(key: number): number {
    return rankOf(this.#starts, key)
  }

  localOf(key: number): number {
    return key
  }

  keyOf(_shard: number, local: number): number {
    return local
  }

  countBelow(_shard: number, key: number): number {
    return key
  }
}

/** Who has which keys at some time, and where that lives. Never changed: a split or a merge makes another one. */
export class RangeMap {
  /** Counts up with every change. */
  readonly version: number
  readonly #starts: readonly number[]
  readonly #shards: readonly number[]
  /** By number; those that hold nothing have no replicas. */
  readonly shards: readonly ShardPlan[]

  constructor(
    version: number,
    starts: readonly number[],
    inOrder: readonly number[],
    shards: readonly ShardPlan[],
  ) {
    assert(starts[0] === 0 && starts.length === inOrder.length, 'ranges cover the key space')
    this.version = version
    this.#starts = starts
    this.#shards = inOrder
    this.shards = shards
  }

  /** Shards in the order of their keys. */
  get inOrder(): readonly number[] {
    return this.#shards
  }

  shardOf(key: number): number {
    return this.#shards[rankOf(this.#starts, key)]
  }

  /** null: the shard holds nothing (any more). */
  spanOf(shard: number): Span | null {
    const rank = this.#shards.indexOf(shard)
    if (rank < 0) return null
    return { from: this.#starts[rank], to: this.#starts[rank + 1] ?? KEYS_END }
  }

  /** A new shard takes the keys from `at` on of the one that has them, on the same replicas, `first` foremost. */
  split(at: number, shard: number, first: PlaceId): RangeMap {
    const rank = rankOf(this.#starts, at)
    assert(this.#starts[rank] < at && this.shards[shard].replicas.length === 0, 'a split makes two ranges')
    const { replicas, spares } = this.shards[this.#shards[rank]]
    const ordered = [first, ...replicas.filter((place) => place !== first)]
    return new RangeMap(
      this.version + 1,
      this.#starts.toSpliced(rank + 1, 0, at),
      this.#shards.toSpliced(rank + 1, 0, shard),
      this.shards.with(shard, { id: shard, replicas: ordered, spares }),
    )
  }

  /** The keys of a shard go to its left neighbour. */
  merge(shard: number): RangeMap {
    const rank = this.#shards.indexOf(shard)
    assert(rank > 0, 'a merge takes a left neighbour')
    return new RangeMap(
      this.version + 1,
      this.#starts.toSpliced(rank, 1),
      this.#shards.toSpliced(rank, 1),
      this.shards.with(shard, { id: shard, replicas: [], spares: [] }),
    )
  }
}

/** Where clients look when they find their maps outdated: Bigtable's METADATA, TiDB's placement driver. */
export interface LatestRanges {
  readonly map: RangeMap
}

/** How the ranges of a topology begin; null where they stay what they are. `ownerOf`: the shard of a key at the beginning. */
export function splitPlan(
  { partitioning, workload, changes = [] }: Topology,
  shards: number,
  ownerOf: (key: number) => number,
): SplitPlan | null {
  const { split, scheme } = partitioning
  // What the parser refuses of a file, a probe of the same system may still ask for: ranges then stay what they are.
  const isFit = scheme === 'range' && areNamesOrdered(workload) && changes.length === 0
  if (split === undefined || !isFit) return null
  const starts = [0]
  for (let shard = 1; shard < shards; shard++) {
    starts.push(
      Math.max(
        starts[shard - 1] + 1,
        firstKey((key) => ownerOf(key) >= shard),
      ),
    )
  }
  return { starts, spec: split, checkEveryNs: nsOfMs(split.checkEveryMs) }
}

/** The least key that `isIn`, which holds for all keys after one for which it does; the last key where there is none. */
function firstKey(isIn: (key: number) => boolean): number {
  let [from, to] = [0, KEYS_END - 1]
  while (from < to) {
    const middle = Math.floor((from + to) / 2)
    if (isIn(middle)) to = middle
    else from = middle + 1
  }
  return from
}

/** Position of the last start that is not above the key. */
function rankOf(starts: readonly number[], key: number): number {
  let [low, high] = [0, starts.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (starts[middle] <= key) low = middle
    else high = middle - 1
  }
  return low
}

/** The shards of the beginning and, up to `count`, those that splits may bring. */
export function withUnborn(shards: readonly ShardPlan[], count: number): ShardPlan[] {
  const unborn = Array.from({ length: Math.max(0, count - shards.length) }, (_, at) => ({
    id: shards.length + at,
    replicas: [],
    spares: [],
  }))
  return [...shards, ...unborn]
}
