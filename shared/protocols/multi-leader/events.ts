import type { DottedDelta } from '../../clocks/dotted.ts'
import type { PnCounter, PnShare } from '../../datatypes/counters.ts'
import type { SetEntry } from '../../datatypes/or-set.ts'
import type { Revision } from '../../datatypes/revision-tree.ts'
import type { Dot, Vector } from '../../clocks/version-vectors.ts'

/**
 * What leaders tell one another: updates, each the `at`-th of leader number `by` (its position among the members). All
 * of it is immutable, so states, logs, messages and disk records share it.
 */

/** A key under last writer wins. */
export interface Stamp extends Dot {
  /** Positive where somebody wrote; 0 for what was there before the run; −1 for a deletion that all have forgotten. */
  readonly stamp: number
  readonly value: number
  readonly bytes: number
  readonly isGone: boolean
}

/** One of several concurrent values of a key. */
export interface Sibling extends Dot {
  readonly value: number
  readonly bytes: number
}

export interface SetMember extends SetEntry {
  readonly bytes: number
}

/** What a key holds: one of these, by the parameter `conflicts`. */
export type Cell = Stamp | readonly Revision[] | readonly Sibling[] | readonly SetMember[] | PnCounter

/** What an update does to its key. */
export type Delta = Stamp | DottedDelta<Revision> | DottedDelta<Sibling> | DottedDelta<SetMember> | PnShare

export interface Update extends Dot {
  readonly key: number
  /** What its author had seen when it made it: all that must be there before it. */
  readonly past: Vector
  readonly delta: Delta
}
