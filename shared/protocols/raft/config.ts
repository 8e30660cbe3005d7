import { nsOfMs } from '../../base/time.ts'
import type { Ns } from '../../base/time.ts'
import type { ConsistencySpec, ParamValue } from '../../topology/types.ts'

/** The parameters in the form that the protocol uses: durations in nanoseconds. */
export interface Params {
  readonly electionTimeoutNs: Ns
  readonly heartbeatNs: Ns
  readonly campaignAtStart: boolean
  readonly preVote: boolean
  readonly checkQuorum: boolean
  readonly reads: 'auto' | 'log' | 'read-index' | 'lease' | 'follower-read-index' | 'stale'
  readonly clockDriftPpm: number
  readonly maxStalenessNs: Ns
  readonly requestsAtFollowers: 'redirect' | 'forward'
  readonly requestTimeoutNs: Ns
  readonly pendingMax: number
  readonly batchEntriesMax: number
  readonly batchBytes: number
  readonly batchDelayNs: Ns
  readonly inflightMax: number
  readonly parallelDiskWrite: boolean
  readonly snapshotEvery: number
  readonly catchUpEntries: number
  readonly snapshotChunkBytes: number
  readonly sessionsMax: number
  readonly learners: number
  readonly membership: 'joint' | 'single-server'
  readonly rotateLeaderNs: Ns
  readonly rotateMembersNs: Ns
}

/** Parameters as the topology layer has checked them: complete, each of its own type. */
export function configure(params: Readonly<Record<string, ParamValue>>): Params {
  const choice = <T extends ParamValue>(name: string): T => params[name] as T
  const ns = (name: string): Ns => nsOfMs(params[name] as number)
  return {
    electionTimeoutNs: ns('electionTimeoutMs'),
    heartbeatNs: ns('heartbeatMs'),
    campaignAtStart: choice<boolean>('campaignAtStart'),
    preVote: choice<boolean>('preVote'),
    checkQuorum: choice<boolean>('checkQuorum'),
    reads: choice<Params['reads']>('reads'),
    clockDriftPpm: choice<number>('clockDriftPpm'),
    maxStalenessNs: ns('maxStalenessMs'),
    requestsAtFollowers: choice<Params['requestsAtFollowers']>('requestsAtFollowers'),
    requestTimeoutNs: ns('requestTimeoutMs'),
    pendingMax: choice<number>('pendingMax'),
    batchEntriesMax: choice<number>('batchEntriesMax'),
    batchBytes: choice<number>('batchBytes'),
    batchDelayNs: ns('batchDelayMs'),
    inflightMax: choice<number>('inflightMax'),
    parallelDiskWrite: choice<boolean>('parallelDiskWrite'),
    snapshotEvery: choice<number>('snapshotEvery'),
    catchUpEntries: choice<number>('catchUpEntries'),
    snapshotChunkBytes: choice<number>('snapshotChunkBytes'),
    sessionsMax: choice<number>('sessionsMax'),
    learners: choice<number>('learners'),
    membership: choice<Params['membership']>('membership'),
    rotateLeaderNs: ns('rotateLeaderMs'),
    rotateMembersNs: ns('rotateMembersMs'),
  }
}

/** How reads are answered, once the level that the topology asks for and the parameter have been put together. */
export interface ReadRules {
  /**
   * log, index, lease: by the leader. follower-index: by any replica, once it has caught up with the leader's commit
   * index. bounded: the same, but an answer lends its freshness to later reads. local: by any replica as it is.
   */
  readonly path: 'log' | 'index' | 'lease' | 'follower-index' | 'bounded' | 'local'
  /** Whether writes and reads hand a position to the session that its later reads must reach. */
  readonly tokenOfWrites: boolean
  readonly tokenOfReads: boolean
  /** A replica that is cut off from the leader answers reads from what it has. */
  readonly answersCutOff: boolean
}

export function readRules(params: Pick<Params, 'reads'>, consistency: ConsistencySpec): ReadRules {
  const { read, session, onPartition } = consistency
  const inOrder = read === 'sequential' || read === 'causal'
  return {
    path: pathOf(params.reads, read),
    tokenOfWrites: inOrder || read === 'read-your-writes' || session.includes('read-your-writes'),
    // A session that saw less than before would see no prefix that grows.
    tokenOfReads:
      inOrder ||
      read === 'consistent-prefix' ||
      read === 'monotonic-reads' ||
      session.includes('monotonic-reads'),
    answersCutOff: onPartition === 'availability',
  }
}

function pathOf(reads: Params['reads'], level: ConsistencySpec['read']): ReadRules['path'] {
  switch (reads) {
    case 'log':
    case 'lease':
      return reads
    case 'read-index':
      return 'index'
    case 'follower-read-index':
      return 'follower-index'
    case 'auto':
    case 'stale':
      if (level === 'linearizable') return 'index'
      return level === 'bounded-staleness' ? 'bounded' : 'local'
  }
}
