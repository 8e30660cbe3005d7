import { Deque } from '../../base/deque.ts'
import type { Ns } from '../../base/time.ts'
import type { OpId, Outbox } from '../contract.ts'
import type { Message } from './messages.ts'
import { isPending } from './state.ts'
import type { State } from './state.ts'

/**
 * Instants at which something is to be done about an operation that is still under way: one timer and one queue for
 * each kind of them, since all operations wait equally long.
 */
export interface TimeLimits {
  readonly timer: string
  isArmed: boolean
  /** An operation, its instant, the next operation, … in one queue, as they come and go together. */
  readonly queue: Deque<number>
}

export const DEADLINE = 'deadline'
export const SPECULATION = 'speculation'
export const SUSPICION = 'suspicion'

export function timeLimits(timer: string): TimeLimits {
  return { timer, isArmed: false, queue: new Deque() }
}

/** Drops finished operations from the front, so that the queue is about as long as what is under way. */
function forgetFinished(state: State, { queue }: TimeLimits): void {
  while (queue.length > 0 && !isPending(state, queue.peek() as OpId)) {
    queue.shift()
    queue.shift()
  }
}

/** How many operations wait for a limit. */
export function limited({ queue }: TimeLimits): number {
  return queue.length / 2
}

/** `waitNs` is the same for every operation of one kind of limit. */
export function addLimit(
  state: State,
  limits: TimeLimits,
  opId: OpId,
  waitNs: Ns,
  nowNs: Ns,
  out: Outbox<Message>,
): void {
  forgetFinished(state, limits)
  limits.queue.push(opId)
  limits.queue.push(nowNs + waitNs)
  if (limits.isArmed) return
  limits.isArmed = true
  out.arm(limits.timer, waitNs, waitNs)
}

/** Calls `act` for each operation whose time has come and sets the timer for the next. */
export function onLimit(
  state: State,
  limits: TimeLimits,
  nowNs: Ns,
  out: Outbox<Message>,
  act: (opId: OpId) => void,
): void {
  const { queue } = limits
  limits.isArmed = false
  for (;;) {
    forgetFinished(state, limits)
    if (queue.length === 0) return
    const waitNs = queue.at(1) - nowNs
    if (waitNs > 0) {
      limits.isArmed = true
      out.arm(limits.timer, waitNs, waitNs)
      return
    }
    const opId = queue.shift() as OpId
    queue.shift()
    act(opId)
  }
}

/** The limits of every operation: its deadline and, where availability comes first, when silence may count as absence. */
export function limitOperation(state: State, opId: OpId, nowNs: Ns, out: Outbox<Message>): void {
  const { requestTimeoutNs, suspectAfterNs } = state.params
  addLimit(state, state.deadlines, opId, requestTimeoutNs, nowNs, out)
  // Just past it: a member is suspected only once it has been silent for longer than that.
  if (state.isAvailable && suspectAfterNs < requestTimeoutNs) {
    addLimit(state, state.suspicions, opId, suspectAfterNs + 1, nowNs, out)
  }
}
