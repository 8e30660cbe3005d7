import type { Outbox } from '../contract.ts'
import { dropLearner, votersAmong } from './leading.ts'
import type { Message } from './messages.ts'
import { sendRound } from './reads.ts'
import { armTick, leaveRole } from './roles.ts'
import type { Following, Lead, State } from './state.ts'

/** Half a tick has passed: pings, and a look at whom this server has not heard from for too long. */
export function onTick(state: State, out: Outbox<Message>): void {
  const { lead, following } = state
  if (lead === null && following === null) return
  armTick(state, out)
  if (lead !== null) onLeaderTick(state, lead, out)
  else if (following !== null) onLearnerTick(state, following, out)
}

function onLeaderTick(state: State, lead: Lead, out: Outbox<Message>): void {
  const { nowNs, params, voters } = state
  const initNs = params.initLimit * params.tickNs
  const syncNs = params.syncLimit * params.tickNs
  for (const learner of [...lead.learners.values()]) {
    const limitNs = learner.stage === 'active' ? syncNs : Math.max(initNs, syncNs)
    if (nowNs - learner.channel.heardNs > limitNs) dropLearner(lead, learner, out)
  }
  if (lead.phase !== 'broadcast') {
    if (nowNs - lead.sinceNs > initNs) leaveRole(state, out)
    return
  }
  const heard = 1 + votersAmong(lead, ({ channel }) => nowNs - channel.heardNs <= syncNs)
  if (!params.rules.keepsLeading(heard, voters.length)) {
    leaveRole(state, out)
    return
  }
  sendRound(state, lead, out)
}

/** ZooKeeper's time limit for connecting is a few attempts a second apart; here it is that for a silent leader. */
function onLearnerTick(state: State, following: Following, out: Outbox<Message>): void {
  const { nowNs, params } = state
  const { stage, sinceNs, channel } = following
  const isServing = stage === 'serving'
  const isSilent =
    (isServing || channel.end === 0) && nowNs - channel.heardNs > params.syncLimit * params.tickNs
  const isSlow = !isServing && nowNs - sinceNs > params.initLimit * params.tickNs
  if (isSilent || isSlow) leaveRole(state, out)
}
