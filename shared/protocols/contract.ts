import type { Ns } from '../base/time.ts'
import type { Span } from '../plan/ranges.ts'
import type { Place, PlaceId } from '../plan/types.ts'
import type { StrategyManifest } from '../topology/strategy.ts'
import type { ConsistencySpec, ParamValue } from '../topology/types.ts'

/**
 * The engine's contract. A replica is a deterministic state machine: an input and the local time go in, effects come
 * out. It does no I/O, holds no clock and draws no random number, so the simulator and the threads run it alike.
 */

/** What a place's own clocks read. A protocol never sees the true time. */
export interface LocalInstant {
  /** The wall clock: may be offset, drift and jump. */
  readonly wallNs: Ns
  /** Since the process booted; drifts with the wall clock but never jumps. */
  readonly monotonicNs: Ns
  /** True time lies within wallNs ± uncertaintyNs, where the topology configures such a clock; else 0. */
  readonly uncertaintyNs: Ns
}

/** Unique in a run; names the client place that waits for the answer. Made by `clients/`. */
export type OpId = number
/** Chosen by the protocol, increasing within one boot of one replica. */
export type WriteId = number

export type OpName = 'read' | 'write' | 'delete' | 'scan' | 'cas'

export interface Operation {
  readonly f: OpName
  /** Key number; `Plan.keyName` prints it. */
  readonly key: number
  /** Writes: the unique number that stands for the value (0 is never written). */
  readonly value: number
  /** cas: the value that must be there. */
  readonly expected: number
  /** scan: how many keys from `key` upwards. */
  readonly count: number
  /** Size of the value on the wire. */
  readonly bytes: number
}

/** What a session carries from its earlier operations (a causal context, a log position), opaque to the client. */
export type SessionToken = unknown

export interface SessionRef {
  /** The sequential process of the history. */
  readonly process: number
  /** Number of this operation within its process; a retry of the operation carries the same number. */
  readonly sequence: number
  readonly token: SessionToken
}

/**
 * Where a version stands among the versions of its key. Ordered versions compare by (`at`, then `by`): a timestamp
 * and its author, or a log position and 0. In a dotted order (`at`, `by`) names the event (counter, replica) and
 * `Outcome.context` says which events a read covered.
 */
export interface Version {
  readonly at: number
  readonly by: number
}

/** Version vector: the highest counter seen per place, as sorted [place, counter] pairs. */
export type VersionVector = readonly (readonly [PlaceId, number])[]

export interface Outcome {
  /** ok: happened. fail: definitely did not. info: unknown. */
  readonly status: 'ok' | 'fail' | 'info'
  readonly error: ErrorCode | null
  /** Reads: the value's number, 0 for an absent key. Scans: rows found. cas: 1 swapped, 0 not. */
  readonly value: number
  /** Reads: the version returned (null for an absent key). Writes: the version made. */
  readonly version: Version | null
  /** Reads that return concurrent values: all of them, sorted; else null. */
  readonly siblings: readonly number[] | null
  /** Dotted orders only. */
  readonly context: VersionVector | null
  /** Kept by the session and sent with its next operation (see `Protocol.tokens`). */
  readonly token: SessionToken
  /** Where the client should ask instead. */
  readonly redirect: PlaceId | null
  /** Scans of a range that ends: the keys from here on are another's. */
  readonly endsAt?: number
}

/** Each code says whether the operation definitely did not happen. Codes are append-only: histories store them. */
export const ERRORS = {
  timeout: { definite: false, sentence: 'no answer came in time' },
  unavailable: { definite: true, sentence: 'too few replicas were believed up, and nothing was sent' },
  'write-timeout': { definite: false, sentence: 'too few replicas confirmed the write in time' },
  'read-timeout': { definite: false, sentence: 'too few replicas answered the read in time' },
  'not-leader': { definite: true, sentence: 'the replica asked does not lead, and did nothing' },
  overloaded: { definite: true, sentence: "the queue was full, and the operation wasn't sent" },
  refused: { definite: true, sentence: 'the replica declined the operation' },
  stopped: { definite: false, sentence: 'the run ended before an answer came' },
  crashed: { definite: false, sentence: 'the replica that was asked crashed before it answered' },
  'connection-refused': { definite: true, sentence: 'no process ran at the replica that was asked' },
  'wrong-range': { definite: true, sentence: 'the key was in another range by then' },
} as const satisfies Record<string, { definite: boolean; sentence: string }>

export type ErrorCode = keyof typeof ERRORS

/** A message between replicas (or a coordinator). `kind` is one of the manifest's; the rest is the protocol's. */
export interface MessageBody {
  readonly kind: string
}

