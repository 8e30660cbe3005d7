import type { History } from '../../shared/history/types.ts'
import { metricsOf } from '../../shared/metrics/index.ts'
import { buildPlan } from '../../shared/plan/build.ts'
import type { Plan } from '../../shared/plan/types.ts'
import { canPredict, predict } from '../../shared/predict/index.ts'
import type { Prediction } from '../../shared/predict/types.ts'
import { protocolOf } from '../../shared/protocols/registry.ts'
import { buildReport } from '../../shared/report/build.ts'
import type { Provenance, Report } from '../../shared/report/types.ts'
import type { Topology } from '../../shared/topology/types.ts'
import { runSimulated } from './run-simulated.ts'
import { TOOL, VERSION } from './version.ts'

/** Enough for the third digit of a 99.9th percentile, and done in a fraction of a second. */
const PREDICTION_TRIALS = 200_000

export interface RunOptions {
  seed?: number
  durationMs?: number
  /** The command that repeats the run, for the report. */
  command: string
}

export interface RunResult {
  report: Report
  history: History
  /** Real time from the plan to the end of the simulation. */
  wallMs: number
}

/** Told now and then which share of the run is done, 0 … 1. */
export type OnProgress = (share: number) => void

/** One simulated run from a checked topology to its report. */
export async function runTopology(
  topology: Topology,
  options: RunOptions,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<RunResult> {
  const startedMs = performance.now()
  const { seed, durationMs } = options
  const plan = buildPlan(topology, {
    ...(seed === undefined ? {} : { seed }),
    ...(durationMs === undefined ? {} : { durationMs }),
  })
  const protocol = protocolOf(topology.replication.strategy)
  const { history, events, messages } = await runSimulated(plan, protocol, onProgress, signal)
  const wallMs = performance.now() - startedMs
  const { workload } = plan
  const metrics = metricsOf(history, workload.kind === 'probe' ? { offsetsMs: workload.offsetsMs } : {})
  const report = buildReport({
    topology: plan.topology,
    history,
    metrics,
    prediction: predictionOf(plan),
    guarantees: [],
    provenance: provenanceOf(options.command, wallMs, events),
    simulation: { events, messages },
    live: null,
    plan,
    strategy: protocol.manifest,
  })
  return { report, history, wallMs }
}

function predictionOf(plan: Plan): Prediction | null {
  if (canPredict(plan.topology) !== null) return null
  return predict(plan.topology, plan, { trials: PREDICTION_TRIALS, seed: plan.seed })
}

function provenanceOf(command: string, wallMs: number, events: number): Provenance {
  return {
    tool: TOOL,
    version: VERSION,
    command,
    at: new Date().toISOString(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    wallMs: Math.round(wallMs),
    eventsPerS: wallMs > 0 ? Math.round(events / (wallMs / 1000)) : null,
  }
}
