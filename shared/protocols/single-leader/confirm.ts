import type { Ns } from '../../base/time.ts'
import type { Context } from './context.ts'
import { recall } from '../sessions.ts'
import { answer, failure, writeOutcome } from './outcomes.ts'
import type { FollowerStatus } from './rules.ts'
import type { State, Waiter } from './state.ts'

/** What a write waits for, and what becomes of the waiting. */

/** Whether this replica leads and may serve: the lease, where one is needed, is not over. */
export function canServe({ state, rules }: Context): boolean {
  const { lead, behaviour, nowNs } = state
  return lead !== null && (!behaviour.needsLease || rules.mayServe(nowNs, lead.leaseUntilNs))
}

/** A leader that may serve and knows what former leaders acknowledged. */
export function isReady(cx: Context): boolean {
  const { lead, confirmedIndex } = cx.state
  return lead !== null && confirmedIndex >= lead.ownIndex && canServe(cx)
}

export function isConnected({ nowNs, params }: State, heardNs: Ns): boolean {
  return nowNs - heardNs < params.leaseNs
}

function statuses({ state, rules }: Context): FollowerStatus[] {
  const { dataMembers, lead, params } = state
  const list: FollowerStatus[] = []
  for (const place of dataMembers) {
    const progress = lead?.progress.get(place)
    if (progress === undefined) continue
    const { received, written, applied, heardNs } = progress
    const status = {
      place,
      received,
      written,
      applied,
      acknowledged: 0,
      isConnected: isConnected(state, heardNs),
    }
    list.push({ ...status, acknowledged: rules.acknowledges(params.acknowledge, status) })
  }
  return list
}

/** Brings the confirmed index forward by what the own disk and the followers have by now. */
export function advanceConfirmed(cx: Context): void {
  const { state, rules } = cx
  const { lead, behaviour, params } = state
  if (lead === null || !canServe(cx)) return
  const selection = params.replication === 'synchronous' ? params.syncSelection : 'any'
  const followers = behaviour.acks === 0 ? [] : statuses(cx)
  if (lead.isDegraded) {
    const level = rules.confirmed(state.durableIndex, followers, behaviour.acks, selection)
    if (level === state.durableIndex) {
      lead.isDegraded = false
      cx.out.note({ kind: 'restored', text: 'semi-synchronous again' })
    }
  }
  const acks = lead.isDegraded ? 0 : behaviour.acks
  const index = rules.confirmed(state.durableIndex, followers, acks, selection)
  if (index > state.confirmedIndex && rules.countsFrom(index, lead.ownIndex)) state.confirmedIndex = index
}

/** Semi-synchronous replication stops waiting for followers once a write has waited for so long. */
export function degradeIfDue(cx: Context): void {
  const { state, out } = cx
  const { lead, behaviour, params, waiters, nowNs } = state
  const waiter = waiters.peek()
  if (lead === null || !behaviour.degrades || lead.isDegraded || waiter === undefined) return
  if (nowNs - waiter.sinceNs < params.degradeAfterNs) return
  lead.isDegraded = true
  out.note({ kind: 'degraded', text: 'asynchronous, since followers do not acknowledge' })
}

/** Tells those whose writes are confirmed and applied. */
export function answerWaiters(cx: Context): void {
  const { state, out } = cx
  const { waiters, machine } = state
  if (waiters.length === 0 || !canServe(cx)) return
  const upTo = Math.min(state.confirmedIndex, machine.applied)
  for (let waiter = waiters.peek(); waiter !== undefined && waiter.index <= upTo; waiter = waiters.peek()) {
    waiters.shift()
    state.acknowledgedIndex = Math.max(state.acknowledgedIndex, waiter.index)
    const { process, sequence } = waiter.request
    const record = recall(machine.sessions, process, sequence)
    if (record !== null) answer(waiter.request, writeOutcome(state, record), out)
  }
}

/** Gives up waiting: the entry stays in the log and may be confirmed yet. */
export function giveUp({ state, out, rules }: Context, { request, index }: Waiter): void {
  const error = rules.givenUpWait()
  if (error !== null) answer(request, failure(error), out)
  else {
    const { process, sequence } = request
    answer(request, writeOutcome(state, { process, sequence, value: 0, version: index, at: index }), out)
  }
}
