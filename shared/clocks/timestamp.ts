import type { Ns } from '../base/time.ts'

/**
 * A timestamp of a hybrid kind: an instant of a physical clock and a counter for what happens at one instant. Hybrid
 * logical clocks, bounded-uncertainty clocks (counter 0) and timestamp oracles all give out such pairs.
 */
export interface Timestamp {
  readonly ns: Ns
  readonly logical: number
}

/** Before everything. */
export const BEGINNING: Timestamp = { ns: 0, logical: 0 }

/** Negative where `a` is earlier than `b`, 0 where they are equal. */
export function compareTimestamps(a: Timestamp, b: Timestamp): number {
  return a.ns - b.ns || a.logical - b.logical
}

export function isLater(a: Timestamp, b: Timestamp): boolean {
  return a.ns > b.ns || (a.ns === b.ns && a.logical > b.logical)
}

export function latest(a: Timestamp, b: Timestamp): Timestamp {
  return isLater(a, b) ? a : b
}

/** The first timestamp after `after`. */
export function nextOf({ ns, logical }: Timestamp): Timestamp {
  return { ns, logical: logical + 1 }
}

/** `wanted`, or the first timestamp after `floor` where that is later. */
export function above(floor: Timestamp, wanted: Timestamp): Timestamp {
  return isLater(wanted, floor) ? wanted : nextOf(floor)
}
