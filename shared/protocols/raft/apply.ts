import type { Outbox } from '../contract.ts'
import { becomeFollower } from './election.ts'
import { compactIfDue } from './install.ts'
import { entryAt, lastIndex } from './log.ts'
import { apply } from './machine.ts'
import { isRemovedLeader, leaveJoint } from './membership.ts'
import type { Message } from './messages.ts'
import { applyRange } from './range.ts'
import { flush, propose, tellCommit } from './replication.ts'
import { releaseReads } from './reads.ts'
import { answerWaiter, armSweep, continueWithTimestamps, dispatchHeld, forwardAgain } from './requests.ts'
import { NOBODY } from './state.ts'
import type { State } from './state.ts'
import { mayAbdicate, settleSafeTime } from './timestamps/closing.ts'
import { armCommitWait } from './timestamps/commit-wait.ts'
import { answerAsked, needsWindow } from './timestamps/oracle.ts'
import { noteApplied } from './timestamps/stamping.ts'
import { continueTransfer } from './transfer.ts'

/** What follows from a step, in order: entries applied, their clients answered, and whatever waited for that. */
export function settle(state: State, out: Outbox<Message>): void {
  if (state.commitIndex > state.machine.applied) applyCommitted(state, out)
  if (state.lead !== null) settleLeadership(state, out)
  releaseReads(state, out)
  if (state.forwarded.size > 0) forwardAgain(state, out)
  if (state.stamping.questions.length > 0) continueWithTimestamps(state, out)
  if (state.held.length > 0 || state.follower.asking.length > 0) dispatchHeld(state, out)
  armSweep(state, out)
}

function applyCommitted(state: State, out: Outbox<Message>): void {
  const { log, machine } = state
  while (machine.applied < state.commitIndex) {
    const index = machine.applied + 1
    const entry = entryAt(log, index)
    const record = apply(machine, index, entry)
    noteApplied(state, index, entry)
    if (entry.range !== undefined) applyRange(state, index, entry, out)
    answerWaiter(state, index, entry, record, out)
  }
  settleSafeTime(state)
  compactIfDue(state, out)
}

function settleLeadership(state: State, out: Outbox<Message>): void {
  leaveJoint(state, out)
  tellCommit(state, out)
  if (continueTransfer(state, out)) {
    becomeFollower(state, state.term, NOBODY, out)
    return
  }
  armCommitWait(state, out)
  if (state.stamping.asked.size > 0) answerAsked(state, out)
  if (needsWindow(state)) {
    propose(state, null)
    flush(state, out)
  }
  if (isRemovedLeader(state)) retire(state, out)
}

/** A leader that is no longer a member lets the voter who is best informed campaign at once, and goes. */
function retire(state: State, out: Outbox<Message>): void {
  const heirs = [...(state.lead?.progress.values() ?? [])].filter(
    ({ matched }) => matched === lastIndex(state.log),
  )
  if (heirs.length > 0 && mayAbdicate(state))
    out.send(heirs[0].place, { kind: 'raft.timeoutNow', term: state.term })
  becomeFollower(state, state.term, NOBODY, out)
}
