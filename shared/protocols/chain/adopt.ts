import type { PlaceId } from '../../plan/types.ts'
import { NOBODY } from './configuration.ts'
import type { Configuration } from './configuration.ts'
import { persist, persistAcceptor } from './durable.ts'
import { restartFeeds } from './feed.ts'
import { truncate } from './history.ts'
import { isNode } from './state.ts'
import type { Turn } from './state.ts'

/** A configuration that was decided, here or elsewhere. */
export function adopt(turn: Turn, ballot: number, configuration: Configuration): void {
  const { state } = turn
  acceptDecided(turn, ballot, configuration)
  if (configuration.epoch <= state.configuration.epoch) return
  const wasNode = isNode(state)
  state.ballot = ballot
  state.configuration = configuration
  persist(turn, { type: 'configuration', ballot, configuration })
  state.early = []
  state.incoming = null
  state.owesAck = false
  state.syncTip = -1
  state.feedTip = -1
  state.isSynced = configuration.joining !== state.self
  if (!isNode(state)) leave(turn)
  // Promises that were made to an earlier member do not hold for a newcomer.
  if (!wasNode) state.grantedNs.clear()
  restartFeeds(turn)
  for (const { request } of state.queries.values()) state.held.push(request)
  state.queries.clear()
}

/** A master that was not asked accepts what a majority has accepted, as if the proposer's message had come late. */
function acceptDecided(turn: Turn, ballot: number, accepted: Configuration): void {
  const { acceptor, mastery } = turn.state
  if (acceptor === null || mastery === null || ballot <= acceptor.acceptedBallot) return
  mastery.highestBallot = Math.max(mastery.highestBallot, ballot)
  if (mastery.deferred !== null && mastery.deferred.ballot <= ballot) mastery.deferred = null
  persistAcceptor(turn, { promised: Math.max(acceptor.promised, ballot), acceptedBallot: ballot, accepted })
}

/** Left out, a replica has no part in what is under way. It may return, as the tail, once it has what the others have. */
export function leave(turn: Turn): void {
  const { state, rules } = turn
  truncate(turn, rules.keptOnLeaving(state.store.committed, state.history.last))
  state.retries.clear()
  state.grantedNs.clear()
}

/** Tells everyone, and whoever asks later. */
export function announce({ state, out }: Turn): void {
  for (const place of state.members) if (place !== state.self) sendConfiguration({ state, out }, place)
}

export function sendConfiguration({ state, out }: Pick<Turn, 'state' | 'out'>, to: PlaceId): void {
  const { ballot, configuration } = state
  out.send(to, { kind: 'chain.configuration', ballot, configuration })
}

/** What an observer would say of the step from one configuration to the next. */
export function changeOf(before: Configuration, after: Configuration): string {
  const left = before.nodes.filter((place) => !after.nodes.includes(place))
  if (left.includes(before.nodes[0])) return 'head-failed'
  if (left.length > 0)
    return left.includes(before.nodes[before.nodes.length - 1]) ? 'tail-failed' : 'middle-failed'
  return after.joining === NOBODY ? 'joined' : 'joining'
}
