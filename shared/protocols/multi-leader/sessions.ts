import { join, zeroVector } from '../../clocks/version-vectors.ts'
import type { Vector } from '../../clocks/version-vectors.ts'
import type { SessionToken } from '../contract.ts'
import type { SessionRules } from './config.ts'

/**
 * What sessions carry (Terry et al., 1994): a vector of what their reads may have shown them, and one of what they
 * have written. Since updates take effect in causal order, to have an update is to have its past.
 */
export interface Token {
  readonly reads: Vector
  readonly writes: Vector
}

/** The updates that must be here before the session's next operation; null where it may go ahead anywhere. */
export function neededFor(rules: SessionRules, token: SessionToken, isRead: boolean): Vector | null {
  if (token === null || token === undefined) return null
  const { reads, writes } = token as Token
  const forReads = isRead ? rules.readsWaitForReads : rules.writesWaitForReads
  const forWrites = isRead ? rules.readsWaitForWrites : rules.writesWaitForWrites
  if (forReads && forWrites) return join(reads, writes)
  if (forReads) return reads
  return forWrites ? writes : null
}

export function afterRead(token: SessionToken, seen: Vector): Token {
  if (token === null || token === undefined) return { reads: seen, writes: zeroVector(seen.length) }
  const { reads, writes } = token as Token
  return { reads: join(reads, seen), writes }
}

/** After the `at`-th update of leader `by`. */
export function afterWrite(token: SessionToken, leaders: number, by: number, at: number): Token {
  const known = (token ?? null) as Token | null
  const writes = known === null ? zeroVector(leaders) : known.writes.slice()
  writes[by] = Math.max(writes[by], at)
  return { reads: known === null ? zeroVector(leaders) : known.reads, writes }
}
