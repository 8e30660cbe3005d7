import type { Probe } from '../contract.ts'
import { hashOf } from './state.ts'
import type { State } from './state.ts'

/**
 * What an inspector shows. The digest of a cache is that of its copies: a cache holds a part of the data and mostly not
 * the same as another, so that replicas of this strategy are seldom equal, and need not be.
 */
export function probe({ role, origin, originPlace, entries, waiting, forwards, seen }: State): Probe {
  const isOrigin = origin !== null
  let digest = isOrigin ? origin.digest : 0
  for (const [key, { copy }] of entries) if (copy.version > 0) digest ^= hashOf(key, copy)
  return {
    role,
    term: null,
    leader: originPlace,
    applied: isOrigin ? origin.position : seen,
    committed: isOrigin ? origin.durablePosition : null,
    digest,
    backlog: isOrigin ? origin.writing.length : waiting + forwards.size,
  }
}
