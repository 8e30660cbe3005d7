import { nsOfMs } from '../../base/time.ts'
import type { Ns } from '../../base/time.ts'
import type { ConsistencySpec, ParamValue } from '../../topology/types.ts'
import { positionRules } from '../positions.ts'
import type { PositionRules } from '../positions.ts'
import { RANGE_RULES } from './range-rules.ts'
import type { RangeRules } from './range-rules.ts'
import { TIMESTAMP_RULES } from './timestamps/rules.ts'
import type { TimestampRules } from './timestamps/rules.ts'

/** The parameters in the form that the protocol uses: durations in nanoseconds. */
export interface Params {
  readonly electionTimeoutNs: Ns
  readonly heartbeatNs: Ns
  readonly campaignAtStart: boolean
  readonly preVote: boolean
  readonly checkQuorum: boolean
  readonly reads: 'auto' | 'log' | 'read-index' | 'lease' | 'follower-read-index' | 'timestamp' | 'stale'
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
  readonly timestamps: 'none' | 'commit-wait' | 'hybrid' | 'oracle'
  readonly maxClockOffsetNs: Ns
  readonly closedAfterNs: Ns
  readonly staleReads: 'newest' | 'exact'
  readonly oracleWindowNs: Ns
  readonly rules: TimestampRules
  readonly rangeRules: RangeRules
}

/** Parameters as the topology layer has checked them: complete, each of its own type. */
export function configure(
  params: Readonly<Record<string, ParamValue>>,
  rules: TimestampRules = TIMESTAMP_RULES,
  rangeRules: RangeRules = RANGE_RULES,
): Params {
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
    timestamps: choice<Params['timestamps']>('timestamps'),
    maxClockOffsetNs: ns('maxClockOffsetMs'),
    closedAfterNs: ns('closedAfterMs'),
    staleReads: choice<Params['staleReads']>('staleReads'),
    oracleWindowNs: ns('oracleWindowMs'),
    rules,
    rangeRules,
  }
}

/** How reads are answered, once the level that the topology asks for and the parameter have been put together. */
export interface ReadRules extends PositionRules {
  /**
   * log, index, lease: by the leader. follower-index: by any replica, once it has caught up with the leader's commit
   * index. bounded: the same, but an answer lends its freshness to later reads. snapshot: by any replica, at a
   * timestamp, once nothing can be written at it any more. local: by any replica as it is.
   */
  readonly path: 'log' | 'index' | 'lease' | 'follower-index' | 'bounded' | 'snapshot' | 'local'
  /** Reads at the leader, or by its commit index, see the state at a timestamp. */
  readonly stampsReads: boolean
  /** Snapshot reads are as old as the staleness bound allows at most, not current. */
  readonly isStale: boolean
  /** A replica that is cut off from the leader answers reads from what it has. */
  readonly answersCutOff: boolean
}

/** What decides how reads are answered, beside the level. */
export type ReadParams = Pick<Params, 'reads' | 'timestamps'>

export function readRules(params: ReadParams, consistency: ConsistencySpec): ReadRules {
  const { read, onPartition } = consistency
  const positions = positionRules(consistency)
  const path = pathOf(params, read, positions)
  return {
    path,
    stampsReads: stampsReads(params, path),
    isStale: path === 'snapshot' && read === 'bounded-staleness',
    ...positions,
    answersCutOff: onPartition === 'availability',
  }
}

function stampsReads({ reads, timestamps }: ReadParams, path: ReadRules['path']): boolean {
  if (timestamps === 'oracle') return path === 'index' || path === 'lease' || path === 'follower-index'
  return timestamps === 'hybrid' && path === 'lease' && reads !== 'lease'
}

function pathOf(
  { reads, timestamps }: ReadParams,
  level: ConsistencySpec['read'],
  { tokenOfReads, tokenOfWrites }: PositionRules,
): ReadRules['path'] {
  switch (reads) {
    case 'log':
    case 'lease':
      return reads
    case 'read-index':
      return 'index'
    case 'follower-read-index':
      return 'follower-index'
    case 'timestamp':
    case 'auto':
    case 'stale':
      if (level === 'bounded-staleness') {
        // A snapshot within the bound may come before what the session has seen.
        const mayBeOld = !tokenOfReads && !tokenOfWrites && reads !== 'stale'
        return mayBeOld && (timestamps === 'commit-wait' || timestamps === 'hybrid') ? 'snapshot' : 'bounded'
      }
      if (reads === 'timestamp') return timestamps === 'commit-wait' ? 'snapshot' : 'lease'
      if (level !== 'linearizable') return 'local'
      return timestamps === 'none' ? 'index' : 'lease'
  }
}
