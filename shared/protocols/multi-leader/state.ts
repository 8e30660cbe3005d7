import { Deque } from '../../base/deque.ts'
import type { Ns } from '../../base/time.ts'
import { zeroVector } from '../../clocks/version-vectors.ts'
import type { Vector } from '../../clocks/version-vectors.ts'
import type { PlaceId } from '../../plan/types.ts'
import type {
  LocalInstant,
  OpId,
  Operation,
  Outbox,
  Outcome,
  ReplicaConfig,
  SessionRef,
  WriteId,
} from '../contract.ts'
import { sessionRules } from './config.ts'
import type { Params, SessionRules } from './config.ts'
import type { DurableImage } from './durable.ts'
import type { Cell, Delta, Update } from './events.ts'
import { createLink, neighboursOf, targetsOf } from './links.ts'
import type { Link, Shape } from './links.ts'
import type { Message } from './messages.ts'
import type { DataModel, Models } from './models.ts'
import type { Rules } from './rules.ts'
import { emptyStore, restore } from './store.ts'
import type { Store } from './store.ts'

/** An operation that waits until its session's past has arrived. */
export interface Waiter {
  readonly opId: OpId
  readonly op: Operation
  readonly session: SessionRef
  readonly needed: Vector
  readonly deadlineNs: Ns
}

/** The last operation of a session at this leader. */
export interface LastOperation {
  readonly opId: OpId
  readonly sequence: number
  /** What a write was told, for a retry of it; null for anything else. */
  readonly outcome: Outcome | null
  readonly writeId: WriteId
}

/** A record on its way to the disk. */
export interface PendingRecord {
  readonly writeId: WriteId
  /** What the leader has once it is there. */
  readonly have: Vector
  /** Key of the leader's own update in it; −1 for none. */
  readonly ownKey: number
}

/** A state transfer that is arriving. */
export interface Incoming {
  readonly from: PlaceId
  readonly transfer: number
  readonly have: Vector
  readonly total: number
  readonly cells: (readonly [number, Cell])[]
  next: number
  heardNs: Ns
}

/** Positions are indices in `members`; vectors have one number for each of them. */
export interface State {
  readonly params: Params
  readonly self: PlaceId
  readonly position: number
  /** Ascending. */
  readonly members: readonly PlaceId[]
  readonly shape: Shape
  readonly sessions: SessionRules
  readonly usesTokens: boolean
  readonly isAvailable: boolean

  /** Updates that are here, and those of them that would survive a crash. */
  readonly have: number[]
  readonly durableHave: number[]
  readonly store: Store
  /** Updates in the order in which they came in here, from number `logFrom` on. */
  readonly log: Deque<Update>
  logFrom: number
  /** By leader: the last update of it that is no longer in the log. */
  readonly forgotten: number[]
  /** The greatest timestamps that this leader gave out, and that it knows of. */
  ownStamp: number
  seenStamp: number

  nextWriteId: WriteId
  durableUpTo: WriteId
  readonly writing: Deque<PendingRecord>
  /** Own updates that are not on disk yet, by key: the record of the last one and its number. */
  readonly unflushed: Map<number, { readonly writeId: WriteId; readonly at: number }>
  lastOwnWrite: WriteId

  /** By leader: updates that came before what they depend on. */
  readonly held: Map<number, Update>[]
  heldCount: number

  /** Leaders that this one sends updates to. */
  readonly links: Link[]
  /** Leaders that it exchanges heartbeats with. */
  readonly neighbours: readonly number[]
  /** By leader: what it is known to have on disk. */
  readonly known: number[][]
  /** By leader: its last heartbeat heard of, and when (monotonic). */
  readonly beats: number[]
  readonly heardNs: number[]
  isShipArmed: boolean

  readonly waiters: Deque<Waiter>
  isDeadlineArmed: boolean
  readonly lastOf: Map<number, LastOperation>
  incoming: Incoming | null
  nextTransfer: number
}

/** One step: the state, the time, and what the protocol is made of. */
export interface Turn {
  readonly state: State
  readonly nowNs: Ns
  readonly wallNs: Ns
  readonly out: Outbox<Message>
  readonly rules: Rules
  readonly model: DataModel<Cell, Delta>
}

export function turnOf(
  state: State,
  at: LocalInstant,
  out: Outbox<Message>,
  rules: Rules,
  models: Models,
): Turn {
  const model = models[state.params.conflicts]
  return { state, nowNs: at.monotonicNs, wallNs: at.wallNs, out, rules, model }
}

export function boot(config: ReplicaConfig<Params>, durable: DurableImage | null, models: Models): State {
  const { params, self, consistency, preloaded } = config
  // The numbers of leaders decide between versions of one timestamp, as places do wherever versions are compared.
  const members = [...config.members].sort((a, b) => a - b)
  const shape = { propagation: params.propagation, hub: members.indexOf(config.members[0]) }
  const position = members.indexOf(self)
  const leaders = members.length
  const model = models[params.conflicts]
  const sessions = sessionRules(consistency)
  const isRestart = durable !== null
  const zero = () => zeroVector(leaders)
  const state: State = {
    params,
    self,
    position,
    members,
    shape,
    sessions,
    usesTokens: Object.values(sessions).some((asks) => asks === true),
    isAvailable: consistency.onPartition === 'availability',
    have: zero(),
    durableHave: zero(),
    store: emptyStore(preloaded, model),
    log: new Deque(),
    logFrom: durable?.logFrom ?? 0,
    forgotten: zero(),
    ownStamp: durable?.ownStamp ?? 0,
    seenStamp: durable?.seenStamp ?? 0,
    nextWriteId: 0,
    durableUpTo: -1,
    writing: new Deque(),
    unflushed: new Map(),
    lastOwnWrite: -1,
    held: members.map(() => new Map<number, Update>()),
    heldCount: 0,
    links: targetsOf(shape, position, leaders).map((to) => createLink(to, leaders, !isRestart)),
    neighbours: neighboursOf(shape, position, leaders),
    known: members.map(zero),
    beats: zero(),
    // Everyone counts as up when the group begins; who restarts knows of nobody.
    heardNs: members.map(() => (isRestart ? -Infinity : 0)),
    isShipArmed: false,
    waiters: new Deque(),
    isDeadlineArmed: false,
    lastOf: new Map(),
    incoming: null,
    nextTransfer: 0,
  }
  if (durable !== null) revive(state, durable, model)
  return state
}

/** The image goes on to live on the disk: containers are copied, what they hold is shared. */
function revive(state: State, durable: DurableImage, model: DataModel<Cell, Delta>): void {
  for (let leader = 0; leader < state.members.length; leader++) {
    state.have[leader] = durable.have[leader]
    state.durableHave[leader] = durable.have[leader]
    state.known[state.position][leader] = durable.have[leader]
    state.forgotten[leader] = durable.forgotten[leader]
  }
  for (const update of durable.log.slice(durable.dropped)) state.log.push(update)
  for (const link of state.links) link.cursor = state.logFrom
  for (const [key, cell] of durable.cells) restore(state.store, model, key, cell)
}
