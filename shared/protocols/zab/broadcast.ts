import type { Outbox } from '../contract.ts'
import { transmit } from './channel.ts'
import { persistTxns } from './durable.ts'
import { append, indexUpTo, lastIndex, zxidAt } from './log.ts'
import type { Txn } from './log.ts'
import type { Message } from './messages.ts'
import { quorumOf } from './state.ts'
import type { Lead, Request, State } from './state.ts'
import { valueOf, versionOf } from './store.ts'
import { zxidOf } from './zxid.ts'

/** The leader's side of phase 3: proposals, acknowledgements, commits. Any number of proposals is under way at a time. */

/** Proposals that are not committed. */
export function outstanding(state: State): number {
  return lastIndex(state.log) - state.committed
}

export type Change = Pick<Request, 'op' | 'process' | 'sequence'>

/**
 * Whether a session's change is under way or done already, so that whoever asked will see it in the order, or whether
 * the session has gone on since.
 */
export function isKnown(state: State, lead: Lead, { process, sequence }: Change): boolean {
  const applied = state.store.sessions.get(process)?.sequence ?? 0
  const proposed = lead.pendingSessions.get(process)?.sequence ?? 0
  return Math.max(applied, proposed) >= sequence
}

/** Turns a request into the change that it makes of the data as all proposals before it leave them, and proposes that. */
export function propose(state: State, lead: Lead, change: Change, out: Outbox<Message>): void {
  const txn = transactionOf(state, lead, change)
  const { zxid, key, value, version, bytes, process, sequence } = txn
  append(state.log, txn)
  persistTxns(state, [txn], out)
  lead.pendingSessions.set(process, { sequence, zxid })
  if (txn.type === 'set') lead.pendingCells.set(key, { key, value, version, at: zxid, bytes })
  for (const { stage, isObserver, channel } of lead.learners.values()) {
    if (isObserver || (stage !== 'receiving' && stage !== 'active')) continue
    transmit(state, channel, { kind: 'zab.propose', txn }, out)
  }
}

function transactionOf(state: State, lead: Lead, { op, process, sequence }: Change): Txn {
  const { store } = state
  const pending = lead.pendingCells.get(op.key)
  const version = pending?.version ?? versionOf(store, op.key)
  const isCas = op.f === 'cas'
  // Values are written once each, so to compare values is to compare versions, as setData does.
  const holds = !isCas || (pending?.value ?? valueOf(store, op.key)) === op.expected
  return {
    zxid: zxidOf(lead.epoch, ++lead.counter),
    type: holds ? 'set' : 'error',
    key: op.key,
    value: op.f === 'delete' || !holds ? 0 : op.value,
    bytes: op.f === 'delete' || !holds ? 0 : op.bytes,
    version: holds ? version + 1 : version,
    isCas,
    process,
    sequence,
  }
}

/** Applied: the store itself has it now. */
export function settlePending(lead: Lead, { zxid, key, process }: Txn): void {
  if (lead.pendingCells.get(key)?.at === zxid) lead.pendingCells.delete(key)
  if (lead.pendingSessions.get(process)?.zxid === zxid) lead.pendingSessions.delete(process)
}

/** Commits, in order, what a quorum has logged. */
export function advanceCommit(state: State, lead: Lead): void {
  if (lead.phase !== 'broadcast') return
  const acked = [state.loggedZxid]
  for (const learner of lead.learners.values()) if (!learner.isObserver) acked.push(learner.acked)
  const quorum = quorumOf(state)
  if (acked.length < quorum) return
  const logged = acked.sort((a, b) => b - a)[quorum - 1]
  if (logged <= zxidAt(state.log, state.committed)) return
  state.committed = Math.max(state.committed, indexUpTo(state.log, logged))
}

/** Tells everyone who is up to date what has been committed since. */
export function tellCommit(state: State, lead: Lead, out: Outbox<Message>): void {
  const { committed, log } = state
  for (const learner of lead.learners.values()) {
    if (learner.stage !== 'active' || learner.told >= committed) continue
    if (learner.isObserver) {
      const txns = log.entries.slice(learner.told - log.offset, committed - log.offset)
      transmit(state, learner.channel, { kind: 'zab.inform', txns }, out)
    } else transmit(state, learner.channel, { kind: 'zab.commit', zxid: zxidAt(log, committed) }, out)
    learner.told = committed
  }
}
