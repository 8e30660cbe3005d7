import { Deque } from '../../base/deque.ts'
import type { Ns } from '../../base/time.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { OpId, Operation, Outbox, ReplicaConfig, SessionToken, WriteId } from '../contract.ts'
import { readRules } from './config.ts'
import type { Params, ReadRules } from './config.ts'
import { NOBODY, tailOf } from './configuration.ts'
import type { Configuration } from './configuration.ts'
import type { Acceptor, DurableImage } from './durable.ts'
import type { Message } from './messages.ts'
import type { Rules, Vote } from './rules.ts'
import { copyOf, emptyStore } from './store.ts'
import type { Cell, SessionRecord, Snapshot, Store, Update } from './store.ts'
import { noAttempts } from '../sessions.ts'
import type { LastAttempts } from '../sessions.ts'

/** One step: the state that it changes, where its effects go, and the rules that it keeps to. */
export interface Turn {
  readonly state: State
  readonly out: Outbox<Message>
  readonly rules: Rules
}

/** A client's request that is under way here. */
export interface Request {
  readonly opId: OpId
  readonly op: Operation
  readonly process: number
  readonly sequence: number
  readonly token: SessionToken
  /** Whether another replica passed it on, so that it goes no further. */
  readonly isForwarded: boolean
  readonly deadlineNs: Ns
}

/** The recent updates: numbers `base` + 1 to `last`. Those up to the store's are committed, the others dirty. */
export interface History {
  base: number
  last: number
  readonly updates: Deque<Update>
}

/** An uncommitted update of a key, and when it came in. */
export interface DirtyVersion {
  readonly update: Update
  readonly atNs: Ns
}

/** What a replica sends to its successor, or a tail to a newcomer, and how far that has come. */
export interface Feed {
  readonly to: PlaceId
  /** probe: how far the receiver is has yet to be learned. */
  mode: 'probe' | 'stream' | 'snapshot'
  /** The update to send next. */
  next: number
  /** The last one known to be received. */
  acked: number
  /** When the receiver last came further, and when it was last heard. */
  progressNs: Ns
  heardNs: Ns
  snapshot: Snapshot | null
  /** Cells and sessions of the snapshot that were received. */
  offset: number
}

/** A state on its way in. */
export interface Incoming {
  readonly from: PlaceId
  readonly seq: number
  next: number
  readonly cells: Cell[]
  readonly sessions: SessionRecord[]
}

/** What a master knows of a replica by its last heartbeat. */
export interface Member {
  heardNs: Ns
  epoch: number
  isReady: boolean
  isSynced: boolean
  unreachable: PlaceId
  /** Until when it was promised not to be left out, by this master's clock. */
  leasedUntilNs: Ns
}

/** A ballot of Paxos that this master leads. */
export interface Proposal {
  readonly ballot: number
  readonly startedNs: Ns
  readonly promises: Map<PlaceId, Vote>
  /** Phase 2: what is proposed, and who has accepted it. */
  configuration: Configuration | null
  readonly accepted: Set<PlaceId>
}

export interface Mastery {
  readonly members: Map<PlaceId, Member>
  /** Accepted once the leases of those that it leaves out have run out. */
  deferred: { readonly from: PlaceId; readonly ballot: number; readonly configuration: Configuration } | null
  proposal: Proposal | null
  highestBallot: number
  /** Lost to another master a moment ago. */
  isBackingOff: boolean
  /** Since when it has accepted what it has not heard to be chosen; null where it has heard of all. */
  openSinceNs: Ns | null
}

export interface State {
  readonly self: PlaceId
  readonly params: Params
  readonly reading: ReadRules
  /** Those that hold the shard, in order; the first few are the masters. */
  readonly members: readonly PlaceId[]
  readonly masters: readonly PlaceId[]
  readonly chainLength: number
  readonly preloaded: number

  // On disk, or on the way there.
  life: number
  ballot: number
  configuration: Configuration
  /** null where this replica is no master. */
  acceptor: Acceptor | null
  readonly store: Store
  readonly history: History

  // What of it is where.
  nextWriteId: WriteId
  durableUpTo: WriteId
  readonly writing: Deque<{ readonly writeId: WriteId; last: number }>
  /** Last update handed to the disk, and last that would survive a crash. */
  writtenSeq: number
  durableSeq: number

  /** The replica's monotonic clock at this step. */
  nowNs: Ns
  /** Messages to oneself, which wait for the disk like others. */
  readonly loopback: Deque<{ readonly after: WriteId; readonly body: Message }>

