import type { Probe } from '../contract.ts'
import { lastIndex, roundOf } from './log.ts'
import { NOBODY } from './state.ts'
import type { State } from './state.ts'

/** What inspectors, the convergence metric and faults that name a role look at. */
export function probe(state: State): Probe {
  const { role, epoch, leader, machine, confirmedIndex, log, isWitness, shown } = state
  const common = { term: roundOf(epoch), leader: leader === NOBODY ? null : leader }
  // A witness has no data of its own; it shows the leader's, so that comparing replicas passes over it.
  if (isWitness) return { ...common, role: 'witness', ...shown, committed: null, backlog: 0 }
  return {
    ...common,
    role: role === 'leader' ? 'leader' : 'follower',
    applied: machine.applied,
    committed: confirmedIndex,
    digest: machine.digest,
    backlog: lastIndex(log) - machine.applied,
  }
}
