import type { PlaceId } from '../../plan/types.ts'
import { canServe } from './confirm.ts'
import type { Context } from './context.ts'
import { persist } from './durable.ts'
import { becomeLeader, majority, stepDown } from './leading.ts'
import { endOf, epochOf, roundOf } from './log.ts'
import type { Position } from './log.ts'
import type { Survey, SurveyReply } from './messages.ts'
import { NOBODY, silenceNs } from './state.ts'

/**
 * Failover. A follower that has borne the leader's silence long enough asks everyone how far they are and, with
 * fencing, the arbiters for the lease of a new epoch; first only whether it would get it, so that a replica that was
 * cut off does not depose a leader. It takes over if it has at least as much as all who answered. Where acknowledged
 * writes must not be lost it waits for so many answers that one of them knows the last of these writes.
 */

export const WATCH = 'watch'
export const SURVEY = 'survey'

export function armWatch({ state, out }: Context): void {
  const { params, isWitness } = state
  if (params.failover === 'off' || isWitness) return
  const leftNs = Math.max(0, state.contactNs + silenceNs(state) - state.nowNs)
  out.arm(WATCH, leftNs, leftNs + params.leaseNs)
}

export function onWatch(cx: Context): void {
  const { state } = cx
  const isSilent = state.nowNs - state.contactNs >= silenceNs(state)
  // Who asked before is heard out: over long links answers take most of a lease.
  if (state.lead === null && state.candidacy === null && isSilent) stand(cx, true)
  armWatch(cx)
}

/** Asks for the next epoch. */
function stand(cx: Context, isTrial: boolean): void {
  const { state, out } = cx
  const { self, arbiters, peers } = state
  const epoch = epochOf(roundOf(state.epoch) + 1, self)
  state.role = 'candidate'
  state.leader = NOBODY
  if (!isTrial) {
    keepTo(cx, epoch)
    out.note({ kind: 'candidacy' })
  }
  state.candidacy = {
    epoch,
    isTrial,
    sentNs: state.nowNs,
    grants: new Set(arbiters.includes(self) ? [self] : []),
    ends: new Map([[self, endOf(state.log)]]),
    isOver: false,
    promiseWrite: isTrial ? -1 : state.promiseWriteId,
  }
  const body: Survey = { kind: 'single-leader.survey', epoch, isTrial }
  for (const place of peers) out.send(place, body, isTrial ? undefined : state.promiseWriteId)
  armSurvey(cx)
  conclude(cx)
}

/** From now on no leader of an earlier epoch is followed. */
export function keepTo(cx: Context, epoch: number): void {
  const { state } = cx
  stepDown(cx)
  state.epoch = epoch
  state.candidacy = null
  state.incoming = null
  state.matched = 0
  state.told = { received: 0, written: 0, applied: 0 }
  state.freshMarks.clear()
  state.promiseWriteId = state.nextWriteId
  persist(cx, { type: 'promise', epoch })
}

export function onSurveyTimer(cx: Context): void {
  const { state } = cx
  const { candidacy } = state
  if (candidacy === null) return
  const wasOver = candidacy.isOver
  candidacy.isOver = true
  conclude(cx)
  if (state.candidacy !== candidacy) return
  if (!wasOver) armSurvey(cx)
  else {
    // Whoever got nowhere waits for its next turn, or for a leader.
    state.candidacy = null
    state.role = 'follower'
  }
}

/** After half a lease those who have answered will do, if they are enough; after a whole one nobody is waited for. */
function armSurvey({ state, out }: Context): void {
  const waitNs = Math.ceil(state.params.leaseNs / 2)
  out.arm(SURVEY, waitNs, waitNs)
}

/** Takes the next step if enough is known. */
export function conclude(cx: Context): void {
  const { state, rules, out } = cx
  const { candidacy, behaviour, dataMembers } = state
  if (candidacy === null || candidacy.promiseWrite > state.durableUpTo) return
  const { grants, ends, isTrial, isOver } = candidacy
  if (behaviour.needsLease && grants.size < majority(state)) return
  const isKnown = behaviour.promotesSafely
    ? rules.isSurveyComplete(ends.size, dataMembers.length, behaviour.acks)
    : !isTrial || isOver || ends.size === dataMembers.length
  if (!isKnown) return
  const own = ends.get(state.self) as Position
  const better = dataMembers.find((place) => !rules.isAhead(own, ends.get(place) ?? own))
  if (better !== undefined) {
    out.send(better, { kind: 'single-leader.nudge', epoch: state.epoch })
    state.candidacy = null
    state.role = 'follower'
  } else if (isTrial) stand(cx, false)
  else {
    out.note({ kind: 'promoted', text: `leads from round ${roundOf(state.epoch)} on` })
    becomeLeader(cx, candidacy.sentNs)
  }
}

export function onSurvey(cx: Context, from: PlaceId, { epoch, isTrial }: Survey): void {
  const { state, out, rules } = cx
  const { params, contactNs, nowNs } = state
  const isHeard = state.lead === null ? !rules.mayGrant(nowNs, contactNs, params.leaseNs) : canServe(cx)
  const isGranted = epoch > state.epoch && !isHeard && params.failover !== 'off'
  if (isGranted && !isTrial) {
    keepTo(cx, epoch)
    state.role = 'follower'
    state.leader = NOBODY
    state.contactNs = nowNs
  }
  const end = state.isWitness ? { index: -1, timeline: -1 } : endOf(state.log)
  const told = isGranted ? epoch : state.epoch
  const after = state.promiseWriteId < 0 ? undefined : state.promiseWriteId
  out.send(from, { kind: 'single-leader.surveyReply', epoch: told, isTrial, isGranted, ...end }, after)
}

export function onSurveyReply(cx: Context, from: PlaceId, body: SurveyReply): void {
  const { state } = cx
  const { candidacy, arbiters } = state
  if (!body.isGranted) {
    // Another round next time, higher than what stands in the way, unless a leader is there after all.
    if (body.epoch > state.epoch && state.lead === null) keepTo(cx, body.epoch)
    return
  }
  if (candidacy === null || candidacy.isTrial !== body.isTrial || candidacy.epoch !== body.epoch) return
  if (arbiters.includes(from)) candidacy.grants.add(from)
  if (body.index >= 0) candidacy.ends.set(from, { index: body.index, timeline: body.timeline })
  conclude(cx)
}

/** Another candidate found that this replica has more. */
export function onNudge(cx: Context): void {
  const { state, rules } = cx
  const isSilent = rules.mayGrant(state.nowNs, state.contactNs, state.params.leaseNs)
  if (
    state.lead === null &&
    state.candidacy === null &&
    isSilent &&
    !state.isWitness &&
    state.params.failover !== 'off'
  )
    stand(cx, true)
}
