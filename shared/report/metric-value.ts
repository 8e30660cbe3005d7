import type { LagFigures, LatencySummary } from '../metrics/types.ts'
import type { Report } from './types.ts'

/** The part of a report that expectations look at. */
export type Measured = Pick<
  Report,
  | 'operations'
  | 'latencyMs'
  | 'throughput'
  | 'staleness'
  | 'availability'
  | 'load'
  | 'convergence'
  | 'replicationLag'
> & {
  readonly facts: readonly { readonly kind: string; readonly total: number }[]
}

const CONFLICTS = ['conflict']
const STREAMED = ['streamed']
const STREAMED_BYTES = ['streamed-bytes']
const LOST_UPDATES = ['lost-update', 'skew-lost', 'lost-write']
/** Kinds of facts that are figures: where a strategy counts them and there were none, their number is 0. */
export const COUNTED_FACTS: ReadonlySet<string> = new Set([...CONFLICTS, ...LOST_UPDATES])

const LATENCY = /^(read|write|scan)\.latency\.(mean|p50|p90|p95|p99|p999|max)$/

const LAG = /^replicationLag\.(p50|p99|max)(Ms|Versions)$/

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
  'moved.keys': (m) => noted(m, STREAMED),
  'moved.bytes': (m) => noted(m, STREAMED_BYTES),
  'shards.busiest': (m) =>
    m.load.shards.length === 0 ? null : Math.max(...m.load.shards.map(({ share }) => share)),
  'shards.busiestAtEnd': (m) => busiestAtEnd(m.load),
  'messages.perOperation': (m) => m.load.messagesPerOperation,
  'bytes.perOperation': (m) => m.load.bytesPerOperation,
}

/** The busiest shard's share of all that was asked in the last quarter of the time in which clients asked at all. */
function busiestAtEnd({ shards }: Measured['load']): number | null {
  const bins = Math.max(0, ...shards.map(({ askedPerS }) => askedPerS.findLastIndex((rate) => rate > 0) + 1))
  const late = shards.map(({ askedPerS }) =>
    askedPerS.slice(Math.floor((bins * 3) / 4), bins).reduce((sum, rate) => sum + rate, 0),
  )
  const total = late.reduce((sum, each) => sum + each, 0)
  return total === 0 ? null : Math.max(...late) / total
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
  const lag = LAG.exec(name)
  if (lag !== null) {
    const [, figure, unit] = lag as unknown as [string, keyof LagFigures, 'Ms' | 'Versions']
    return measured.replicationLag?.furthest?.[unit === 'Ms' ? 'ms' : 'versions'][figure] ?? null
  }
  return Object.hasOwn(OTHERS, name) ? OTHERS[name](measured) : null
}
