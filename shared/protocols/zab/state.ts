import { Deque } from '../../base/deque.ts'
import type { Ns } from '../../base/time.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { OpId, Operation, ReplicaConfig, SessionToken, WriteId } from '../contract.ts'
import type { Channel } from './channel.ts'
import { readRules } from './config.ts'
import type { Params, ReadRules } from './config.ts'
import type { DurableImage } from './durable.ts'
import { lastZxid } from './log.ts'
import type { Log, Txn } from './log.ts'
import type { Vote } from './messages.ts'
import type { SessionRecord } from './sessions.ts'
import { restore } from './snapshot.ts'
import type { Snapshot } from './snapshot.ts'
import { emptyStore } from './store.ts'
import type { Cell, Store } from './store.ts'
import type { Zxid } from './zxid.ts'
import { noAttempts } from '../sessions.ts'
import type { LastAttempts } from '../sessions.ts'

export const NOBODY: PlaceId = -1

/** A client's request that is under way here. */
export interface Request {
  readonly opId: OpId
  readonly op: Operation
  readonly process: number
  readonly sequence: number
  readonly token: SessionToken
  readonly deadlineNs: Ns
}

/** Fast leader election, while a server looks for a leader. */
export interface Election {
  /** ZooKeeper's logical clock. */
  round: number
  /** What this server votes for; null: an observer. */
  vote: Vote | null
  /** The last vote in this round of every voter that looks too. */
  readonly received: Map<PlaceId, Vote>
  /** What servers say that follow or lead already. */
  readonly settled: Map<PlaceId, { readonly leader: PlaceId; readonly isLeading: boolean }>
  /** Until votes are sent again. */
  resendNs: Ns
  isFinalizing: boolean
}

/** What a follower or observer keeps while it has a leader. */
export interface Following {
  readonly leader: PlaceId
  readonly channel: Channel
  readonly sinceNs: Ns
  /**
   * connecting: it has told about itself. accepting: its promise is on the way to the disk. syncing: it receives the
   * leader's history. logging: that is on its way to the disk. serving: the leader has said that it is up to date.
   */
  stage: 'connecting' | 'accepting' | 'syncing' | 'logging' | 'serving'
  epoch: number
  acceptWriteId: WriteId
  /** Acknowledged up to here. */
  acked: Zxid
  /** The leader's history as far as it has come and isn't on the disk. */
  readonly history: Txn[]
  incoming: { readonly cells: Cell[]; readonly sessions: SessionRecord[] } | null
}

/** What a leader knows of a follower or observer. */
export interface Learner {
  readonly place: PlaceId
  readonly channel: Channel
  readonly isObserver: boolean
  readonly acceptedEpoch: number
  /** connected, informed of the epoch, promised, receiving (history and proposals), active (up to date). */
  stage: 'connected' | 'informed' | 'promised' | 'receiving' | 'active'
  isPromise: boolean
  /** Where its history ended when it promised. */
  zxid: Zxid
  /** It has logged everything up to here. */
  acked: Zxid
  /** It has been told that everything up to this index is committed. */
  told: number
  /** The last ping round that it answered. */
  round: number
}

/** A sync that waits: until a quorum has answered a round, or until the proposals before it are committed. */
export interface Sync {
  readonly round: number
  readonly zxid: Zxid
  /** The connection in which it was asked, and the number of the question; null: a read of the leader's own. */
  readonly via: Channel | null
  readonly id: number
}

/** What a server keeps once it was elected. */
export interface Lead {
  phase: 'discovery' | 'synchronisation' | 'broadcast'
  readonly sinceNs: Ns
  epoch: number
  acceptWriteId: WriteId
  /** Of the last proposal. */
  counter: number
  readonly learners: Map<PlaceId, Learner>
  /** Ping rounds: the last one sent, and the last that a quorum answered. */
  round: number
  confirmedRound: number
  /** Some syncs wait for a round that is still to be sent. */
  needsRound: boolean
  readonly syncs: Deque<Sync>
  /** Keys and sessions as the proposals leave them that are not applied yet: new ones build on them. */
  readonly pendingCells: Map<number, Cell>
  readonly pendingSessions: Map<number, { readonly sequence: number; readonly zxid: Zxid }>
}

/** A read that waits until its server has applied a transaction. */
export interface WaitingRead {
  readonly zxid: Zxid
  readonly request: Request
}

export interface State {
  readonly self: PlaceId
  readonly params: Params
  readonly reading: ReadRules
  readonly voters: readonly PlaceId[]
  readonly isObserver: boolean
  /** Median round trip to each place, by its id. */
  readonly roundTripNs: readonly Ns[]

