import type { Probe } from '../contract.ts'
import { lastIndex } from './log.ts'
import { isServing } from './state.ts'
import type { State } from './state.ts'

/** What inspectors, the convergence metric and faults that name a role look at. */
export function probe(state: State): Probe {
  const { lead, following, store, committed, log, self } = state
  return {
    role: roleOf(state),
    term: lead !== null && lead.epoch > 0 ? lead.epoch : state.currentEpoch,
    leader: lead !== null ? self : (following?.leader ?? null),
    applied: store.applied,
    committed,
    digest: store.digest,
    backlog: lastIndex(log) - committed,
  }
}

/** Whoever has not reached the last phase is still looking, as far as clients are concerned. */
function roleOf(state: State): string {
  if (!isServing(state)) return 'looking'
  if (state.lead !== null) return 'leader'
  return state.isObserver ? 'observer' : 'follower'
}
