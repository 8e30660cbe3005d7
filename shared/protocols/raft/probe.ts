import type { Probe } from '../contract.ts'
import { lastIndex } from './log.ts'
import type { PlaceId } from '../../plan/types.ts'
import { isJoint, isVoter } from './quorum.ts'
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
    members: membersInForce(state),
    backlog: lastIndex(log) - commitIndex,
  }
}

/** Null while a change is under way: joint, not yet committed, or with newcomers that are still to get their votes. */
function membersInForce({ configurations, commitIndex, params }: State): PlaceId[] | null {
  const { index, configuration } = configurations[configurations.length - 1]
  const { voters, learners } = configuration
  if (index > commitIndex || isJoint(configuration) || learners.length > params.learners) return null
  return [...voters, ...learners].sort((a, b) => a - b)
}

function roleOf(state: State, role: State['role']): string {
  if (role === 'pre-candidate' || role === 'candidate') return 'candidate'
  if (role === 'leader') return role
  return isVoter(configurationOf(state), state.self) ? 'follower' : 'learner'
}
