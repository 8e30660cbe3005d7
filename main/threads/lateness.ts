import { Histogram } from '../../shared/base/histogram.ts'
import type { Ns } from '../../shared/base/time.ts'
import type { LatenessSummary } from '../../shared/report/types.ts'

/** Pairs of [ns, count], ascending: what a histogram is when it goes from one thread to another. */
export type Counts = [number, number][]

export function countsOf(histogram: Histogram): Counts {
  return [...histogram.buckets()].map(({ fromNs, count }) => [fromNs, count])
}

/** Quantiles in ms of several threads' counts together. */
export function latenessOf(parts: readonly Counts[]): LatenessSummary {
  const all = parts.flat().sort((a, b) => a[0] - b[0])
  const count = all.reduce((sum, [, each]) => sum + each, 0)
  const quantile = (p: number): number | null => {
    let left = Math.ceil(p * count)
    for (const [ns, each] of all) if ((left -= each) <= 0) return ns / 1e6
    return null
  }
  const max = all.length === 0 ? null : all[all.length - 1][0] / 1e6
  if (count === 0) return { p50: null, p90: null, p99: null, p999: null, max, count }
  return { p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99), p999: quantile(0.999), max, count }
}

/** How late a thread handles what is due, in real nanoseconds: messages apart from everything else. */
export class LatenessRecorder {
  readonly messages = new Histogram()
  readonly timers = new Histogram()

  record(isMessage: boolean, ns: Ns): void {
    ;(isMessage ? this.messages : this.timers).record(Math.max(0, Math.round(ns)))
  }
}
