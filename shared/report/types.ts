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
  /** Evidence, or the reason for undecided. */
  evidence: unknown
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

export interface Report {
  format: 'replica-lab/report@1'
  provenance: Provenance
  runtime: 'simulated' | 'live'
  seed: number
  topology: Topology
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
  facts: (Metrics['facts'][number] & { label: string })[]
  series: Metrics['series']
  faults: FaultWindow[]
  notes: { tMs: number; place: string; kind: string; text: string }[]
  prediction: Prediction | null
  agreement: PredictionAgreement | null
  guarantees: GuaranteeResult[]
  expectations: ExpectationResult[]
  simulation: { events: number; messages: number; wallMs: number } | null
  live: unknown
}
