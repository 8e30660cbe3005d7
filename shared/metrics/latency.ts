import { Histogram } from '../base/histogram.ts'
import { OP_NAMES, STATUS } from '../history/types.ts'
import type { History } from '../history/types.ts'
import type { ClientIndex } from './clients.ts'
import { percentileCurve, summaryOf } from './summary.ts'
import type { LatencyMetrics } from './types.ts'

/** What a latency is filed under: by code of the operation, as in OP_NAMES. */
export const GROUPS = ['read', 'write', 'scan'] as const
export const GROUP_OF_F: readonly number[] = OP_NAMES.map((name) =>
  name === 'read' ? 0 : name === 'scan' ? 2 : 1,
)

/**
 * Latency of the operations that ended ok, from when each should have begun (so that a stalled client can't hide the
 * stall) to its answer. Overall, and by the region of the client.
 */
export function latencyOf(history: History, clients: ClientIndex): LatencyMetrics {
  const { ops, warmupNs } = history
  const byRegion = clients.regions.map(() => GROUPS.map(() => new Histogram()))
  for (let row = 0; row < ops.count; row++) {
    if (ops.status[row] !== STATUS.ok || ops.invokedNs[row] < warmupNs) continue
    const region = clients.regionOfSession[ops.session[row]]
    byRegion[region][GROUP_OF_F[ops.f[row]]].record(Math.max(0, ops.endedNs[row] - ops.intendedNs[row]))
  }
  const overall = GROUPS.map((_, group) => {
    const sum = new Histogram()
    for (const histograms of byRegion) sum.merge(histograms[group])
    return sum
  })
  const summaries = (histograms: readonly Histogram[]) => ({
    read: summaryOf(histograms[0]),
    write: summaryOf(histograms[1]),
    scan: summaryOf(histograms[2]),
  })
  return {
    ...summaries(overall),
    byRegion: Object.fromEntries(clients.regions.map((region, at) => [region, summaries(byRegion[at])])),
    curves: { read: percentileCurve(overall[0]), write: percentileCurve(overall[1]) },
  }
}
