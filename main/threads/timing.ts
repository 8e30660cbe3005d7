import { Histogram } from '../../shared/base/histogram.ts'
import { LOG_BUCKETS, logBucketOf } from '../../shared/base/log-counts.ts'
import type { Ns } from '../../shared/base/time.ts'
import type { PlaceId, Plan } from '../../shared/plan/types.ts'
import { PLACES_MAX } from '../../shared/runtime/world.ts'

/** Standing still for longer than this, real time, is a stall. */
export const STALL_NS = 5_000_000
/** As many links are looked at one by one; in larger topologies the clients of a thread count as one place. */
export const LINKS_MAX = 4096

/** Pairs of [ns or bucket, count], ascending: what a histogram is when it goes from one thread to another. */
export type Counts = [number, number][]

export function countsOf(histogram: Histogram): Counts {
  return [...histogram.buckets()].map(({ fromNs, count }) => [fromNs, count])
}

export interface LinkTiming {
  from: PlaceId
  to: PlaceId
  /** By bucket of `log-counts`. */
  lateness: Counts
}

export interface Stalls {
  count: number
  totalNs: Ns
  maxNs: Ns
}

/** How one thread kept time, all in real nanoseconds and from the end of the warm-up on. */
export interface ThreadTiming {
  thread: number
  messages: Counts
  /** Timers, arrivals of operations, disks. */
  timers: Counts
  links: LinkTiming[]
  stalls: Stalls
  workedNs: Ns
  elapsedNs: Ns
}

/** Which places stand for themselves in figures by link, and which for all places of their thread. */
export function linkEnds(plan: Plan, threadOf: readonly number[]): (place: PlaceId) => PlaceId {
  if (plan.places.length * (plan.places.length - 1) <= LINKS_MAX) return (place) => place
  const first = plan.places.map(({ id }) => threadOf.indexOf(threadOf[id]))
  return (place) => first[place]
}

/** The places that a thread runs, by name. */
export function namesOn(plan: Plan, threadOf: readonly number[], thread: number): string {
  const places = plan.places.filter(({ id }) => threadOf[id] === thread)
  return places.map(({ name }) => name).join(', ')
}

/** Notes how late a thread does what it has to do, and when it stands still. */
export class TimingRecorder {
  readonly #thread: number
  readonly #endOf: (place: PlaceId) => PlaceId
  /** Counts for all to see, by bucket of `log-counts`. */
  readonly #shared: Uint32Array
  readonly #messages = new Histogram()
  readonly #timers = new Histogram()
  readonly #links = new Map<number, Uint32Array>()
  readonly #stalls: Stalls = { count: 0, totalNs: 0, maxNs: 0 }
  #beganNs: Ns | null = null
  #endedNs: Ns = 0
  #workedNs: Ns = 0

  constructor(thread: number, shared: Uint32Array, endOf: (place: PlaceId) => PlaceId) {
    this.#thread = thread
    this.#shared = shared
    this.#endOf = endOf
  }

  message(from: PlaceId, to: PlaceId, lateNs: Ns): void {
    const ns = Math.max(0, Math.round(lateNs))
    const bucket = logBucketOf(ns)
    this.#shared[bucket]++
    if (this.#beganNs === null) return
    this.#messages.record(ns)
    const key = this.#endOf(from) * PLACES_MAX + this.#endOf(to)
    let counts = this.#links.get(key)
    if (counts === undefined) this.#links.set(key, (counts = new Uint32Array(LOG_BUCKETS)))
    counts[bucket]++
  }

  timer(lateNs: Ns): void {
    if (this.#beganNs !== null) this.#timers.record(Math.max(0, Math.round(lateNs)))
  }

  /** One turn of the thread's loop is over. `worked`: it found something to do. Nothing counts before the first call. */
  turn(beganNs: Ns, endedNs: Ns, worked: boolean): void {
    this.#beganNs ??= beganNs
    this.#endedNs = endedNs
    if (worked) this.#workedNs += endedNs - beganNs
    this.#stall(endedNs - beganNs)
  }

  /** The thread got the processor back so much later than it had asked for. */
  overslept(ns: Ns): void {
    if (this.#beganNs !== null) this.#stall(ns)
  }

  #stall(ns: Ns): void {
    if (ns < STALL_NS) return
    this.#stalls.count++
    this.#stalls.totalNs += ns
    this.#stalls.maxNs = Math.max(this.#stalls.maxNs, ns)
  }

  finish(): ThreadTiming {
    return {
      thread: this.#thread,
      messages: countsOf(this.#messages),
      timers: countsOf(this.#timers),
      links: [...this.#links].map(([key, counts]) => ({
        from: Math.floor(key / PLACES_MAX),
        to: key % PLACES_MAX,
        lateness: [...counts].flatMap((count, bucket): Counts => (count > 0 ? [[bucket, count]] : [])),
      })),
      stalls: this.#stalls,
      workedNs: this.#workedNs,
      elapsedNs: this.#beganNs === null ? 0 : this.#endedNs - this.#beganNs,
    }
  }
}
