import type { PlaceId } from '../../plan/types.ts'
import type { Context } from './context.ts'
import { forgetWritten, persistEntries } from './durable.ts'
import { append, lastIndex, lastUpTo, placeOfEpoch, timelineAt, truncate } from './log.ts'
import type { Append } from './messages.ts'
import { copyOf } from './machine.ts'
import { replay } from './state.ts'

/** The follower's side of log shipping, and its return after its log went its own way. */

export const APPLY = 'apply'

export function onAppend(cx: Context, from: PlaceId, body: Append): void {
  const { state } = cx
  if (state.isWitness) return
  const { log } = state
  const { prevIndex, prevTimeline, entries } = body
  const isKnown = prevIndex <= state.matched
  if (!isKnown && (prevIndex < log.offset || timelineAt(log, prevIndex) !== prevTimeline)) {
    refuse(cx, from, body, lastUpTo(log, { index: prevIndex, timeline: prevTimeline }), false)
    return
  }
  const fresh = firstNew(cx, body)
  const index = prevIndex + 1 + fresh
  if (fresh < entries.length && index <= lastIndex(log)) {
    if (index <= log.offset || state.params.rejoin === 'rebuild') {
      refuse(cx, from, body, log.offset, true)
      return
    }
    rewind(cx, index)
  }
  if (fresh < entries.length) {
    for (let i = fresh; i < entries.length; i++) append(log, entries[i])
    persistEntries(cx)
    putOff(cx)
  }
  state.matched = Math.max(state.matched, prevIndex + entries.length)
  state.confirmedIndex = Math.max(state.confirmedIndex, Math.min(body.confirmed, state.matched))
  state.owesAck ||= fresh === entries.length
}

/** Position of the first entry that the log does not have. */
function firstNew({ state }: Context, { prevIndex, entries }: Append): number {
  const { log, matched } = state
  let position = Math.max(0, Math.min(entries.length, matched - prevIndex))
  while (
    position < entries.length &&
    timelineAt(log, prevIndex + 1 + position) === entries[position].timeline
  )
    position++
  return position
}

/** `mustCopy`: the log may not be continued whatever the leader has. */
function refuse({ state, out }: Context, to: PlaceId, body: Append, hint: number, mustCopy: boolean): void {
  const { log, epoch } = state
  const index = Math.max(hint, log.offset)
  out.send(to, {
    kind: 'single-leader.appendRefusal',
    epoch,
    refused: body.prevIndex,
    hintIndex: mustCopy ? -1 : index,
    hintTimeline: mustCopy ? -1 : timelineAt(log, index),
    isFloor: mustCopy || index === log.offset,
  })
}

/** pg_rewind: back to the last entry that the leader has too. What was applied since is undone. */
function rewind(cx: Context, index: number): void {
  const { state, out } = cx
  countDiscarded(cx, index)
  truncate(state.log, index)
  forgetWritten(cx, index)
  state.confirmedIndex = Math.min(state.confirmedIndex, index - 1)
  state.acknowledgedIndex = Math.min(state.acknowledgedIndex, index - 1)
  state.dueIndex = Math.min(state.dueIndex, index - 1)
  for (const delayed of state.delayed) delayed.lastIndex = Math.min(delayed.lastIndex, index - 1)
  if (state.machine.applied >= index) {
    state.machine = copyOf(state.base)
    replay(state, index - 1)
  }
  out.note({ kind: 'rewound' })
}

/** Counts what the former leader that made it throws away, and what of that it had acknowledged. */
export function countDiscarded({ state, out }: Context, from: number): void {
  const { log, self, acknowledgedIndex } = state
  let discarded = 0
  let lost = 0
  for (let index = Math.max(from, log.offset + 1); index <= lastIndex(log); index++) {
    const { timeline, op } = log.entries[index - log.offset - 1]
    if (op === null || placeOfEpoch(timeline) !== self) continue
    discarded++
    if (index <= acknowledgedIndex) lost++
  }
  if (discarded > 0) out.note({ kind: 'discarded-write', count: discarded })
  if (lost > 0) out.note({ kind: 'lost-write', count: lost })
}

/** With an apply delay, entries wait from their arrival on; the sender's clock does not matter. */
function putOff({ state, out }: Context): void {
  const { applyDelayNs } = state.params
  if (applyDelayNs === 0) return
  if (state.delayed.length === 0) out.arm(APPLY, applyDelayNs, applyDelayNs)
  state.delayed.push({ lastIndex: lastIndex(state.log), dueNs: state.nowNs + applyDelayNs })
}

export function onApplyDue({ state, out }: Context): void {
  const { delayed, nowNs } = state
  for (let entry = delayed.peek(); entry !== undefined && entry.dueNs <= nowNs; entry = delayed.peek()) {
    state.dueIndex = Math.max(state.dueIndex, entry.lastIndex)
    delayed.shift()
  }
  const next = delayed.peek()
  if (next !== undefined) out.arm(APPLY, next.dueNs - nowNs, next.dueNs - nowNs)
}

/** Tells the leader how far this replica is, where that is news at the level it waits for. */
export function acknowledge({ state, out }: Context): void {
  if (state.lead !== null || state.leader < 0 || state.leader === state.self || state.isWitness) return
  const { matched, durableIndex, machine, told, params, epoch } = state
  const now = {
    received: matched,
    written: Math.min(matched, durableIndex),
    applied: Math.min(matched, durableIndex, machine.applied),
  }
  const level = params.acknowledge
  const isNews = now[level] > told[level] || now.written > told.written
  if (!isNews && !state.owesAck) return
  state.owesAck = false
  state.told = now
  out.send(state.leader, { kind: 'single-leader.appendAck', epoch, ...now })
}
