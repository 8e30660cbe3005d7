import type { Metrics } from '../metrics/types.ts'
import type { Prediction } from '../predict/types.ts'
import type { Topology } from '../topology/types.ts'

export interface Provenance {
  /** Everything here may differ between machines and runs; the rest of a simulated report may not. */
  tool: string
  version: string
  command: string
  at: string
  node: string
  platform: string
  wallMs: number
  eventsPerS: number | null
}

export interface GuaranteeResult {
  name: string
  status: 'holds' | 'violated' | 'undecided'
  /** Violated: a `ReportedEvidence`. Undecided: the reason, a text. Reports are files, so views look before they believe. */
  evidence: unknown
  title?: string
  /** What a history that holds satisfies, as a sentence. */
  definition?: string
  /** What the checker measured besides: the smallest k, the smallest staleness bound. Names end in their unit. */
  figures?: Readonly<Record<string, number | string>>
  /** The guarantee whose verdict settles this one; null where its own checker ran. */
  because?: string | null
  /** Whether the topology expects a verdict or its consistency section claims the guarantee; null for all others. */
  asked?: 'expected' | 'claimed' | null
}

export interface ExpectationResult {
  /** As the file states it, in words: "read.latency.p99 below 20". */
  text: string
  status: 'met' | 'missed' | 'undecided'
  actual: number | string | null
  /** Why it is undecided or missed. */
  reason: string
}

export interface PredictionAgreement {
  /** Largest distance between the measured and predicted P(fresh | t), in percentage points, and where. */
  freshGapPoints: number | null
  freshGapAtMs: number | null
  latency: { metric: string; measuredMs: number; predictedMs: number; ratio: number }[]
  sentence: string
}

export interface FaultWindow {
  index: number
  kind: string
  label: string
  fromMs: number
  toMs: number
  /** null when it was planned. */
  by: 'plan' | 'hand'
}

/** One setting of the run in words: what was chosen and, where it can be said, what follows from it. */
export interface SettingLine {
  label: string
  value: string
  consequence: string
}

/** Quantiles of how late things happened in a live run, in ms of real time. */
export interface LatenessSummary {
  p50: number | null
  p90: number | null
  p99: number | null
  p999: number | null
  max: number | null
  count: number
}

/** Lateness of the messages from one place to another. */
export interface LinkLateness {
  from: string
  to: string
  latenessMs: { p50: number; p99: number; count: number }
}

/** Every message of a live run: sent + duplicated = delivered + dropped + under way at the end + lost. */
export interface MessageBalance {
  sent: number
  duplicated: number
  delivered: number
  /** By the model: lossy links, partitions, replicas that were down. */
  dropped: number
  inFlight: number
  /** By us; anything but 0 is a bug. */
  lost: number
}

/** How well a live run kept time; all of it in real time and from the end of the warm-up on. */
export interface LiveFigures {
  /** Delivered − due, of messages between places. */
  latenessMs: LatenessSummary
  /** The same for timers, arrivals of operations, disks. */
  timerErrorMs: LatenessSummary
  /** The ten links whose messages were latest. */
  links: LinkLateness[]
  /**
   * Threads stood still for more than 5 ms, busy with one thing or without a processor. A thread is called by the places
   * that it runs: here the one that did so for longest.
   */
  stalls: { count: number; maxMs: number; thread: string | null }
  /** The five threads that were at work for the largest share of the time. */
  busy: { thread: string; share: number }[]
  /** Share of the time of all cores that was used, by this program and by everything on the machine. */
  cpu: { own: number; machine: number | null }
  /** The cores, or what one thread can do, were used up. */
  saturated: boolean
  faithful: boolean
  /** Why it is called faithful or not, as a sentence. */
  reason: string
  /** Real time passed so many times slower than the world that ran. */
  timeScale: number
  /** What would make an unfaithful run faithful, as far as this one tells; null where it was. */
  timeScaleNeeded: number | null
  threads: number
  cores: number
  /** From the first thread's start until all were ready. */
  startMs: number
  /** null where the run failed, and its threads could not be asked. */
  messages: MessageBalance | null
  /** How long real disks took to make writes durable; null where disks were modelled. */
  fsyncMs: LatenessSummary | null
}

export interface Report {
  format: 'replica-lab/report@1'
  provenance: Provenance
  runtime: 'simulated' | 'live'
  seed: number
  topology: Topology
  settings: SettingLine[]
  /** Replicas that hold no shard and stand in for those that do. */
  spares: string[]
  /** Median round trips between regions, in the order of the topology's regions; the diagonal is within a region. */
  regionRoundTripMs: number[][]
  durationMs: number
  measuredMs: number
  stoppedEarly: string | null
  operations: Metrics['operations']
  latencyMs: Metrics['latencyMs']
  throughput: Metrics['throughput']
  staleness: Metrics['staleness']
  availability: Metrics['availability']
  load: Metrics['load']
  convergence: Metrics['convergence']
  /** Reports of earlier versions have none. */
  replicationLag?: Metrics['replicationLag']
  facts: (Metrics['facts'][number] & { label: string })[]
  series: Metrics['series']
  faults: FaultWindow[]
  notes: { tMs: number; place: string; kind: string; text: string }[]
  prediction: Prediction | null
  agreement: PredictionAgreement | null
  guarantees: GuaranteeResult[]
  /** The strongest levels that hold, and what became of the next ones up: "causal holds; sequential is violated". */
  strongestLevel?: string
  expectations: ExpectationResult[]
  /** `wallMs` is added by a front end that prints the report; a stored report does without, to stay deterministic. */
  simulation: { events: number; messages: number; wallMs?: number } | null
  live: LiveFigures | null
}
