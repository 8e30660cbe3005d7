import { assert } from '../../base/assert.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { Input, LocalInstant, Outbox } from '../contract.ts'
import { CHANNEL, onChannelAck, onChannelTimer, receive } from './channel.ts'
import type { Channel } from './channel.ts'
import { persist } from './durable.ts'
import { ELECTION, FINALIZE, look, onElectionTimer, onFinalizeTimer, onVote } from './election.ts'
import { onLeaderPayload } from './following.ts'
import { admit, onAckEpoch } from './leading.ts'
import type { ChannelAck, Message, Packet } from './messages.ts'
import { onSynced, sync } from './reads.ts'
import { onForwarded, onRefused, onRequest, onSweep, SWEEP } from './requests.ts'
import { channelsOf, leaveRole, TICK } from './roles.ts'
import { settle } from './settle.ts'
import type { Following, Lead, Learner, State } from './state.ts'
import { onTick } from './ticks.ts'

export function step(state: State, at: LocalInstant, input: Input<Message>, out: Outbox<Message>): void {
  state.nowNs = at.monotonicNs
  switch (input.type) {
    case 'message':
      onMessage(state, input.from, input.body, out)
      break
    case 'request': {
      const { opId, op, session } = input
      const deadlineNs = state.nowNs + state.params.requestTimeoutNs
      onRequest(state, { opId, op, ...session, deadlineNs }, out)
      break
    }
    case 'persisted':
      state.durableUpTo = input.writeId
      // Connections are named after this life, so that nothing of an earlier one can pass for theirs.
      if (state.role === 'waking') look(state, out)
      break
    case 'timer':
      onTimer(state, input.name, out)
      break
    case 'members':
    case 'range':
      // Asked only of strategies whose members change, or whose ranges split.
      break
    case 'start':
      persist(state, { type: 'boot', boots: state.boots }, out)
      break
  }
  settle(state, out)
}

function onTimer(state: State, name: string, out: Outbox<Message>): void {
  switch (name) {
    case ELECTION:
      onElectionTimer(state, out)
      break
    case FINALIZE:
      onFinalizeTimer(state, out)
      break
    case TICK:
      onTick(state, out)
      break
    case CHANNEL:
      onChannelTimer(state, channelsOf(state), out)
      break
    case SWEEP:
      onSweep(state, out)
      break
  }
}

function onMessage(state: State, from: PlaceId, body: Message, out: Outbox<Message>): void {
  switch (body.kind) {
    case 'zab.vote':
      onVote(state, from, body, out)
      break
    case 'zab.reset':
      onReset(state, from, body.link, body.end, out)
      break
    case 'zab.channelAck': {
      const channel = channelFor(state, from, body, out)
      if (channel !== null) onChannelAck(state, channel, body, out)
      break
    }
    default:
      onPacket(state, from, body, out)
  }
}

function onPacket(state: State, from: PlaceId, packet: Packet, out: Outbox<Message>): void {
  const { lead, following } = state
  if (lead !== null && packet.kind === 'zab.followerInfo') onFollowerInfo(state, lead, from, packet)
  const channel = channelFor(state, from, packet, out)
  if (channel === null) return
  for (const body of receive(state, channel, packet, out)) {
    // What came before it in the channel may have ended the connection.
    const learner = lead?.learners.get(from)
    if (state.lead !== null && state.lead === lead && learner?.channel === channel) {
      onLearnerPacket(state, lead, learner, body, out)
    } else if (state.following !== null && state.following === following) {
      onLeaderPacket(state, following, body, out)
    }
  }
}

/** A connection begins, unless it is one that has had a successor. */
function onFollowerInfo(
  state: State,
  lead: Lead,
  from: PlaceId,
  packet: Extract<Packet, { kind: 'zab.followerInfo' }>,
): void {
  const known = lead.learners.get(from)
  if (known === undefined || known.channel.link < packet.link) admit(state, lead, from, packet.link, packet)
}

/**
 * The connection that a packet belongs to; null where it belongs to none. Packets of connections that this server knows
 * nothing of, or that it has ended, are answered with a reset, so that the other end learns of it.
 */
function channelFor(
  state: State,
  from: PlaceId,
  { kind, link, end }: Packet | ChannelAck,
  out: Outbox<Message>,
): Channel | null {
  const { lead, following } = state
  const learner = lead?.learners.get(from)
  if (learner !== undefined) {
    const { channel } = learner
    if (channel.link === link && (channel.end === end || end === 0)) return channel
  } else if (following !== null && following.leader === from && following.channel.link === link) {
    const { channel } = following
    if (channel.end === 0) channel.end = end
    if (channel.end === end) return channel
    // The leader has begun another life in between, and knows nothing of this connection's past.
    leaveRole(state, out)
  }
  // Whoever connects tries again while this server may yet lead; a server that follows another never will.
  if (kind !== 'zab.followerInfo' || following !== null) out.send(from, { kind: 'zab.reset', link, end })
  return null
}

function onReset(state: State, from: PlaceId, link: number, end: number, out: Outbox<Message>): void {
  const { lead, following } = state
  if (following !== null && following.leader === from && following.channel.link === link) {
    leaveRole(state, out)
    return
  }
  const learner = lead?.learners.get(from)
  if (learner?.channel.link === link && learner.channel.end === end) lead?.learners.delete(from)
}

function onLearnerPacket(
  state: State,
  lead: Lead,
  learner: Learner,
  body: Packet,
  out: Outbox<Message>,
): void {
  switch (body.kind) {
    case 'zab.followerInfo':
      break
    case 'zab.ackEpoch':
      onAckEpoch(state, lead, learner, body, out)
      break
    case 'zab.ack':
      learner.acked = Math.max(learner.acked, body.zxid)
      break
    case 'zab.pong':
      learner.round = Math.max(learner.round, body.round)
      break
    case 'zab.request':
      onForwarded(state, lead, learner, body, out)
      break
    case 'zab.sync':
      sync(state, lead, learner.channel, body.id)
      break
    default:
      assert(false, () => `a follower sent ${body.kind}`)
  }
}

function onLeaderPacket(state: State, following: Following, body: Packet, out: Outbox<Message>): void {
  switch (body.kind) {
    case 'zab.refused':
      onRefused(state, body, out)
      break
    case 'zab.syncReply':
      // The commits that came before it are applied first.
      settle(state, out)
      onSynced(state, body.id, out)
      break
    default:
      onLeaderPayload(state, following, body, out)
  }
}
