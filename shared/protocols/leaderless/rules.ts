import type { Version } from '../contract.ts'
import { isOlder } from './versions.ts'

/**
 * The decisions that the guarantees hang on, each a small pure function, so that a test can put a wrong one in place of
 * the right one and show that it is found out (see `createLeaderless`).
 */
export interface Rules {
  /** How many of so many members are enough for a phase of Paxos. */
  majorityOf(members: number): number
  /** Whether a read waits for the repairs on which it was told to wait, so many of which are unconfirmed. */
  waitsForRepairs(unconfirmed: number): boolean
  /** Whether reads may go over to new members, so many of which have not copied everything. */
  mayRead(incomplete: number): boolean
  /** Whether writes go to former members and new ones while these change, and need a quorum of each. */
  writesToBoth(): boolean
  /** Whether a member under one view declines what was asked under another. */
  mustDecline(asked: number, own: number): boolean
  /** When a tombstone may be forgotten: not before the grace since the deletion is over. */
  forgetsAt(goneAt: number, graceNs: number): number
  /** ABD: the stamp that a write must exceed, the newest of a read quorum being `newest`. */
  stampFloor(newest: number): number
  /** ABD: whether a read must first be written back, `holders` replicas being known to have what it found. */
  mustWriteBack(holders: number, writesNeeded: number): boolean
  /** Paxos: whether an acceptor may promise itself to a ballot. */
  mayPromise(ballot: Version, promised: Version): boolean
  /** Paxos: whether an acceptor may accept a proposal. */
  mayAccept(ballot: Version, promised: Version): boolean
  /** Paxos: whether what an acceptor answers waits until its state would survive a crash. */
  answersFromDisk(): boolean
  /** Paxos: whether a proposal that was accepted somewhere must be finished before another is made. */
  mustFinish(accepted: Version, committed: Version): boolean
  /**
   * Paxos: whether a proposal that may have been accepted somewhere may be made again, nobody having been seen to hold
   * it: not once something was committed since, for that may have followed upon it.
   */
  mayProposeAgain(committedThen: Version, committedNow: Version): boolean
}

export const RULES: Rules = {
  majorityOf: (members) => Math.floor(members / 2) + 1,
  waitsForRepairs: (unconfirmed) => unconfirmed > 0,
  mayRead: (incomplete) => incomplete === 0,
  writesToBoth: () => true,
  mustDecline: (asked, own) => asked < own,
  forgetsAt: (goneAt, graceNs) => goneAt + graceNs,
  stampFloor: (newest) => newest,
  mustWriteBack: (holders, writesNeeded) => holders < writesNeeded,
  mayPromise: (ballot, promised) => !isOlder(ballot, promised),
  mayAccept: (ballot, promised) => !isOlder(ballot, promised),
  answersFromDisk: () => true,
  mustFinish: (accepted, committed) => isOlder(committed, accepted),
  mayProposeAgain: (then, now) => !isOlder(then, now),
}
