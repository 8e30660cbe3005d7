import type { PlaceId } from '../plan/types.ts'
import { protocol } from '../protocols/raft/index.ts'
import type { Entry } from '../protocols/raft/log.ts'
import { lastIndex, termAt } from '../protocols/raft/log.ts'
import type { AdminChange, Message } from '../protocols/raft/messages.ts'
import type { State } from '../protocols/raft/state.ts'
import { Driver } from './driver.ts'
import type { DriverSetup } from './driver.ts'

/** A Raft group stepped by hand, with the moves that its tests make most. */

export type Raft = Driver<State, Message, ReturnType<typeof protocol.configure>, never>

export function raftCluster(replicas: number, setup: DriverSetup = {}): Raft {
  return new Driver(protocol, {
    replicas: Array.from({ length: replicas }, () => 'east'),
    ...setup,
    params: { campaignAtStart: false, ...setup.params },
  }) as unknown as Raft
}

/** Lets a place stand for election: everyone has been silent for long, and nobody else's timer fires. */
export function timeOut(raft: Raft, place: PlaceId): void {
  raft.advance(10_000)
  raft.fire(place, 'election')
}

/** Makes a place the leader with everybody's help. */
export function elect(raft: Raft, place: PlaceId): void {
  timeOut(raft, place)
  raft.deliver()
  if (raft.state(place).role !== 'leader') throw new Error(`place ${place} was not elected`)
}

/** Delivers only what goes between these places, until nothing is left; the rest is lost. */
export function among(raft: Raft, places: readonly PlaceId[]): void {
  do {
    raft.drop(({ from, to }) => !places.includes(from) || !places.includes(to))
  } while (raft.deliver(({ from, to }) => places.includes(from) && places.includes(to)) > 0)
  raft.drop(({ from, to }) => !places.includes(from) || !places.includes(to))
}

/** The terms of a log's entries, as the paper's figures print them. */
export function termsOf(raft: Raft, place: PlaceId): number[] {
  const { log } = raft.state(place)
  return Array.from({ length: lastIndex(log) - log.offset }, (_, i) => termAt(log, log.offset + 1 + i))
}

/**
 * Leaves a log behind at a place, as leaders of those terms would have: entries of the given terms, whose writes all
 * have values of their own by index and term. The last of those leaders is said to have been the client's place.
 */
export function leaveLog(
  raft: Raft,
  place: PlaceId,
  terms: readonly number[],
  term = terms.at(-1) ?? 0,
): void {
  const entries = terms.map((at, i) => entryOf(at, i + 1))
  const from = raft.places.length - 1
  const body: Message = {
    kind: 'raft.appendEntries',
    term,
    prevIndex: 0,
    prevTerm: 0,
    entries,
    commit: 0,
    closing: null,
  }
  raft.inject(place, { type: 'message', from, body })
  raft.drop(({ to }) => to === from)
}

export function entryOf(term: number, index: number): Entry {
  const value = term * 1000 + index
  const op = { f: 'write', key: index, value, expected: 0, count: 0, bytes: 10 } as const
  return { term, op, process: 900 + term, sequence: index, configuration: null, stamp: null }
}

/** What an administrator asks of a place. */
export function administer(raft: Raft, place: PlaceId, change: AdminChange): void {
  const from = raft.places.length - 1
  raft.inject(place, { type: 'message', from, body: { kind: 'raft.admin', change } })
}

/** So many heartbeats of a leader and all that comes of them, among these places or all. */
export function beat(
  raft: Raft,
  leader: PlaceId,
  times = 1,
  places: readonly PlaceId[] = raft.members,
): void {
  for (let i = 0; i < times; i++) {
    raft.fire(leader, 'heartbeat')
    among(raft, places)
  }
}
