import { nsOfMs } from '../../base/time.ts'
import type { Ns } from '../../base/time.ts'
import type { ConsistencySpec, ParamValue } from '../../topology/types.ts'
import { positionRules } from '../positions.ts'
import type { PositionRules } from '../positions.ts'

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
export interface ReadRules extends PositionRules {
  /**
   * log, index, lease: by the leader. follower-index: by any replica, once it has caught up with the leader's commit
   * index. bounded: the same, but an answer lends its freshness to later reads. local: by any replica as it is.
   */
  readonly path: 'log' | 'index' | 'lease' | 'follower-index' | 'bounded' | 'local'
  /** A replica that is cut off from the leader answers reads from what it has. */
  readonly answersCutOff: boolean
}

export function readRules(params: Pick<Params, 'reads'>, consistency: ConsistencySpec): ReadRules {
  const { read, onPartition } = consistency
  return {
    path: pathOf(params.reads, read),
    ...positionRules(consistency),
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
