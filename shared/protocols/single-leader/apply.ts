import { acknowledge } from './following.ts'
import { advanceConfirmed, answerWaiters, canServe } from './confirm.ts'
import type { Context } from './context.ts'
import { advanceBase, persist } from './durable.ts'
import { sendHeartbeat } from './leading.ts'
import { releaseReads } from './reads.ts'
import { armSweep, dispatchHeld } from './requests.ts'
import { replay } from './state.ts'
import type { State } from './state.ts'

/** What follows from a step, in order: entries confirmed and applied, their clients answered, and what waited for that. */
export function settle(cx: Context): void {
  const { state } = cx
  advanceConfirmed(cx)
  const upTo = applicable(cx)
  if (upTo > state.machine.applied) replay(state, upTo)
  trim(cx)
  answerWaiters(cx)
  acknowledge(cx)
  tellConfirmed(cx)
  releaseReads(cx)
  dispatchHeld(cx)
  armSweep(cx)
}

/** Up to where entries may be applied. */
function applicable(cx: Context): number {
  const { state } = cx
  const { params, confirmedIndex, durableIndex, matched } = state
  if (state.lead !== null) {
    if (!canServe(cx)) return state.machine.applied
    return params.visibility === 'after-commit' ? durableIndex : confirmedIndex
  }
  const verified = Math.min(matched, durableIndex)
  const due = params.applyDelayNs > 0 ? Math.min(verified, state.dueIndex) : verified
  return params.followersApply === 'confirmed' ? Math.min(due, confirmedIndex) : due
}

/** Only so much of the log is retained; the rest is in the base, and whoever lacks it gets a copy. */
function trim(cx: Context): void {
  const { state } = cx
  const { log, params, machine, preloaded } = state
  const { retainEntries, sessionsMax } = params
  if (log.entries.length < 2 * retainEntries) return
  const known = state.lead === null ? state.matched : state.confirmedIndex
  const offset = Math.min(
    log.offset + log.entries.length - retainEntries,
    known,
    machine.applied,
    state.durableIndex,
    copiedFrom(state),
  )
  if (offset < log.offset + retainEntries) return
  advanceBase(state.base, log, offset, preloaded, sessionsMax)
  persist(cx, { type: 'forget', offset, preloaded, sessionsMax })
}

/** While a copy is under way, the log after it is kept, as a replication slot keeps it. */
function copiedFrom({ lead, nowNs, params }: State): number {
  let index = Infinity
  for (const { snapshot, heardNs } of lead?.progress.values() ?? []) {
    if (snapshot !== null && nowNs - heardNs < 4 * params.leaseNs) index = Math.min(index, snapshot.index)
  }
  return index
}

/** Followers that apply only what is confirmed are told where no entries are under way that would bring the news. */
function tellConfirmed(cx: Context): void {
  const { lead, confirmedIndex, params } = cx.state
  if (lead === null || params.followersApply !== 'confirmed') return
  for (const progress of lead.progress.values()) {
    if (progress.received >= confirmedIndex && progress.toldConfirmed < confirmedIndex)
      sendHeartbeat(cx, progress)
  }
}
