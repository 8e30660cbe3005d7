import { assert } from '../../shared/base/assert.ts'
import { LOG_BUCKETS } from '../../shared/base/log-counts.ts'
import type { Ns } from '../../shared/base/time.ts'
import { addTally, tallyColumns, TALLY_OPERATIONS } from '../../shared/history/counters.ts'
import type { ReplicaCounters, ReplicaLook, TallyColumns } from '../../shared/history/counters.ts'
import { holdersOf } from '../../shared/plan/changes.ts'
import type { PlaceId, Plan } from '../../shared/plan/types.ts'

/**
 * What the threads of a live run say of themselves in shared memory: totals for statistics, and what each member of
 * each shard looks like. Every number has one writer; readers may see two of them a moment apart, never half a number.
 */

/** Per thread. */
const WORKING = 0
const OPERATIONS = 1
const THREAD_NUMBERS = OPERATIONS + TALLY_OPERATIONS
/** Per replica. */
const [UP, PAUSED, MESSAGES_IN, MESSAGES_OUT, SERVING] = [0, 1, 2, 3, 4]
const REPLICA_NUMBERS = 5
/** Per member of a shard. The role is its index plus one, 0 for one that is down. */
const [ROLE, TERM, LEADER, APPLIED, OWN_COUNT, DIGEST, BACKLOG, MOVING] = [0, 1, 2, 3, 4, 5, 6, 7]
const MEMBER_NUMBERS = 8
/** Counts per thread: latencies of reads and of writes, lateness of messages. */
const BUCKETS_PER_THREAD = 3 * LOG_BUCKETS

export interface BoardMemory {
  numbers: SharedArrayBuffer
  buckets: SharedArrayBuffer
  threads: number
}

export function boardMemory(plan: Plan, threads: number): BoardMemory {
  const numbers =
    threads * THREAD_NUMBERS + plan.replicaCount * REPLICA_NUMBERS + holdersOf(plan).length * MEMBER_NUMBERS
  return {
    numbers: new SharedArrayBuffer(8 * numbers),
    buckets: new SharedArrayBuffer(4 * threads * BUCKETS_PER_THREAD),
    threads,
  }
}

interface Member {
  readonly shard: number
  readonly place: PlaceId
  /** Where its numbers begin. */
  readonly at: number
}

export class Board {
  readonly #memory: BoardMemory
  readonly #numbers: Float64Array
  readonly #replicaCount: number
  readonly #roles: readonly string[]
  readonly #members: readonly Member[]

