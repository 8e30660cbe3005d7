import { parentPort, workerData } from 'node:worker_threads'
import { OperationTable } from '../../shared/history/columns.ts'
import type { History } from '../../shared/history/types.ts'
import { metricsOf, type MetricsOptions } from '../../shared/metrics/index.ts'
import type { Metrics } from '../../shared/metrics/types.ts'
import { buildPlan, type PlanOptions } from '../../shared/plan/build.ts'
import { predict, type PredictOptions } from '../../shared/predict/index.ts'
import type { Prediction } from '../../shared/predict/types.ts'
import { protocolOf } from '../../shared/protocols/registry.ts'
import { Simulation } from '../../shared/simulator/index.ts'
import type { Topology } from '../../shared/topology/types.ts'
import type { HistoryPart } from './parts.ts'

/** What is worked out of a history where it was recorded. */
export interface AnalysisOptions {
  metrics: MetricsOptions
  /** null where no model predicts the topology. */
  prediction: PredictOptions | null
}

export interface SimulationThreadData {
  topology: Topology
  options: PlanOptions
  analysis: AnalysisOptions
  /** Whether the operations are wanted too, or only what was worked out of them. */
  keepsOperations: boolean
  /** One Int32: anything but 0 asks the simulation to end and to hand over what it has. */
  stop: SharedArrayBuffer
}

/** A simulated run, or as much of it as there was. */
export interface SimulationRecord {
  part: HistoryPart
  metrics: Metrics
  prediction: Prediction | null
  events: number
  messages: number
  /** Real time from the plan to the end of the simulation, without the analysis. */
  wallMs: number
}

export type FromSimulationThread =
  | { type: 'progress'; share: number }
  | { type: 'done'; record: SimulationRecord }
  /** `record` is what there was until then, where that much can still be said. */
  | { type: 'failed'; message: string; stack: string; record: SimulationRecord | null }

/** Events between two looks at the stop word: some hundredths of a second. */
const EVENTS_PER_SLICE = 20_000
const PROGRESS_EVERY_MS = 100

/**
 * Simulates a plan and works out its figures, all on this thread: for ten million operations metrics and prediction
 * take seconds, in which a window or a server must answer. What goes back is small but for the operations, whose
 * columns change hands without a copy.
 */
function main(data: SimulationThreadData): void {
  const startedMs = performance.now()
  let simulation: Simulation | null = null
  try {
    const plan = buildPlan(data.topology, data.options)
    simulation = new Simulation(plan, protocolOf(plan.topology.replication.strategy))
    advance(simulation, new Int32Array(data.stop))
    const wallMs = performance.now() - startedMs
    postRecord((record) => ({ type: 'done', record }), recordOf(simulation, wallMs, data))
  } catch (error) {
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error))
    const wallMs = performance.now() - startedMs
    const record = simulation === null ? null : partialRecord(simulation, message, wallMs, data)
    postRecord((record) => ({ type: 'failed', message, stack, record }), record)
  }
}

function advance(simulation: Simulation, stop: Int32Array): void {
  let toldMs = -Infinity
  do {
    const nowMs = performance.now()
    if (nowMs - toldMs >= PROGRESS_EVERY_MS) {
      toldMs = nowMs
      post({ type: 'progress', share: simulation.progress().share })
    }
    if (Atomics.load(stop, 0) !== 0) simulation.stop('it was stopped by hand')
  } while (!simulation.advance(EVENTS_PER_SLICE))
}

function recordOf(simulation: Simulation, wallMs: number, data: SimulationThreadData): SimulationRecord {
  const { plan } = simulation
  const { metrics, prediction } = data.analysis
  const history = simulation.finish()
  return {
    metrics: metricsOf(history, metrics),
    prediction: prediction === null ? null : predict(plan.topology, plan, prediction),
    part: partOf(history, data.keepsOperations),
    ...simulation.stats,
    wallMs,
  }
}

/** What a failed simulation had recorded. A bug may have broken even that: then there is nothing to hand over. */
function partialRecord(
  simulation: Simulation,
  message: string,
  wallMs: number,
  data: SimulationThreadData,
): SimulationRecord | null {
  try {
    simulation.stop(`it failed: ${message}`)
    return recordOf(simulation, wallMs, data)
  } catch {
    return null
  }
}

function partOf(history: History, keepsOperations: boolean): HistoryPart {
  // A function cannot be posted: whoever receives this has the plan, and names keys by it.
  const plain = { ...history, keyName: undefined }
  if (keepsOperations) return { ...plain, ops: { ...history.ops } }
  return { ...plain, ops: { ...new OperationTable(0) }, contexts: new Map(), siblings: new Map() }
}

/** Columns go whole, with their unused capacity: a thread that has done its work needs nothing back. */
function postRecord<R extends SimulationRecord | null>(
  message: (record: R) => FromSimulationThread,
  record: R,
): void {
  const { ops = {}, traffic = {} } = record?.part ?? {}
  const columns: unknown[] = [...Object.values(ops), ...Object.values(traffic)]
  post(
    message(record),
    columns.filter((column) => ArrayBuffer.isView(column)).map(({ buffer }) => buffer as ArrayBuffer),
  )
}

function post(message: FromSimulationThread, transferList: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transferList)
}

main(workerData as SimulationThreadData)
