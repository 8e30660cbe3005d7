import type { Outbox } from '../../contract.ts'
import { entryAt } from '../log.ts'
import type { Message } from '../messages.ts'
import type { State } from '../state.ts'
import { nowOf } from './stamping.ts'

/**
 * Commit wait (Spanner §4.2.1): a write is not visible anywhere, nor answered, before its timestamp has certainly
 * passed. The leader waits while the entry is on its way to the others, and declares it committed after both.
 */

export const COMMIT_WAIT = 'commit-wait'

/** The last of the entries up to `index` whose timestamps, and those of all before them, have passed. */
export function passedUpTo(state: State, index: number): number {
  const { params, stamping, log, commitIndex } = state
  if (params.timestamps !== 'commit-wait') return index
  const now = nowOf(state)
  stamping.waitsFor = null
  for (let at = commitIndex + 1; at <= index; at++) {
    const { stamp } = entryAt(log, at)
    if (stamp === null || params.rules.commitWaitNs(now, stamp.ns) === 0) continue
    stamping.waitsFor = stamp
    return at - 1
  }
  return index
}

/** Comes back when the wait is over. */
export function armCommitWait(state: State, out: Outbox<Message>): void {
  const { stamping, params } = state
  if (stamping.waitsFor === null || stamping.isWaitArmed) return
  stamping.isWaitArmed = true
  const waitNs = params.rules.commitWaitNs(nowOf(state), stamping.waitsFor.ns)
  out.note({ kind: 'commit-wait' })
  out.arm(COMMIT_WAIT, waitNs, waitNs)
}

/** The clock may have been set back meanwhile; whoever commits next finds out. */
export function endCommitWait({ stamping }: State): void {
  stamping.waitsFor = null
  stamping.isWaitArmed = false
}
