import type { History } from '../../shared/history/types.ts'
import type { Metrics } from '../../shared/metrics/types.ts'
import { buildPlan, type PlanOptions } from '../../shared/plan/build.ts'
import type { Plan } from '../../shared/plan/types.ts'
import { canPredict } from '../../shared/predict/index.ts'
import type { Prediction } from '../../shared/predict/types.ts'
import { protocolOf } from '../../shared/protocols/registry.ts'
import { buildReport } from '../../shared/report/build.ts'
import type { RunVerdicts } from '../../shared/report/guarantees.ts'
import type { Provenance } from '../../shared/report/types.ts'
import type { Topology } from '../../shared/topology/types.ts'
import type { LiveFigures } from '../../shared/report/types.ts'
import type { AnalysisOptions } from '../threads/simulation-thread.ts'
import type { RunOptions, RunResult } from './run.ts'
import { TOOL, VERSION } from './version.ts'

/** Enough for the third digit of a 99.9th percentile, and done in a fraction of a second. */
const PREDICTION_TRIALS = 200_000

/** A run as asked for. Threads get topology and options and make the same plan of them. */
export interface PlannedRun {
  topology: Topology
  options: PlanOptions
  plan: Plan
  analysis: AnalysisOptions
  command: string
  keepsHistory: boolean
  realDisk: boolean
}

/** What a run left, wherever it ran. */
export interface RunRecord {
  history: History
  metrics: Metrics
  prediction: Prediction | null
  verdicts: RunVerdicts
  simulation: { events: number; messages: number } | null
  live: LiveFigures | null
  wallMs: number
}

export function planRun(topology: Topology, run: RunOptions): PlannedRun {
  const { seed, durationMs, command, keepsHistory = false, realDisk = false } = run
  const options = {
    ...(seed === undefined ? {} : { seed }),
    ...(durationMs === undefined ? {} : { durationMs }),
  }
  const plan = buildPlan(topology, options)
  return { topology, options, plan, analysis: analysisOf(plan, run), command, keepsHistory, realDisk }
}

function analysisOf(
  { topology, workload, seed }: Plan,
  { guarantees, isPredicted = true }: RunOptions,
): AnalysisOptions {
  return {
    metrics: workload.kind === 'probe' ? { offsetsMs: workload.offsetsMs } : {},
    prediction: isPredicted && canPredict(topology) === null ? { trials: PREDICTION_TRIALS, seed } : null,
    ...(guarantees === undefined ? {} : { guarantees }),
  }
}

/** The report of what a run left, and its history where it is to be kept. */
export function resultOf({ plan, command, keepsHistory }: PlannedRun, record: RunRecord): RunResult {
  const { history, metrics, prediction, verdicts, simulation, live, wallMs } = record
  const report = buildReport({
    topology: plan.topology,
    history,
    metrics,
    prediction,
    verdicts,
    provenance: provenanceOf(command, wallMs, simulation?.events ?? null),
    simulation,
    live,
    plan,
    strategy: protocolOf(plan.topology.replication.strategy).manifest,
  })
  return { report, history: keepsHistory ? history : null, wallMs }
}

/** Of something made now by this program; `events`: how many a simulation had in that time, null where that says nothing. */
export function provenanceOf(command: string, wallMs: number, events: number | null): Provenance {
  return {
    tool: TOOL,
    version: VERSION,
    command,
    at: new Date().toISOString(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    wallMs: Math.round(wallMs),
    eventsPerS: events !== null && wallMs > 0 ? Math.round(events / (wallMs / 1000)) : null,
  }
}
