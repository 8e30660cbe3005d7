import type { Outbox } from '../contract.ts'
import { outstanding } from './broadcast.ts'
import { transmit } from './channel.ts'
import type { Channel } from './channel.ts'
import { lastZxid, zxidAt } from './log.ts'
import type { Message } from './messages.ts'
import { answer, readOutcome } from './outcomes.ts'
import { quorumOf } from './state.ts'
import type { Lead, Request, State } from './state.ts'

/**
 * Reads: from the server's own copy, once that has what the session has seen (Hunt et al., §4.4); or after a sync, which
 * brings the server up to what its leader had committed. ZooKeeper's leader answers a sync by itself; here it can also
 * let a quorum confirm first that it still leads, which makes the read linearizable.
 */

function tokenOf({ token }: Request): number {
  return typeof token === 'number' ? token : 0
}

/** Answers from the own copy: now, or when it has what the session has seen. */
export function readLocally(state: State, request: Request, out: Outbox<Message>): void {
  const zxid = tokenOf(request)
  if (state.params.rules.maySee(zxid, state.store.zxid)) answer(request, readOutcome(state, request.op), out)
  else state.waitingReads.push({ zxid, request })
}

/** A read at a server that has a leader, or is one. */
export function readAsAsked(state: State, request: Request, out: Outbox<Message>): void {
  const { reading, params, nowNs, freshAtNs } = state
  const isFresh = nowNs - freshAtNs <= params.maxStalenessNs
  if (reading.path === 'local' || (reading.path === 'bounded' && isFresh)) readLocally(state, request, out)
  else {
    state.asking.push({ id: ++state.lastAskId, request })
    if (!state.isAsking) ask(state, out)
  }
}

/** One sync at a time, for all reads that have come in since the last. */
function ask(state: State, out: Outbox<Message>): void {
  const { lead, following } = state
  state.isAsking = true
  state.askedId = state.lastAskId
  state.askedAtNs = state.nowNs
  const id = state.askedId
  if (lead !== null) sync(state, lead, null, id)
  else if (following !== null) transmit(state, following.channel, { kind: 'zab.sync', id }, out)
}

/** The leader is asked to bring someone, or its own reads, up to date. */
export function sync(state: State, lead: Lead, via: Channel | null, id: number): void {
  if (state.reading.path === 'sync') {
    // What is proposed by now is committed before the answer goes, in the same channel.
    lead.syncs.push({ round: 0, zxid: outstanding(state) === 0 ? 0 : lastZxid(state.log), via, id })
    return
  }
  lead.syncs.push({ round: lead.round + 1, zxid: 0, via, id })
  lead.needsRound = true
}

/** Sends pings that a quorum has to answer. */
export function sendRound(state: State, lead: Lead, out: Outbox<Message>): void {
  lead.needsRound = false
  lead.round++
  for (const { stage, channel } of lead.learners.values()) {
    if (stage === 'active') transmit(state, channel, { kind: 'zab.ping', round: lead.round }, out)
  }
}

/** A round that a quorum has answered was sent before any of them could have promised itself to another leader. */
function confirmRounds(state: State, lead: Lead): void {
  const rounds = [lead.round]
  for (const { isObserver, round } of lead.learners.values()) if (!isObserver) rounds.push(round)
  const quorum = quorumOf(state)
  if (rounds.length < quorum) return
  const answered = rounds.sort((a, b) => b - a)[quorum - 1]
  lead.confirmedRound = Math.max(lead.confirmedRound, answered)
}

/** Rounds for the syncs that wait for one, one at a time, and answers to those that may have theirs. */
export function settleSyncs(state: State, lead: Lead, out: Outbox<Message>): void {
  if (lead.phase !== 'broadcast') return
  do {
    if (lead.needsRound && lead.round === lead.confirmedRound) sendRound(state, lead, out)
    confirmRounds(state, lead)
    releaseSyncs(state, lead, out)
    // A quorum of one has answered already.
  } while (lead.needsRound && lead.round === lead.confirmedRound)
}

/** In the channels of the commits that they wait for, so that they arrive after those. */
function releaseSyncs(state: State, lead: Lead, out: Outbox<Message>): void {
  const committed = zxidAt(state.log, state.committed)
  for (let next = lead.syncs.peek(); next !== undefined; next = lead.syncs.peek()) {
    if (next.round > lead.confirmedRound || next.zxid > committed) return
    lead.syncs.shift()
    const { via, id } = next
    if (via === null) onSynced(state, id, out)
    // Numbers of questions begin anew with each life, so an answer must not stray into another connection.
    else if (lead.learners.get(via.peer)?.channel === via)
      transmit(state, via, { kind: 'zab.syncReply', id }, out)
  }
}

/** This server has everything that was committed when it asked. */
export function onSynced(state: State, id: number, out: Outbox<Message>): void {
  const { asking } = state
  if (!state.isAsking || id !== state.askedId) return
  state.isAsking = false
  state.freshAtNs = Math.max(state.freshAtNs, state.askedAtNs)
  for (let asked = asking.peek(); asked !== undefined && asked.id <= id; asked = asking.peek()) {
    asking.shift()
    readLocally(state, asked.request, out)
  }
  if (asking.length > 0) ask(state, out)
}

/** Answers what the last transactions have made answerable. */
export function releaseReads(state: State, out: Outbox<Message>): void {
  if (state.waitingReads.length === 0) return
  const waiting = state.waitingReads
  state.waitingReads = []
  for (const { request } of waiting) readLocally(state, request, out)
}
