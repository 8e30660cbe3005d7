import type { PlaceId } from '../../plan/types.ts'
import { adopt, announce, changeOf } from './adopt.ts'
import { nextConfiguration } from './configuration.ts'
import type { Sight } from './configuration.ts'
import { persistAcceptor } from './durable.ts'
import { isHeard, sendDurably } from './leases.ts'
import type { Accept, Accepted, Prepare, Promised } from './messages.ts'
import type { Mastery, State, Turn } from './state.ts'

/**
 * The masters: a few of the replicas that keep the configuration as one register of Paxos, whose value is replaced by
 * ballots with a greater epoch (the manner of CASPaxos). Both papers take such a service for granted.
 */

export const DEFERRED = 'deferred'
export const PROPOSE = 'propose'

/** More places than a run can have: ballots of two masters are never equal. */
const BALLOT_STRIDE = 4096

/** Looks after the chain; the first master that is there does, so that two seldom get in each other's way. */
export function oversee(turn: Turn): void {
  const { state } = turn
  const { acceptor, mastery, configuration, nowNs, params } = state
  if (mastery === null || acceptor === null) return
  if (!isHeard(turn)) {
    // It was away itself, paused or cut off: that it heard nobody says nothing about the others.
    for (const member of mastery.members.values()) member.heardNs = nowNs
    return
  }
  const { proposal } = mastery
  // Nodes that are left out may have leases for as long as this.
  const patienceNs = params.suspectAfterNs + params.leaseNs
  if (proposal !== null && nowNs - proposal.startedNs >= patienceNs) mastery.proposal = null
  const isOpen = acceptor.accepted.epoch > configuration.epoch
  mastery.openSinceNs = isOpen ? (mastery.openSinceNs ?? nowNs) : null
  if (mastery.proposal !== null || mastery.isBackingOff) return
  const acting = state.masters.find((place) => !sightOf(state, mastery, place).isGone)
  const isWanted = acting === state.self && wanted(state, mastery) !== null
  // A master that has accepted a chain grants no leases to an earlier one, so somebody must bring it to its end: the one
  // who proposed it may have given up, and the one who acts now may not have heard of it.
  const isOverdue = mastery.openSinceNs !== null && nowNs - mastery.openSinceNs >= patienceNs
  if (isWanted || isOverdue) prepare(turn, mastery)
}

function wanted(state: State, mastery: Mastery) {
  const { configuration, members, chainLength } = state
  return nextConfiguration(configuration, members, chainLength, (place) => sightOf(state, mastery, place))
}

function sightOf({ self, nowNs, params }: State, { members }: Mastery, place: PlaceId): Sight {
  const member = members.get(place)
  const isGone = place !== self && (member === undefined || nowNs - member.heardNs >= params.suspectAfterNs)
  return {
    isGone,
    epoch: member?.epoch ?? 0,
    isReady: member?.isReady ?? false,
    isSynced: member?.isSynced ?? false,
    unreachable: member?.unreachable ?? -1,
  }
}

function prepare(turn: Turn, mastery: Mastery): void {
  const { state } = turn
  const round = Math.floor(mastery.highestBallot / BALLOT_STRIDE) + 1
  const ballot = round * BALLOT_STRIDE + state.self
  mastery.highestBallot = ballot
  mastery.proposal = {
    ballot,
    startedNs: state.nowNs,
    promises: new Map(),
    configuration: null,
    accepted: new Set(),
  }
  for (const master of state.masters) sendDurably(turn, master, { kind: 'chain.prepare', ballot })
}

export function onPrepare(turn: Turn, from: PlaceId, { ballot }: Prepare): void {
  const { acceptor, mastery } = turn.state
  if (acceptor === null || mastery === null) return
  if (ballot > acceptor.promised) {
    persistAcceptor(turn, { ...acceptor, promised: ballot })
    mastery.deferred = null
  }
  mastery.highestBallot = Math.max(mastery.highestBallot, ballot)
  const promised = Math.max(acceptor.promised, ballot)
  const { acceptedBallot, accepted } = acceptor
  sendDurably(turn, from, { kind: 'chain.promise', ballot, promised, acceptedBallot, accepted })
}

