import type { PlaceId } from '../../plan/types.ts'
import { isSuspected } from './liveness.ts'
import type { State } from './state.ts'

/**
 * By position: the spare that stands in for a suspected member, −1 for members that need or get none. Spares are taken
 * in order, each for one member, as the next healthy nodes on Dynamo's ring are.
 */
export function standIns(state: State, nowNs: number): PlaceId[] {
  const { members, spares } = state.ring
  let next = 0
  return members.map((member) => {
    if (!isSuspected(state, member, nowNs)) return -1
    while (next < spares.length && isSuspected(state, spares[next], nowNs)) next++
    return next < spares.length ? spares[next++] : -1
  })
}
