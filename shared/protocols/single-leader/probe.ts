import type { PlaceId } from '../../plan/types.ts'
import type { Probe } from '../contract.ts'
import { lastIndex, roundOf } from './log.ts'
import { NOBODY } from './state.ts'
import type { State } from './state.ts'

/** What inspectors, the convergence metric and faults that name a role look at. */
export function probe(state: State): Probe {
  const { role, epoch, leader, lead, machine, confirmedIndex, log, isWitness, dataMembers, newcomers } = state
  const common = { term: roundOf(epoch), leader: leader === NOBODY ? null : leader }
  if (isWitness) {
    return {
      ...common,
      role: 'witness',
      applied: 0,
      committed: null,
      digest: 0,
      holdsData: false,
      backlog: 0,
    }
  }
  return {
    ...common,
    role: role === 'leader' ? 'leader' : 'follower',
    applied: machine.applied,
    committed: confirmedIndex,
    digest: machine.digest,
    backlog: lastIndex(log) - machine.applied,
    ...(lead === null ? {} : { members: newcomers.size === 0 ? ascending(dataMembers) : null }),
  }
}

function ascending(places: readonly PlaceId[]): PlaceId[] {
  return [...places].sort((a, b) => a - b)
}
