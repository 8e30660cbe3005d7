import type { VisibilityPoint } from '../../metrics/types.ts'
import type { Topology } from '../../topology/types.ts'
import type { GuaranteeResult, Provenance } from '../types.ts'
import type { MoveFinding, Newcomer } from './move-types.ts'

/** What is put to the test: a topology, and where its data are. */
export interface Subject {
  topology: Topology
  /** By shard: names of the replicas that hold it. */
  shards: readonly (readonly string[])[]
  /** null where there is one shard. */
  rebalancing: Rebalancing | null
  /** The replica that the battery adds and takes away again; or why there is none, as a sentence. */
  newcomer: Newcomer | { reason: string }
}

/** What moves when one more replica joins; fractions from 0 to 1. */
export interface Rebalancing {
  scheme: string
  /** Of the keys: those that get another owner. */
  movedFraction: number
  /** What would have to, for all owners to have equal shares again. */
  idealFraction: number
  /** Of all copies: those that are made anew at another replica. */
  movedCopiesFraction: number
}

/** Replicas that fail and are cut off together: a region where there are several, else a zone, else a replica. */
export interface Site {
  id: string
  kind: 'region' | 'zone' | 'replica'
  region: string
  /** The zone of its clients; null for a region. */
  zone: string | null
  replicas: string[]
  /** How many of them hold data; the others stand in. */
  holders: number
}

export type ProbeKind =
  | 'calm'
  | 'visibility'
  | 'baseline'
  | 'contended'
  | 'partition'
  | 'heal'
  | 'crash'
  | 'region-lost'
  | 'moving'
  | 'unmoved'
  | 'load'

/** The sides of a partition, by names of replicas and clients. */
export interface Cut {
  small: string[]
  large: string[]
}

/** One run of the battery: a topology derived from the subject's. */
export interface Probe {
  /** Unique in the battery: "partition-1". */
  name: string
  kind: ProbeKind
  title: string
  topology: Topology
  cut: Cut | null
  /** Names of the replicas that go down. */
  struck: readonly string[]
  /** Load probes: closed sessions in all. */
  sessions: number | null
  /** Load probes: the bound that was taken away, to see whether it was the one that mattered. */
  unbound: Bound | null
}

export type Bound = 'service' | 'bandwidth' | 'disk'

/** Of the operations tried, how many were answered in time. */
export interface Answered {
  tried: number
  answered: number
  /** null where none was tried. */
  fraction: number | null
}

export interface Percentiles {
  p50Ms: number | null
  p99Ms: number | null
}

/** In place of an error code: answered, but only when the fault was over. */
export const LATE = 'answered-late'

/** What some clients saw during some time. */
export interface Experience {
  reads: Answered
  writes: Answered
  /** Operations that were not answered, by error code, the most frequent first. */
  errors: { code: string; operations: number }[]
  /** Of the reads answered and judged. */
  staleFraction: number | null
  judgedReads: number
  readLatency: Percentiles
  writeLatency: Percentiles
}

/** The longest time without a success, in ms; null where no such operation was tried. */
export interface Outages {
  readMs: number | null
  writeMs: number | null
}

export interface CalmRegion {
  region: string
  reads: number
  writes: number
  readLatency: Percentiles
  writeLatency: Percentiles
}

export interface Calm {
  okPerS: number
  availability: number | null
  regions: CalmRegion[]
  /** What the topology's own clients did: "ycsb-b". */
  workload: string
  lost: LostWrites
}

export interface Visibility {
  /** One per offset. */
  points: VisibilityPoint[]
  freshAtZero: number | null
  /** The first offset from which on at least 99.9 % of the reads were fresh; null where none was. */
  t999Ms: number | null
  /** Under contention: reads and writes of a few keys from everywhere. */
  staleFraction: number | null
  versionLagP99: number | null
  versionLagMax: number | null
  timeLagP99Ms: number | null
}

export interface Side {
  label: string
  /** By the replicas that hold data. */
  share: 'majority' | 'half' | 'minority'
  replicas: string[]
  clients: string[]
  /** Whether the leader of most shards stood here when the partition began; null where none leads. */
  hasLeader: boolean | null
  /** From the beginning of the partition. */
  whole: Experience
  /** From when elections and time-outs are over: the last part of the partition. */
  settled: Experience
  outages: Outages
}

