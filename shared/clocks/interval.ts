import type { Ns } from '../base/time.ts'

/**
 * Clocks that know how wrong they may be (TrueTime; Corbett et al., "Spanner: Google's Globally-Distributed Database",
 * OSDI 2012, §3): now is somewhere in an interval.
 */
export interface ClockInterval {
  readonly earliestNs: Ns
  readonly latestNs: Ns
}

/** What a clock reads, and how far from true time that may be. */
export interface UncertainInstant {
  readonly wallNs: Ns
  readonly uncertaintyNs: Ns
}

/** TT.now(). */
export function intervalOf({ wallNs, uncertaintyNs }: UncertainInstant): ClockInterval {
  return { earliestNs: wallNs - uncertaintyNs, latestNs: wallNs + uncertaintyNs }
}

/** TT.after(t): the instant has certainly passed. */
export function isSurelyPast({ earliestNs }: ClockInterval, ns: Ns): boolean {
  return earliestNs > ns
}

/** TT.before(t): the instant has certainly not arrived. */
export function isSurelyAhead({ latestNs }: ClockInterval, ns: Ns): boolean {
  return latestNs < ns
}

/** How long until an instant has certainly passed, by this clock; 0 where it has. */
export function waitUntilPastNs({ earliestNs }: ClockInterval, ns: Ns): Ns {
  return Math.max(0, ns - earliestNs + 1)
}
