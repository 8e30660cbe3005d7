import { Deque } from '../../base/deque.ts'
import type { Ns } from '../../base/time.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { OpId, ReplicaConfig, SessionToken, WriteId } from '../contract.ts'
import type { Params } from './config.ts'
import type { DurableImage } from './durable.ts'
import type { Read } from './messages.ts'
import { ringOf } from './ring.ts'
import type { Ring } from './ring.ts'
import { emptyStore, restoreCell } from './store.ts'
import type { Store } from './store.ts'
import { DEADLINE, SPECULATION, SUSPICION, timeLimits } from './time-limits.ts'
import type { TimeLimits } from './time-limits.ts'
import type { Cell } from './versions.ts'

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
  /** Members that confirmed it, by themselves or through a stand-in. */
  readonly confirmed: PositionSet
  confirmations: number
  /** Stand-ins that were asked and have not answered. */
  standInsDue: number
  /** By group of the ring: confirmations still needed. */
  readonly missing: number[]
  /** Groups that still need some. */
  groupsMissing: number
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
  readonly count: number
  readonly needed: number
  readonly replied: PositionSet
  replies: number
  readonly rows: Map<number, Cell>
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
  readonly ring: Ring
  /** An empty store where the instance is no member. */
  readonly store: Store
  /** Whether operations carry tokens. */
  readonly usesTokens: boolean
  readonly isAvailable: boolean

  /** Greatest timestamp given out, and the digit that sets this boot's timestamps apart from those of earlier boots. */
  lastStamp: number
  readonly boot: number
  nextWriteId: WriteId
  durableUpTo: WriteId
  /** Own confirmations that wait for the disk: the write that they wait for, and the operation. */
  readonly localWaitWrites: Deque<WriteId>
  readonly localWaitOps: Deque<OpId>

  /** By place: since when (monotonic) something has gone unanswered; −1 where nothing has. */
  readonly unansweredSinceNs: number[]
  lastPingNs: Ns

  readonly writes: Map<OpId, PendingWrite>
  readonly reads: Map<OpId, PendingRead>
  readonly scans: Map<OpId, PendingScan>
  /** Operations in the order of their deadlines: all wait equally long. */
  /** When operations run out of time, */
  readonly deadlines: TimeLimits
  /** when slow reads ask one more member, */
  readonly speculations: TimeLimits
  /** and when silence may count as absence, where availability comes first. */
  readonly suspicions: TimeLimits
  isCollectionArmed: boolean
  /** Last operation accepted per session, so that a request that the network doubled is done once. */
  readonly lastOpOf: Map<number, OpId>
  /** Advances with every read, so that equally near members take turns. */
  turn: number

  readonly hints: Map<PlaceId, OwnerHints>
  hintCount: number
  isReplayArmed: boolean
  /** Position of the member compared with last. */
  lastPeer: number
}

export function boot(config: ReplicaConfig<Params>, durable: DurableImage | null): State {
  const { params, consistency, role } = config
  const ring = ringOf(config)
  const { read, session, onPartition } = consistency
  const isMember = role === 'replica' && ring.ownPosition >= 0
  const state: State = {
    params,
    role,
    ring,
    store: emptyStore(isMember ? config.preloaded : 0, isMember && params.antiEntropy),
    usesTokens: params.conflicts === 'siblings' || session.length > 0 || read !== 'eventual',
    isAvailable: onPartition === 'availability',
    lastStamp: 0,
    boot: durable === null ? 0 : durable.boots,
    nextWriteId: 0,
    durableUpTo: -1,
    localWaitWrites: new Deque(),
    localWaitOps: new Deque(),
    unansweredSinceNs: config.places.map(() => -1),
    lastPingNs: -1,
    writes: new Map(),
    reads: new Map(),
    scans: new Map(),
    deadlines: timeLimits(DEADLINE),
    speculations: timeLimits(SPECULATION),
    suspicions: timeLimits(SUSPICION),
    isCollectionArmed: false,
    lastOpOf: new Map(),
    turn: 0,
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
}
