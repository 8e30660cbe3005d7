import type { Rng } from '../base/rng.ts'
import { unreachable } from '../base/assert.ts'
import type { KeyDistribution } from '../topology/types.ts'
import type { InsertSequence } from './inserts.ts'
import { ycsbHashModulo } from './ycsb-hash.ts'
import { ZIPFIAN_CONSTANT, Zipfian } from './zipfian.ts'

/** Picks the key of an operation on an existing record. The definitions are those of YCSB's generators. */
export interface KeyChooser {
  next(rng: Rng): number
}

/** Every one of the first `records` keys alike. Keys inserted later are never chosen, as in YCSB. */
export class UniformKeys implements KeyChooser {
  private readonly records: number

  constructor(records: number) {
    this.records = records
  }

  next(rng: Rng): number {
    return rng.below(this.records)
  }
}

/** Key 0 the most popular, key 1 the next: neighbours in popularity are neighbours in the key space. */
export class ZipfianKeys implements KeyChooser {
  private readonly zipfian: Zipfian

  constructor(records: number, constant: number) {
    this.zipfian = new Zipfian(records, constant)
  }

  next(rng: Rng): number {
    return this.zipfian.rank(rng)
  }
}

/** The most popular ranks that YCSB draws from before it folds them: 0 … 10^10, both included. */
const RANKS = 10_000_000_001
/** YCSB's constant for zeta(10^10, 0.99). */
const RANKS_ZETA = 26.46902820178302
/** Bound of the key space, far beyond the ten million keys of a topology and what a run inserts. */
const KEYSPACE_MAX = 2 ** 30
/** Draws of absent keys before the ranks are folded onto the present ones instead. */
const REDRAWS_MAX = 256

/**
 * YCSB's "zipfian" request distribution: a zipfian rank among 10^10, hashed and folded onto the key space. Flatter than
 * a zipfian law over the keys themselves, because most of the mass lies beyond the first `keyspace` ranks.
 */
export class ScrambledZipfianKeys implements KeyChooser {
  private readonly zipfian: Zipfian
  private readonly keyspace: number
  private readonly inserts: InsertSequence

  /** `keyspace` includes the keys that the run is expected to insert, so that insertions don't move the popular keys. */
  constructor(keyspace: number, constant: number, inserts: InsertSequence) {
    this.zipfian =
      constant === ZIPFIAN_CONSTANT ? new Zipfian(RANKS, constant, RANKS_ZETA) : new Zipfian(RANKS, constant)
    this.keyspace = Math.min(keyspace, KEYSPACE_MAX)
    this.inserts = inserts
  }

  /** Keys not yet inserted are drawn again. */
  next(rng: Rng): number {
    const last = this.inserts.last
    for (let draws = 0; draws < REDRAWS_MAX; draws++) {
      const key = ycsbHashModulo(this.zipfian.rank(rng), this.keyspace)
      if (key <= last) return key
    }
    return ycsbHashModulo(this.zipfian.rank(rng), last + 1)
  }
}

/**
 * YCSB's SkewedLatestGenerator: `last − zipfian(last)`, the newest key the most popular. It never picks key 0, because
 * its zipfian law has `last` items and not `last + 1`.
 */
export class LatestKeys implements KeyChooser {
  private readonly zipfian: Zipfian
  private readonly inserts: InsertSequence

  constructor(constant: number, inserts: InsertSequence) {
    this.zipfian = new Zipfian(Math.max(inserts.last, 1), constant)
    this.inserts = inserts
  }

  next(rng: Rng): number {
    const last = this.inserts.last
    if (last > this.zipfian.n) this.zipfian.grow(last)
    return Math.max(last - this.zipfian.rank(rng), 0)
  }
}

/** A share of the operations goes to the first keys, the hot set, evenly; the rest evenly to the others. */
export class HotspotKeys implements KeyChooser {
  private readonly records: number
  private readonly hot: number
  /** Out of 2^32. */
  private readonly hotOperations: number

  constructor(records: number, dataFraction: number, operationFraction: number) {
    this.records = records
    this.hot = Math.floor(records * dataFraction)
    // A set without keys takes no operations.
    const share = this.hot === 0 ? 0 : this.hot === records ? 1 : operationFraction
    this.hotOperations = Math.round(share * 4294967296)
  }

  next(rng: Rng): number {
    return rng.u32() < this.hotOperations
      ? rng.below(this.hot)
      : this.hot + rng.below(this.records - this.hot)
  }
}

/**
 * The chooser for a distribution over `records` loaded keys and those that `inserts` adds; `expectedInserts` is how
 * many new keys the run may bring.
 */
export function keyChooser(
  distribution: KeyDistribution,
  records: number,
  inserts: InsertSequence,
  expectedInserts: number,
): KeyChooser {
  switch (distribution.kind) {
    case 'uniform':
      return new UniformKeys(records)
    case 'zipfian':
      return new ZipfianKeys(records, distribution.constant)
    case 'scrambled-zipfian':
      // Twice the expected inserts, and an upper bound that is included: YCSB's CoreWorkload.
      return new ScrambledZipfianKeys(records + 2 * expectedInserts + 1, distribution.constant, inserts)
    case 'latest':
      return new LatestKeys(distribution.constant, inserts)
    case 'hotspot':
      return new HotspotKeys(records, distribution.dataFraction, distribution.operationFraction)
    default:
      return unreachable(distribution)
  }
}
