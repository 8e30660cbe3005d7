import type { Deque } from '../../base/deque.ts'
import type { Ns } from '../../base/time.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { OpId, Operation, ReplicaConfig, SessionToken, Version, WriteId } from '../contract.ts'
import { accessOf } from './access.ts'
import type { Access } from './access.ts'
import type { Acceptor, Proposal } from './acceptor.ts'
import type { Params } from './config.ts'
import type { DurableImage } from './durable.ts'
import { intakeFrom } from './intake-progress.ts'
import type { Intake } from './intake-progress.ts'
import type { Message, Read } from './messages.ts'
import { ringOf } from './ring.ts'
import type { Ring } from './ring.ts'
import { emptyStore, restoreCell } from './store.ts'
import type { Store } from './store.ts'
import { DEADLINE, SPECULATION, SUSPICION, timeLimits } from './time-limits.ts'
import type { TimeLimits } from './time-limits.ts'
import type { Cell } from './versions.ts'
import { isNewcomer } from './view.ts'
import type { View } from './view.ts'
import { noAttempts } from '../sessions.ts'
import type { LastAttempts } from '../sessions.ts'

/** A set of member positions: the first 31 in one word, further ones in an array that few topologies need. */
export interface PositionSet {
  word: number
  more: number[] | null
}

/** Adds a position; false where it was in the set already. */
export function addPosition(set: PositionSet, position: number): boolean {
  if (hasPosition(set, position)) return false
  if (position < 31) set.word |= 1 << position
  else (set.more ??= []).push(position)
  return true
}

export function hasPosition(set: PositionSet, position: number): boolean {
  if (position < 31) return (set.word & (1 << position)) !== 0
  return set.more !== null && set.more.includes(position)
}

/** A write on its way to the members. */
export interface PendingWrite {
  readonly opId: OpId
  readonly cell: Cell
  /** What the client is told: 1 where this is the commit of a compare-and-set. */
  readonly value: number
  /** Members that confirmed it, by themselves or through a stand-in. */
  readonly confirmed: PositionSet
  confirmations: number
  /** Stand-ins that were asked and have not answered. */
  standInsDue: number
  /** By group of writes: confirmations still needed; null where there is one group of all members. */
  readonly missing: number[] | null
  /** Groups that still need confirmations or, where there is one, how many it needs. */
  due: number
  isAnswered: boolean
}

/** A read on its way. */
export interface PendingRead {
  readonly opId: OpId
  readonly key: number
  readonly bytes: number
  readonly token: SessionToken
  /** What members are asked; one body for all of them. */
  readonly request: Read
  readonly needed: number
  readonly turn: number
  readonly asked: PositionSet
  askedCount: number
  /** Index in the order of readers of the next one to ask. */
  nextReader: number
  /** Positions for which this very place will answer. */
  ownDue: number[] | null
  /** By position; undefined where no reply came yet. */
  readonly replies: (Cell | null | undefined)[]
  replied: number
  /** Stand-ins that were asked and have not answered. */
  standInsDue: number
  newest: Cell | null
  /** The newest of the replies that were enough; what blocking repairs spread and the answer then says. */
  decided: Cell | null
  /** The token asks for something newer than the replies have: everyone has been asked. */
  isExtended: boolean
  /** Repairs that the answer waits for; −1 while none were sent. */
  repairsLeft: number
  isAnswered: boolean
}

export interface PendingScan {
  readonly opId: OpId
  readonly op: Operation
  readonly count: number
  readonly needed: number
  readonly replied: PositionSet
  replies: number
  readonly rows: Map<number, Cell>
}

/** A read by ABD, or a write that has not left its query. */
export interface PendingRegister {
  readonly opId: OpId
  readonly op: Operation
  phase: 'query' | 'write-back'
  readonly replied: PositionSet
  replies: number
  /** Writes: the newest stamp among the replies. */
  newestStamp: number
  /** Reads: the newest of the replies, */
  newest: Cell | null
  /** what each member replied, by position, */
  readonly cells: (Cell | null | undefined)[]
  /** and who is known to have the newest on disk: by group of writes, so many. */
  readonly holders: PositionSet
  readonly holding: number[]
}

