import type { VisibilityPoint } from '../metrics/types.ts'

export interface PredictedLatency {
  p50: number
  p90: number
  p95: number
  p99: number
  p999: number
  mean: number
}

export interface QuorumFacts {
  n: number
  r: number
  w: number
  /** R + W > N: every read quorum meets every write quorum. */
  readsOverlapWrites: boolean
  /** 2W > N: two writes meet. */
  writesOverlapWrites: boolean
  /** Replicas that may be lost while reads / writes still succeed. */
  readResilience: number
  writeResilience: number
  /** Share of the operations that the busiest replica serves (Naor & Wool), for the workload's read share. */
  load: number
  /** 1 / load: operations per second, in units of one replica's. */
  capacity: number
  /** P(a read misses the latest k versions) for instant dissemination off: (C(N−W,R)/C(N,R))^k, k = 1, 2, 3, 5, 10. */
  kStaleness: { k: number; pStale: number }[]
}

export interface Prediction {
  format: 'replica-lab/prediction@1'
  topology: string
  model: string
  trials: number
  latencyMs: { read: PredictedLatency; write: PredictedLatency }
  /** Percentile curves [p, ms], as in metrics. */
  curves: { read: [number, number][]; write: [number, number][] }
  freshAtZero: number
  visibility: VisibilityPoint[]
  /** Smallest t with P(fresh | t) ≥ 0.999; 0 when it holds at once; null when not within the horizon. */
  t999Ms: number | null
  /** null where a leader orders the writes. */
  quorum: QuorumFacts | null
  /** What the model leaves out of this topology, one sentence each. */
  caveats: string[]
}
