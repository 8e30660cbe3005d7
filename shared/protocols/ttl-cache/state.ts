import { Deque } from '../../base/deque.ts'
import type { Ns } from '../../base/time.ts'
import { candidateOf } from '../../partitioning/rendezvous.ts'
import type { Candidate } from '../../partitioning/rendezvous.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { OpId, Outbox, ReplicaConfig, WriteId } from '../contract.ts'
import { noAttempts } from '../sessions.ts'
import type { LastAttempts, SessionRecord } from '../sessions.ts'
import { readRules } from './config.ts'
import type { Params, ReadRules } from './config.ts'
import type { DurableImage } from './durable.ts'
import type { Copy, Message } from './messages.ts'
import type { Rules } from './rules.ts'

export const NOBODY = -1

/** One step: the state that it changes, where its effects go, and the rules that it keeps to. */
export interface Turn {
  readonly state: State
  readonly out: Outbox<Message>
  readonly rules: Rules
}

/** What the origin holds of a key, and the write after which it would survive a crash (−1: it would by now). */
export interface Cell {
  readonly copy: Copy
  readonly writeId: WriteId
}

/** The first member: it has everything, and gives every command the next number. */
export interface Origin {
  readonly cells: Map<number, Cell>
  readonly sessions: Map<number, SessionRecord>
  /** Number of the last command, and of the last that would survive a crash. */
  position: number
  durablePosition: number
  nextWriteId: WriteId
  readonly writing: Deque<{ readonly writeId: WriteId; readonly position: number }>
  /** Hash of everything that differs from what was there at first. */
  digest: number
}

/** A copy at a cache. */
export interface Entry {
  readonly copy: Copy
  /** Nothing newer existed when the origin had done this many commands. */
  readonly asOf: number
  /** An instant of this cache's monotonic clock at which, or after which, the origin still had this version as its newest. */
  readonly bornNs: Ns
}

/** A read that waits for a fetch: a client's, or another cache's. */
export interface Waiter {
  /** Of a client; NOBODY where a cache asked. */
  readonly opId: OpId
  /** The cache that asked, and its question. */
  readonly child: PlaceId
  readonly id: number
  readonly attempt: number
  readonly have: number | null
  /** What its session has seen of the origin's commands. */
  readonly needed: number
  readonly arrivedNs: Ns
}

/** A question upstream that is under way, one per key. */
export interface Fetch {
  readonly id: number
  readonly key: number
  readonly needed: number
  /** What was held when it began: "not modified" speaks of this. */
  readonly held: Entry | null
  /** Asks the origin from the beginning. */
  readonly isDirect: boolean
  /** When each attempt was sent. */
  readonly sentNs: Ns[]
  dueNs: Ns
  readonly waiters: Waiter[]
}

/** Why a copy was allowed to answer. */
export type Reason = 'fresh' | 'fetched' | 'revalidating' | 'unreachable'

/** An answer from a copy, kept until the next step for the invariants. */
export interface Served {
  readonly key: number
  readonly reason: Reason
  readonly isAbsent: boolean
  readonly ageNs: Ns
  readonly asOf: number
  readonly needed: number
}

export interface State {
  readonly self: PlaceId
  readonly role: 'origin' | 'parent' | 'cache'
  readonly params: Params
  readonly reading: ReadRules
  readonly preloaded: number
  readonly originPlace: PlaceId
  /** All members but the origin. */
  readonly caches: readonly PlaceId[]
  /** Where this cache asks: its parent, or the origin. */
  readonly upstream: PlaceId
  /** The caches of the region among which keys are divided, this one among them; empty where they are not. */
  readonly peers: readonly { readonly place: PlaceId; readonly candidate: Candidate }[]
  /** null at caches. */
  readonly origin: Origin | null

