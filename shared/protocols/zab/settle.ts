import type { Outbox } from '../contract.ts'
import { advanceCommit, settlePending, tellCommit } from './broadcast.ts'
import { advanceLogged, persist } from './durable.ts'
import { look } from './election.ts'
import { acknowledge, promiseWhenDurable } from './following.ts'
import { activate, advanceRecovery, establish } from './leading.ts'
import { compact, txnAt } from './log.ts'
import type { Message } from './messages.ts'
import { releaseReads, settleSyncs } from './reads.ts'
import { answerWrite, armSweep, dispatchHeld } from './requests.ts'
import { snapshotOf } from './snapshot.ts'
import type { Lead, State } from './state.ts'
import { apply } from './store.ts'

/** What follows from a step, in order: acknowledgements, commits, what they let be applied, whatever waited for that. */
export function settle(state: State, out: Outbox<Message>): void {
  advanceLogged(state)
  if (state.lead !== null) settleLead(state, state.lead, out)
  if (state.following !== null) {
    promiseWhenDurable(state, state.following, out)
    acknowledge(state, state.following, out)
  }
  applyCommitted(state, out)
  releaseReads(state, out)
  if (state.role === 'idle') look(state, out)
  dispatchHeld(state, out)
  if (state.lead !== null) settleSyncs(state, state.lead, out)
  armSweep(state, out)
}

function settleLead(state: State, lead: Lead, out: Outbox<Message>): void {
  advanceRecovery(state, lead, out)
  if (state.lead === null) return
  establish(state, lead, out)
  advanceCommit(state, lead)
  activate(state, lead, out)
  tellCommit(state, lead, out)
}

function applyCommitted(state: State, out: Outbox<Message>): void {
  const { store, log } = state
  while (store.applied < state.committed) {
    const txn = txnAt(log, store.applied + 1)
    const record = apply(store, txn)
    if (state.lead !== null) settlePending(state.lead, txn)
    answerWrite(state, record, out)
  }
  snapshotIfDue(state, out)
}

function snapshotIfDue(state: State, out: Outbox<Message>): void {
  const { store, params, log } = state
  if (store.applied - (state.snapshot?.index ?? 0) < params.snapshotEvery) return
  const snapshot = snapshotOf(store)
  state.snapshot = snapshot
  const offset = Math.max(log.offset, store.applied - params.diffTxns)
  compact(log, offset)
  persist(state, { type: 'compact', snapshot, offset }, out)
  out.note({ kind: 'snapshot' })
}
