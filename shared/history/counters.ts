import { LOG_BUCKETS, logBucketOf } from '../base/log-counts.ts'
import type { Ns } from '../base/time.ts'
import type { PlaceId } from '../plan/types.ts'
import { OP_NAMES, STATUS } from './types.ts'

/** What a run has come to while it goes on: totals since it began, cheap to keep and to read at any moment. */

/** Plain arrays, which may lie in memory that several threads share. */
export interface TallyColumns {
  /** Operations begun; ended ok; failed; ended unknown: by STATUS. */
  readonly operations: Float64Array
  /** Operations that ended ok, by latency from their intended start, in the buckets of `log-counts`. */
  readonly reads: Uint32Array
  readonly writes: Uint32Array
}

export const TALLY_OPERATIONS = 4
/** Begun; the values of STATUS of an end stand for themselves. */
const BEGUN = STATUS.open
const READ = OP_NAMES.indexOf('read')
const SCAN = OP_NAMES.indexOf('scan')

export function tallyColumns(): TallyColumns {
  return {
    operations: new Float64Array(TALLY_OPERATIONS),
    reads: new Uint32Array(LOG_BUCKETS),
    writes: new Uint32Array(LOG_BUCKETS),
  }
}

/** Counts operations as a recorder writes them down. */
export class OperationTally {
  readonly columns: TallyColumns

  constructor(columns: TallyColumns = tallyColumns()) {
    this.columns = columns
  }

  begin(): void {
    this.columns.operations[BEGUN]++
  }

  /** `status` and `f` as in the record: a value of STATUS, an index in OP_NAMES. */
  end(status: number, f: number, latencyNs: Ns): void {
    const { operations, reads, writes } = this.columns
    operations[status]++
    if (status !== STATUS.ok || f === SCAN) return
    const buckets = f === READ ? reads : writes
    buckets[logBucketOf(latencyNs)]++
  }
}

/** Adds one tally to another. */
export function addTally(sum: TallyColumns, part: TallyColumns): void {
  add(sum.operations, part.operations)
  add(sum.reads, part.reads)
  add(sum.writes, part.writes)
}

function add(sum: Float64Array | Uint32Array, part: Float64Array | Uint32Array): void {
  for (let at = 0; at < sum.length; at++) sum[at] += part[at]
}

/** A replica at this moment, and totals since the run began. */
export interface ReplicaCounters {
  up: boolean
  isPaused: boolean
  messagesIn: number
  messagesOut: number
  /** Time of the run that the service model had it busy. */
  servingNs: Ns
  /** Live runs: time of the run in which its thread was at work. */
  workingNs: Ns
}

/** What one member of a shard last said of itself. A member that is down says nothing. */
export interface ReplicaLook {
  place: PlaceId
  shard: number
  role: string
  term: number | null
  leader: PlaceId | null
  applied: number
  /** true: `applied` does not compare with that of other replicas. */
  appliedIsOwnCount?: true
  digest: number
  backlog: number
  /** The shard is on its way from former members to new ones, as far as this one's engine has seen. */
  isMoving?: true
}

/** Messages looked at between two samples: more than these nobody could follow with the eye. */
export const MESSAGE_SAMPLES_MAX = 64

/** A message, as it was sent. */
export interface MessageSample {
  from: PlaceId
  to: PlaceId
  sentNs: Ns
  /** When it is delivered; of one that was lost, about when it would have been. */
  deliverNs: Ns
  isLost: boolean
}

export interface RunCounters {
  nowNs: Ns
  /** How much of the load is done, 0 … 1. */
  share: number
  tally: TallyColumns
  /** By place. */
  replicas: readonly ReplicaCounters[]
  looks: readonly ReplicaLook[]
  /** Live runs: messages by lateness in real ns, in the buckets of `log-counts`. */
  lateness: Uint32Array | null
  /** Some of the messages sent since the last look, where somebody watches them. */
  messages?: readonly MessageSample[]
}
