import type { PlaceId } from '../../plan/types.ts'
import type { Outbox } from '../contract.ts'
import { canChange, changeMembers, isCaughtUp } from './membership.ts'
import type { Message } from './messages.ts'
import { configurationOf } from './state.ts'
import type { State } from './state.ts'

/**
 * One step towards the members that an operator wants: newcomers come as learners, get a vote once they have caught up, and
 * those not wanted go with the same change (joint consensus) or one by one. As many stay learners as the group is to have.
 * The leader alone acts on it, and again each time it is asked.
 */
export function onMembersWanted(state: State, wanted: readonly PlaceId[], out: Outbox<Message>): void {
  if (state.lead === null || !canChange(state)) return
  const { voters, learners } = configurationOf(state)
  const keptLearners = learners.filter((place) => wanted.includes(place)).slice(0, state.params.learners)
  const target = wanted.filter((place) => !keptLearners.includes(place))
  const newcomers = target.filter((place) => !voters.includes(place))
  const strangers = newcomers.filter((place) => !learners.includes(place))
  if (strangers.length > 0) {
    changeMembers(state, voters, [...learners, ...strangers], out)
    return
  }
  if (!newcomers.every((place) => isCaughtUp(state, place))) return
  const leavers = voters.filter((place) => !target.includes(place))
  const isLearnerGone = learners.some((place) => !wanted.includes(place))
  if (state.params.membership === 'joint') {
    if (newcomers.length + leavers.length > 0 || isLearnerGone)
      changeMembers(state, target, keptLearners, out)
  } else if (newcomers.length > 0) {
    const [next] = newcomers
    changeMembers(
      state,
      [...voters, next],
      learners.filter((place) => place !== next),
      out,
    )
  } else if (leavers.length > 0) {
    const [gone] = leavers
    changeMembers(
      state,
      voters.filter((place) => place !== gone),
      learners,
      out,
    )
  } else if (isLearnerGone) {
    changeMembers(
      state,
      voters,
      learners.filter((place) => wanted.includes(place)),
      out,
    )
  }
}
