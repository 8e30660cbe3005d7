import type { Ns } from '../../base/time.ts'
import type { State } from './state.ts'

/**
 * Timestamps count from ten days before the run, so that a clock that is set back still stamps later than the data
 * that were loaded before it (version 0).
 */
const EPOCH_NS = 864_000_000_000_000

/** Boots that a coordinator's timestamps tell apart. */
const BOOTS = 64

/**
 * The record of this boot, the first of every boot. What carries a stamp that must never be given out twice leaves a
 * replica once it is durable.
 */
export const BOOT_WRITE = 0

/** A wall clock's reading as a stamp: positive, whatever the clock. */
export function stampOf(wallNs: Ns): number {
  return Math.max(wallNs + EPOCH_NS, 1)
}

/**
 * A timestamp for a write: the wall clock's, but greater than all that this coordinator gave out and than `floor`. The
 * number of the boot is its remainder modulo 64, so that a coordinator that restarts with its clock set back can't
 * give a timestamp out twice.
 */
export function nextStamp(state: State, wallNs: Ns, floor: number): number {
  const least = Math.max(state.lastStamp, floor)
  let stamp = Math.max(stampOf(wallNs), least + 1)
  stamp += (state.boot % BOOTS) - (stamp % BOOTS)
  if (stamp <= least) stamp += BOOTS
  state.lastStamp = stamp
  return stamp
}
