import type { PlaceId } from '../../plan/types.ts'
import type { Context } from './context.ts'
import { beginCopy } from './copy.ts'
import { persist } from './durable.ts'
import { lastIndex } from './log.ts'
import { freshProgress } from './shipping.ts'
import type { Progress, State } from './state.ts'

/**
 * Standbys that come and go under one leader, as with pg_basebackup: a newcomer gets a full copy, then the log from there on,
 * and counts among the followers once it keeps up. Whoever goes is sent nothing any more. Only where there is no failover: else
 * those who grant leases and vouch for logs would have to change with the followers.
 */
export function onMembersWanted(cx: Context, wanted: readonly PlaceId[]): void {
  const { state } = cx
  const { lead, self, newcomers } = state
  if (lead === null || !wanted.includes(self)) return
  for (const place of [...lead.progress.keys()].filter((other) => !wanted.includes(other))) {
    lead.progress.delete(place)
    newcomers.delete(place)
  }
  const members = state.dataMembers.filter((place) => wanted.includes(place))
  for (const place of wanted) {
    if (members.includes(place)) continue
    const progress = lead.progress.get(place)
    if (progress === undefined) welcome(cx, lead.progress, place)
    else if (keepsUp(state, progress)) {
      newcomers.delete(place)
      members.push(place)
    }
  }
  if (members.join() === state.dataMembers.join()) return
  state.dataMembers = members
  persist(cx, { type: 'members', members })
}

function welcome(cx: Context, all: Map<PlaceId, Progress>, place: PlaceId): void {
  const { state } = cx
  const progress = freshProgress(place, lastIndex(state.log) + 1)
  all.set(place, progress)
  state.newcomers.add(place)
  beginCopy(cx, progress)
}

/** It follows the log, a message behind at most. */
function keepsUp({ log, params }: State, { mode, received }: Progress): boolean {
  return mode === 'stream' && lastIndex(log) - received <= params.batchEntriesMax
}
