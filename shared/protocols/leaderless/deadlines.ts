import type { Ns } from '../../base/time.ts'
import type { OpId, Outbox } from '../contract.ts'
import type { Message } from './messages.ts'
import type { State } from './state.ts'

/** One timer and one queue for the time limits of all operations, since each waits equally long. */

export const DEADLINE = 'deadline'
export const SPECULATION = 'speculation'

function isPending(state: State, opId: OpId): boolean {
  return state.writes.has(opId) || state.reads.has(opId) || state.scans.has(opId)
}

/** Drops finished operations from the front, so that the queue is about as long as what is under way. */
function forgetFinished(state: State): void {
  const { deadlineOps, deadlinesNs } = state
  while (deadlineOps.length > 0 && !isPending(state, deadlineOps.peek() as OpId)) {
    deadlineOps.shift()
    deadlinesNs.shift()
  }
}

export function addDeadline(state: State, opId: OpId, nowNs: Ns, out: Outbox<Message>): void {
  const waitNs = state.params.requestTimeoutNs
  forgetFinished(state)
  state.deadlineOps.push(opId)
  state.deadlinesNs.push(nowNs + waitNs)
  if (state.isDeadlineArmed) return
  state.isDeadlineArmed = true
  out.arm(DEADLINE, waitNs, waitNs)
}

/** Calls `expire` for each operation whose time is up, and sets the timer for the next. */
export function onDeadline(
  state: State,
  nowNs: Ns,
  out: Outbox<Message>,
  expire: (opId: OpId) => void,
): void {
  const { deadlineOps, deadlinesNs } = state
  state.isDeadlineArmed = false
  for (;;) {
    forgetFinished(state)
    if (deadlineOps.length === 0) return
    const waitNs = (deadlinesNs.peek() as Ns) - nowNs
    if (waitNs > 0) {
      state.isDeadlineArmed = true
      out.arm(DEADLINE, waitNs, waitNs)
      return
    }
    deadlinesNs.shift()
    expire(deadlineOps.shift() as OpId)
  }
}

export function addSpeculation(state: State, opId: OpId, nowNs: Ns, out: Outbox<Message>): void {
  const waitNs = state.params.speculativeRetryNs
  state.speculationOps.push(opId)
  state.speculationsNs.push(nowNs + waitNs)
  if (state.isSpeculationArmed) return
  state.isSpeculationArmed = true
  out.arm(SPECULATION, waitNs, waitNs)
}

/** Calls `speculate` for each read that is still waiting when its time is up. */
export function onSpeculation(
  state: State,
  nowNs: Ns,
  out: Outbox<Message>,
  speculate: (opId: OpId) => void,
): void {
  const { speculationOps, speculationsNs } = state
  state.isSpeculationArmed = false
  while (speculationOps.length > 0) {
    const opId = speculationOps.peek() as OpId
    const waitNs = (speculationsNs.peek() as Ns) - nowNs
    if (state.reads.has(opId) && waitNs > 0) {
      state.isSpeculationArmed = true
      out.arm(SPECULATION, waitNs, waitNs)
      return
    }
    speculationOps.shift()
    speculationsNs.shift()
    speculate(opId)
  }
}
