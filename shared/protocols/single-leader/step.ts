import { assert, unreachable } from '../../base/assert.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { Input, LocalInstant, Outbox } from '../contract.ts'
import { settle } from './apply.ts'
import { isReady } from './confirm.ts'
import type { Context } from './context.ts'
import { onCopy, onCopyAck } from './copy.ts'
import { onDurable } from './durable.ts'
import {
  armWatch,
  conclude,
  keepTo,
  onNudge,
  onSurvey,
  onSurveyReply,
  onSurveyTimer,
  onWatch,
  SURVEY,
  WATCH,
} from './failover.ts'
import { APPLY, onAppend, onApplyDue } from './following.ts'
import {
  becomeLeader,
  HEARTBEAT,
  onHeartbeat,
  onHeartbeatAck,
  onHeartbeatTimer,
  stepDown,
} from './leading.ts'
import { endOf, placeOfEpoch } from './log.ts'
import { onMembersWanted } from './membership.ts'
import type {
  Append,
  AppendAck,
  AppendRefusal,
  Copy,
  CopyAck,
  Heartbeat,
  HeartbeatAck,
  Message,
} from './messages.ts'
import { onForward, onForwardReply, onRequest, onSweep, SWEEP } from './requests.ts'
import type { Rules } from './rules.ts'
import { FLUSH, onAppendAck, onAppendRefusal, onFlush, onShip, SHIP } from './shipping.ts'
import { NOBODY } from './state.ts'
import type { State } from './state.ts'

export function stepWith(rules: Rules) {
  return (state: State, at: LocalInstant, input: Input<Message>, out: Outbox<Message>): void => {
    const cx: Context = { state, out, rules }
    state.nowNs = at.monotonicNs
    switch (input.type) {
      case 'message':
        onMessage(cx, input.from, input.body)
        break
      case 'request': {
        const { opId, op, session } = input
        const { process, sequence, token } = session
        const deadlineNs = state.nowNs + state.params.requestTimeoutNs
        onRequest(cx, { opId, op, process, sequence, token, via: NOBODY, deadlineNs })
        break
      }
      case 'persisted':
        onDurable(cx, input.writeId)
        conclude(cx)
        break
      case 'timer':
        onTimer(cx, input.name)
        break
      case 'members':
        onMembersWanted(cx, input.members)
        break
      case 'range':
        // Asked only of strategies whose ranges split.
        break
      case 'start':
        state.life = at.wallNs
        onStart(cx)
        break
    }
    settle(cx)
  }
}

/** The first replica founds the cluster; a leader that comes back goes on unless it hears that another leads. */
function onStart(cx: Context): void {
  const { state } = cx
  const { epoch, self, log, isFirstBoot, dataMembers } = state
  const isOwn = placeOfEpoch(epoch) === self
  const led = isFirstBoot || endOf(log).timeline === epoch || state.params.failover === 'off'
  if (isOwn && led && dataMembers.includes(self)) becomeLeader(cx, -Infinity)
  armWatch(cx)
}

function onTimer(cx: Context, name: string): void {
  switch (name) {
    case HEARTBEAT:
      onHeartbeatTimer(cx)
      break
    case FLUSH:
      onFlush(cx)
      break
    case SHIP:
      onShip(cx)
      break
    case WATCH:
      onWatch(cx)
      break
    case SURVEY:
      onSurveyTimer(cx)
      break
    case SWEEP:
      onSweep(cx)
      break
    case APPLY:
      onApplyDue(cx)
      break
  }
}

function onMessage(cx: Context, from: PlaceId, body: Message): void {
  switch (body.kind) {
    case 'single-leader.append':
    case 'single-leader.heartbeat':
    case 'single-leader.copy':
      onLeaderMessage(cx, from, body)
      break
    case 'single-leader.appendAck':
    case 'single-leader.appendRefusal':
    case 'single-leader.heartbeatAck':
    case 'single-leader.copyAck':
      onFollowerMessage(cx, from, body)
      break
    case 'single-leader.fenced':
      if (body.epoch > cx.state.epoch) keepTo(cx, body.epoch)
      break
    case 'single-leader.survey':
      onSurvey(cx, from, body)
      break
    case 'single-leader.surveyReply':
      onSurveyReply(cx, from, body)
      break
    case 'single-leader.nudge':
      onNudge(cx)
      break
    case 'single-leader.forward':
      onForward(cx, from, body)
      break
    case 'single-leader.forwardReply':
      onForwardReply(cx, body)
      break
    default:
      unreachable(body)
  }
}

function onLeaderMessage(cx: Context, from: PlaceId, body: Append | Heartbeat | Copy): void {
  const { state, out, rules } = cx
  if (!rules.obeys(state.epoch, body.epoch)) {
    out.send(from, { kind: 'single-leader.fenced', epoch: state.epoch })
    return
  }
  if (body.epoch > state.epoch) keepTo(cx, body.epoch)
  assert(
    state.lead === null || body.epoch !== state.epoch,
    () => `places ${state.self} and ${from} lead in one epoch`,
  )
  stepDown(cx)
  state.role = 'follower'
  state.leader = from
  state.candidacy = null
  state.contactNs = state.nowNs
  switch (body.kind) {
    case 'single-leader.append':
      onAppend(cx, from, body)
      break
    case 'single-leader.heartbeat':
      onHeartbeat(cx, from, body)
      break
    case 'single-leader.copy':
      onCopy(cx, from, body)
      break
  }
}

function onFollowerMessage(
  cx: Context,
  from: PlaceId,
  body: AppendAck | AppendRefusal | HeartbeatAck | CopyAck,
): void {
  const { state } = cx
  if (body.epoch > state.epoch) {
    keepTo(cx, body.epoch)
    return
  }
  const progress = state.lead?.progress.get(from)
  if (progress === undefined || body.epoch !== state.epoch) return
  progress.heardNs = state.nowNs
  switch (body.kind) {
    case 'single-leader.appendAck':
      onAppendAck(cx, progress, body)
      break
    case 'single-leader.appendRefusal':
      onAppendRefusal(cx, progress, body)
      break
    case 'single-leader.heartbeatAck':
      onHeartbeatAck(cx, progress, body, isReady(cx))
      break
    case 'single-leader.copyAck':
      onCopyAck(cx, progress, body)
      break
  }
}
