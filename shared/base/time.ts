/**
 * Engine time: an integer number of nanoseconds since the run began. Integers up to 2^53 are exact in a double,
 * which is 104 days, so two instants compare equal or not, never "almost".
 */
export type Ns = number

export const NS_PER_US = 1_000
export const NS_PER_MS = 1_000_000
export const NS_PER_S = 1_000_000_000

/** Milliseconds (as files and people speak) to engine time, rounded to the nearest nanosecond. */
export function nsOfMs(ms: number): Ns {
  return Math.round(ms * NS_PER_MS)
}

export function msOfNs(ns: Ns): number {
  return ns / NS_PER_MS
}
