import { assert } from '../base/assert.ts'
import { Rng } from '../base/rng.ts'
import type { ProbeWorkload } from '../topology/types.ts'

/** One sample of a probe: `writer` writes the key, and `reader` reads it an offset after the acknowledgement. */
export interface ProbeSample {
  index: number
  /** The sample's own key. */
  key: number
  /** Index in `ProbeWorkload.offsetsMs`. */
  offset: number
  /** Index among the clients. */
  writer: number
  /** Index among the clients. */
  reader: number
}

/**
 * The samples of a probe, made one after another in constant memory. Offsets take turns, so that whatever changes
 * during the run strikes all of them alike; writer and reader are drawn independently and evenly among the clients.
 */
export class ProbeSchedule {
  readonly total: number
  private readonly offsets: number
  private readonly clientCount: number
  private readonly rng: Rng
  private readonly sample: ProbeSample = { index: 0, key: 0, offset: 0, writer: 0, reader: 0 }
  private issued = 0

  constructor(workload: ProbeWorkload, clientCount: number, seed: number) {
    assert(clientCount >= 1, 'a probe needs a client')
    this.offsets = workload.offsetsMs.length
    this.total = workload.samples * this.offsets
    this.clientCount = clientCount
    this.rng = Rng.stream(seed, 'probe')
  }

  /** Samples handed out so far. */
  get taken(): number {
    return this.issued
  }

  /** The next sample, in an object that the following call fills again; null when all have been taken. */
  next(): Readonly<ProbeSample> | null {
    if (this.issued === this.total) return null
    const index = this.issued++
    const sample = this.sample
    sample.index = index
    sample.key = index
    sample.offset = index % this.offsets
    sample.writer = this.rng.below(this.clientCount)
    sample.reader = this.rng.below(this.clientCount)
    return sample
  }
}
