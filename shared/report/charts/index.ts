import { availability } from './availability.ts'
import { availabilityBySide } from './availability-by-side.ts'
import { convergence } from './convergence.ts'
import type { Chart } from './frame.ts'
import { latencyCdf } from './latency-cdf.ts'
import { latencyOverTime } from './latency-over-time.ts'
import { latencyPercentiles } from './latency-percentiles.ts'
import { load } from './load.ts'
import { replicationLag, replicationLagVersions } from './replication-lag.ts'
import { shardLoad } from './shard-load.ts'
import { staleness } from './staleness.ts'
import { throughput } from './throughput.ts'
import { timeLag } from './time-lag.ts'
import { versionLag } from './version-lag.ts'

/** The charts of a report in reading order; a page, a window and an export all walk this list. */
export const CHARTS: readonly Chart[] = [
  latencyPercentiles,
  staleness,
  latencyCdf,
  latencyOverTime,
  throughput,
  availability,
  availabilityBySide,
  versionLag,
  timeLag,
  replicationLag,
  replicationLagVersions,
  convergence,
  load,
  shardLoad,
]

export { CHART_SIZE } from './frame.ts'
export type { AxisWords, Chart, ChartOption, Size, Table } from './frame.ts'
