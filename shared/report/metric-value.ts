import type { LatencySummary } from '../metrics/types.ts'
import type { Report } from './types.ts'

/** The part of a report that expectations look at. */
export type Measured = Pick<
  Report,
  'operations' | 'latencyMs' | 'throughput' | 'staleness' | 'availability' | 'load' | 'convergence'
> & {
  readonly facts: readonly { readonly kind: string; readonly total: number }[]
}

const CONFLICTS = ['conflict']
const LOST_UPDATES = ['lost-update', 'skew-lost', 'lost-write']
/** Kinds of facts that are figures: where a strategy counts them and there were none, their number is 0. */
export const COUNTED_FACTS: ReadonlySet<string> = new Set([...CONFLICTS, ...LOST_UPDATES])

const LATENCY = /^(read|write|scan)\.latency\.(mean|p50|p90|p95|p99|p999|max)$/

const OTHERS: Readonly<Record<string, (measured: Measured) => number | null>> = {
  'stale.fraction': (m) => m.staleness.staleFraction,
  'stale.versionLag.mean': (m) => m.staleness.versionLag.mean,
  'stale.versionLag.p99': (m) => m.staleness.versionLag.p99,
  'stale.versionLag.max': (m) => m.staleness.versionLag.max,
  'stale.timeLagMs.p50': (m) => m.staleness.timeLagMs.p50,
  'stale.timeLagMs.p99': (m) => m.staleness.timeLagMs.p99,
  'stale.timeLagMs.max': (m) => m.staleness.timeLagMs.max,
  'fresh.atZero': (m) => m.staleness.visibility.find((point) => point.tMs === 0)?.fresh ?? null,
  availability: (m) => m.availability.overall,
  'availability.calm': (m) => m.availability.calm,
  'read.outage.max': (m) => m.availability.outages.read?.ms ?? null,
  'write.outage.max': (m) => m.availability.outages.write?.ms ?? null,
  'throughput.okPerS': (m) => m.throughput.okPerS,
  'operations.failed': (m) => m.operations.failed,
  'operations.unknown': (m) => m.operations.unknown,
  'convergence.ms': (m) => m.convergence.convergedAfterMs,
  conflicts: (m) => noted(m, CONFLICTS),
  lostUpdates: (m) => noted(m, LOST_UPDATES),
  'shards.busiest': (m) =>
    m.load.shards.length === 0 ? null : Math.max(...m.load.shards.map(({ share }) => share)),
  'messages.perOperation': (m) => m.load.messagesPerOperation,
  'bytes.perOperation': (m) => m.load.bytesPerOperation,
}

/** Sum of what replicas noted of these kinds; null where the strategy counts none of them. */
function noted({ facts }: Measured, kinds: readonly string[]): number | null {
  const found = facts.filter(({ kind }) => kinds.includes(kind))
  return found.length === 0 ? null : found.reduce((sum, { total }) => sum + total, 0)
}

/** The figure that a metric name stands for (see `topology/metric-names.ts`), or null where the run has none. */
export function metricValue(measured: Measured, name: string): number | null {
  const latency = LATENCY.exec(name)
  if (latency !== null) {
    const [, operation, figure] = latency as unknown as [
      string,
      'read' | 'write' | 'scan',
      keyof LatencySummary,
    ]
    return measured.latencyMs[operation][figure]
  }
  return Object.hasOwn(OTHERS, name) ? OTHERS[name](measured) : null
}