  /** `roles`: all that the strategy has, in the same order for everybody. */
  constructor(memory: BoardMemory, plan: Plan, roles: readonly string[]) {
    this.#memory = memory
    this.#numbers = new Float64Array(memory.numbers)
    this.#replicaCount = plan.replicaCount
    this.#roles = roles
    let at = memory.threads * THREAD_NUMBERS + plan.replicaCount * REPLICA_NUMBERS
    this.#members = holdersOf(plan).map(({ shard, place }): Member => ({
      shard,
      place,
      at: (at += MEMBER_NUMBERS) - MEMBER_NUMBERS,
    }))
  }

  /** A thread's own tally, to be counted in directly. */
  tallyOf(thread: number): TallyColumns {
    const { numbers, buckets } = this.#memory
    const from = thread * BUCKETS_PER_THREAD
    return {
      operations: new Float64Array(numbers, 8 * (thread * THREAD_NUMBERS + OPERATIONS), TALLY_OPERATIONS),
      reads: new Uint32Array(buckets, 4 * from, LOG_BUCKETS),
      writes: new Uint32Array(buckets, 4 * (from + LOG_BUCKETS), LOG_BUCKETS),
    }
  }

  /** A thread's own counts of messages by lateness. */
  latenessOf(thread: number): Uint32Array {
    const from = thread * BUCKETS_PER_THREAD + 2 * LOG_BUCKETS
    return new Uint32Array(this.#memory.buckets, 4 * from, LOG_BUCKETS)
  }

  get tally(): TallyColumns {
    const sum = tallyColumns()
    for (let thread = 0; thread < this.#memory.threads; thread++) addTally(sum, this.tallyOf(thread))
    return sum
  }

  get lateness(): Uint32Array {
    const sum = new Uint32Array(LOG_BUCKETS)
    for (let thread = 0; thread < this.#memory.threads; thread++) {
      this.latenessOf(thread).forEach((count, bucket) => (sum[bucket] += count))
    }
    return sum
  }

  /** Real time that a thread has been at work, all its lives together. */
  setWorkingNs(thread: number, ns: Ns): void {
    this.#numbers[thread * THREAD_NUMBERS + WORKING] = ns
  }

  workingNs(thread: number): Ns {
    return this.#numbers[thread * THREAD_NUMBERS + WORKING]
  }

  #replicaAt(place: PlaceId): number {
    return this.#memory.threads * THREAD_NUMBERS + place * REPLICA_NUMBERS
  }

  /** `earlier`: totals of the replica's earlier lives. */
  setReplica(place: PlaceId, counters: ReplicaCounters, earlier: ReplicaCounters): void {
    const at = this.#replicaAt(place)
    this.#numbers[at + UP] = counters.up ? 1 : 0
    this.#numbers[at + PAUSED] = counters.isPaused ? 1 : 0
    this.#numbers[at + MESSAGES_IN] = earlier.messagesIn + counters.messagesIn
    this.#numbers[at + MESSAGES_OUT] = earlier.messagesOut + counters.messagesOut
    this.#numbers[at + SERVING] = earlier.servingNs + counters.servingNs
  }

  /** `workingNs` is of the thread, in real time: a replica's thread has the replica's number. */
  replica(place: PlaceId): ReplicaCounters {
    const at = this.#replicaAt(place)
    return {
      up: this.#numbers[at + UP] === 1,
      isPaused: this.#numbers[at + PAUSED] === 1,
      messagesIn: this.#numbers[at + MESSAGES_IN],
      messagesOut: this.#numbers[at + MESSAGES_OUT],
      servingNs: this.#numbers[at + SERVING],
      workingNs: this.workingNs(place),
    }
  }

  get replicas(): ReplicaCounters[] {
    return Array.from({ length: this.#replicaCount }, (_, place) => this.replica(place))
  }

  /** Says what a place looks like in each of its shards, in their order; in those that `looks` leaves out it is down. */
  setLooks(place: PlaceId, looks: readonly ReplicaLook[]): void {
    let next = 0
    for (const { shard, place: member, at } of this.#members) {
      if (member !== place) continue
      if (looks[next]?.shard === shard) this.#setLook(at, looks[next++])
      else this.#numbers[at + ROLE] = 0
    }
  }

  #setLook(at: number, look: ReplicaLook): void {
    const role = this.#roles.indexOf(look.role)
    assert(role >= 0, () => `"${look.role}" is no role of the strategy's manifest`)
    this.#numbers[at + TERM] = look.term ?? NaN
    this.#numbers[at + LEADER] = look.leader ?? NaN
    this.#numbers[at + APPLIED] = look.applied
    this.#numbers[at + OWN_COUNT] = look.appliedIsOwnCount === true ? 1 : 0
    this.#numbers[at + DIGEST] = look.digest
    this.#numbers[at + BACKLOG] = look.backlog
    this.#numbers[at + MOVING] = look.isMoving === true ? 1 : 0
    this.#numbers[at + ROLE] = role + 1
  }

  /** Members that are up. */
  get looks(): ReplicaLook[] {
    return this.#members.flatMap(({ shard, place, at }): ReplicaLook[] => {
      const role = this.#numbers[at + ROLE]
      if (role === 0) return []
      const numberOrNull = (offset: number) => {
        const value = this.#numbers[at + offset]
        return Number.isNaN(value) ? null : value
      }
      return [
        {
          place,
          shard,
          role: this.#roles[role - 1],
          term: numberOrNull(TERM),
          leader: numberOrNull(LEADER),
          applied: this.#numbers[at + APPLIED],
          ...(this.#numbers[at + OWN_COUNT] === 1 ? { appliedIsOwnCount: true } : {}),
          digest: this.#numbers[at + DIGEST],
          backlog: this.#numbers[at + BACKLOG],
          ...(this.#numbers[at + MOVING] === 1 ? { isMoving: true } : {}),
        },
      ]
    })
  }

  /** Whether all members of every shard are up and hold the same data. */
  get isConverged(): boolean {
    const digests = new Map<number, number>()
    return this.#members.every(({ shard, at }) => {
      const digest = this.#numbers[at + DIGEST]
      const others = digests.get(shard) ?? digest
      digests.set(shard, digest)
      return this.#numbers[at + ROLE] !== 0 && others === digest
    })
  }
}