/** An operation by Paxos. */
export interface PendingTransaction {
  readonly opId: OpId
  readonly op: Operation
  readonly token: SessionToken
  /** commit: of another's proposal. pause: until a timer that bears the operation's number. */
  phase: 'prepare' | 'propose' | 'commit' | 'pause'
  ballot: Version
  /** Stamp of the newest ballot seen, which the next one must exceed. */
  newestBallot: number
  /** Members that answered in this phase: so many agreed, so many refused. */
  readonly replied: PositionSet
  agreed: number
  refused: number
  /** Of the promises: the newest proposal accepted, the newest commit, what the key holds. */
  accepted: Proposal | null
  committed: Version
  cell: Cell | null
  /** What is being proposed or committed, */
  proposal: Cell | null
  /** and what this operation itself has ever proposed, under the ballot that it had last. */
  own: Cell | null
  ownBallot: Version
  /** Who will never accept it under that ballot; it may linger somewhere if it had an earlier one as well. */
  ownRefusals: PositionSet
  ownRefused: number
  ownLingers: boolean
  /** The last of others' proposals that it has finished. */
  finished: Cell | null
  /** What it was decided on. */
  decidedOn: Cell | null
  committedThen: Version
}

/** What whoever carries out a change knows of the others. */
export interface Move {
  /** Whom it tells of the view: old and new members. */
  concerned: readonly PlaceId[]
  /** The epoch that each of them is known to go by. */
  readonly known: Map<PlaceId, number>
  /** Newcomers that have copied all. */
  readonly ready: Set<PlaceId>
  isArmed: boolean
}

/** Writes kept for one member. */
export interface OwnerHints {
  /** In the order in which they were first stored. */
  readonly byKey: Map<number, { readonly cell: Cell; readonly storedAt: number }>
  /** Cells in the replay under way. */
  inFlight: number
}

export interface State {
  readonly params: Params
  readonly role: 'replica' | 'coordinator'
  readonly config: ReplicaConfig<Params>
  /** Who holds the shard, as far as this instance knows, */
  view: View
  /** and what follows from that. */
  ring: Ring
  /** An empty store where the instance is no member. */
  store: Store
  /** What a newcomer has copied so far; null where there is nothing to copy. */
  intake: Intake | null
  /** What a mover knows of the others. */
  readonly move: Move
  /** Requests under a newer view, which wait until this instance has heard of it. */
  readonly ahead: { readonly from: PlaceId; readonly body: Message }[]
  /** Whether operations carry tokens. */
  readonly usesTokens: boolean
  readonly isAvailable: boolean
  readonly access: Access
  /** Confirmations wait for the disk. */
  readonly confirmsFromDisk: boolean

  /** Greatest timestamp given out, and the digit that sets this boot's timestamps apart from those of earlier boots. */
  lastStamp: number
  readonly boot: number
  nextWriteId: WriteId
  durableUpTo: WriteId
  /** Own confirmations that wait for the disk: the write that one waits for, its operation, the next write, … */
  localWaits: Deque<number> | null

  /** By place: since when (monotonic) something has gone unanswered; −1 where nothing has. */
  readonly unansweredSinceNs: number[]
  /** Places of which something is. Mostly none, and then nobody need look. */
  silentPlaces: number
  lastPingNs: Ns
  /** By place: the silence (see `unansweredSinceNs`) for which writes under way were kept as hints. */
  readonly hintedSilenceNs: number[]

