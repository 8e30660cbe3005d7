import type { ClockSpec, LinkSpec, PartitioningSpec, RetrySpec, RunSpec } from './types.ts'

/** What a file need not say. The schema documents these and `formatTopology` leaves them out. */
export const DEFAULTS = {
  clock: { offsetMs: 0, driftPpm: 0, uncertaintyMs: 0 } satisfies ClockSpec,
  fsyncMs: 0,
  perMessageMs: 0,
  sessions: 1,
  thinkMs: 0,
  timeoutMs: 6_000,
  retry: { max: 0, backoffMs: 10, backoffMsMax: 1_000 } satisfies RetrySpec,
  link: {
    oneWay: 0.25,
    oneWayOf: {},
    lossPpm: 0,
    duplicatePpm: 0,
    reorderPpm: 0,
    ordered: false,
    bandwidthMbps: null,
  } satisfies LinkSpec,
  partitioning: { scheme: 'none', shards: 1, virtualNodes: 16 },
  split: { checkEveryMs: 10_000, rangesMax: 64, moveLeaders: true },
  consistency: { read: 'eventual', onPartition: 'consistency' },
  keys: 1_000,
  valueBytes: 100,
  scanLengthMax: 100,
  zipfianConstant: 0.99,
  hotspot: { dataFraction: 0.2, operationFraction: 0.8 },
  run: { durationMs: 10_000, warmupMs: 0, seed: 1, timeScale: 1 } satisfies RunSpec,
} as const

/** Buckets of rendezvous hashing: many, so that shares come out even; those with equal replicas are one shard. */
const RENDEZVOUS_BUCKETS = 1_024

/** Ranges are many in practice, so that a newcomer can be given some. */
const RANGES_PER_REPLICA = 4

/** The number of shards where the file does not state one. */
export function usualShards({ scheme, ranges }: Omit<PartitioningSpec, 'shards'>, replicas: number): number {
  switch (scheme) {
    case 'range':
      return ranges === undefined ? RANGES_PER_REPLICA * replicas : ranges.length + 1
    case 'hash':
    case 'slots':
    case 'jump':
      return replicas
    case 'rendezvous':
      return RENDEZVOUS_BUCKETS
    default:
      return DEFAULTS.partitioning.shards
  }
}
