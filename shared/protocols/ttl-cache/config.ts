import { nsOfMs } from '../../base/time.ts'
import type { Ns } from '../../base/time.ts'
import type { ConsistencySpec, ParamValue } from '../../topology/types.ts'
import { positionRules } from '../positions.ts'
import type { PositionRules } from '../positions.ts'

/** The parameters in the form that the protocol uses: durations in nanoseconds. */
export interface Params {
  readonly ttlNs: Ns
  readonly negativeTtlNs: Ns
  readonly ttlJitterPercent: number
  readonly prefetchPercent: number
  readonly staleWhileRevalidateNs: Ns
  readonly serveStaleNs: Ns
  readonly staleAfterNs: Ns
  readonly failureRecheckNs: Ns
  readonly purge: 'off' | 'invalidate'
  readonly warmStart: boolean
  readonly maxEntries: number
  readonly parents: number
  readonly sharing: 'none' | 'region'
  readonly maxStalenessNs: Ns
  readonly requestsAtCaches: 'forward' | 'redirect'
  readonly upstreamTimeoutNs: Ns
  readonly upstreamTries: number
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
export interface ReadRules extends PositionRules {
  /** Copies answer nothing: every read is the origin's. */
  readonly atOrigin: boolean
  /** Copies answer only while they are younger than this; Infinity where their time to live alone decides. */
  readonly maxAgeNs: Ns
  /** An expired copy answers when the origin cannot be reached. */
  readonly servesStale: boolean
  /** An expired copy answers for so long while it is being renewed. */
  readonly revalidateNs: Ns
}

export function readRules(params: Params, consistency: ConsistencySpec): ReadRules {
  const { read, session, onPartition } = consistency
  const positions = positionRules(consistency)
  // Whoever sees a write must not find afterwards what its author had seen replaced.
  const orders = session.includes('monotonic-writes') || session.includes('writes-follow-reads')
  const isBounded = read === 'bounded-staleness'
  return {
    tokenOfWrites: orders || positions.tokenOfWrites,
    tokenOfReads: orders || positions.tokenOfReads,
    atOrigin: read === 'linearizable',
    maxAgeNs: isBounded ? params.maxStalenessNs : Infinity,
    servesStale: onPartition === 'availability' && !isBounded && params.serveStaleNs > 0,
    revalidateNs: onPartition === 'availability' && !isBounded ? params.staleWhileRevalidateNs : 0,
  }
}
