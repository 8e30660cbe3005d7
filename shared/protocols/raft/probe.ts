import type { Probe } from '../contract.ts'
import { lastIndex } from './log.ts'
import { isVoter } from './quorum.ts'
import { configurationOf, NOBODY } from './state.ts'
import type { State } from './state.ts'

/** What inspectors, the convergence metric and faults that name a role look at. */
export function probe(state: State): Probe {
  const { role, term, leader, machine, commitIndex, log } = state
  return {
    role: roleOf(state, role),
    term,
    leader: leader === NOBODY ? null : leader,
    applied: machine.applied,
    committed: commitIndex,
    digest: machine.digest,
    backlog: lastIndex(log) - commitIndex,
  }
}

function roleOf(state: State, role: State['role']): string {
  if (role === 'pre-candidate' || role === 'candidate') return 'candidate'
  if (role === 'leader') return role
  return isVoter(configurationOf(state), state.self) ? 'follower' : 'learner'
}
