import { Deque } from '../../base/deque.ts'
import type { Ns } from '../../base/time.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { OpId, Operation, ReplicaConfig, SessionToken, WriteId } from '../contract.ts'
import { noAttempts } from '../sessions.ts'
import type { LastAttempts, SessionRecord } from '../sessions.ts'
import { behaviourOf } from './config.ts'
import type { Behaviour, Params } from './config.ts'
import type { DurableImage, Snapshot } from './durable.ts'
import { endOf, epochOf, lastIndex } from './log.ts'
import type { Log, Position } from './log.ts'
import { apply, copyOf, emptyMachine } from './machine.ts'
import type { Cell, Machine } from './machine.ts'

export const NOBODY: PlaceId = -1

/** A client's request that is under way here. */
export interface Request {
  readonly opId: OpId
  readonly op: Operation
  readonly process: number
  readonly sequence: number
  readonly token: SessionToken
  /** The replica that passed it on, or NOBODY where the client asked here. */
  readonly via: PlaceId
  readonly deadlineNs: Ns
}

/** A write whose entry stands in the leader's log. */
export interface Waiter {
  readonly index: number
  readonly timeline: number
  readonly sinceNs: Ns
  readonly request: Request
}

/** What a leader knows of another replica. */
export interface Progress {
  readonly place: PlaceId
  /** probe: where the logs part is being found out. stream: entries follow one another. copy: it gets everything. */
  mode: 'probe' | 'stream' | 'copy'
  received: number
  written: number
  applied: number
  next: number
  /** Messages with entries under way: last index of each. */
  readonly inflight: Deque<number>
  isPaused: boolean
  /** `received` when the last heartbeat was answered. */
  receivedAtBeat: number
  /** When it was last heard from; −Infinity if never. */
  heardNs: Ns
  /** When the latest heartbeat that it answered was sent. */
  grantedNs: Ns
  echoNs: Ns
  echoLife: number
  toldConfirmed: number
  snapshot: Snapshot | null
  /** Values that have not changed since the run began and go with it, to a newcomer. */
  untouched: number
  chunkOffset: number
  isChunkOld: boolean
}

/** Whether a leader sends its log there: not to a witness. */
export function isFed({ dataMembers, newcomers }: State, place: PlaceId): boolean {
  return dataMembers.includes(place) || newcomers.has(place)
}

export interface Leadership {
  readonly progress: Map<PlaceId, Progress>
  /** Index of its first entry: until that is confirmed it does not know what former leaders acknowledged. */
  readonly ownIndex: number
  leaseUntilNs: Ns
  /** Semi-synchronous replication has given up waiting. */
  isDegraded: boolean
}

/** A replica that wants to lead, and what it has been told. */
export interface Candidacy {
  readonly epoch: number
  readonly isTrial: boolean
  readonly sentNs: Ns
  readonly grants: Set<PlaceId>
  readonly ends: Map<PlaceId, Position>
  /** Half a lease has passed: whoever is near has had time to answer. */
  isOver: boolean
  /** The own promise is on disk. */
  promiseWrite: WriteId
}

export interface IncomingCopy {
  readonly epoch: number
  readonly index: number
  next: number
  readonly cells: Cell[]
  readonly sessions: SessionRecord[]
}

export interface State {
  readonly self: PlaceId
  readonly params: Params
  readonly behaviour: Behaviour
  readonly preloaded: number
  /** Size of a value that was there before the run. */
  readonly preloadedBytes: number
  /** Replicas that hold the data, in order of preference, and the others that only grant leases. */
  dataMembers: readonly PlaceId[]
  /** The leader's: those that are being copied to and are no members yet. */
  readonly newcomers: Set<PlaceId>
  /** It has come into the cluster and has nothing yet. */
  isJoining: boolean
  readonly arbiters: readonly PlaceId[]
  readonly peers: readonly PlaceId[]
  /** The data members from near to far. */
  readonly nearest: readonly PlaceId[]
  readonly isWitness: boolean
  readonly isFirstBoot: boolean

  role: 'leader' | 'follower' | 'candidate'
  /** The epoch that it keeps to: leaders of earlier ones are refused. */
  epoch: number
  leader: PlaceId
  nowNs: Ns
  /** Tells this life from those before a crash: what the wall clock read at its start. */
  life: number
  /** When it last heard from the leader, or let another replica lead. */
  contactNs: Ns

  readonly log: Log
  /** The data at the log's offset: where a rewind begins. */
  base: Machine
  machine: Machine
  /** The log agrees with the leader's up to here. */
  matched: number
  /** What the leader was last told of this. */
  told: { received: number; written: number; applied: number }
  owesAck: boolean
  /** Acknowledged by as many as the leader waits for, as far as this replica knows. */
  confirmedIndex: number
  /** A leader's last acknowledgement, for the count of what was lost. */
  acknowledgedIndex: number

