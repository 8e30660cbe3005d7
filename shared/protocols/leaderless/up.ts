import type { LocalInstant, OpId, Outbox } from '../contract.ts'
import { isAnySuspected, isSuspected, pingSuspects } from './liveness.ts'
import type { Message } from './messages.ts'
import { failure } from './outcomes.ts'
import type { State } from './state.ts'

const UNAVAILABLE = { kind: 'unavailable' } as const

/** Declines an operation for certain where fewer members than it needs seem up; true where it did. */
export function refuseUnlessUp(
  state: State,
  needed: number,
  at: LocalInstant,
  opId: OpId,
  out: Outbox<Message>,
): boolean {
  const nowNs = at.monotonicNs
  if (!isAnySuspected(state, nowNs)) return false
  pingSuspects(state, at, out)
  const { members } = state.ring
  let up = 0
  for (let position = 0; position < members.length; position++) {
    if (!isSuspected(state, members[position], nowNs)) up++
  }
  if (up >= needed) return false
  out.note(UNAVAILABLE)
  out.reply(opId, failure('unavailable'))
  return true
}
