import type { Ns } from '../../base/time.ts'
import type { WriteId } from '../contract.ts'
import type { Params } from './config.ts'

/**
 * The decisions on which the guarantees rest, each a small pure function. The shipped protocol is made of `RULES`; one
 * with another rule is another protocol, and mostly a broken one.
 */
export interface Rules {
  /** Time to live of a copy, or of the knowledge that there is nothing (RFC 2308 §5). */
  lifetimeNs(isAbsent: boolean, params: Params): Ns
  /** Whether a copy of an age may answer; `maxAgeNs` is what the reader allows (RFC 9111 §4.2 and §5.2.1.1). */
  isFresh(ageNs: Ns, lifetimeNs: Ns, maxAgeNs: Ns): boolean
  /** Whether a copy that is known to be right at position `asOf` does where `needed` was seen, or purged, already. */
  isCurrent(asOf: number, needed: number): boolean
  /** Whether a purge counts, even of a key that is not held: an older copy may be on its way here. */
  mindsPurge(isHeld: boolean): boolean
  /** How old a copy is for whoever asks for it, `arrivedNs` being when the question came (RFC 9111 §5.1, Age). */
  passedOnAgeNs(arrivedNs: Ns, bornNs: Ns): Ns
  /** Whether an expired copy may answer when nobody upstream does (RFC 5861 §4, RFC 8767). */
  mayServeStale(isAllowed: boolean, expiredForNs: Ns, serveStaleNs: Ns): boolean
  /** The write that must be on the origin's disk before anybody hears of what it made. */
  waitsFor(writeId: WriteId): WriteId
}

export const RULES: Rules = {
  lifetimeNs: (isAbsent, { ttlNs, negativeTtlNs }) => (isAbsent ? negativeTtlNs : ttlNs),
  isFresh: (ageNs, lifetimeNs, maxAgeNs) => ageNs < Math.min(lifetimeNs, maxAgeNs),
  isCurrent: (asOf, needed) => asOf >= needed,
  mindsPurge: () => true,
  passedOnAgeNs: (arrivedNs, bornNs) => Math.max(0, arrivedNs - bornNs),
  mayServeStale: (isAllowed, expiredForNs, serveStaleNs) => isAllowed && expiredForNs < serveStaleNs,
  waitsFor: (writeId) => writeId,
}
