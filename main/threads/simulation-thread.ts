import { parentPort, workerData } from 'node:worker_threads'
import { buildPlan, type PlanOptions } from '../../shared/plan/build.ts'
import { protocolOf } from '../../shared/protocols/registry.ts'
import type { RunEvent, RunStatistics } from '../../shared/report/statistics.ts'
import { Simulation } from '../../shared/simulator/index.ts'
import type { Topology } from '../../shared/topology/types.ts'
import { analysed } from './analysis.ts'
import type { AnalysedRecord, AnalysisOptions } from './analysis.ts'
import { buffersOf } from './parts.ts'
import { SimulationTeller } from './simulation-teller.ts'

export type { AnalysisOptions } from './analysis.ts'

export interface SimulationThreadData {
  topology: Topology
  options: PlanOptions
  analysis: AnalysisOptions
  /** Whether the operations are wanted too, or only what was worked out of them. */
  keepsOperations: boolean
  /** One Int32: anything but 0 asks the simulation to end and to hand over what it has. */
  stop: SharedArrayBuffer
  /** One Int32: anything but 0 asks for messages on their way. */
  watched: SharedArrayBuffer
}

/** A simulated run, or as much of it as there was. */
export interface SimulationRecord extends AnalysedRecord {
  events: number
  messages: number
  /** Real time from the plan to the end of the simulation, without the analysis. */
  wallMs: number
}

export type FromSimulationThread =
  /** Ten times a second, and once more at the end. */
  | { type: 'progress'; share: number; statistics: RunStatistics; events: RunEvent[] }
  | { type: 'done'; record: SimulationRecord }
  /** `record` is what there was until then, where that much can still be said. */
  | { type: 'failed'; message: string; stack: string; record: SimulationRecord | null }

/** Events between two looks at the clock and the stop word: some hundredths of a second at most. */
const EVENTS_PER_SLICE = 20_000

/**
 * Simulates a plan and works out its figures, all on this thread. What goes back is small but for the operations, whose
 * columns change hands without a copy.
 */
function main(data: SimulationThreadData): void {
  const startedMs = performance.now()
  let simulation: Simulation | null = null
  try {
    const plan = buildPlan(data.topology, data.options)
    simulation = new Simulation(plan, protocolOf(plan.topology.replication.strategy))
    advance(simulation, new Int32Array(data.stop), new Int32Array(data.watched))
    const wallMs = performance.now() - startedMs
    postRecord((record) => ({ type: 'done', record }), recordOf(simulation, wallMs, data))
  } catch (error) {
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error))
    const wallMs = performance.now() - startedMs
    const record = simulation === null ? null : partialRecord(simulation, message, wallMs, data)
    postRecord((record) => ({ type: 'failed', message, stack, record }), record)
  }
}

function advance(simulation: Simulation, stop: Int32Array, watched: Int32Array): void {
  const teller = new SimulationTeller(simulation, (told) => post({ type: 'progress', ...told }))
  do {
    teller.setWatched(Atomics.load(watched, 0) !== 0)
    teller.tell(performance.now())
    if (Atomics.load(stop, 0) !== 0) simulation.stop('it was stopped by hand')
  } while (!simulation.advance(EVENTS_PER_SLICE))
  teller.tell(Infinity)
}

function recordOf(simulation: Simulation, wallMs: number, data: SimulationThreadData): SimulationRecord {
  const history = simulation.finish()
  return {
    ...analysed(history, simulation.plan, data.analysis, data.keepsOperations),
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

function postRecord<R extends SimulationRecord | null>(
  message: (record: R) => FromSimulationThread,
  record: R,
): void {
  post(message(record), record === null ? [] : buffersOf(record.part))
}

function post(message: FromSimulationThread, transferList: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transferList)
}

main(workerData as SimulationThreadData)
