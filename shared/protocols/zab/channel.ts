import { Deque } from '../../base/deque.ts'
import { NS_PER_MS } from '../../base/time.ts'
import type { Ns } from '../../base/time.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { Outbox } from '../contract.ts'
import type { ChannelAck, Message, Packet, Payload } from './messages.ts'
import type { State } from './state.ts'

/**
 * A connection between a leader and a learner. Zab builds on channels that neither lose, double nor reorder what they
 * deliver (Junqueira et al., §3), and ZooKeeper gets them from TCP; the network of the lab does all three. So this is
 * TCP's part that matters here: numbered packets, cumulative and delayed acknowledgements that travel with whatever
 * goes the same way, retransmission by time and after three repeated acknowledgements, a window, a reset.
 */
export interface Channel {
  readonly peer: PlaceId
  /** Name at the learner: greater than all that it gave before, in this life or an earlier one. */
  readonly link: number
  /** Name at the leader; 0 at a learner that has heard nothing yet. */
  end: number
  /** Number of the last packet sent. */
  sentSeq: number
  readonly unconfirmed: Deque<Packet>
  /** Waiting for room in the window. */
  readonly queue: Deque<Payload>
  /** When the oldest unconfirmed packet was sent, for the last time. */
  sentNs: Ns
  /** Retransmissions since the last progress. */
  retries: number
  repeatedAcks: number
  /** Packets up to here have been delivered. */
  receivedSeq: number
  /** Arrived before their turn. */
  readonly early: Map<number, Packet>
  owesAck: boolean
  heardNs: Ns
}

export const CHANNEL = 'channel'

/** Packets under way at a time. */
const WINDOW = 1024
/** Packets that may wait for the window; a peer that is further behind is cut off and begins anew. */
const QUEUE_MAX = 200_000
/** Packets sent again at a time. */
const BURST = 16
/** ZooKeeper's `leaderConnectDelayDuringRetryMs`: a connection that was refused is tried again after so long. */
const CONNECT_RETRY_NS = 100 * NS_PER_MS
/** A retransmission waits up to this many times as long as the first. */
const BACKOFF_MAX = 8
/** Acknowledgements are delayed by this part of the retransmission time: 40 of 200 ms on Linux. */
const DELAY_PART = 5

export function openChannel(peer: PlaceId, link: number, end: number, nowNs: Ns): Channel {
  return {
    peer,
    link,
    end,
    sentSeq: 0,
    unconfirmed: new Deque(),
    queue: new Deque(),
    sentNs: 0,
    retries: 0,
    repeatedAcks: 0,
    receivedSeq: 0,
    early: new Map(),
    owesAck: false,
    heardNs: nowNs,
  }
}

export function isOverfull(channel: Channel): boolean {
  return channel.queue.length > QUEUE_MAX
}

export function transmit(state: State, channel: Channel, payload: Payload, out: Outbox<Message>): void {
  channel.queue.push(payload)
  fillWindow(state, channel, out)
}

function fillWindow(state: State, channel: Channel, out: Outbox<Message>): void {
  const { queue, unconfirmed, peer, link, end } = channel
  while (queue.length > 0 && unconfirmed.length < WINDOW) {
    if (unconfirmed.length === 0) channel.sentNs = state.nowNs
    const payload = queue.shift() as Payload
    const packet: Packet = { ...payload, link, end, seq: ++channel.sentSeq, ack: channel.receivedSeq }
    channel.owesAck = false
    unconfirmed.push(packet)
    out.send(peer, packet)
  }
  armChannels(state, out)
}

/** Takes a packet in and returns what it makes deliverable, in order. */
export function receive(state: State, channel: Channel, packet: Packet, out: Outbox<Message>): Packet[] {
  channel.heardNs = state.nowNs
  confirm(state, channel, packet.ack, false, out)
  if (packet.seq <= channel.receivedSeq) {
    sendAck(channel, out)
    return []
  }
  if (packet.seq > channel.receivedSeq + 1) {
    if (channel.early.size < WINDOW) channel.early.set(packet.seq, packet)
    sendAck(channel, out)
    return []
  }
  const ready = [packet]
  channel.receivedSeq++
  for (let next = channel.early.get(channel.receivedSeq + 1); next !== undefined;) {
    channel.early.delete(next.seq)
    channel.receivedSeq = next.seq
    ready.push(next)
    next = channel.early.get(next.seq + 1)
  }
  channel.owesAck = true
  armChannels(state, out)
  return ready
}

export function onChannelAck(state: State, channel: Channel, body: ChannelAck, out: Outbox<Message>): void {
  channel.heardNs = state.nowNs
  confirm(state, channel, body.ack, true, out)
}

function confirm(state: State, channel: Channel, ack: number, isBare: boolean, out: Outbox<Message>): void {
  const { unconfirmed } = channel
  const first = unconfirmed.peek()
  if (first === undefined) return
  if (ack >= first.seq) {
    for (let packet = unconfirmed.peek(); packet !== undefined && packet.seq <= ack;) {
      unconfirmed.shift()
      packet = unconfirmed.peek()
    }
    channel.sentNs = state.nowNs
    channel.retries = 0
    channel.repeatedAcks = 0
    if (channel.queue.length > 0) fillWindow(state, channel, out)
  } else if (isBare && ack === first.seq - 1 && ++channel.repeatedAcks === 3) {
    resend(state, channel, 1, out)
  }
}

function resend(state: State, channel: Channel, countMax: number, out: Outbox<Message>): void {
  const { unconfirmed, peer } = channel
  const count = Math.min(countMax, unconfirmed.length)
  for (let i = 0; i < count; i++) out.send(peer, unconfirmed.at(i))
  channel.sentNs = state.nowNs
  if (count > 0) out.note({ kind: 'retransmission', count })
}

function sendAck(channel: Channel, out: Outbox<Message>): void {
  const { peer, link, end, receivedSeq } = channel
  channel.owesAck = false
  out.send(peer, { kind: 'zab.channelAck', link, end, ack: receivedSeq })
}

function isBusy({ unconfirmed, owesAck }: Channel): boolean {
  return unconfirmed.length > 0 || owesAck
}

function armChannels(state: State, out: Outbox<Message>): void {
  if (state.isChannelArmed) return
  state.isChannelArmed = true
  const delayNs = Math.ceil(state.params.retransmitNs / DELAY_PART)
  out.arm(CHANNEL, delayNs, delayNs)
}

function resendAfterNs({ params, roundTripNs }: State, { peer, end, retries }: Channel): Ns {
  const tripNs = roundTripNs[peer] ?? 0
  // Whoever is to lead may not know it yet, and then takes no connections.
  if (end === 0) return CONNECT_RETRY_NS + tripNs
  return (params.retransmitNs + 2 * tripNs) * Math.min(BACKOFF_MAX, 1 << Math.min(retries, 8))
}

/** Sends acknowledgements that found nothing to travel with, and again what was not confirmed in time. */
export function onChannelTimer(state: State, channels: readonly Channel[], out: Outbox<Message>): void {
  state.isChannelArmed = false
  for (const channel of channels) {
    if (channel.owesAck) sendAck(channel, out)
    if (channel.unconfirmed.length === 0) continue
    if (state.nowNs - channel.sentNs < resendAfterNs(state, channel)) continue
    channel.retries++
    resend(state, channel, BURST, out)
  }
  if (channels.some(isBusy)) armChannels(state, out)
}