export interface PartitionFinding {
  probe: string
  title: string
  forMs: number
  sides: Side[]
  linearizable: GuaranteeResult['status']
  lost: LostWrites
}

export interface FailoverFinding {
  probe: string
  title: string
  /** Names of the replicas that were down. */
  struck: string[]
  forMs: number
  outages: Outages
  /** The longest pause of the same clients before the fault: what counts as none. */
  usual: Outages
  /** While it lasted. */
  whole: Experience
  /** From the fault until the latency was that of calm times again; null where it was not, as long as the fault lasted. */
  calmAfterMs: number | null
  /** The same from when the replicas were back. */
  calmAfterReturnMs: number | null
  lost: LostWrites
}

/** Acknowledged writes of which nothing was left after the heal, though no later write had replaced them. */
export interface LostWrites {
  acknowledged: number
  /** Keys that were read after the heal before anybody wrote them again. */
  judgedKeys: number
  lost: number
  /** The first of them. */
  examples: string[]
}

export interface ConvergenceFinding {
  /** From the heal (or the last write, where one ended later); null where the replicas still differed at the end. */
  afterHealMs: number | null
  /** How long they were watched. */
  watchedMs: number
  definition: string
}

export interface GuaranteeLine {
  name: string
  title: string
  calm: GuaranteeResult['status'] | null
  /** The worst of all probes, those with faults included; null where none had faults. */
  faults: GuaranteeResult['status'] | null
  /** What proves a violation, in calm if there was one there. */
  sentence: string
}

export interface GuaranteeFinding {
  lines: GuaranteeLine[]
  /** "causal holds; sequential is violated". */
  strongestCalm: string
  strongestFaults: string
}

export interface LoadPoint {
  sessions: number
  okPerS: number
  /** Mean time of an operation, by Little's law. */
  meanMs: number
  readLatency: Percentiles
  writeLatency: Percentiles
  /** The busiest replica and the share of its time that it served messages. */
  busiest: string
  busy: number
}

export interface Saturation {
  points: LoadPoint[]
  /** Index in `points`: where throughput divided by mean latency is largest (Kleinrock's power). */
  knee: number | null
  peakOkPerS: number | null
  /** The replica that worked most at the last point. */
  busiest: string | null
  /** What grew the throughput most when it was taken away, and by what factor. */
  bottleneck: { bound: Bound; factor: number } | null
  sentence: string
}

export interface Pacelc {
  /** Under a partition: availability or consistency. */
  partition: 'A' | 'C'
  /** Else: latency or consistency. */
  else: 'L' | 'C'
  cap: 'CP' | 'AP' | 'CA'
  evidence: PacelcEvidence
}

export interface PacelcEvidence {
  partition: string
  else: string
  /** By partition and side: what was answered once it had settled. */
  sides: {
    probe: string
    label: string
    readsAnswered: number | null
    writesAnswered: number | null
  }[]
  /** The verdict on all that was answered during partitions. */
  linearizableUnderPartition: GuaranteeResult['status'] | null
  linearizableInCalm: GuaranteeResult['status'] | null
  sequentialInCalm: GuaranteeResult['status'] | null
  staleFractionInCalm: number | null
  /** Median latency in calm beyond the round trip to the nearest replica. */
  readBeyondNearestMs: number | null
  writeBeyondNearestMs: number | null
}

export interface ProbeLine {
  name: string
  title: string
  operations: number
  virtualMs: number
  stoppedEarly: string | null
}

/** What the standard battery of probes says of a topology: plain JSON, of which every view is made. */
export interface Datasheet {
  format: 'replica-lab/datasheet@1'
  provenance: Provenance
  seed: number
  topology: Topology
  isQuick: boolean
  pacelc: Pacelc
  calm: Calm
  visibility: Visibility
  partitions: PartitionFinding[]
  failovers: FailoverFinding[]
  convergence: ConvergenceFinding | null
  guarantees: GuaranteeFinding
  saturation: Saturation
  rebalancing: {
    moved: Rebalancing | null
    sentence: string
    /** null where no replica can join; sheets of earlier versions have none. */
    measured?: MoveFinding | null
  }
  probes: ProbeLine[]
}
