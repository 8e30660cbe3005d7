import { nsOfMs } from '../../base/time.ts'
import type { Ns } from '../../base/time.ts'
import type { ConsistencySpec, ParamValue } from '../../topology/types.ts'
import { RULES } from './rules.ts'
import type { Rules } from './rules.ts'
import { positionRules } from '../positions.ts'
import type { PositionRules } from '../positions.ts'

/** The parameters in the form that the protocol uses: durations in nanoseconds. */
export interface Params {
  readonly reads: 'auto' | 'local' | 'sync' | 'quorum-sync'
  readonly maxStalenessNs: Ns
  readonly tickNs: Ns
  readonly initLimit: number
  readonly syncLimit: number
  readonly electionWaitNs: Ns
  readonly outstandingMax: number
  readonly requestTimeoutNs: Ns
  readonly observers: number
  readonly snapshotEvery: number
  readonly diffTxns: number
  readonly snapshotChunkBytes: number
  readonly retransmitNs: Ns
  readonly sessionsMax: number
  readonly rules: Rules
}

/** Parameters as the topology layer has checked them: complete, each of its own type. */
export function configure(params: Readonly<Record<string, ParamValue>>, rules: Rules = RULES): Params {
  const number = (name: string): number => params[name] as number
  const ns = (name: string): Ns => nsOfMs(number(name))
  return {
    reads: params['reads'] as Params['reads'],
    maxStalenessNs: ns('maxStalenessMs'),
    tickNs: ns('tickMs'),
    initLimit: number('initLimit'),
    syncLimit: number('syncLimit'),
    electionWaitNs: ns('electionWaitMs'),
    outstandingMax: number('outstandingMax'),
    requestTimeoutNs: ns('requestTimeoutMs'),
    observers: number('observers'),
    snapshotEvery: number('snapshotEvery'),
    diffTxns: number('diffTxns'),
    snapshotChunkBytes: number('snapshotChunkBytes'),
    retransmitNs: ns('retransmitMs'),
    sessionsMax: number('sessionsMax'),
    rules,
  }
}

/** How reads are answered, once the level that the topology asks for and the parameter have been put together. */
export interface ReadRules extends PositionRules {
  /**
   * local: from what the server has. sync: after ZooKeeper's `sync`, which the leader answers by itself. quorum-sync:
   * after one that a quorum of followers has confirmed. bounded: local for as long as the last confirmed sync is young.
   */
  readonly path: 'local' | 'sync' | 'quorum-sync' | 'bounded'
  /** A server that follows no leader answers reads from what it has: ZooKeeper's read-only mode. */
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
  if (reads !== 'auto') return reads
  if (level === 'linearizable') return 'quorum-sync'
  return level === 'bounded-staleness' ? 'bounded' : 'local'
}
