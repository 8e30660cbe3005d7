/** The figures that an expectation may name, and the guarantees. The report looks its figures up by these names. */

export interface MetricName {
  name: string
  /** 'ms', 'fraction' (0 … 1), 'count', 'versions', 'per second', 'messages' or 'bytes'. */
  unit: 'ms' | 'fraction' | 'count' | 'versions' | 'per second' | 'messages' | 'bytes'
  help: string
}

const LATENCY_FIGURES: readonly (readonly [string, string])[] = [
  ['mean', 'the mean'],
  ['p50', 'the median'],
  ['p90', 'the 90th percentile'],
  ['p95', 'the 95th percentile'],
  ['p99', 'the 99th percentile'],
  ['p999', 'the 99.9th percentile'],
  ['max', 'the largest'],
]

function latencyNames(operation: string, plural: string): MetricName[] {
  return LATENCY_FIGURES.map(([figure, words]) => ({
    name: `${operation}.latency.${figure}`,
    unit: 'ms',
    help: `Latency of successful ${plural}, from their intended start: ${words}.`,
  }))
}

const LAG_FIGURES: readonly (readonly [string, string])[] = [
  ['p50', 'the median over the time of the load'],
  ['p99', 'the 99th percentile over the time of the load'],
  ['max', 'the largest in the time of the load'],
]

export const METRIC_NAMES: readonly MetricName[] = [
  ...latencyNames('read', 'reads'),
  ...latencyNames('write', 'writes'),
  ...latencyNames('scan', 'scans'),
  { name: 'stale.fraction', unit: 'fraction', help: 'Share of the judged reads that were stale.' },
  { name: 'stale.versionLag.mean', unit: 'versions', help: 'Versions behind, mean over all judged reads.' },
  {
    name: 'stale.versionLag.p99',
    unit: 'versions',
    help: 'Versions behind, 99th percentile of judged reads.',
  },
  { name: 'stale.versionLag.max', unit: 'versions', help: 'Versions behind, the worst judged read.' },
  { name: 'stale.timeLagMs.p50', unit: 'ms', help: 'How long ago a stale read was overtaken: the median.' },
  {
    name: 'stale.timeLagMs.p99',
    unit: 'ms',
    help: 'How long ago a stale read was overtaken: 99th percentile.',
  },
  { name: 'stale.timeLagMs.max', unit: 'ms', help: 'How long ago a stale read was overtaken: the longest.' },
  {
    name: 'fresh.atZero',
    unit: 'fraction',
    help: 'P(fresh | t = 0): a read begun when the write was acknowledged returns it.',
  },
  { name: 'availability', unit: 'fraction', help: 'Share of the operations that ended ok.' },
  {
    name: 'read.outage.max',
    unit: 'ms',
    help: 'The longest time in which no read succeeded, though clients tried.',
  },
  {
    name: 'write.outage.max',
    unit: 'ms',
    help: 'The longest time in which no write succeeded, though clients tried: a failover, for one.',
  },
  { name: 'availability.calm', unit: 'fraction', help: 'The same, outside every fault window.' },
  {
    name: 'throughput.okPerS',
    unit: 'per second',
    help: 'Successful operations per second of measured time.',
  },
  { name: 'operations.failed', unit: 'count', help: 'Operations that definitely did not happen.' },
  {
    name: 'operations.unknown',
    unit: 'count',
    help: 'Operations of which nobody knows whether they happened.',
  },
  {
    name: 'convergence.ms',
    unit: 'ms',
    help: 'From the last write or heal until all replicas of every shard hold the same state.',
  },
  ...LAG_FIGURES.flatMap(([figure, words]): MetricName[] => [
    {
      name: `replicationLag.${figure}Ms`,
      unit: 'ms',
      help: `How long ago the furthest replica of its shard stood where the last one stands, by samples of the replicas: ${words}. Not where replicas adopt versions each in an order of its own (leaderless).`,
    },
    {
      name: `replicationLag.${figure}Versions`,
      unit: 'versions',
      help: `How many versions fewer than the furthest replica the last one had applied: ${words}.`,
    },
  ]),
  {
    name: 'conflicts',
    unit: 'count',
    help: 'Pairs of concurrent writes to one key, where the strategy has several leaders.',
  },
  {
    name: 'lostUpdates',
    unit: 'count',
    help:
      'Acknowledged writes that are gone, where the strategy counts them: wiped out by another whose author had not seen ' +
      'them, or thrown away by a failover.',
  },
  {
    name: 'moved.keys',
    unit: 'count',
    help: 'Keys that replicas which joined, or took over from one that left, have copied, where the strategy counts them.',
  },
  { name: 'moved.bytes', unit: 'bytes', help: 'The size of the messages that brought them.' },
  {
    name: 'shards.busiest',
    unit: 'fraction',
    help: 'What went to the busiest shard of all that clients asked, where the key space is divided.',
  },
  {
    name: 'shards.busiestAtEnd',
    unit: 'fraction',
    help: 'The same in the last quarter of the time in which clients ask: what ranges that split have come to.',
  },
  { name: 'messages.perOperation', unit: 'messages', help: 'Messages sent per operation.' },
  { name: 'bytes.perOperation', unit: 'bytes', help: 'Bytes sent per operation.' },
]

const METRICS_BY_NAME: ReadonlyMap<string, MetricName> = new Map(
  METRIC_NAMES.map((metric) => [metric.name, metric]),
)

export function isMetricName(name: string): boolean {
  return METRICS_BY_NAME.has(name)
}

/** Unit and help of a metric; undefined for a name that is none. */
export function metricOf(name: string): MetricName | undefined {
  return METRICS_BY_NAME.get(name)
}

/** Consistency properties that an expectation may name: all that the checkers can judge of a run. */
export const GUARANTEE_NAMES: readonly string[] = [
  'linearizable',
  'sequential',
  'causal-convergent',
  'causal-memory',
  'causal',
  'consistent-prefix',
  'read-your-writes',
  'monotonic-reads',
  'monotonic-writes',
  'writes-follow-reads',
  'k-atomic',
  'bounded-staleness',
  'convergence',
  'acknowledged-writes',
  'set-full',
]

/**
 * Guarantees with a number of one's own: `k-atomic:3`, `bounded-staleness:250` (ms), with what may follow the colon.
 * Without it they stand for 2 versions and for a second.
 */
export const GUARANTEE_PARAMETERS: ReadonlyMap<string, string> = new Map([
  ['k-atomic', '[1-9]\\d{0,8}'],
  ['bounded-staleness', '\\d{1,9}(?:\\.\\d{1,9})?'],
])

/** Matches a guarantee with its parameter, and no other text. */
export const PARAMETRIC_GUARANTEE = new RegExp(
  `^(?:${[...GUARANTEE_PARAMETERS].map(([name, number]) => `${name}:${number}`).join('|')})$`,
)
