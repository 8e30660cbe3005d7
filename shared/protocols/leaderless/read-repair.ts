import type { LocalInstant, Outbox } from '../contract.ts'
import { apply } from './apply.ts'
import { expectAnswer, isSuspected } from './liveness.ts'
import type { Message } from './messages.ts'
import type { PendingRead, State } from './state.ts'
import { covers } from './versions.ts'

/** Read repair (Dynamo, section 5): whoever replied with less than the newest is sent the newest. */

/** Sends repairs that nobody waits for. */
export function repairStale(
  state: State,
  pending: PendingRead,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  repair(state, pending, -1, at, out)
}

/** Sends repairs whose confirmation the read waits for; returns how many. Members that seem down are left out. */
export function repairStaleAndWait(
  state: State,
  pending: PendingRead,
  at: LocalInstant,
  out: Outbox<Message>,
): number {
  return repair(state, pending, pending.opId, at, out)
}

function repair(
  state: State,
  pending: PendingRead,
  opId: number,
  at: LocalInstant,
  out: Outbox<Message>,
): number {
  const { newest, replies } = pending
  if (newest === null) return 0
  const { members, ownPosition, epoch } = state.ring
  let sent = 0
  let repaired = 0
  for (let position = 0; position < replies.length; position++) {
    const reply = replies[position]
    if (reply === undefined || covers(reply, newest)) continue
    const member = members[position]
    if (opId >= 0 && isSuspected(state, member, at.monotonicNs)) continue
    repaired++
    // Whoever is repaired once counts as up to date from here on.
    replies[position] = newest
    if (position === ownPosition) {
      apply(state, newest, at, out)
      continue
    }
    sent++
    if (opId >= 0) expectAnswer(state, member, at.monotonicNs)
    out.send(member, { kind: 'leaderless.repair', opId, epoch, cell: newest })
  }
  if (repaired > 0) out.note({ kind: 'read-repair', count: repaired })
  return sent
}
