import { Deque } from '../../base/deque.ts'
import { NS_PER_S } from '../../base/time.ts'
import type { Ns } from '../../base/time.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { OpId, Operation, ReplicaConfig, SessionToken, WriteId } from '../contract.ts'
import { readRules } from './config.ts'
import type { Params, ReadRules } from './config.ts'
import type { DurableImage } from './durable.ts'
import { lastIndex } from './log.ts'
import type { Log } from './log.ts'
import type { Timestamp } from '../../clocks/timestamp.ts'
import { emptyMachine } from './machine.ts'
import type { Machine } from './machine.ts'
import { configurationsIn } from './configurations.ts'
import type { PlacedConfiguration } from './configurations.ts'
import type { Progress } from './progress.ts'
import { isVoter } from './quorum.ts'
import type { Configuration } from './quorum.ts'
import type { Origin } from './range.ts'
import { restoreMachine } from './snapshot.ts'
import type { IncomingSnapshot, Snapshot } from './snapshot.ts'
import { freshStamping } from './timestamps/stamping.ts'
import type { Stamping } from './timestamps/stamping.ts'
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
  /** Given by whoever was asked first, where clocks or an oracle give it; else null. */
  readonly stamp: Timestamp | null
  /** The follower that passed it on, or NOBODY where the client asked here. */
  readonly via: PlaceId
  /** A leader that has gone since may have done it: that another has not says nothing. */
  readonly isDoubtful: boolean
  readonly deadlineNs: Ns
}

/** A request whose entry stands in the log. */
export interface Waiter {
  readonly index: number
  readonly term: number
  readonly request: Request
}

/** A read that waits for its replica's leadership, or a follower's question for a read index (`request` null). */
export interface LeaderRead {
  readonly round: number
  readonly deadlineNs: Ns
  readonly request: Request | null
  readonly via: PlaceId
  readonly id: number
  /** The latest timestamp at which the follower's reads want to see everything; else null. */
  readonly stamp: Timestamp | null
}

/** A read that waits until its replica has applied an entry, and then has what was committed at `asOfNs`. */
export interface ApplyRead {
  readonly index: number
  readonly asOfNs: Ns
  readonly request: Request
}

/** What a leader keeps while it leads. */
export interface Leadership {
  readonly progress: Map<PlaceId, Progress>
  /** Index of its first entry. Until that is committed it does not know what is (§8). */
  readonly firstIndex: number
  /** Heartbeat rounds: the last one sent, and the last that a quorum answered. */
  round: number
  confirmedRound: number
  /** When the unconfirmed rounds were sent, from `confirmedRound` + 1 on. */
  readonly sentNs: Deque<Ns>
  /** No other leader can be elected before this instant of its own clock (dissertation §6.4.1). */
  leaseUntilNs: Ns
  /** It has asked another to take over, which may happen at any time: no lease holds any more in this term. */
  isLeaseForfeited: boolean
  readonly reads: Deque<LeaderRead>
  /** Some reads wait for a round that is still to be sent. */
  needsRound: boolean
  transferTo: PlaceId
  transferUntilNs: Ns
  /** The one chosen has been told to campaign. */
  isHandedOver: boolean
}

/** What a replica keeps to answer reads at a follower. */
export interface FollowerReads {
  /** Reads that wait for the leader's commit index: those up to `askedId` are covered by the question under way. */
  readonly asking: Deque<{ readonly id: number; readonly request: Request }>
  lastId: number
  askedId: number
  askedAtNs: Ns
  isAsking: boolean
}

export interface State {
  readonly self: PlaceId
  /** Of a group that another has split off, until it has begun. */
  birth: Origin | null
  readonly params: Params
  readonly reading: ReadRules
  readonly isFirstBoot: boolean
  readonly isFirstMember: boolean
  /** The group has begun without this replica, which has not been level with it yet. */
  isJoining: boolean
  /** The voters that the group began with. */
  readonly founders: readonly PlaceId[]

  // On disk, or on the way there.
  term: number
  votedFor: PlaceId
  readonly log: Log
  snapshot: Snapshot | null

  // What of it is where.
  nextWriteId: WriteId
  durableUpTo: WriteId
  /** The write of the present term and vote; −1 where this life has made none. */
  hardWriteId: WriteId
  readonly writing: Deque<{ readonly writeId: WriteId; lastIndex: number }>
  /** Last entry handed to the disk, and last entry that would survive a crash. */
  writtenIndex: number
  durableIndex: number

  role: 'follower' | 'pre-candidate' | 'candidate' | 'leader'
  leader: PlaceId
  /** The replica's monotonic clock at this step. */
  nowNs: Ns
  /** Its wall clock, and how wrong that may be. */
  wallNs: Ns
  uncertaintyNs: Ns
  /** When it last heard from a leader of its term. */
  contactNs: Ns
  commitIndex: number
  readonly machine: Machine
  readonly stamping: Stamping
  /** The configuration in force is the last in the log, committed or not (§6). */
  readonly configurations: PlacedConfiguration[]
  incoming: IncomingSnapshot | null

  // Candidates.
  votes: Set<PlaceId>
  refusals: Set<PlaceId>
  /** The write of the own vote, which counts once it is durable; −1 where none waits. */
  ownVoteWrite: WriteId
  isTransferCampaign: boolean

