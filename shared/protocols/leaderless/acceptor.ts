import type { PlaceId } from '../../plan/types.ts'
import type { LocalInstant, Outbox, Version, WriteId } from '../contract.ts'
import { apply } from './apply.ts'
import { lastWrite, persist } from './durable.ts'
import type { Commit, CommitAck, Message, Prepare, Promised, Propose, Proposed } from './messages.ts'
import type { State } from './state.ts'
import { lookUp } from './store.ts'
import { isOlder } from './versions.ts'
import type { Cell } from './versions.ts'

/**
 * The acceptor of a key (Lamport, "Paxos Made Simple", section 2.2) with the commit that Cassandra adds: what was chosen
 * goes into the store, and the ballot stays as a mark up to which nothing is left to finish.
 */

/** A value on its way to being chosen: what the key shall hold. */
export interface Proposal {
  readonly ballot: Version
  readonly cell: Cell
}

/** One member's part in the Paxos of one key. Immutable, so that the disk may share it. */
export interface Acceptor {
  readonly key: number
  /** No older ballot gets a promise or is accepted any more. */
  readonly promised: Version
  readonly accepted: Proposal | null
  /** The ballot of the newest commit that it knows of. */
  readonly committed: Version
}

/** Older than every ballot. */
export const NO_BALLOT: Version = { at: -1, by: -1 }

export function acceptorOf(state: State, key: number): Acceptor {
  return state.acceptors.get(key) ?? { key, promised: NO_BALLOT, accepted: null, committed: NO_BALLOT }
}

function put(state: State, acceptor: Acceptor, out: Outbox<Message>): void {
  state.acceptors.set(acceptor.key, acceptor)
  state.lastAcceptor = acceptor.key
  persist(state, { type: 'acceptor', acceptor }, out)
}

/** What an answer of an acceptor waits for: everything that it has written. */
export function answersAfter(state: State): WriteId | undefined {
  return state.params.rules.answersFromDisk() ? lastWrite(state) : undefined
}

export function onPrepare(state: State, from: PlaceId, body: Prepare, out: Outbox<Message>): void {
  out.send(from, promise(state, body, out), answersAfter(state))
}

/** A promise, with what the proposer must finish and what the key holds (in one round, as in Cassandra's CEP-14). */
export function promise(state: State, body: Prepare, out: Outbox<Message>): Promised {
  const { opId, key, ballot, bytes } = body
  const acceptor = acceptorOf(state, key)
  const { promised, accepted, committed } = acceptor
  const isGranted = state.params.rules.mayPromise(ballot, promised)
  if (isGranted) put(state, { ...acceptor, promised: ballot }, out)
  return {
    kind: 'leaderless.promise',
    opId,
    ballot,
    isGranted,
    promised: isGranted ? ballot : promised,
    accepted,
    committed,
    cell: lookUp(state.store, key, bytes),
  }
}

export function onPropose(state: State, from: PlaceId, body: Propose, out: Outbox<Message>): void {
  out.send(from, accept(state, body, out), answersAfter(state))
}

export function accept(state: State, body: Propose, out: Outbox<Message>): Proposed {
  const { opId, ballot, cell } = body
  const acceptor = acceptorOf(state, cell.key)
  const { promised, committed } = acceptor
  const isAccepted = state.params.rules.mayAccept(ballot, promised)
  // A doubled message must not bring a proposal back that has been committed since.
  if (isAccepted && isOlder(committed, ballot)) {
    put(state, { ...acceptor, promised: ballot, accepted: { ballot, cell } }, out)
  }
  // What was accepted makes way for newer ballots only, and is cleared by a commit as new only.
  const hadIt =
    !isOlder(committed, ballot) || (acceptor.accepted !== null && !isOlder(acceptor.accepted.ballot, ballot))
  return {
    kind: 'leaderless.proposed',
    opId,
    ballot,
    isAccepted,
    isNever: !isAccepted && !hadIt,
    promised: isAccepted ? ballot : promised,
  }
}

export function onCommit(
  state: State,
  from: PlaceId,
  body: Commit,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  out.send(from, commit(state, body, at, out), answersAfter(state))
}

/** The cell goes to disk before the mark: without it the mark would hide a proposal that must still be finished. */
export function commit(state: State, body: Commit, at: LocalInstant, out: Outbox<Message>): CommitAck {
  const { opId, ballot, cell } = body
  apply(state, cell, at, out)
  const acceptor = acceptorOf(state, cell.key)
  const { accepted, committed } = acceptor
  if (isOlder(committed, ballot)) {
    const isLeft = accepted !== null && isOlder(ballot, accepted.ballot)
    put(state, { ...acceptor, committed: ballot, accepted: isLeft ? accepted : null }, out)
  }
  return { kind: 'leaderless.commitAck', opId, version: { at: cell.at, by: cell.by } }
}
