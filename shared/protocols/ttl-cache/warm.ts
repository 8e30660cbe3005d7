import { mix32 } from '../../base/hash.ts'
import type { PlaceId } from '../../plan/types.ts'
import { PRELOADED } from '../contract.ts'
import { holderOf, store } from './copies.ts'
import type { AskWarm, Warm } from './messages.ts'
import type { Origin, Turn } from './state.ts'

/**
 * Caches that begin as if they had run for long. It is the run that is short: what a real cache has gathered in weeks is
 * given to it at once, at no cost, and the origin vouches for it as for any other copy.
 */

/** Keys written since the run began; where there are more a cache starts empty. */
const CHANGED_MAX = 10_000

export function askWarm({ state, out }: Turn): void {
  state.warmId = state.nextFetchId++
  state.warmSentNs = state.nowNs
  out.send(state.originPlace, { kind: 'ttl-cache.warm', id: state.warmId })
}

export function onAskWarm({ out }: Turn, origin: Origin, from: PlaceId, { id }: AskWarm): void {
  const { cells, durablePosition } = origin
  if (cells.size > CHANGED_MAX) return
  const changed = [...cells.keys()].sort((a, b) => a - b)
  out.send(from, { kind: 'ttl-cache.warmReply', id, changed, asOf: durablePosition })
}

/** Copies of different ages, so that they do not expire together. */
export function onWarm(turn: Turn, { id, changed, asOf }: Warm): void {
  const { state } = turn
  if (state.warmId !== id) return
  state.warmId = null
  const { params, preloaded, entries, self, warmSentNs } = state
  const known = new Set(changed)
  const copy = { version: 0, value: PRELOADED, bytes: 0 }
  for (let key = 0; key < preloaded && entries.size < params.maxEntries; key++) {
    if (known.has(key) || entries.has(key) || holderOf(state, key) !== self) continue
    const share = (mix32(mix32(key + 1) ^ self) >>> 0) / 4294967296
    store(turn, key, { copy, asOf, bornNs: warmSentNs - Math.floor(params.ttlNs * share) })
  }
}