export function onPromise(turn: Turn, from: PlaceId, body: Promised): void {
  const { state, rules } = turn
  const { mastery } = state
  const proposal = mastery?.proposal ?? null
  if (mastery === null || proposal?.ballot !== body.ballot) return
  if (body.promised > body.ballot) {
    backOff(turn, mastery, body.promised)
    return
  }
  if (proposal.configuration !== null) return
  proposal.promises.set(from, { ballot: body.acceptedBallot, configuration: body.accepted })
  if (!rules.isMajority(new Set(proposal.promises.keys()), state.masters.length)) return
  const latest = rules.latestVote([...proposal.promises.values()])
  // What this master has not heard of may have been chosen, or not: then it is now, and everybody goes on from there.
  const isNews = latest.configuration.epoch > state.configuration.epoch
  const configuration = isNews ? latest.configuration : wanted(state, mastery)
  if (configuration === null) {
    mastery.proposal = null
    return
  }
  proposal.configuration = configuration
  for (const master of state.masters) {
    sendDurably(turn, master, { kind: 'chain.accept', ballot: proposal.ballot, configuration })
  }
}

/** Another master has gone further: it may finish before this one tries again. */
function backOff({ state, out }: Turn, mastery: Mastery, promised: number): void {
  mastery.highestBallot = Math.max(mastery.highestBallot, promised)
  mastery.proposal = null
  mastery.isBackingOff = true
  out.arm(PROPOSE, state.params.heartbeatNs, 4 * state.params.heartbeatNs)
}

export function onAccept(turn: Turn, from: PlaceId, body: Accept): void {
  const { state, out } = turn
  const { acceptor, mastery } = state
  if (acceptor === null || mastery === null) return
  const { ballot, configuration } = body
  if (ballot < acceptor.promised) {
    sendDurably(turn, from, { kind: 'chain.accepted', ballot, promised: acceptor.promised })
    return
  }
  if (ballot === acceptor.acceptedBallot) {
    sendDurably(turn, from, { kind: 'chain.accepted', ballot, promised: ballot })
    return
  }
  mastery.deferred = { from, ballot, configuration }
  mastery.highestBallot = Math.max(mastery.highestBallot, ballot)
  if (ballot > acceptor.promised) persistAcceptor(turn, { ...acceptor, promised: ballot })
  const waitNs = acceptDeferred(turn)
  if (waitNs > 0) out.arm(DEFERRED, waitNs, waitNs)
}

/** Accepts what was put off, once the leases of the nodes that it leaves out are over. Returns how long that will be. */
export function acceptDeferred(turn: Turn): number {
  const { state, rules } = turn
  const { acceptor, mastery, params, nowNs } = state
  const deferred = mastery?.deferred ?? null
  if (acceptor === null || mastery === null || deferred === null) return 0
  const { from, ballot, configuration } = deferred
  // What it had promised in an earlier life it does not know.
  let untilNs = state.life > 1 ? rules.forgottenUntilNs(params.leaseNs) : 0
  for (const [place, { leasedUntilNs }] of mastery.members) {
    if (!configuration.nodes.includes(place)) untilNs = Math.max(untilNs, leasedUntilNs)
  }
  if (!rules.mayExclude(nowNs, untilNs)) return untilNs - nowNs
  mastery.deferred = null
  persistAcceptor(turn, {
    promised: Math.max(acceptor.promised, ballot),
    acceptedBallot: ballot,
    accepted: configuration,
  })
  sendDurably(turn, from, { kind: 'chain.accepted', ballot, promised: ballot })
  return 0
}

export function onAccepted(turn: Turn, from: PlaceId, { ballot, promised }: Accepted): void {
  const { state, out, rules } = turn
  const { mastery } = state
  const proposal = mastery?.proposal ?? null
  if (mastery === null || proposal?.ballot !== ballot || proposal.configuration === null) return
  if (promised > ballot) {
    backOff(turn, mastery, promised)
    return
  }
  proposal.accepted.add(from)
  if (!rules.isMajority(proposal.accepted, state.masters.length)) return
  const { configuration } = proposal
  mastery.proposal = null
  if (configuration.epoch > state.configuration.epoch) {
    const kind = changeOf(state.configuration, configuration)
    const nodes = configuration.nodes.map((place) => String(place)).join(' → ')
    out.note({ kind, text: `epoch ${configuration.epoch}: ${nodes}` })
  }
  adopt(turn, ballot, configuration)
  announce(turn)
}