  nowNs: Ns
  /** Last operation accepted per session, so that a request that the network doubled is done once. */
  readonly lastOpOf: LastAttempts
  /** By key, the one read least recently first. */
  readonly entries: Map<number, Entry>
  readonly fetches: Map<number, Fetch>
  /** Reads that wait for fetches. */
  waiting: number
  /** Begins where the wall clock stands, so that late answers to an earlier life are strangers. */
  nextFetchId: number
  /** The question of a cache that starts, and when it was sent; null once answered. */
  warmId: number | null
  warmSentNs: Ns
  /** When the next look at the fetches is due; Infinity: none is. */
  checkDueNs: Ns
  /** When the origin, which did not answer, is to be asked again; −Infinity while it counts as reachable. */
  downUntilNs: Ns
  /** Requests passed on to the origin, oldest first. */
  readonly forwards: Map<OpId, { readonly key: number; readonly isRead: boolean; readonly deadlineNs: Ns }>
  /** By key: copies from before this position are expired. Of keys that had to be dropped, `purgeFloor` says the same of all. */
  readonly purged: Map<number, number>
  purgeFloor: number
  lastPurge: { readonly key: number; readonly version: number } | null
  /** The origin's latest position that was heard of. */
  seen: number
  readonly served: Served[]
  /** The key whose copy came in last; NOBODY where none did. */
  lastStored: number
}

export function boot(config: ReplicaConfig<Params>, durable: DurableImage | null): State {
  const { self, members, params, consistency, preloaded } = config
  const [originPlace, ...caches] = members
  const parents = caches.slice(0, params.parents)
  const role = self === originPlace ? 'origin' : parents.includes(self) ? 'parent' : 'cache'
  return {
    self,
    role,
    params,
    reading: readRules(params, consistency),
    preloaded,
    originPlace,
    caches,
    upstream: role === 'cache' ? nearest(config, parents, originPlace) : originPlace,
    peers:
      role === 'cache' && params.sharing === 'region' ? peersOf(config, caches.slice(params.parents)) : [],
    origin: role === 'origin' ? originOf(durable) : null,
    nowNs: 0,
    lastOpOf: noAttempts(),
    entries: new Map(),
    fetches: new Map(),
    waiting: 0,
    nextFetchId: 1,
    warmId: null,
    warmSentNs: 0,
    checkDueNs: Infinity,
    downUntilNs: -Infinity,
    forwards: new Map(),
    purged: new Map(),
    purgeFloor: 0,
    lastPurge: null,
    seen: 0,
    served: [],
    lastStored: NOBODY,
  }
}

function nearest(config: ReplicaConfig<Params>, parents: readonly PlaceId[], originPlace: PlaceId): PlaceId {
  const byDistance = [...parents].sort((a, b) => config.roundTripNs(a) - config.roundTripNs(b) || a - b)
  return byDistance[0] ?? originPlace
}

function peersOf({ self, places }: ReplicaConfig<Params>, caches: readonly PlaceId[]): State['peers'] {
  const { region } = places[self]
  return caches
    .filter((place) => places[place].region === region)
    .map((place) => ({ place, candidate: candidateOf(places[place].name) }))
}

/** The image goes on to live on the disk: containers are copied, what they hold is shared. */
function originOf(durable: DurableImage | null): Origin {
  const cells = new Map<number, Cell>()
  let digest = 0
  for (const [key, copy] of durable?.cells ?? []) {
    cells.set(key, { copy, writeId: -1 })
    digest ^= hashOf(key, copy)
  }
  const position = durable?.position ?? 0
  return {
    cells,
    sessions: new Map(durable?.sessions ?? []),
    position,
    durablePosition: position,
    nextWriteId: 0,
    writing: new Deque(),
    digest,
  }
}

/** Xor of these does not depend on the order of arrival. */
export function hashOf(key: number, { version, value }: Copy): number {
  return (
    Math.imul(key + 1, 0x9e3779b1) ^
    Math.imul((version % 0x7fffffff) + 1, 0x85ebca6b) ^
    Math.imul(value, 0xc2b2ae35)
  )
}
