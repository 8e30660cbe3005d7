import type { PlaceId } from '../../plan/types.ts'
import type { Outbox } from '../contract.ts'
import { canChange, changeMembers, isCaughtUp } from './membership.ts'
import type { Message } from './messages.ts'
import { configurationOf } from './state.ts'
import type { State } from './state.ts'
import { startTransfer } from './transfer.ts'

/**
 * What operators do to a running group, by the clock: leadership moves on, and voters leave and come back one after
 * another, as rolling maintenance has it. Off unless a topology asks for it.
 */

export const ROTATE_LEADER = 'rotate-leader'
export const ROTATE_MEMBERS = 'rotate-members'

export function armRotation(state: State, out: Outbox<Message>): void {
  const { rotateLeaderNs, rotateMembersNs } = state.params
  if (rotateLeaderNs > 0) out.arm(ROTATE_LEADER, rotateLeaderNs, rotateLeaderNs)
  if (rotateMembersNs > 0) out.arm(ROTATE_MEMBERS, rotateMembersNs, rotateMembersNs)
}

export function disarmRotation(out: Outbox<Message>): void {
  out.disarm(ROTATE_LEADER)
  out.disarm(ROTATE_MEMBERS)
}

/** The voter after this one, in order of place, is to lead next. */
export function onRotateLeader(state: State, out: Outbox<Message>): void {
  armRotation(state, out)
  const { voters } = configurationOf(state)
  startTransfer(state, voters.find((place) => place > state.self) ?? voters[0], out)
}

/**
 * One step of the round: a founding voter that is out comes back, first as a learner, then with its vote; where all
 * are in, the next one leaves. With joint changes two go at a time where five or more found the group.
 */
export function onRotateMembers(state: State, out: Outbox<Message>): void {
  armRotation(state, out)
  if (state.lead === null || !canChange(state)) return
  const { founders, term, commitIndex, params } = state
  const { voters, learners } = configurationOf(state)
  const isOut = (place: PlaceId) => !voters.includes(place)
  const joining = founders.filter((place) => learners.includes(place) && isOut(place))
  if (joining.length > 0) {
    if (!joining.every((place) => isCaughtUp(state, place))) return
    const promoted = params.membership === 'joint' ? joining : joining.slice(0, 1)
    changeMembers(
      state,
      [...voters, ...promoted],
      learners.filter((place) => !promoted.includes(place)),
      out,
    )
    return
  }
  const absent = founders.filter(isOut)
  if (absent.length > 0) {
    changeMembers(state, voters, [...learners, ...absent], out)
    return
  }
  const spared = Math.floor((voters.length - 1) / 2)
  if (spared === 0) return
  const leaving = params.membership === 'joint' ? Math.min(2, spared) : 1
  const first = (term + commitIndex) % voters.length
  const gone = Array.from({ length: leaving }, (_, step) => voters[(first + step) % voters.length])
  changeMembers(
    state,
    voters.filter((place) => !gone.includes(place)),
    learners,
    out,
  )
}
