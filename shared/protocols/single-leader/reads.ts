import { canServe, isConnected, isReady } from './confirm.ts'
import type { Context } from './context.ts'
import { lastIndex } from './log.ts'
import { answer, failure, positionOf, readOutcome } from './outcomes.ts'
import type { PlaceId } from '../../plan/types.ts'
import { NOBODY } from './state.ts'
import type { Request, State } from './state.ts'

/** Reads: by the leader under its lease, or by a follower that has what the session has seen. */

/** It has not heard from a leader for as long as a lease lasts, or lost its own. */
export function isCutOff(cx: Context): boolean {
  const { state } = cx
  if (state.lead !== null) return !canServe(cx)
  return state.leader === NOBODY || !isConnected(state, state.contactNs)
}

/** Whether what has been applied is known to be a part of the leader's log. */
function isVerified({ matched, machine }: State): boolean {
  return matched >= machine.applied
}

/** What may be said to a read at this replica's own copy: its answer, "wait", or that its session's past is lost. */
function verdict(cx: Context, request: Request): 'answer' | 'wait' | 'lost' {
  const { state, rules } = cx
  const { machine, log, behaviour, params } = state
  const isLeader = state.lead !== null
  const isAlone = behaviour.answersCutOff && isCutOff(cx)
  if (!isAlone) {
    if (isLeader ? !isReady(cx) : isCutOff(cx) || !isVerified(state)) return 'wait'
    if (!isLeader && behaviour.isBounded && state.nowNs - state.freshAtNs > params.maxStalenessNs)
      return 'wait'
  }
  const position = positionOf(request)
  if (position === null) return 'answer'
  const place = rules.place(log, machine.applied, position)
  if (place === 'reached') return 'answer'
  // Nobody has more than a leader, so what it does not have is gone.
  const isGone = place === 'lost' || (isLeader && position.index > lastIndex(log))
  return isGone && !isAlone ? 'lost' : 'wait'
}

/** A read that this replica's own copy may answer: now, or when it has what is needed. */
export function readLocally(cx: Context, request: Request): void {
  if (!settleRead(cx, request)) cx.state.reads.push(request)
}

function settleRead(cx: Context, request: Request): boolean {
  const { state, out } = cx
  const said = verdict(cx, request)
  if (said === 'wait') return false
  if (said === 'lost') {
    out.note({ kind: 'past-lost' })
    answer(request, failure('refused'), out)
    return true
  }
  if (isCutOff(cx)) out.note({ kind: 'cut-off-read' })
  answer(request, readOutcome(state, request.op), out)
  return true
}

/** The follower that is nearest to the leader and keeps up; NOBODY where there is none. */
export function nearestFollower({ state }: Context): PlaceId {
  const { lead, nearest } = state
  return (
    nearest.find((place) => {
      const progress = lead?.progress.get(place)
      return progress !== undefined && progress.mode === 'stream' && isConnected(state, progress.heardNs)
    }) ?? NOBODY
  )
}

/** Answers whatever the last entries, or the last word of the leader, have made answerable. */
export function releaseReads(cx: Context): void {
  const { state } = cx
  const { freshMarks, machine } = state
  for (let mark = freshMarks.peek(); mark !== undefined; mark = freshMarks.peek()) {
    if (mark.index > machine.applied || !isVerified(state)) break
    state.freshAtNs = Math.max(state.freshAtNs, mark.asOfNs)
    freshMarks.shift()
  }
  if (state.reads.length > 0) state.reads = state.reads.filter((request) => !settleRead(cx, request))
}
