import type { Ns } from '../../base/time.ts'
import type { PlaceId } from '../../plan/types.ts'
import { unreachableSuccessor } from './feed.ts'
import type { Grant, Heartbeat, Message } from './messages.ts'
import { isReady } from './receive.ts'
import { isNode } from './state.ts'
import type { Turn } from './state.ts'

/**
 * Heartbeats to the masters, and leases from them. Answers without asking anybody rest on a lease: as long as it lasts,
 * a majority of the masters accepts no configuration that leaves the node out, so nothing is committed that it has not
 * seen. Leases are counted from when the heartbeat was sent, promises from when it came in.
 */

/** To a replica, or to oneself, which takes no network; once everything said so far is on the disk. */
export function sendDurably({ state, out }: Turn, to: PlaceId, body: Message): void {
  const after = state.nextWriteId - 1
  if (to === state.self) state.loopback.push({ after, body })
  else out.send(to, body, after < 0 ? undefined : after)
}

export function sendHeartbeats(turn: Turn): void {
  const { state } = turn
  const { life, nowNs, configuration, answeredNs, isSynced } = state
  for (const master of state.masters) {
    sendDurably(turn, master, {
      kind: 'chain.heartbeat',
      life,
      atNs: nowNs,
      answeredNs: answeredNs.get(master) ?? 0,
      epoch: configuration.epoch,
      isReady: isReady(state),
      isSynced,
      unreachable: unreachableSuccessor(state),
    })
  }
}

export function onHeartbeat(turn: Turn, from: PlaceId, body: Heartbeat): void {
  const { state, out } = turn
  const { mastery, acceptor, params, configuration, nowNs } = state
  const member = mastery?.members.get(from)
  if (mastery === null || acceptor === null || member === undefined) return
  // One that hears no answers is not of much use, though it can be heard.
  if (body.atNs - body.answeredNs <= params.suspectAfterNs) member.heardNs = nowNs
  member.epoch = body.epoch
  member.isReady = body.isReady
  member.isSynced = body.isSynced
  member.unreachable = body.unreachable
  const { accepted } = acceptor
  const isLeaving = mastery.deferred !== null && !mastery.deferred.configuration.nodes.includes(from)
  const isGranted = body.epoch === accepted.epoch && accepted.nodes.includes(from) && !isLeaving
  if (isGranted) member.leasedUntilNs = nowNs + params.leaseNs
  const { life, atNs, epoch } = body
  sendDurably(turn, from, { kind: 'chain.grant', life, atNs, epoch, isGranted })
  if (epoch < configuration.epoch) {
    out.send(from, { kind: 'chain.configuration', ballot: state.ballot, configuration })
  } else if (epoch > configuration.epoch && from !== state.self)
    out.send(from, { kind: 'chain.askConfiguration' })
}

export function onGrant({ state }: Turn, from: PlaceId, { life, atNs, isGranted }: Grant): void {
  // An answer to an earlier life speaks of another clock.
  if (life !== state.life) return
  state.answeredNs.set(from, Math.max(state.answeredNs.get(from) ?? 0, atNs))
  if (isGranted && isNode(state)) state.grantedNs.set(from, Math.max(state.grantedNs.get(from) ?? 0, atNs))
}

/** Since when a majority of the masters has known of this replica at least; −Infinity without one. */
function sinceNs({ state, rules }: Turn, times: ReadonlyMap<PlaceId, Ns>): Ns {
  const known = new Set<PlaceId>()
  for (const [place, atNs] of [...times].sort((a, b) => b[1] - a[1])) {
    if (rules.isMajority(known.add(place), state.masters.length)) return atNs
  }
  return -Infinity
}

/** Until when this node may answer by itself, by its own clock. */
export function leasedUntilNs(turn: Turn): Ns {
  const { state, rules } = turn
  const { params, grantedNs } = state
  return sinceNs(turn, grantedNs) + rules.leaseLastsNs(params.leaseNs, params.clockDriftPpm)
}

/** Whether a majority of the masters has answered of late. */
export function isHeard(turn: Turn): boolean {
  const { nowNs, answeredNs, params } = turn.state
  return nowNs - sinceNs(turn, answeredNs) < params.suspectAfterNs
}

/** Whether this replica is in touch with the rest: a node of the chain by its lease, one outside of it by being heard. */
export function isInTouch(turn: Turn): boolean {
  const { state } = turn
  return isNode(state) ? state.nowNs < leasedUntilNs(turn) : isHeard(turn)
}