  readonly writes: Map<OpId, PendingWrite>
  readonly reads: Map<OpId, PendingRead>
  readonly scans: Map<OpId, PendingScan>
  readonly registers: Map<OpId, PendingRegister>
  readonly transactions: Map<OpId, PendingTransaction>
  /** By key, where Paxos has touched it: as many as there are keys at most. */
  readonly acceptors: Map<number, Acceptor>
  /** The key whose acceptor changed last. */
  lastAcceptor: number
  /** Own answers to own questions, in the order of the writes that they wait for. */
  ownReplies: Deque<{ readonly body: Message; readonly after: WriteId }> | null
  /** When operations run out of time, */
  readonly deadlines: TimeLimits
  /** when slow reads ask one more member, */
  readonly speculations: TimeLimits
  /** and when silence may count as absence, where availability comes first. */
  readonly suspicions: TimeLimits
  isCollectionArmed: boolean
  /** Last operation accepted per session, so that a request that the network doubled is done once. */
  readonly lastOpOf: LastAttempts
  /** Advances with every read, so that equally near members take turns. */
  turn: number

  readonly hints: Map<PlaceId, OwnerHints>
  hintCount: number
  isReplayArmed: boolean
  /** Position of the member compared with last. */
  lastPeer: number
}

export function boot(config: ReplicaConfig<Params>, durable: DurableImage | null): State {
  const { params, consistency, role, members, spares } = config
  const view: View = durable?.view ?? { epoch: 0, members, next: null, spares }
  const ring = ringOf(config, view)
  const { read, session, onPartition } = consistency
  const access = accessOf(params, read)
  const isMember = role === 'replica' && ring.ownPosition >= 0
  // An engine lays fields out in this order: what every step looks at stands together, then what every operation does.
  const state: State = {
    ring,
    store: emptyStore(isMember ? config.preloaded : 0, isMember && params.antiEntropy),
    params,
    access,
    role,
    silentPlaces: 0,
    unansweredSinceNs: config.places.map(() => -1),
    ownReplies: null,
    localWaits: null,
    nextWriteId: 0,
    durableUpTo: -1,
    confirmsFromDisk: params.durability === 'fsync' || access.isAtomic,
    isAvailable: onPartition === 'availability',
    writes: new Map(),
    reads: new Map(),
    scans: new Map(),
    deadlines: timeLimits(DEADLINE),
    suspicions: timeLimits(SUSPICION),
    lastOpOf: noAttempts(),
    lastStamp: 0,
    boot: durable === null ? 0 : durable.boots,
    turn: 0,
    usesTokens:
      !access.isAtomic && (params.conflicts === 'siblings' || session.length > 0 || read !== 'eventual'),
    speculations: timeLimits(SPECULATION),
    registers: new Map(),
    transactions: new Map(),
    config,
    view,
    intake: null,
    move: { concerned: [], known: new Map(), ready: new Set(), isArmed: false },
    ahead: [],
    lastPingNs: -1,
    hintedSilenceNs: config.places.map(() => -1),
    acceptors: new Map(),
    lastAcceptor: -1,
    isCollectionArmed: false,
    hints: new Map(),
    hintCount: 0,
    isReplayArmed: false,
    lastPeer: ring.ownPosition,
  }
  if (durable !== null) restore(state, durable)
  return state
}

/** The image goes on to live on the disk: maps are copied, cells shared. */
function restore(state: State, durable: DurableImage): void {
  for (const cell of durable.cells.values()) restoreCell(state.store, cell)
  for (const [owner, byKey] of durable.hints) {
    state.hints.set(owner, { byKey: new Map(byKey), inFlight: 0 })
    state.hintCount += byKey.size
  }
  for (const [key, acceptor] of durable.acceptors) state.acceptors.set(key, acceptor)
  if (isNewcomer(state.view, state.ring.self))
    state.intake = intakeFrom(state.view, state.ring.self, durable.copied)
}

/** Operations under way. */
export function pendingCount(state: State): number {
  const { writes, reads, scans, registers, transactions } = state
  const plain = writes.size + reads.size + scans.size
  return state.access.isPlain ? plain : plain + registers.size + transactions.size
}

export function isPending(state: State, opId: OpId): boolean {
  if (state.writes.has(opId) || state.reads.has(opId) || state.scans.has(opId)) return true
  return !state.access.isPlain && (state.registers.has(opId) || state.transactions.has(opId))
}
