import type { WriteId } from '../contract.ts'
import { indexUpTo, zxidAt } from './log.ts'
import type { Log } from './log.ts'
import type { Vote } from './messages.ts'
import type { Zxid } from './zxid.ts'

/**
 * The decisions that Zab's correctness hangs on, each a small pure function, so that a test can put a wrong one in
 * place of the right one and show that it is found out (see `createZab`).
 */
export interface Rules {
  /** How many of so many voters are enough. */
  readonly quorumOf: (voters: number) => number
  /** Whether what a write holds may be acknowledged, or promised: only once it would survive a crash. */
  readonly mayAcknowledge: (writeId: WriteId, durableUpTo: WriteId) => boolean
  /** Whether vote `a` beats vote `b`: epoch, then zxid, then the server's id. */
  readonly beats: (a: Vote, b: Vote) => boolean
  /** Whether a follower may promise itself to a leader's epoch, having accepted another: never to an earlier one. */
  readonly mayFollow: (epoch: number, acceptedEpoch: number) => boolean
  /** Whether the answer to an epoch is a promise to this leader, and not one given to another before. */
  readonly isPromise: (epoch: number, acceptedEpoch: number) => boolean
  /** Whether a follower's history is more recent than that of the leader to be, who then may not lead. */
  readonly isAhead: (follower: History, leader: History) => boolean
  /** What brings a follower's history, which ends at `zxid`, to the leader's. */
  readonly planSync: (log: Log, zxid: Zxid) => SyncPlan
  /** Whether a follower logs the leader's history before it takes on its epoch. */
  readonly logsHistoryFirst: () => boolean
  /** How many acknowledgements of NEWLEADER, its own among them, a leader waits for before it proposes anything. */
  readonly establishedBy: (voters: number) => number
  /** Whether the session's token lets a replica that has applied everything up to `applied` answer its read. */
  readonly maySee: (token: Zxid, applied: Zxid) => boolean
  /** Whether a leader still leads, so many voters, itself among them, having been heard of lately. */
  readonly keepsLeading: (heard: number, voters: number) => boolean
}

export interface History {
  readonly epoch: number
  readonly zxid: Zxid
}

export type SyncPlan =
  /** Everything after `index`, once the follower has dropped what it has after `truncTo`, if not null. */
  { readonly type: 'diff'; readonly index: number; readonly truncTo: Zxid | null } | { readonly type: 'snap' }

function majorityOf(voters: number): number {
  return Math.floor(voters / 2) + 1
}

/**
 * The last transaction up to the follower's end is one that both have: every history is what its last transaction's
 * leader began with, and some of what that leader proposed; and later leaders have all of the former and some of the
 * latter. Anything that the follower has beyond it was never committed. (ZooKeeper's LearnerHandler.syncFollower)
 */
function planSync(log: Log, zxid: Zxid): SyncPlan {
  const index = indexUpTo(log, zxid)
  if (index < 0) return { type: 'snap' }
  const common = zxidAt(log, index)
  return { type: 'diff', index, truncTo: common === zxid ? null : common }
}

export const RULES: Rules = {
  quorumOf: majorityOf,
  mayAcknowledge: (writeId, durableUpTo) => writeId <= durableUpTo,
  beats: (a, b) =>
    a.epoch !== b.epoch ? a.epoch > b.epoch : a.zxid !== b.zxid ? a.zxid > b.zxid : a.leader > b.leader,
  mayFollow: (epoch, acceptedEpoch) => epoch >= acceptedEpoch,
  isPromise: (epoch, acceptedEpoch) => epoch > acceptedEpoch,
  isAhead: (follower, leader) =>
    follower.epoch > leader.epoch || (follower.epoch === leader.epoch && follower.zxid > leader.zxid),
  planSync,
  logsHistoryFirst: () => true,
  establishedBy: majorityOf,
  maySee: (token, applied) => token <= applied,
  keepsLeading: (heard, voters) => heard >= majorityOf(voters),
}