  nextWriteId: WriteId
  /** The write of the present epoch; −1 where this life has made none. */
  promiseWriteId: WriteId
  durableUpTo: WriteId
  readonly writing: Deque<{ readonly writeId: WriteId; lastIndex: number }>
  writtenIndex: number
  durableIndex: number

  lead: Leadership | null
  candidacy: Candidacy | null
  incoming: IncomingCopy | null

  readonly waiters: Deque<Waiter>
  readonly held: Deque<Request>
  /** Reads that wait until this replica has applied a position. */
  reads: Request[]
  readonly forwarded: Map<OpId, { readonly isRead: boolean; readonly deadlineNs: Ns }>
  readonly lastOpOf: LastAttempts
  /** Once an index is applied, the data are no older than an instant of the own clock. */
  readonly freshMarks: Deque<{ readonly index: number; readonly asOfNs: Ns }>
  freshAtNs: Ns
  /** Entries that wait until the apply delay is over. */
  readonly delayed: Deque<{ lastIndex: number; readonly dueNs: Ns }>
  /** What is due to be applied. */
  dueIndex: number

  isFlushArmed: boolean
  isShipArmed: boolean
  isSweepArmed: boolean
}

export function boot(config: ReplicaConfig<Params>, durable: DurableImage | null): State {
  const { self, params, consistency, preloaded } = config
  const members = durable?.members ?? config.members
  const witness = params.witness ? members[members.length - 1] : NOBODY
  const dataMembers = members.filter((place) => place !== witness)
  const roundTrips = new Map(
    dataMembers.map((place) => [place, place === self ? -1 : config.roundTripNs(place)]),
  )
  const log: Log =
    durable === null
      ? { offset: 0, entries: [], history: [] }
      : { ...durable.log, entries: durable.log.entries.slice(), history: durable.log.history.slice() }
  const base = durable === null ? emptyMachine(preloaded) : copyOf(durable.base)
  base.lastKey = Math.max(base.lastKey, preloaded - 1)
  const behaviour = behaviourOf(params, consistency)
  const founding = epochOf(1, dataMembers[0])
  const last = lastIndex(log)
  const confirmed = Math.min(last, durable?.confirmed ?? 0)
  const state: State = {
    self,
    params,
    behaviour,
    preloaded,
    preloadedBytes: config.preloadedBytes,
    dataMembers,
    newcomers: new Set(),
    isJoining: !members.includes(self) && durable?.isCopied !== true,
    arbiters: witness === NOBODY ? members : [witness],
    peers: members.filter((place) => place !== self),
    nearest: [...dataMembers].sort((a, b) => (roundTrips.get(a) as Ns) - (roundTrips.get(b) as Ns) || a - b),
    isWitness: self === witness,
    isFirstBoot: durable === null,
    role: 'follower',
    epoch: Math.max(founding, durable?.promised ?? 0, endOf(log).timeline),
    leader: durable === null ? dataMembers[0] : NOBODY,
    nowNs: 0,
    life: 0,
    // Whatever it promised before a crash, it promised before now.
    contactNs: 0,
    log,
    base,
    machine: copyOf(base),
    matched: 0,
    told: { received: 0, written: 0, applied: 0 },
    owesAck: false,
    confirmedIndex: Math.max(log.offset, confirmed),
    acknowledgedIndex: behaviour.acks === 0 ? last : confirmed,
    nextWriteId: 0,
    promiseWriteId: -1,
    durableUpTo: -1,
    writing: new Deque(),
    writtenIndex: last,
    durableIndex: last,
    lead: null,
    candidacy: null,
    incoming: null,
    waiters: new Deque(),
    held: new Deque(),
    reads: [],
    forwarded: new Map(),
    lastOpOf: noAttempts(),
    freshMarks: new Deque(),
    freshAtNs: -Infinity,
    delayed: new Deque(),
    dueIndex: last,
    isFlushArmed: false,
    isShipArmed: false,
    isSweepArmed: false,
  }
  // A database replays its own log when it starts, whoever may have gone on without it.
  const upTo = params.followersApply === 'received' ? last : state.confirmedIndex
  replay(state, upTo)
  return state
}

/** Applies the log from where the machine is up to `index`. */
export function replay({ machine, log, preloaded, params }: State, index: number): void {
  for (let at = machine.applied + 1; at <= index; at++) {
    apply(machine, at, log.entries[at - log.offset - 1], preloaded, params.sessionsMax)
  }
}

/** How long a follower bears silence before it takes a leader for lost. */
export function silenceNs({ params }: State): Ns {
  return params.failover === 'manual' ? Math.max(params.leaseNs, params.operatorDelayNs) : params.leaseNs
}

/** Requests of every kind that wait here. */
export function pendingCount({ waiters, held, reads, forwarded }: State): number {
  return waiters.length + held.length + reads.length + forwarded.size
}
