import { Histogram } from '../base/histogram.ts'
import { msOfNs, NS_PER_MS } from '../base/time.ts'
import type { Ns } from '../base/time.ts'
import { STATUS } from '../history/types.ts'
import type { History } from '../history/types.ts'
import { GROUP_OF_F } from './latency.ts'
import { VERDICT } from './staleness.ts'
import { fractionOf } from './summary.ts'
import type { SeriesMetrics } from './types.ts'

/** Bins aimed at: with a ladder whose steps are at most 2.5 wide there are then 60 to 240 of them. */
const BINS_MIN = 60
const BINS_MAX = 240

/**
 * The width of a bin: the greatest of 1, 2, 5 × 10^k ns that cuts `spanNs` into at least 60. Steps of the ladder are at
 * most 2.5 apart, so there are no more than 150, or 240 with what alignment adds.
 */
export function binWidthNs(spanNs: Ns): Ns {
  let width = 1
  for (let decade = 1; decade * BINS_MIN <= spanNs; decade *= 10) {
    for (const step of [1, 2, 5]) if (decade * step * BINS_MIN <= spanNs) width = decade * step
  }
  return width
}

/**
 * Figures over time, in bins from the end of the warm-up to when the clients stopped. Counts of ok, failed and unknown
 * are filed under the instant at which the operation ended (still open: not at all), as throughput is; latency,
 * staleness and availability under the instant at which it should have begun, as they are its own. What ended after
 * the clients had stopped is left out of the former.
 */
export function seriesOf(history: History, verdicts: Uint8Array): SeriesMetrics {
  const { ops, warmupNs } = history
  const endNs = Math.max(warmupNs, Math.min(history.issuedUntilNs, history.endedNs))
  const binNs = binWidthNs(endNs - warmupNs)
  const first = Math.floor(warmupNs / binNs)
  const bins = endNs > warmupNs ? Math.min(BINS_MAX, Math.ceil(endNs / binNs) - first) : 0
  const column = (): number[] => new Array<number>(bins).fill(0)
  const counts = { invoked: column(), ok: column(), failed: column(), unknown: column() }
  const [intended, intendedOk, judged, stale] = [column(), column(), column(), column()]
  const latencies: (Histogram | undefined)[] = []
  for (let row = 0; row < ops.count; row++) {
    if (ops.invokedNs[row] < warmupNs) continue
    const status = ops.status[row]
    const invokedBin = Math.floor(ops.invokedNs[row] / binNs) - first
    if (invokedBin < bins) counts.invoked[invokedBin]++
    const endedBin = Math.floor(ops.endedNs[row] / binNs) - first
    if (endedBin < bins) {
      if (status === STATUS.ok) counts.ok[endedBin]++
      else if (status === STATUS.fail) counts.failed[endedBin]++
      else counts.unknown[endedBin]++
    }
    const bin = Math.floor(ops.intendedNs[row] / binNs) - first
    if (bin < 0 || bin >= bins) continue
    intended[bin]++
    if (status === STATUS.ok) {
      intendedOk[bin]++
      const group = GROUP_OF_F[ops.f[row]]
      if (group < 2) {
        const histogram = (latencies[2 * bin + group] ??= new Histogram())
        histogram.record(Math.max(0, ops.endedNs[row] - ops.intendedNs[row]))
      }
    }
    if (verdicts[row] !== VERDICT.none) {
      judged[bin]++
      if (verdicts[row] === VERDICT.stale) stale[bin]++
    }
  }
  const quantiles = (group: number, p: number): (number | null)[] =>
    intended.map((_, bin) => {
      const ns = latencies[2 * bin + group]?.quantile(p) ?? null
      return ns === null ? null : msOfNs(ns)
    })
  return {
    binMs: binNs / NS_PER_MS,
    tMs: intended.map((_, bin) => msOfNs((first + bin) * binNs)),
    ...counts,
    readP50: quantiles(0, 0.5),
    readP99: quantiles(0, 0.99),
    writeP50: quantiles(1, 0.5),
    writeP99: quantiles(1, 0.99),
    staleFraction: stale.map((count, bin) => fractionOf(count, judged[bin])),
    availability: intendedOk.map((count, bin) => fractionOf(count, intended[bin])),
  }
}
