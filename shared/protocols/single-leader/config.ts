import { nsOfMs } from '../../base/time.ts'
import type { Ns } from '../../base/time.ts'
import type { ConsistencySpec, ParamValue } from '../../topology/types.ts'
import { positionRules } from '../positions.ts'

/** The parameters in the form that the protocol uses: durations in nanoseconds. */
export interface Params {
  readonly replication: 'asynchronous' | 'semi-synchronous' | 'synchronous'
  readonly syncReplicas: number
  readonly syncSelection: 'any' | 'first'
  readonly acknowledge: 'received' | 'written' | 'applied'
  readonly degradeAfterNs: Ns
  readonly visibility: 'after-sync' | 'after-commit'
  readonly followersApply: 'received' | 'confirmed'
  readonly readsFrom: 'auto' | 'leader' | 'followers' | 'nearest'
  readonly requestsAtFollowers: 'auto' | 'redirect' | 'forward'
  readonly maxStalenessNs: Ns
  readonly failover: 'off' | 'manual' | 'automatic'
  readonly fencing: boolean
  readonly witness: boolean
  readonly leaseNs: Ns
  readonly heartbeatNs: Ns
  readonly clockDriftPpm: number
  readonly operatorDelayNs: Ns
  readonly rejoin: 'rewind' | 'rebuild'
  readonly shipEveryNs: Ns
  readonly applyDelayNs: Ns
  readonly inflightMax: number
  readonly batchEntriesMax: number
  readonly retainEntries: number
  readonly copyChunkBytes: number
  readonly requestTimeoutNs: Ns
  readonly pendingMax: number
  readonly sessionsMax: number
}

/** Parameters as the topology layer has checked them: complete, each of its own type. */
export function configure(params: Readonly<Record<string, ParamValue>>): Params {
  const entries = Object.entries(params).map(([name, value]): [string, ParamValue] =>
    name.endsWith('Ms') ? [`${name.slice(0, -2)}Ns`, nsOfMs(Number(value))] : [name, value],
  )
  return Object.fromEntries(entries) as unknown as Params
}

/** What parameters and consistency level come to together. */
export interface Behaviour {
  /** Followers whose acknowledgement a write waits for. */
  readonly acks: number
  readonly degrades: boolean
  /** Only under a lease does a leader serve. */
  readonly needsLease: boolean
  /** A follower is promoted only if it certainly has every acknowledged write. */
  readonly promotesSafely: boolean
  readonly readsAt: 'leader' | 'followers' | 'nearest'
  /** Reads at a follower only if what it has is not too old. */
  readonly isBounded: boolean
  readonly forwards: boolean
  /** Whether writes and reads hand a position to the session that its later operations must follow. */
  readonly tokenOfWrites: boolean
  readonly tokenOfReads: boolean
  /** A replica that is cut off from the leader answers reads from what it has. */
  readonly answersCutOff: boolean
}

export function behaviourOf(params: Params, consistency: ConsistencySpec): Behaviour {
  const { read, session, onPartition } = consistency
  const positions = positionRules(consistency)
  // Writes must carry positions, too, to be put behind what the session has seen.
  const orders = session.includes('monotonic-writes') || session.includes('writes-follow-reads')
  const isCurrent = read === 'linearizable'
  const auto = isCurrent ? 'leader' : 'nearest'
  const readsAt = params.readsFrom === 'auto' ? auto : params.readsFrom
  const { requestsAtFollowers } = params
  return {
    acks: params.replication === 'asynchronous' ? 0 : params.syncReplicas,
    degrades: params.replication === 'semi-synchronous' && params.degradeAfterNs > 0,
    needsLease: params.failover !== 'off' && params.fencing,
    promotesSafely: onPartition === 'consistency' && isLossless(params),
    readsAt,
    isBounded: read === 'bounded-staleness',
    forwards: requestsAtFollowers === 'auto' ? readsAt !== 'leader' : requestsAtFollowers === 'forward',
    tokenOfWrites: orders || positions.tokenOfWrites,
    tokenOfReads: orders || positions.tokenOfReads,
    answersCutOff: onPartition === 'availability',
  }
}

/** Whether no failover can lose an acknowledged write, if only replicas are promoted that certainly have them all. */
export function isLossless(params: Params): boolean {
  if (params.failover === 'off') return true
  const degrades = params.replication === 'semi-synchronous' && params.degradeAfterNs > 0
  return (
    params.fencing && params.replication !== 'asynchronous' && !degrades && params.acknowledge !== 'received'
  )
}
