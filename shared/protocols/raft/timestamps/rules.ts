import type { Ns } from '../../../base/time.ts'
import { isSurelyPast, waitUntilPastNs } from '../../../clocks/interval.ts'
import type { ClockInterval } from '../../../clocks/interval.ts'
import { latest } from '../../../clocks/timestamp.ts'
import type { Timestamp } from '../../../clocks/timestamp.ts'

/** The decisions on which the order of timestamps rests. The planted bugs replace one of them each. */
export interface TimestampRules {
  /** How long a write at `ns` has yet to wait before it may become visible (Spanner §4.2.1). */
  commitWaitNs(now: ClockInterval, ns: Ns): Ns
  /** How far beyond its own timestamp a read looks for versions that may be older than it (CockroachDB). */
  uncertaintyNs(maxClockOffsetNs: Ns): Ns
  /** What a write's timestamp must exceed, given that of its key and what has been promised. */
  floorOf(ofKey: Timestamp, closed: Timestamp): Timestamp
  /** Where a new oracle begins, given its clock and the end of the windows before it. */
  oracleStartNs(wallNs: Ns, windowNs: Ns): Ns
}

export const TIMESTAMP_RULES: TimestampRules = {
  commitWaitNs: (now, ns) => (isSurelyPast(now, ns) ? 0 : waitUntilPastNs(now, ns)),
  uncertaintyNs: (maxClockOffsetNs) => maxClockOffsetNs,
  floorOf: (ofKey, closed) => latest(ofKey, closed),
  oracleStartNs: (wallNs, windowNs) => Math.max(wallNs, windowNs),
}
