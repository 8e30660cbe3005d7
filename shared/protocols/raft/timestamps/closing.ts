import type { Ns } from '../../../base/time.ts'
import { isSurelyPast } from '../../../clocks/interval.ts'
import { isLater, latest } from '../../../clocks/timestamp.ts'
import type { Timestamp } from '../../../clocks/timestamp.ts'
import { lastIndex } from '../log.ts'
import { hasLease, NOBODY } from '../state.ts'
import type { State } from '../state.ts'
import { nowOf } from './stamping.ts'

/**
 * Closed timestamps (CockroachDB) and safe times (Spanner §4.1.3, §4.2.3): a leader promises that no write will bear a
 * timestamp up to some instant any more, besides those of its log so far. Whoever has applied that much of the log can
 * read at the instant without asking anybody.
 *
 * A promise holds over leaders because it never reaches beyond the leader's lease: the next one is elected after that,
 * and takes its timestamps from a clock that cannot be further behind than clocks may be.
 */

/** Entries after `index` bear timestamps later than `stamp`. */
export interface Closing {
  readonly stamp: Timestamp
  readonly index: number
}

/** Promises that a replica keeps in mind; the newest takes the place of the one before where there are more. */
const CLOSINGS_MAX = 32

export function closesTimestamps({ params }: Pick<State, 'params'>): boolean {
  return params.timestamps === 'commit-wait' || params.timestamps === 'hybrid'
}

/** Up to where a leader can promise: its lease's end, whatever clock the next leader has. */
function boundNs(state: State): Ns {
  const { lead, nowNs } = state
  return lead === null ? 0 : nowOf(state).earliestNs + lead.leaseUntilNs - nowNs
}

/** Promises as much of what is asked for as it can; null from whoever has no lease, or is about to hand it over. */
export function close(state: State, wanted: Timestamp): Closing | null {
  if (!hasLease(state) || state.lead?.transferTo !== NOBODY) return null
  const { stamping, log } = state
  const stamp = wanted.ns <= boundNs(state) ? wanted : { ns: boundNs(state), logical: 0 }
  const closing = { stamp: latest(stamping.closed, stamp), index: lastIndex(log) }
  noteClosing(state, closing)
  return closing
}

/** What goes with heartbeats and appends: so far back everything is closed. */
export function regularClosing(state: State): Closing | null {
  if (!closesTimestamps(state)) return null
  const { wallNs, params } = state
  const ns = Math.min(nowOf(state).earliestNs, wallNs - params.closedAfterNs)
  return close(state, { ns, logical: 0 })
}

/** Whether this replica's own copy has all there is at a timestamp. */
export function isSafeAt({ stamping }: State, stamp: Timestamp): boolean {
  return !isLater(stamp, stamping.safe)
}

/** A promise of this replica's own, or of its leader. */
export function noteClosing(state: State, closing: Closing): void {
  const { stamping, machine } = state
  const { closings } = stamping
  stamping.closed = latest(stamping.closed, closing.stamp)
  if (closing.index <= machine.applied) {
    stamping.safe = latest(stamping.safe, closing.stamp)
    return
  }
  const last = closings.at(-1)
  if (last !== undefined && (last.index >= closing.index || closings.length === CLOSINGS_MAX)) closings.pop()
  const index = Math.max(closing.index, last?.index ?? 0)
  closings.push({ index, stamp: latest(closing.stamp, last?.stamp ?? closing.stamp) })
}

/** Entries were applied: what had waited for them is safe. */
export function settleSafeTime({ stamping, machine }: State): void {
  const { closings } = stamping
  let done = 0
  while (done < closings.length && closings[done].index <= machine.applied) {
    stamping.safe = latest(stamping.safe, closings[done++].stamp)
  }
  if (done > 0) closings.splice(0, done)
}

/** Spanner §4.1.2: a leader may hand over before its lease ends once all that it has promised has passed. */
export function mayAbdicate(state: State): boolean {
  return !closesTimestamps(state) || isSurelyPast(nowOf(state), state.stamping.closed.ns)
}
