import { mergePn, withShare } from '../../datatypes/counters.ts'
import { survives } from '../../clocks/dotted.ts'
import { isNewer } from '../../datatypes/lww-register.ts'
import { add } from '../../datatypes/or-set.ts'
import { compareRevisions } from '../../datatypes/revision-tree.ts'
import { covers, includes } from '../../clocks/version-vectors.ts'
import type { Dot, Vector } from '../../clocks/version-vectors.ts'
import type { Ns } from '../../base/time.ts'
import type { WriteId } from '../contract.ts'
import type { ClockRule } from './config.ts'
import type { Update } from './events.ts'

/**
 * The decisions on which the protocol's guarantees rest, each a small pure function. The shipped protocol is made of
 * `RULES`; one with another rule is another protocol, and mostly a broken one.
 */
export interface Rules {
  /** Whether an update that arrived is not here yet. */
  isNew(have: Vector, update: Update): boolean
  /** Whether all that an update's author had seen is here. */
  isDeliverable(have: Vector, update: Update): boolean
  /** Whether a session's past is here. */
  isSatisfied(have: Vector, needed: Vector): boolean
  /** The timestamp of a write: `ownLast` was the leader's last one, `seenLast` the greatest that it knows. */
  nextStamp(wallNs: Ns, ownLast: number, seenLast: number, clock: ClockRule): number
  /** Last writer wins. */
  isNewer: typeof isNewer
  /** CouchDB's winner. */
  compareRevisions: typeof compareRevisions
  /** Merging states by their vectors of seen events. */
  survives: typeof survives
  /** What an addition to a set does. */
  add: typeof add
  /** What a counter is after an update of another leader. */
  withShare: typeof withShare
  mergePn: typeof mergePn
  /** Whether a deletion may be forgotten. */
  isStable(known: readonly Vector[], have: Vector, dot: Dot): boolean
  /** The write that a confirmation waits for. */
  confirmsAfter(writeId: WriteId): WriteId
}

/** Timestamps count from ten days before the run: a clock that is set back still stamps later than what was there before it. */
const EPOCH_NS = 864_000_000_000_000

export const RULES: Rules = {
  isNew: (have, update) => !covers(have, update),
  isDeliverable: (have, update) => update.at === have[update.by] + 1 && includes(have, update.past),
  isSatisfied: includes,
  nextStamp: (wallNs, ownLast, seenLast, clock) =>
    Math.max(wallNs + EPOCH_NS, 1, (clock === 'hybrid' ? Math.max(ownLast, seenLast) : ownLast) + 1),
  isNewer,
  compareRevisions,
  survives,
  add,
  withShare,
  mergePn,
  /**
   * Everyone has the deletion, and here is everything that anyone made before having it: the only updates that it
   * could still have to beat.
   */
  isStable: (known, have, dot) =>
    known.every((seen, position) => covers(seen, dot) && have[position] >= seen[position]),
  confirmsAfter: (writeId) => writeId,
}