  lead: Leadership | null
  isFlushArmed: boolean

  // Clients.
  /** In the order of their entries. */
  readonly waiters: Deque<Waiter>
  /** Requests that wait until a leader is known. */
  readonly held: Deque<Request>
  /** Requests passed on to a leader, all to the same, and not answered yet. */
  readonly forwarded: Map<OpId, Request>
  forwardedTo: PlaceId
  /** Reads that wait until this replica has applied an entry. */
  applyReads: ApplyRead[]
  readonly follower: FollowerReads
  /** The replica has everything that was committed at this instant of its own clock. */
  freshAtNs: Ns
  /** Last operation accepted per session, so that a request that the network doubled is done once. */
  readonly lastOpOf: LastAttempts
  isSweepArmed: boolean
}

export function boot(config: ReplicaConfig<Params>, durable: DurableImage | null): State {
  const { self, members, params, consistency, preloaded, ranges, joins = false, returns = false } = config
  const birth = durable === null ? ((ranges?.origin ?? null) as Origin | null) : null
  const log: Log =
    durable === null
      ? { offset: birth?.snapshot.index ?? 0, offsetTerm: birth?.snapshot.term ?? 0, entries: [] }
      : // The image goes on to live on the disk.
        { ...durable.log, entries: durable.log.entries.slice() }
  const snapshot = birth?.snapshot ?? durable?.snapshot ?? null
  const machine = emptyMachine(preloaded, params.sessionsMax, retentionNs(params), ranges)
  if (snapshot !== null) restoreMachine(machine, snapshot)
  const voters = members.slice(0, members.length - params.learners).sort((a, b) => a - b)
  const learners = members.slice(members.length - params.learners).sort((a, b) => a - b)
  // Who belongs to a group that is born later, or has gone on without this replica, is said by whoever was there; until
  // then it elects nobody. The only member of old would elect itself, and begin the group a second time.
  const isBlank = returns || (ranges !== undefined && ranges.span === null)
  const initial = { voters: isBlank ? [] : voters, outgoing: [], learners: isBlank ? [] : learners }
  const configurations = configurationsIn(log, snapshot, initial)
  return {
    self,
    birth,
    params,
    reading: readRules(params, consistency),
    isFirstBoot: durable === null,
    isFirstMember: members[0] === self && !isBlank,
    isJoining:
      joins ||
      (!members.includes(self) && !isVoter(configurations[configurations.length - 1].configuration, self)),
    founders: voters,
    term: birth?.snapshot.term ?? durable?.term ?? 0,
    votedFor: durable?.votedFor ?? NOBODY,
    log,
    snapshot,
    nextWriteId: 0,
    durableUpTo: -1,
    hardWriteId: -1,
    writing: new Deque(),
    writtenIndex: lastIndex(log),
    durableIndex: lastIndex(log),
    role: 'follower',
    leader: NOBODY,
    nowNs: 0,
    wallNs: 0,
    uncertaintyNs: 0,
    // A restarted replica may have promised a leader to elect no other for a while; the whole while begins now.
    contactNs: durable === null ? -Infinity : 0,
    commitIndex: snapshot?.index ?? 0,
    machine,
    stamping: { ...freshStamping(log, snapshot), ...inherited(birth) },
    configurations,
    incoming: null,
    votes: new Set(),
    refusals: new Set(),
    ownVoteWrite: -1,
    isTransferCampaign: false,
    lead: null,
    isFlushArmed: false,
    waiters: new Deque(),
    held: new Deque(),
    forwarded: new Map(),
    forwardedTo: NOBODY,
    applyReads: [],
    follower: { asking: new Deque(), lastId: 0, askedId: 0, askedAtNs: 0, isAsking: false },
    freshAtNs: -Infinity,
    lastOpOf: noAttempts(),
    isSweepArmed: false,
  }
}

/** What the group that split has promised about timestamps binds the new one. */
function inherited(birth: Origin | null): Partial<Stamping> {
  return birth === null ? {} : { clock: birth.clock, closed: birth.closed, safe: birth.safe }
}

/** Nobody asks for versions that were replaced longer ago: reads are so old at most, and wait so long at most. */
function retentionNs({ timestamps, maxStalenessNs, requestTimeoutNs, maxClockOffsetNs }: Params): Ns {
  return timestamps === 'none' ? 0 : maxStalenessNs + requestTimeoutNs + maxClockOffsetNs + NS_PER_S
}

/** The configuration in force. */
export function configurationOf(state: State): Configuration {
  return state.configurations[state.configurations.length - 1].configuration
}

export function hasOwnTermCommit(state: State): boolean {
  return state.lead !== null && state.commitIndex >= state.lead.firstIndex
}

/** Whether no other leader can have been elected yet (dissertation §6.4.1). */
export function hasLease(state: State): boolean {
  const { lead, nowNs } = state
  return lead !== null && hasOwnTermCommit(state) && !lead.isLeaseForfeited && nowNs < lead.leaseUntilNs
}

/** Requests of every kind that wait here. */
export function pendingCount(state: State): number {
  const { waiters, held, forwarded, applyReads, follower, lead, stamping } = state
  const reads = applyReads.length + follower.asking.length + (lead === null ? 0 : lead.reads.length)
  return waiters.length + held.length + forwarded.size + reads + stamping.questions.length
}