  // On disk, or on the way there.
  readonly boots: number
  acceptedEpoch: number
  currentEpoch: number
  readonly log: Log
  snapshot: Snapshot | null

  nextWriteId: WriteId
  durableUpTo: WriteId
  /** Writes that are acknowledged once they are done, and what they hold. */
  readonly writing: Deque<{ readonly writeId: WriteId; readonly zxid: Zxid }>
  /** What this server may say that it has logged, of the epoch that it is in; and the write that held it. */
  loggedZxid: Zxid
  loggedWriteId: WriteId

  /** waking: the name of this life is on its way to the disk. idle: a role was left, and the step will end looking. */
  role: 'waking' | 'idle' | 'looking' | 'following' | 'leading'
  nowNs: Ns
  links: number
  isChannelArmed: boolean
  readonly election: Election
  following: Following | null
  lead: Lead | null
  /** Index of the last transaction known to be committed. */
  committed: number
  readonly store: Store

  // Clients.
  /** The changes that were passed on to the leader, or proposed, by their sessions. */
  readonly writes: Map<number, Request>
  /** Requests that wait for a leader. */
  readonly held: Deque<Request>
  waitingReads: WaitingRead[]
  /** Reads that wait for a sync: those up to `askedId` are covered by the one under way. */
  readonly asking: Deque<{ readonly id: number; readonly request: Request }>
  lastAskId: number
  askedId: number
  askedAtNs: Ns
  isAsking: boolean
  /** The replica has everything that was committed at this instant of its own clock. */
  freshAtNs: Ns
  /** Last attempt accepted per session, so that a request that the network doubled is done once. */
  readonly lastOpOf: LastAttempts
  isSweepArmed: boolean
}

export function boot(config: ReplicaConfig<Params>, durable: DurableImage | null): State {
  const { self, members, params, consistency, preloaded, places } = config
  const log: Log =
    durable === null
      ? { offset: 0, offsetZxid: 0, entries: [] }
      : // The image goes on to live on the disk.
        { ...durable.log, entries: durable.log.entries.slice() }
  const snapshot = durable?.snapshot ?? null
  const store = emptyStore(preloaded, params.sessionsMax)
  if (snapshot !== null) restore(store, snapshot)
  const voters = members.slice(0, members.length - params.observers).sort((a, b) => a - b)
  return {
    self,
    params,
    reading: readRules(params, consistency),
    voters,
    isObserver: !voters.includes(self),
    roundTripNs: places.map(({ id }) => (members.includes(id) && id !== self ? config.roundTripNs(id) : 0)),
    boots: (durable?.boots ?? 0) + 1,
    acceptedEpoch: durable?.acceptedEpoch ?? 0,
    currentEpoch: durable?.currentEpoch ?? 0,
    log,
    snapshot,
    nextWriteId: 0,
    durableUpTo: -1,
    writing: new Deque(),
    loggedZxid: 0,
    loggedWriteId: -1,
    role: 'waking',
    nowNs: 0,
    links: 0,
    isChannelArmed: false,
    election: {
      round: 0,
      vote: null,
      received: new Map(),
      settled: new Map(),
      resendNs: 0,
      isFinalizing: false,
    },
    following: null,
    lead: null,
    committed: snapshot?.index ?? 0,
    store,
    writes: new Map(),
    held: new Deque(),
    waitingReads: [],
    asking: new Deque(),
    lastAskId: 0,
    askedId: 0,
    askedAtNs: 0,
    isAsking: false,
    freshAtNs: -Infinity,
    lastOpOf: noAttempts(),
    isSweepArmed: false,
  }
}

/** Whether this server answers clients: it leads with a quorum behind it, or follows one who does. */
export function isServing({ lead, following }: State): boolean {
  return lead !== null ? lead.phase === 'broadcast' : following !== null && following.stage === 'serving'
}

export function isVoter(state: State, place: PlaceId): boolean {
  return state.voters.includes(place)
}

export function quorumOf(state: State): number {
  return state.params.rules.quorumOf(state.voters.length)
}

/** The vote for oneself. */
export function ownVote({ self, currentEpoch, log }: State): Vote {
  return { leader: self, epoch: currentEpoch, zxid: lastZxid(log) }
}

/** A name for a connection, greater than any that this place has given in this life or, by its number, an earlier one. */
export function nextLink(state: State): number {
  return state.boots * 2 ** 24 + ++state.links
}

/** Requests of every kind that wait here. */
export function pendingCount({ writes, held, waitingReads, asking }: State): number {
  return writes.size + held.length + waitingReads.length + asking.length
}
