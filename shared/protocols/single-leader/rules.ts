import type { Ns } from '../../base/time.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { ErrorCode } from '../contract.ts'
import { isAtLeast, lastIndex, timelineAt } from './log.ts'
import type { Log, Position } from './log.ts'

/**
 * The decisions on which the guarantees rest, each a function of its own: whoever wants to see what one of them is
 * good for makes the protocol with another in its place (`createSingleLeader`).
 */
export interface Rules {
  /**
   * The index up to which at least `acks` followers have acknowledged, by how far each of them is. `leaderIndex` is what
   * the leader's own disk has.
   */
  confirmed(
    leaderIndex: number,
    followers: readonly FollowerStatus[],
    acks: number,
    selection: 'any' | 'first',
  ): number
  /** Whether entries up to `index` may count as acknowledged by a leader whose own time began at `ownIndex`. */
  countsFrom(index: number, ownIndex: number): boolean
  /** What is said of a write that was given up waiting for followers; null acknowledges it. */
  givenUpWait(): ErrorCode | null
  /** Whether a follower that has promised an epoch obeys a leader of another. */
  obeys(promised: number, epoch: number): boolean
  /** Whether a leader may serve. */
  mayServe(nowNs: Ns, leaseUntilNs: Ns): boolean
  /** Whether a replica that last heard from a leader at `contactNs` may let another one lead. */
  mayGrant(nowNs: Ns, contactNs: Ns, leaseNs: Ns): boolean
  /** How long a leader may count on what a heartbeat got it, by its own clock. */
  usableLease(leaseNs: Ns, driftPpm: number): Ns
  /** Whether enough logs are known for the longest of them to have every acknowledged write. */
  isSurveyComplete(known: number, members: number, acks: number): boolean
  /** Whether a candidate has at least as much as another replica that answered. */
  isAhead(own: Position, other: Position): boolean
  /** Where a session's position stands in a log of which so much is applied. */
  place(log: Log, applied: number, position: Position): 'reached' | 'ahead' | 'lost'
  /** How far a follower may say that it is at the given level. */
  acknowledges(level: 'received' | 'written' | 'applied', status: FollowerStatus): number
}

/** How far a follower is along the leader's log; `isConnected` says that it was heard from lately. */
export interface FollowerStatus {
  readonly place: PlaceId
  readonly received: number
  readonly written: number
  readonly applied: number
  /** What it has acknowledged at the level that is asked for. */
  readonly acknowledged: number
  readonly isConnected: boolean
}

export const RULES: Rules = {
  confirmed: (leaderIndex, followers, acks, selection) => {
    if (acks === 0) return leaderIndex
    // FIRST n: those in order of preference that are connected. ANY n: whoever has most.
    const asked =
      selection === 'first' ? followers.filter(({ isConnected }) => isConnected).slice(0, acks) : followers
    if (asked.length < acks) return 0
    const indexes = asked.map(({ acknowledged }) => acknowledged).sort((a, b) => b - a)
    return Math.min(leaderIndex, indexes[acks - 1])
  },
  countsFrom: (index, ownIndex) => index >= ownIndex,
  givenUpWait: () => 'write-timeout',
  obeys: (promised, epoch) => epoch >= promised,
  mayServe: (nowNs, leaseUntilNs) => nowNs < leaseUntilNs,
  mayGrant: (nowNs, contactNs, leaseNs) => nowNs - contactNs >= leaseNs,
  usableLease: (leaseNs, driftPpm) => Math.floor((leaseNs * (1_000_000 - driftPpm)) / (1_000_000 + driftPpm)),
  // A write is on the leader and `acks` followers: any members − acks logs have one of them among them.
  isSurveyComplete: (known, members, acks) => known >= members - acks,
  isAhead: isAtLeast,
  place: (log, applied, { index, timeline }) => {
    const known = timelineAt(log, Math.min(index, lastIndex(log)))
    if (index <= applied && known === timeline) return 'reached'
    return index <= lastIndex(log) && known > timeline ? 'lost' : 'ahead'
  },
  acknowledges: (level, status) => status[level],
}
