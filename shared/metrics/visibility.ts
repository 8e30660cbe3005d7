import { Histogram } from '../base/histogram.ts'
import { pow } from '../base/math.ts'
import { msOfNs, nsOfMs } from '../base/time.ts'
import type { Ns } from '../base/time.ts'
import type { VisibilityPoint } from './types.ts'

const BINS_PER_DECADE = 10
const FIRST_EXPONENT = -2
const LAST_EXPONENT = 5

/** Lower edges of the bins of t, in ns: ten per decade from 0.01 ms to 100 s. */
const EDGES_NS: readonly Ns[] = Array.from(
  { length: (LAST_EXPONENT - FIRST_EXPONENT) * BINS_PER_DECADE },
  (_, bin) => nsOfMs(powerOfTen(bin / BINS_PER_DECADE)),
)
/** Geometric middles of the bins, in ms. */
const MIDDLES_MS: readonly number[] = EDGES_NS.map((_, bin) => powerOfTen((bin + 0.5) / BINS_PER_DECADE))

function powerOfTen(above: number): number {
  return pow(10, FIRST_EXPONENT + above)
}

/**
 * P(fresh | t) in logarithmic bins of t, for workloads whose reads come when they come. t = 0 has a bin of its own;
 * the first and the last bin also take what lies beyond them.
 */
export class BinnedVisibility {
  readonly #reads = new Float64Array(EDGES_NS.length + 1)
  readonly #fresh = new Float64Array(EDGES_NS.length + 1)

  add(sinceAckNs: Ns, fresh: boolean): void {
    const bin = binOf(sinceAckNs)
    this.#reads[bin]++
    if (fresh) this.#fresh[bin]++
  }

  points(): VisibilityPoint[] {
    const points: VisibilityPoint[] = []
    for (let bin = 0; bin < this.#reads.length; bin++) {
      const reads = this.#reads[bin]
      if (reads === 0) continue
      points.push({ tMs: bin === 0 ? 0 : MIDDLES_MS[bin - 1], fresh: this.#fresh[bin] / reads, reads })
    }
    return points
  }
}

/** 0 for t = 0, else one more than the index of the last edge at or below t. */
function binOf(ns: Ns): number {
  if (ns === 0) return 0
  let low = 1
  let high = EDGES_NS.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ns >= EDGES_NS[middle]) low = middle + 1
    else high = middle
  }
  return low
}

/** P(fresh | t) of a probe: one point per offset. */
export class ProbeVisibility {
  readonly #offsetsMs: readonly number[] | null
  readonly #byOffset: (ProbePoint | undefined)[] = []

  /** Without the offsets that were asked for, a point stands at the median of the delays measured. */
  constructor(offsetsMs: readonly number[] | null) {
    this.#offsetsMs = offsetsMs
  }

  /** `tag` is the index of the offset, plus one. */
  add(tag: number, sinceAckNs: Ns, fresh: boolean): void {
    const point = (this.#byOffset[tag - 1] ??= { reads: 0, fresh: 0, delays: new Histogram() })
    point.reads++
    if (fresh) point.fresh++
    point.delays.record(sinceAckNs)
  }

  points(): VisibilityPoint[] {
    const points: VisibilityPoint[] = []
    for (let offset = 0; offset < this.#byOffset.length; offset++) {
      const point = this.#byOffset[offset]
      if (point === undefined) continue
      const tMs = this.#offsetsMs?.[offset] ?? msOfNs(point.delays.quantile(0.5) ?? 0)
      points.push({ tMs, fresh: point.fresh / point.reads, reads: point.reads })
    }
    return points.sort((a, b) => a.tMs - b.tMs)
  }
}

interface ProbePoint {
  reads: number
  fresh: number
  delays: Histogram
}
