import type { Outbox } from '../contract.ts'
import type { Channel } from './channel.ts'
import type { Message } from './messages.ts'
import { answer, failure } from './outcomes.ts'
import { isServing } from './state.ts'
import type { State } from './state.ts'

/** Leaving a role, and the tick that makes servers leave theirs. */

export const TICK = 'tick'

/** Half a tick: how often leaders ping and everyone looks whom it still hears from. */
export function armTick(state: State, out: Outbox<Message>): void {
  const halfNs = Math.ceil(state.params.tickNs / 2)
  out.arm(TICK, halfNs, halfNs)
}

/** The connections that this server has, in the order of their peers. */
export function channelsOf({ lead, following }: State): Channel[] {
  if (following !== null) return [following.channel]
  if (lead === null) return []
  return [...lead.learners.values()].map(({ channel }) => channel).sort((a, b) => a.peer - b.peer)
}

export function reset({ peer, link, end }: Channel, out: Outbox<Message>): void {
  out.send(peer, { kind: 'zab.reset', link, end })
}

/**
 * Gives up leading or following; a new election begins at the end of the step. Clients whose changes are under way
 * are told that nobody knows what becomes of them, as ZooKeeper closes their connections; reads begin anew.
 */
export function leaveRole(state: State, out: Outbox<Message>): void {
  const { lead, writes, asking } = state
  if (lead !== null) out.note({ kind: isServing(state) ? 'stepped-down' : 'election-failed' })
  else if (state.following !== null) out.note({ kind: 'leader-lost' })
  for (const channel of channelsOf(state)) reset(channel, out)
  state.lead = null
  state.following = null
  state.role = 'idle'
  state.writing.clear()
  for (const request of writes.values()) answer(request, failure('write-timeout'), out)
  writes.clear()
  for (let left = asking.length; left > 0; left--) {
    const asked = asking.shift()
    if (asked !== undefined) state.held.push(asked.request)
  }
  state.isAsking = false
}