/** What happened. The host reuses the object: a protocol must not keep it (its `body` and `op` may be kept). */
export type Input<M extends MessageBody> =
  | { readonly type: 'start' }
  | { readonly type: 'message'; readonly from: PlaceId; readonly body: M }
  | { readonly type: 'request'; readonly opId: OpId; readonly op: Operation; readonly session: SessionRef }
  | { readonly type: 'timer'; readonly name: string }
  | { readonly type: 'persisted'; readonly writeId: WriteId }
  /** An operator, beside every replica of the shard, wants these as its members and spares. Comes again until they are. */
  | { readonly type: 'members'; readonly members: readonly PlaceId[]; readonly spares: readonly PlaceId[] }
  /** An operator, beside a replica of the range, wants something done about it. May come again, and too late. */
  | { readonly type: 'range'; readonly command: RangeCommand }

/** What becomes of ranges. Only a leader acts on it, and only where that still makes sense. */
export type RangeCommand =
  /** Keys from `at` on become a shard of their own, on the same replicas. */
  | { readonly type: 'split'; readonly at: number; readonly shard: number }
  /** Nothing is written or read here any more: the left neighbour is to take what there is. */
  | { readonly type: 'freeze' }
  /** Take what a frozen right neighbour held, as this place has it. */
  | { readonly type: 'absorb'; readonly shard: number; readonly remains: unknown }
  /** Another replica is to lead. */
  | { readonly type: 'lead'; readonly to: PlaceId }

/** What has become of a range at this place, once it is applied here. */
export type RangeChange =
  /** A replica of a new shard begins at this place, with `origin` for what it is to know. */
  | { readonly type: 'split'; readonly at: number; readonly shard: number; readonly origin: unknown }
  /** The keys of a shard are here now; its replica at this place is to go. */
  | { readonly type: 'absorbed'; readonly shard: number }

/** What there is of a range at a replica, in both ways in which it can be too much. */
export interface RangeSize {
  readonly keys: number
  readonly bytes: number
}

/** What operators ask of a strategy whose ranges may split. */
export interface RangeView<S> {
  /** The keys that are the replica's, as far as it has applied. */
  span(state: S): Span
  /** Looks at every key that was written. */
  size(state: S): RangeSize
  /** The key at which the second half begins; null where there are no two keys to part. */
  middle(state: S, by: keyof RangeSize): number | null
  /** What a frozen range leaves to its neighbour; null where it is not frozen. */
  remains(state: S): unknown
}

/** Something worth counting or showing: a read repair, a hint stored, a new role. */
export interface Fact {
  readonly kind: string
  /** Added to the count of this kind; 1 where left out. */
  readonly count?: number
  /** Facts with a text are recorded one by one with their instant (roles, elections); others are only counted. */
  readonly text?: string
}

/**
 * Where a step's effects go. They take place after the step, in order. A message or reply with `after` leaves only
 * once that write is durable; a write whose id was already durable delays nothing.
 */
export interface Outbox<M extends MessageBody> {
  /** The body now belongs to the receiver: never change it after this. */
  send(to: PlaceId, body: M, after?: WriteId): void
  reply(opId: OpId, outcome: Outcome, after?: WriteId): void
  /** Append a record to this replica's disk. `persisted{writeId}` follows when it would survive a crash. */
  persist(writeId: WriteId, record: unknown): void
  /** (Re)start a timer to fire once, after a wait that the host draws evenly from [minNs, maxNs]. */
  arm(timer: string, minNs: Ns, maxNs: Ns): void
  disarm(timer: string): void
  note(fact: Fact): void
  /** Only where the topology lets ranges split. */
  range(change: RangeChange): void
}

/** What a replica is told where ranges may split. */
export interface RangeSetup {
  /** The keys that are this shard's when the run begins; null for one that is born later. */
  readonly span: Span | null
  /** Of a shard that is born later, at a place where it was split off: what it begins with (see RangeChange). */
  readonly origin: unknown
  /** What a key takes that is there from the beginning. */
  readonly valueBytes: number
}

