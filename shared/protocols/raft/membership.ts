import type { PlaceId } from '../../plan/types.ts'
import type { Outbox } from '../contract.ts'
import { lastIndex } from './log.ts'
import type { Message } from './messages.ts'
import { isJoint, isVoter } from './quorum.ts'
import { proposeConfiguration } from './replication.ts'
import { configurationOf, hasOwnTermCommit, NOBODY } from './state.ts'
import type { State } from './state.ts'

/**
 * Membership changes: by joint consensus, any set of voters to any other (§6), or by one voter at a time (dissertation
 * §4.1). New voters are learners first, until they have caught up (§4.2.1). One change at a time; and none before an
 * entry of the leader's own term is committed, without which two changes begun in different terms could be decided by
 * majorities that do not meet (Ongaro's note of 2015 on single-server changes).
 */

export function canChange(state: State): boolean {
  const { lead, configurations, commitIndex } = state
  if (lead === null || lead.transferTo !== NOBODY || !hasOwnTermCommit(state)) return false
  return configurations[configurations.length - 1].index <= commitIndex && !isJoint(configurationOf(state))
}

/** Within a tenth of the leader's log, as etcd asks of a learner that is to become a voter. */
export function isCaughtUp(state: State, place: PlaceId): boolean {
  const matched =
    place === state.self ? lastIndex(state.log) : (state.lead?.progress.get(place)?.matched ?? 0)
  return matched * 10 >= lastIndex(state.log) * 9
}

/** Begins a change; false where it is refused. Members not named leave. */
export function changeMembers(
  state: State,
  voters: readonly PlaceId[],
  learners: readonly PlaceId[],
  out: Outbox<Message>,
): boolean {
  const old = configurationOf(state)
  const added = voters.filter((place) => !old.voters.includes(place))
  const removed = old.voters.filter((place) => !voters.includes(place))
  const isSound =
    canChange(state) &&
    voters.length > 0 &&
    !voters.some((place) => learners.includes(place)) &&
    added.every((place) => old.learners.includes(place) && isCaughtUp(state, place)) &&
    (state.params.membership === 'joint' || added.length + removed.length <= 1)
  if (!isSound) {
    out.note({ kind: 'change-refused' })
    return false
  }
  const target = { voters: sorted(voters), outgoing: [], learners: sorted(learners) }
  const needsJoint = state.params.membership === 'joint' && added.length + removed.length > 0
  proposeConfiguration(state, needsJoint ? { ...target, outgoing: old.voters } : target, out)
  out.note({ kind: 'members-changed' })
  return true
}

function sorted(places: readonly PlaceId[]): PlaceId[] {
  return [...new Set(places)].sort((a, b) => a - b)
}

/** §6: a leader leaves the joint configuration once that is committed, be it its own or one it found in the log. */
export function leaveJoint(state: State, out: Outbox<Message>): void {
  const { configurations, commitIndex } = state
  const { index, configuration } = configurations[configurations.length - 1]
  if (!isJoint(configuration) || index > commitIndex || !hasOwnTermCommit(state)) return
  proposeConfiguration(state, { ...configuration, outgoing: [] }, out)
}

/** Whether a leader has committed its own removal, and so has to go (§6). */
export function isRemovedLeader(state: State): boolean {
  const { configurations, commitIndex, lead, self } = state
  const { index, configuration } = configurations[configurations.length - 1]
  return lead !== null && index <= commitIndex && !isVoter(configuration, self)
}
