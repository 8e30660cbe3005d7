import { equals, includes } from '../../clocks/version-vectors.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { Invariant, Probe } from '../contract.ts'
import { HELD_MAX } from './delivery.ts'
import { isHub } from './links.ts'
import type { Models } from './models.ts'
import type { State } from './state.ts'
import { hashOf } from './store.ts'

/** Digests are recomputed at every so many updates: often enough to catch a slip, seldom enough to be cheap. */
const DIGEST_EVERY = 64

/** What an inspector shows of a leader. */
export function probe({ shape, position, store, links, have }: State): Probe {
  let backlog = 0
  for (const { to, acked } of links) {
    for (let by = 0; by < have.length; by++) if (by !== to) backlog += Math.max(0, have[by] - acked[by])
  }
  return {
    role: isHub(shape, position) ? 'hub' : 'leader',
    term: null,
    leader: null,
    applied: have.reduce((sum, at) => sum + at, 0),
    committed: null,
    digest: store.digest,
    backlog,
  }
}

export function createInvariants(models: Models): readonly Invariant<State>[] {
  return [
    { name: 'leaders that have seen the same hold the same', check: sameVectorsSameData },
    { name: 'nobody has what its author has not', check: nothingFromNowhere },
    { name: 'an update comes after what it depends on', check: causesComeFirst },
    { name: 'the digest is that of the store', check: (states) => digestsMatch(states, models) },
    { name: 'what waits is bounded', check: queuesAreBounded },
  ]
}

/** Strong eventual consistency (Shapiro et al., 2011): no agreement needed, the updates alone decide. */
function sameVectorsSameData(states: ReadonlyMap<PlaceId, State>): string | null {
  const seen: [PlaceId, State][] = []
  for (const [place, state] of states) {
    for (const [other, { have, store }] of seen) {
      if (store.digest === state.store.digest || !equals(have, state.have)) continue
      const [one, two] = [
        hold(store.cells.get(state.store.lastKey)),
        hold(state.store.cells.get(state.store.lastKey)),
      ]
      return `places ${other} and ${place} have both seen ${have.join(' ')} and hold different data; of key ${state.store.lastKey}: ${one} and ${two}`
    }
    seen.push([place, state])
  }
  return null
}

const hold = (cell: unknown): string => (cell === undefined ? 'nothing' : JSON.stringify(cell))

function nothingFromNowhere(states: ReadonlyMap<PlaceId, State>): string | null {
  for (const [place, { have, members }] of states) {
    for (let by = 0; by < have.length; by++) {
      const author = states.get(members[by])
      if (author === undefined || author.have[by] >= have[by]) continue
      return `place ${place} has ${have[by]} updates of place ${members[by]}, which has ${author.have[by]}`
    }
  }
  return null
}

function causesComeFirst(states: ReadonlyMap<PlaceId, State>): string | null {
  for (const [place, { have, store }] of states) {
    const { lastPast } = store
    if (lastPast === null || includes(have, lastPast)) continue
    return `place ${place} has ${have.join(' ')} and took in what depends on ${lastPast.join(' ')}`
  }
  return null
}

function digestsMatch(states: ReadonlyMap<PlaceId, State>, models: Models): string | null {
  for (const [place, { store, params }] of states) {
    if (store.applied % DIGEST_EVERY !== 0 || store.applied === 0) continue
    const model = models[params.conflicts]
    let digest = 0
    for (const [key, cell] of store.cells) digest ^= hashOf(store, model, key, cell)
    if (digest !== store.digest) return `place ${place} has the digest ${store.digest}, its store ${digest}`
  }
  return null
}

function queuesAreBounded(states: ReadonlyMap<PlaceId, State>): string | null {
  for (const [place, { heldCount, waiters, params, log }] of states) {
    if (heldCount > HELD_MAX) return `place ${place} holds ${heldCount} updates back`
    if (waiters.length > params.pendingMax) return `${waiters.length} operations wait at place ${place}`
    if (log.length > params.logEventsMax) return `the log of place ${place} has ${log.length} updates`
  }
  return null
}