export interface ReplicaConfig<P> {
  readonly self: PlaceId
  /** A coordinator lives at a client and holds no data. */
  readonly role: 'replica' | 'coordinator'
  readonly shard: number
  /** The shard's replicas in order of preference. */
  readonly members: readonly PlaceId[]
  /** Other replicas that may stand in, in order. */
  readonly spares: readonly PlaceId[]
  readonly places: readonly Place[]
  readonly params: P
  readonly consistency: ConsistencySpec
  /** Keys 0 … preloaded−1 exist with value `PRELOADED` when the run begins; nobody sends them. */
  readonly preloaded: number
  /** Size of each of these values. */
  readonly preloadedBytes: number
  /** Only where ranges may split. */
  readonly ranges?: RangeSetup
  /** Of a replica that an operator starts: the shard has gone on without it, and it holds nothing. */
  readonly joins?: true
  /** It held the shard once and has given it away: `members` are those of the beginning, and may say nothing of now. */
  readonly returns?: true
  /** Median round trip to another place: how a real node would know who is near. */
  roundTripNs(to: PlaceId): Ns
}

/** The value that keys hold before the run's first write. */
export const PRELOADED = 1

/** What inspectors, convergence and role-naming faults look at. */
export interface Probe {
  readonly role: string
  readonly term: number | null
  readonly leader: PlaceId | null
  /** How far this replica has applied: a log position, or the number of versions applied. */
  readonly applied: number
  /** true: `applied` counts what this replica adopted, in an order of its own; two replicas' counts do not compare. */
  readonly appliedIsOwnCount?: true
  readonly committed: number | null
  /** Equal digests mean equal data: a hash of the store that does not depend on the order of arrival. */
  readonly digest: number
  /** false: it has no copy of the data (a witness), and is not compared with those that have. */
  readonly holdsData?: false
  /** Of strategies whose members change: those in force, ascending; null while they change. */
  readonly members?: readonly PlaceId[] | null
  /**
   * Of strategies that change members one list after the other: how many changes are done, as far as this replica knows. The
   * operator asks each for the list after that, and whoever gives a place up forgets by itself.
   */
  readonly changes?: number
  /** Work put off: hints stored, entries not yet sent. */
  readonly backlog: number
}

export interface Manifest extends StrategyManifest {
  /** How two versions of a key compare (see Version). */
  readonly order: 'ordered' | 'dotted'
  /** What sessions carry: nothing, one token per key, or one for everything. */
  readonly tokens: 'none' | 'key' | 'session'
  /**
   * by-operation: a redirect speaks of operations like the one redirected, reads or all others; clients remember where to
   * go for each of both. Left out: of all operations.
   */
  readonly redirects?: 'by-operation'
  /** Facts the protocol notes, for labels. */
  readonly facts: readonly { kind: string; label: string; help: string }[]
}

/** A property that must hold between all replicas of a shard after every step; returns a sentence when it does not. */
export interface Invariant<S> {
  readonly name: string
  check(states: ReadonlyMap<PlaceId, S>): string | null
}

/** What goes on all the time whether or not anything happens, and grows with the number of shards. */
export interface Routine {
  /** Timers of a fixed wait that all shards of a process may let fire together, none of them later than it was set for. */
  readonly timers: readonly string[]
  /** Messages that, sent from one process to another at one instant, travel as one. */
  readonly kinds: readonly string[]
}

export interface Protocol<S = unknown, M extends MessageBody = MessageBody, P = unknown, D = unknown> {
  readonly manifest: Manifest
  /** Turns checked parameters into the form the protocol uses (nanoseconds, enums). */
  configure(params: Readonly<Record<string, ParamValue>>): P
  /** Whether each client hosts a coordinator of its own, to which it hands its operations. */
  coordinatesAtClient(params: P): boolean
  /** Where the order of versions depends on a parameter; else the manifest's. */
  orderOf?(params: P): 'ordered' | 'dotted'
  /** What a key is, where it may be other than a register (see `History.model`). */
  modelOf?(params: P): 'register' | 'counter' | 'set'
  /** true: every replica hosts an instance of every shard, since any may coordinate or stand in; false: members only. */
  readonly hostsEverywhere: boolean
  /** Heartbeats and the like; left out where every shard goes its own way. */
  readonly routine?: Routine
  boot(config: ReplicaConfig<P>, durable: D | null): S
  /** The only way state changes. Mutates `state` and calls `out`; touches nothing else. */
  step(state: S, at: LocalInstant, input: Input<M>, out: Outbox<M>): void
  probe(state: S): Probe
  /** Of strategies whose ranges may split. */
  readonly ranges?: RangeView<S>
  /** Folds a durable record into what a restart will be given. May change and return `durable`. */
  absorb(durable: D | null, record: unknown): D
  /** Bytes on the wire, headers included. */
  bytesOf(body: M): number
  readonly invariants: readonly Invariant<S>[]
}

/** Any protocol, where its own types do not matter. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- variance: State and Message stand on both sides
export type AnyProtocol = Protocol<any, any, any, any>
