import type { Ns } from '../../base/time.ts'
import type { Configuration } from './configuration.ts'

/** A promise of one master in phase 1 of Paxos. */
export interface Vote {
  readonly ballot: number
  readonly configuration: Configuration
}

/**
 * The decisions on which the protocol's guarantees rest, each a small pure function. The shipped protocol is made of
 * `RULES`; one with another rule is another protocol, and mostly a broken one.
 */
export interface Rules {
  /** Fencing: whether a message of the data path, made in that epoch, may be heeded. */
  isOfEpoch(own: number, theirs: number): boolean
  /** CRAQ §2.3: whether a node may answer by itself, with so many uncommitted versions of the key. */
  isClean(uncommitted: number): boolean
  /** Which committed number a node answers with once the tail has told it one; `committed` is what it knows itself. */
  answersUpTo(told: number, committed: number, last: number): number
  /** How far updates may go on to the successor, and be committed by the tail. */
  forwardsUpTo(durable: number, last: number): number
  /** Whether a newcomer at the tail has all that had been committed before it came. */
  isSynced(durable: number, tip: number): boolean
  /** Up to where a node that is left out of the chain keeps its history. */
  keptOnLeaving(committed: number, last: number): number
  /** Whether a command has been done before: `known` is the number of its session's last. */
  isRepeated(known: number, sequence: number): boolean
  /** How long a node may answer by itself, from when it asked. */
  leaseLastsNs(leaseNs: Ns, driftPpm: number): Ns
  /** Whether a master may accept a configuration without a node to which it had granted a lease until then. */
  mayExclude(nowNs: Ns, leasedUntilNs: Ns): boolean
  /** What a restarted master, which has forgotten its promises, takes for the end of them, by its new clock. */
  forgottenUntilNs(leaseNs: Ns): Ns
  /** Paxos, phase 1: the vote that may have been chosen already. */
  latestVote(votes: readonly Vote[]): Vote
  isMajority(votes: ReadonlySet<number>, masters: number): boolean
}

export const RULES: Rules = {
  isOfEpoch: (own, theirs) => own === theirs,
  isClean: (uncommitted) => uncommitted === 0,
  answersUpTo: (told, committed) => Math.max(told, committed),
  forwardsUpTo: (durable) => durable,
  isSynced: (durable, tip) => durable >= tip,
  keptOnLeaving: (committed) => committed,
  isRepeated: (known, sequence) => known === sequence,
  /** The node's clock may run slow while a master's runs fast. */
  leaseLastsNs: (leaseNs, driftPpm) =>
    Math.floor((leaseNs * (1_000_000 - driftPpm)) / (1_000_000 + driftPpm)),
  mayExclude: (nowNs, leasedUntilNs) => nowNs >= leasedUntilNs,
  forgottenUntilNs: (leaseNs) => leaseNs,
  latestVote: (votes) => votes.reduce((a, b) => (b.ballot > a.ballot ? b : a)),
  isMajority: (votes, masters) => 2 * votes.size > masters,
}
