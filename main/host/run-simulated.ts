import { Worker } from 'node:worker_threads'
import type {
  FromSimulationThread,
  SimulationRecord,
  SimulationThreadData,
} from '../threads/simulation-thread.ts'
import { machineMemory, simulationHeapBytes } from './memory.ts'
import { resultOf, type PlannedRun } from './planned-run.ts'
import { asSentence, reasonOf, RunError, type RunResult, type Work, type WorkTies } from './run.ts'
import { codeOf } from './system-reason.ts'

/** The work of a simulated run: a thread of its own, so that this one stays free for whoever waits or watches. */
export function simulatedWork(run: PlannedRun, threadUrl: URL): Work {
  const watched = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
  return {
    live: null,
    watchMessages: (isWatched) => void Atomics.store(new Int32Array(watched), 0, isWatched ? 1 : 0),
    execute: (ties) => simulate(run, threadUrl, watched, ties),
  }
}

type Ending = Exclude<FromSimulationThread, { type: 'progress' }>

async function simulate(
  run: PlannedRun,
  threadUrl: URL,
  watched: SharedArrayBuffer,
  ties: WorkTies,
): Promise<RunResult> {
  const ending = await endingOf(run, threadUrl, watched, ties)
  if (ending.type === 'done') return recordedResult(run, ending.record, ties.stop)
  const { name, run: settings } = run.plan.topology
  const error = new RunError(
    asSentence(`The simulation of "${name}" with seed ${settings.seed} failed: ${ending.message}`),
    ending.record === null ? null : recordedResult(run, ending.record, ties.stop),
  )
  if (ending.stack !== '') error.stack = `${error.name}: ${error.message}\nOn its thread: ${ending.stack}`
  throw error
}

/** Starts the thread and waits until it is gone; answers the last it said, or else what ended it. */
function endingOf(
  run: PlannedRun,
  threadUrl: URL,
  watched: SharedArrayBuffer,
  ties: WorkTies,
): Promise<Ending> {
  const { topology, options, analysis, keepsHistory } = run
  const stop = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
  const workerData: SimulationThreadData = {
    topology,
    options,
    analysis,
    keepsOperations: keepsHistory,
    stop,
    watched,
  }
  const worker = new Worker(threadUrl, {
    workerData,
    name: `simulation of ${topology.name}`,
    resourceLimits: { maxOldGenerationSizeMb: Math.ceil(simulationHeapBytes(machineMemory()) / 2 ** 20) },
  })
  ties.stop.addEventListener('abort', () => Atomics.store(new Int32Array(stop), 0, 1))
  // Nothing outside the thread can be left half-done by it, so it may be cut off anywhere.
  ties.abandon.addEventListener('abort', () => void worker.terminate())
  return new Promise((resolve) => {
    let ending: Ending | null = null
    const fail = (message: string, stack = '') =>
      void (ending ??= { type: 'failed', message, stack, record: null })
    worker.on('message', (message: FromSimulationThread) => {
      if (message.type !== 'progress') ending = message
      else {
        ties.onProgress(message.share)
        ties.onStatistics(message.statistics)
        if (message.events.length > 0) ties.onEvents(message.events)
      }
    })
    worker.on('messageerror', (error) => fail(`its record could not be read: ${error.message}`, error.stack))
    worker.on('error', (error) => {
      const isMemory = codeOf(error) === 'ERR_WORKER_OUT_OF_MEMORY'
      fail(isMemory ? 'it needs more memory than there is' : error.message, error.stack)
    })
    worker.once('exit', (code) => {
      fail(`its thread ended unasked, with code ${code}`)
      resolve(ending as Ending)
    })
  })
}

function recordedResult(run: PlannedRun, record: SimulationRecord, stop: AbortSignal): RunResult {
  const { part, events, messages, ...rest } = record
  // The thread was only told that it should stop; why is known here.
  const stoppedEarly = part.stoppedEarly !== null && stop.aborted ? reasonOf(stop) : part.stoppedEarly
  const history = { ...part, stoppedEarly, keyName: (key: number) => run.plan.keyName(key) }
  return resultOf(run, { history, simulation: { events, messages }, live: null, ...rest })
}
