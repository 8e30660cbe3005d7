import { analyse } from '../threads/analyse.ts'
import type { LiveRecord } from '../threads/live-record.ts'
import { engineProgram } from '../threads/engine-program.ts'
import { LiveSession } from '../threads/supervisor.ts'
import type { ThreadEntries } from './lab.ts'
import { resultOf, type PlannedRun } from './planned-run.ts'
import { asSentence, reasonOf, RunError, type RunResult, type Work, type WorkTies } from './run.ts'

const PROGRESS_EVERY_MS = 100

/** The work of a live run: threads of its own for replicas and clients, and the controls that reach them. */
export function liveWork(run: PlannedRun, threads: ThreadEntries): Work {
  const { topology, options, plan, realDisk } = run
  const threadUrl = engineProgram(threads.engines, topology.replication.strategy)
  const session = new LiveSession({ topology, options, plan, threadUrl, realDisk })
  return {
    live: session,
    watchMessages: (isWatched) => session.watchMessages(isWatched),
    execute: (ties) => runLive(run, session, threads.analysis, ties),
  }
}

async function runLive(
  run: PlannedRun,
  session: LiveSession,
  analysisThread: URL,
  ties: WorkTies,
): Promise<RunResult> {
  const startedMs = performance.now()
  ties.stop.addEventListener('abort', () => session.stop(reasonOf(ties.stop)))
  session.onStatistics((statistics) => ties.onStatistics(statistics))
  session.onEvents((events) => ties.onEvents(events))
  const ticker = setInterval(() => {
    const { nowNs, share } = session.progress
    if (nowNs > 0) ties.onProgress(share)
  }, PROGRESS_EVERY_MS)
  let record: LiveRecord
  try {
    record = await session.record()
  } finally {
    clearInterval(ticker)
  }
  if (ties.abandon.aborted) {
    record.giveUp()
    throw new RunError('The run was closed.')
  }
  const wallMs = performance.now() - startedMs
  const { live, failure } = record
  const { topology, options, plan, analysis, keepsHistory } = run
  const { history, metrics, prediction, verdicts } = await analyse(record, {
    topology,
    options,
    plan,
    analysis,
    keepsOperations: keepsHistory,
    threadUrl: analysisThread,
    signal: ties.abandon,
  })
  const result = resultOf(run, { history, metrics, prediction, verdicts, simulation: null, live, wallMs })
  if (failure === null) return result
  const { name, run: settings } = plan.topology
  throw new RunError(
    asSentence(`The live run of "${name}" with seed ${settings.seed} ended early: ${failure}`),
    result,
  )
}
