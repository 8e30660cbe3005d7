/** Figures derived from a history: plain JSON, milliseconds, no NaN and no Infinity (null where there is no figure). */

export interface LatencySummary {
  count: number
  mean: number | null
  min: number | null
  p50: number | null
  p90: number | null
  p95: number | null
  p99: number | null
  p999: number | null
  p9999: number | null
  max: number | null
}

export interface LatencyMetrics {
  /** Successful operations from their intended start. `write` holds writes, deletes and cas. */
  read: LatencySummary
  write: LatencySummary
  scan: LatencySummary
  byRegion: Record<string, { read: LatencySummary; write: LatencySummary; scan: LatencySummary }>
  /** Percentile curves for the chart: [p, ms] from p = 0 to 1 − 1/count, dense in the tail. */
  curves: { read: [number, number][]; write: [number, number][] }
}

export interface SeriesMetrics {
  binMs: number
  /** Start of each bin. */
  tMs: number[]
  invoked: number[]
  ok: number[]
  failed: number[]
  unknown: number[]
  readP50: (number | null)[]
  readP99: (number | null)[]
  writeP50: (number | null)[]
  writeP99: (number | null)[]
  staleFraction: (number | null)[]
  /** ok / (ok + failed + unknown) of the operations that should have begun in the bin. */
  availability: (number | null)[]
}

export interface VisibilityPoint {
  tMs: number
  /** Fraction of the reads that were not stale. */
  fresh: number
  reads: number
}

export interface StalenessMetrics {
  reads: number
  staleReads: number
  staleFraction: number | null
  /** Versions behind, of all judged reads (0 when fresh). */
  versionLag: {
    mean: number | null
    p50: number | null
    p99: number | null
    max: number | null
    histogram: [number, number][]
  }
  /** Of the stale reads only. */
  timeLagMs: LatencySummary
  /** The same as a percentile curve, [p, ms]; reports of earlier versions have none. */
  timeLagCurve?: [number, number][]
  /** P(fresh | t). Probe runs: one point per offset. Others: log-spaced bins of t, empty bins left out. */
  visibility: VisibilityPoint[]
  acknowledgedWrites: number
  /** Writes acknowledged although a newer version had been acknowledged before they began: nobody can read them. */
  overtakenWrites: number
  /** Reads left unjudged, with the reason. */
  unjudged: number
  byRegion: Record<string, { reads: number; staleReads: number; staleFraction: number | null }>
  definition: string
}

export interface AvailabilityWindow {
  /** Index of the fault, or null for the time without faults. */
  fault: number | null
  label: string
  fromMs: number
  toMs: number
  overall: number | null
  /** Of the operations of clients on each side of a partition. */
  sides: { label: string; availability: number | null; operations: number }[]
  operations: number
}

/** A time without a single success. */
export interface Outage {
  ms: number
  fromMs: number
}

export interface OutageMetrics {
  /** The longest; null where no such operation was tried. */
  read: Outage | null
  write: Outage | null
  definition: string
}

export interface AvailabilityMetrics {
  overall: number | null
  /** Of the operations that should have begun outside every fault window. */
  calm: number | null
  windows: AvailabilityWindow[]
  outages: OutageMetrics
  errors: Record<string, number>
  definition: string
}

export interface LoadMetrics {
  replicas: {
    id: string
    operations: number
    messagesIn: number
    messagesOut: number
    bytesIn: number
    bytesOut: number
    /** Share of the measured time spent serving, 0 … 1. */
    busy: number
  }[]
  /** Where the key space is divided: what clients asked of each shard, attempts counted one by one. */
  shards: {
    id: number
    replicas: string[]
    asked: number
    /** Of all that was asked. */
    share: number
    /** Per bin of the series. */
    askedPerS: number[]
    /** Where ranges may split: the first of its keys; and of a shard that came or went meanwhile, when. */
    from?: string
    bornMs?: number
    endedMs?: number
  }[]
  messagesPerOperation: number | null
  bytesPerOperation: number | null
  byKind: { kind: string; label: string; messages: number; bytes: number }[]
  dropped: Record<string, number>
  duplicated: number
  /** Per replica and bin: messages in per second. */
  series: { binMs: number; tMs: number[]; messagesInPerS: Record<string, number[]> }
}

export interface ConvergenceMetrics {
  /** From the last write, or the last heal if later, to the first sample from which all replicas stay equal. */
  convergedAfterMs: number | null
  /** Whether all replicas of every shard were equal at the end of the record. */
  equalAtEnd: boolean
  sampleEveryMs: number
  /** Per sample instant: how many distinct states the replicas of the most divided shard held. */
  series: { tMs: number[]; distinctStates: number[] }
  definition: string
}

export interface ReplicationLagMetrics {
  sampleEveryMs: number
  /** Instants of the samples, at most 240. */
  tMs: number[]
  /** Replicas that hold data, at most the 32 that were furthest behind, in the order of the topology. */
  replicas: ReplicaLag[]
  /** Replicas beyond those. */
  leftOut: number
  /** From the end of the warm-up to that of the load; reports of earlier versions have none. */
  furthest?: FurthestLag
  /** Why there is no figure, as a sentence; null where there are figures. */
  reason: string | null
  definition: string
}

/**
 * How far that replica was behind which was furthest behind, whichever it was at each instant: "p99: 200" means that in 99 of
 * 100 looks no replica was behind by more. null where fewer than two replicas were looked at.
 */
export interface FurthestLag {
  ms: LagFigures
  versions: LagFigures
}

export interface LagFigures {
  p50: number | null
  p99: number | null
  max: number | null
}

/** Per instant, null while it was down. */
export interface ReplicaLag {
  id: string
  /** Versions behind the furthest replica, all its shards together. */
  versions: (number | null)[]
  /** How long ago the furthest replica stood where this one stands: of its shards, the one that is worst. */
  ms: (number | null)[]
}

export interface Metrics {
  operations: { invoked: number; ok: number; failed: number; unknown: number; warmup: number }
  latencyMs: LatencyMetrics
  throughput: { okPerS: number; invokedPerS: number }
  staleness: StalenessMetrics
  availability: AvailabilityMetrics
  load: LoadMetrics
  convergence: ConvergenceMetrics
  replicationLag: ReplicationLagMetrics
  facts: { kind: string; total: number; byReplica: Record<string, number> }[]
  series: SeriesMetrics
}
