import { nsOfMs } from '../../base/time.ts'
import type { Ns } from '../../base/time.ts'
import type { ConsistencySpec, ParamValue } from '../../topology/types.ts'
import { positionRules } from '../positions.ts'
import type { PositionRules } from '../positions.ts'

/** The parameters in the form that the protocol uses: durations in nanoseconds. */
export interface Params {
  readonly reads: 'auto' | 'tail' | 'apportioned' | 'committed' | 'newest-known' | 'bounded-inconsistency'
  readonly maxStalenessNs: Ns
  readonly maxInconsistencyNs: Ns
  readonly maxInconsistencyVersions: number
  readonly requestsElsewhere: 'redirect' | 'forward'
  readonly chainLength: number
  readonly masters: number
  readonly heartbeatNs: Ns
  readonly suspectAfterNs: Ns
  readonly leaseNs: Ns
  readonly clockDriftPpm: number
  readonly resendAfterNs: Ns
  readonly requestTimeoutNs: Ns
  readonly pendingMax: number
  readonly batchUpdatesMax: number
  readonly catchUpUpdates: number
  readonly snapshotChunkBytes: number
  readonly sessionsMax: number
}

/** Parameters as the topology layer has checked them: complete, each of its own type. */
export function configure(params: Readonly<Record<string, ParamValue>>): Params {
  const choice = <T extends ParamValue>(name: string): T => params[name] as T
  const ns = (name: string): Ns => nsOfMs(params[name] as number)
  return {
    reads: choice<Params['reads']>('reads'),
    maxStalenessNs: ns('maxStalenessMs'),
    maxInconsistencyNs: ns('maxInconsistencyMs'),
    maxInconsistencyVersions: choice<number>('maxInconsistencyVersions'),
    requestsElsewhere: choice<Params['requestsElsewhere']>('requestsElsewhere'),
    chainLength: choice<number>('chainLength'),
    masters: choice<number>('masters'),
    heartbeatNs: ns('heartbeatMs'),
    suspectAfterNs: ns('suspectAfterMs'),
    leaseNs: ns('leaseMs'),
    clockDriftPpm: choice<number>('clockDriftPpm'),
    resendAfterNs: ns('resendAfterMs'),
    requestTimeoutNs: ns('requestTimeoutMs'),
    pendingMax: choice<number>('pendingMax'),
    batchUpdatesMax: choice<number>('batchUpdatesMax'),
    catchUpUpdates: choice<number>('catchUpUpdates'),
    snapshotChunkBytes: choice<number>('snapshotChunkBytes'),
    sessionsMax: choice<number>('sessionsMax'),
  }
}

/** How reads are answered, once the level that the topology asks for and the parameter have been put together. */
export interface ReadRules extends PositionRules {
  /**
   * tail: by the tail alone. apportioned: by any node of the chain that holds one version of the key; with several it asks
   * the tail. bounded: by any node whose committed version can't be too old. committed: by any node from what it knows
   * to be committed. newest, limited: by any node from what it has, committed or not; limited in time and number.
   */
  readonly path: 'tail' | 'apportioned' | 'bounded' | 'committed' | 'newest' | 'limited'
  /** A replica that has lost touch with the masters answers reads from what it has. */
  readonly answersCutOff: boolean
}

export function readRules(params: Pick<Params, 'reads'>, consistency: ConsistencySpec): ReadRules {
  return {
    path: pathOf(params.reads, consistency),
    ...positionRules(consistency),
    answersCutOff: consistency.onPartition === 'availability',
  }
}

function pathOf(reads: Params['reads'], { read, session }: ConsistencySpec): ReadRules['path'] {
  switch (reads) {
    case 'tail':
    case 'apportioned':
    case 'committed':
      return reads
    case 'newest-known':
      return 'newest'
    case 'bounded-inconsistency':
      return 'limited'
    case 'auto':
      if (read === 'linearizable') return 'apportioned'
      if (read === 'bounded-staleness') return 'bounded'
      // What is not committed may vanish, and no session may count on it.
      return read === 'eventual' && session.length === 0 ? 'newest' : 'committed'
  }
}
