import type { Ns } from '../base/time.ts'
import type { LocalClock } from '../runtime/world.ts'

/**
 * What wall clocks read when the run begins: 11.6 days, so that a clock set back stays positive and a version made by
 * the first write is newer than what was there before it.
 */
export const WALL_EPOCH_NS = 1_000_000_000_000_000

/** A replica's clocks: a wall clock that may be offset, drift and jump, and a monotonic one that only drifts. */
export class SimulatedClock {
  readonly #uncertaintyNs: Ns
  #baseNs: Ns = 0
  #wallAtBase: Ns
  #monotonicAtBase: Ns = 0
  #driftPpm: number

  constructor(offsetNs: Ns, driftPpm: number, uncertaintyNs: Ns) {
    this.#wallAtBase = WALL_EPOCH_NS + offsetNs
    this.#driftPpm = driftPpm
    this.#uncertaintyNs = uncertaintyNs
  }

  get driftPpm(): number {
    return this.#driftPpm
  }

  read(nowNs: Ns, into: LocalClock): void {
    const elapsed = this.#elapsed(nowNs)
    into.wallNs = this.#wallAtBase + elapsed
    into.monotonicNs = this.#monotonicAtBase + elapsed
    into.uncertaintyNs = this.#uncertaintyNs
  }

  #elapsed(nowNs: Ns): Ns {
    const elapsed = nowNs - this.#baseNs
    return this.#driftPpm === 0 ? elapsed : elapsed + Math.round(elapsed * (this.#driftPpm / 1_000_000))
  }

  /** Moves the wall clock by `offsetNs` at once and sets how fast both clocks run from now on. */
  disturb(nowNs: Ns, offsetNs: Ns, driftPpm: number): void {
    const elapsed = this.#elapsed(nowNs)
    this.#wallAtBase += elapsed + offsetNs
    this.#monotonicAtBase += elapsed
    this.#baseNs = nowNs
    this.#driftPpm = driftPpm
  }

  /** Time of the run that passes while this clock counts `localNs`. */
  trueWait(localNs: Ns): Ns {
    return this.#driftPpm === 0
      ? localNs
      : Math.max(0, Math.round(localNs / (1 + this.#driftPpm / 1_000_000)))
  }
}
