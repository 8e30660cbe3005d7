import { assert } from '../base/assert.ts'
import { log } from '../base/math.ts'
import { Rng } from '../base/rng.ts'
import { NS_PER_S } from '../base/time.ts'
import type { Ns } from '../base/time.ts'

/**
 * When the operations of an open loop should begin: a Poisson process, which goes on whether or not answers come back.
 * Instants are whole nanoseconds; what rounding takes from one gap goes to the next, so the rate is exact.
 */
export class Arrivals {
  private readonly rng: Rng
  private readonly meanGapNs: number
  private atNs: Ns = 0
  /** The part of a nanosecond by which the true instant lies after `atNs`. */
  private carryNs = 0

  constructor(seed: number, clientName: string, ratePerS: number) {
    assert(ratePerS > 0, () => `an open loop needs a positive rate, not ${ratePerS}`)
    this.rng = Rng.stream(seed, `arrivals/${clientName}`)
    this.meanGapNs = NS_PER_S / ratePerS
  }

  /** The next instant, counted from the start of the run; never before the last one. */
  next(): Ns {
    const gapNs = this.carryNs - this.meanGapNs * log(1 - this.rng.uniform())
    const wholeNs = Math.floor(gapNs)
    this.carryNs = gapNs - wholeNs
    this.atNs += wholeNs
    return this.atNs
  }
}
