import { msOfNs } from '../base/time.ts'
import type { Ns } from '../base/time.ts'
import { STATUS } from '../history/types.ts'
import type { History } from '../history/types.ts'
import { GROUP_OF_F, GROUPS } from './latency.ts'
import type { Outage, OutageMetrics } from './types.ts'

export const OUTAGE_DEFINITION =
  'The longest time, between the end of the warm-up and the end of the load, in which no read (no write) succeeded, ' +
  'though clients tried.'

/** Gaps are found exactly where they are longer than this share of the run, and to this share where they are not. */
const BUCKETS = 1 << 16

/**
 * The longest gap between the ends of successful operations of a kind. By buckets, as a gap longer than one spans
 * the border of two: linear in the operations, whatever order they ended in.
 */
export function outagesOf(history: History): OutageMetrics {
  const { ops, warmupNs } = history
  const untilNs = Math.min(history.issuedUntilNs, history.endedNs)
  const stretches = GROUPS.map(() => new Stretches(warmupNs, untilNs))
  for (let row = 0; row < ops.count; row++) {
    const group = stretches[GROUP_OF_F[ops.f[row]]]
    if (ops.invokedNs[row] >= warmupNs) group.wasTried = true
    if (ops.status[row] === STATUS.ok) group.add(ops.endedNs[row])
  }
  const [read, write] = stretches
  return { read: read.longest(), write: write.longest(), definition: OUTAGE_DEFINITION }
}

class Stretches {
  readonly #fromNs: Ns
  readonly #untilNs: Ns
  readonly #widthNs: Ns
  readonly #first = new Float64Array(BUCKETS).fill(Infinity)
  readonly #last = new Float64Array(BUCKETS).fill(-Infinity)
  wasTried = false

  constructor(fromNs: Ns, untilNs: Ns) {
    this.#fromNs = fromNs
    this.#untilNs = untilNs
    this.#widthNs = Math.max(1, (untilNs - fromNs) / BUCKETS)
  }

  add(ns: Ns): void {
    if (ns < this.#fromNs || ns > this.#untilNs) return
    const bucket = Math.min(BUCKETS - 1, Math.floor((ns - this.#fromNs) / this.#widthNs))
    if (ns < this.#first[bucket]) this.#first[bucket] = ns
    if (ns > this.#last[bucket]) this.#last[bucket] = ns
  }

  longest(): Outage | null {
    if (!this.wasTried || this.#untilNs <= this.#fromNs) return null
    let previous = this.#fromNs
    let [ns, since] = [0, this.#fromNs]
    const gap = (until: Ns) => {
      if (until - previous > ns) [ns, since] = [until - previous, previous]
    }
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      if (this.#first[bucket] === Infinity) continue
      gap(this.#first[bucket])
      previous = this.#last[bucket]
    }
    gap(this.#untilNs)
    return { ms: msOfNs(ns), fromMs: msOfNs(since) }
  }
}