  // The chain.
  readonly dirtyByKey: Map<number, DirtyVersion[]>
  /** Last operation accepted per session, so that a request that the network doubled is done once. */
  readonly lastOpOf: LastAttempts
  /** Each session's last uncommitted update. */
  readonly dirtyByProcess: Map<number, Update>
  /** Updates that overtook others, by their first number. */
  early: readonly (readonly Update[])[]
  /** How far updates are known to be committed, from either neighbour. */
  knownCommitted: number
  feed: Feed | null
  /** The tail's feed of a replica that wants to join. */
  joinerFeed: Feed | null
  incoming: Incoming | null
  owesAck: boolean
  ackedCommitted: number
  /** A newcomer: what it must have to be a tail; −1 until it is told. */
  syncTip: number
  isSynced: boolean
  /** A replica outside of the chain: the tail's last update as it was told last, and when. */
  feedTip: number
  feedAtNs: Ns

  // Leases: when the latest heartbeats were sent that each master has answered, and answered with a lease.
  readonly answeredNs: Map<PlaceId, Ns>
  readonly grantedNs: Map<PlaceId, Ns>
  readonly mastery: Mastery | null

  // Clients.
  /** Requests that wait until this replica has a lease. */
  readonly held: Deque<Request>
  /** Reads that wait until an update is committed here. */
  waiting: { readonly request: Request; readonly seq: number }[]
  /** Apportioned queries under way. */
  readonly queries: Map<OpId, { readonly request: Request; readonly askedNs: Ns }>
  /** Retries of writes that are under way, by the number of the update. */
  readonly retries: Map<number, OpId[]>
  /** What the last read that must be current returned. */
  served: { readonly epoch: number; readonly seq: number } | null
}

export function boot(config: ReplicaConfig<Params>, durable: DurableImage | null): State {
  const { self, members, params, consistency, preloaded } = config
  const masters = members.slice(0, params.masters)
  const chainLength = params.chainLength === 0 ? members.length : Math.min(params.chainLength, members.length)
  const first: Configuration = { epoch: 1, nodes: members.slice(0, chainLength), joining: NOBODY }
  const configuration = durable?.configuration ?? first
  const isMaster = masters.includes(self)
  // The image goes on to live on the disk.
  const store = durable === null ? emptyStore(params.sessionsMax) : copyOf(durable.store)
  store.sessionsMax = params.sessionsMax
  const { committed } = store
  const updates = new Deque<Update>()
  for (const update of durable?.updates ?? []) updates.push(update)
  const last = committed + updates.length
  const state: State = {
    self,
    params,
    reading: readRules(params, consistency),
    members,
    masters,
    chainLength,
    preloaded,
    life: durable?.life ?? 0,
    ballot: durable?.ballot ?? 0,
    configuration,
    acceptor: isMaster ? (durable?.acceptor ?? { promised: 0, acceptedBallot: 0, accepted: first }) : null,
    store,
    history: { base: committed, last, updates },
    nextWriteId: 0,
    durableUpTo: -1,
    writing: new Deque(),
    writtenSeq: last,
    durableSeq: last,
    nowNs: 0,
    loopback: new Deque(),
    dirtyByKey: new Map(),
    lastOpOf: noAttempts(),
    dirtyByProcess: new Map(),
    early: [],
    knownCommitted: committed,
    feed: null,
    joinerFeed: null,
    incoming: null,
    owesAck: false,
    ackedCommitted: 0,
    syncTip: -1,
    isSynced: configuration.joining !== self,
    feedTip: -1,
    feedAtNs: -Infinity,
    answeredNs: new Map(),
    grantedNs: new Map(),
    mastery: isMaster ? masteryOf(members) : null,
    held: new Deque(),
    waiting: [],
    queries: new Map(),
    retries: new Map(),
    served: null,
  }
  // How old they are is not known.
  for (const update of updates) markDirty(state, update, -Infinity)
  return state
}

function masteryOf(members: readonly PlaceId[]): Mastery {
  const unheard = { heardNs: 0, epoch: 0, isReady: false, isSynced: false, unreachable: NOBODY }
  return {
    members: new Map(members.map((place) => [place, { ...unheard, leasedUntilNs: 0 }])),
    deferred: null,
    proposal: null,
    highestBallot: 0,
    isBackingOff: false,
    openSinceNs: null,
  }
}

export function markDirty({ dirtyByKey, dirtyByProcess }: State, update: Update, atNs: Ns): void {
  dirtyByProcess.set(update.process, update)
  if (!update.isApplied) return
  const versions = dirtyByKey.get(update.key)
  if (versions === undefined) dirtyByKey.set(update.key, [{ update, atNs }])
  else versions.push({ update, atNs })
}

export function isNode({ configuration, self }: State): boolean {
  return configuration.nodes.includes(self)
}

export function isHead({ configuration, self }: State): boolean {
  return configuration.nodes[0] === self
}

export function isTail({ configuration, self }: State): boolean {
  return tailOf(configuration) === self
}

/** Requests of every kind that wait here. */
export function pendingCount({ held, waiting, queries }: State): number {
  return held.length + waiting.length + queries.size
}
