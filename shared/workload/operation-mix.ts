import { assert } from '../base/assert.ts'
import type { Rng } from '../base/rng.ts'
import type { MixSpec } from '../topology/types.ts'

export type MixOperation = keyof MixSpec

/** YCSB's order; deletes and compare-and-sets, which it has not, come last. */
const ORDER: readonly MixOperation[] = [
  'read',
  'update',
  'insert',
  'scan',
  'readModifyWrite',
  'delete',
  'compareAndSet',
]
const TWO_32 = 4294967296

/** Draws operations by their shares. A share counts in parts of 2^32, so that no float comparison decides. */
export class OperationMix {
  private readonly operations: MixOperation[] = []
  /** Running totals; the last is 2^32. */
  private readonly thresholds: number[] = []

  /** Shares are weighed by their sum, which rounding may have put a little off 1. */
  constructor(mix: MixSpec) {
    const total = ORDER.reduce((sum, operation) => sum + mix[operation], 0)
    assert(total > 0, 'a mix needs at least one operation')
    let running = 0
    for (const operation of ORDER) {
      assert(mix[operation] >= 0, () => `share of ${operation} is negative`)
      if (mix[operation] === 0) continue
      running += mix[operation]
      this.operations.push(operation)
      this.thresholds.push(Math.round((running / total) * TWO_32))
    }
    this.thresholds[this.thresholds.length - 1] = TWO_32
  }

  /** Takes one word of `rng`, whatever the mix. */
  draw(rng: Rng): MixOperation {
    const word = rng.u32()
    let i = 0
    while (word >= this.thresholds[i]) i++
    return this.operations[i]
  }
}
