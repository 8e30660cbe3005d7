import { metricsOf } from '../../shared/metrics/index.ts'
import { predict } from '../../shared/predict/index.ts'
import { LiveSession, type LiveResult } from '../threads/supervisor.ts'
import { resultOf, type PlannedRun } from './planned-run.ts'
import { asSentence, RunError, type RunResult, type Work, type WorkTies } from './run.ts'

const PROGRESS_EVERY_MS = 100

/** The work of a live run: threads of its own for replicas and clients, and the controls that reach them. */
export function liveWork(run: PlannedRun, threadUrl: URL): Work {
  const { topology, options, plan } = run
  const session = new LiveSession({ topology, options, plan, threadUrl })
  return { live: session, execute: (ties) => runLive(run, session, ties) }
}

async function runLive(run: PlannedRun, session: LiveSession, ties: WorkTies): Promise<RunResult> {
  const startedMs = performance.now()
  const stop = () => session.stop('it was stopped by hand')
  ties.stop.addEventListener('abort', stop)
  const ticker = setInterval(() => {
    const { nowNs, share } = session.progress
    if (nowNs > 0) ties.onProgress(share)
  }, PROGRESS_EVERY_MS)
  let recorded: LiveResult
  try {
    recorded = await session.run()
  } finally {
    clearInterval(ticker)
  }
  if (ties.abandon.aborted) throw new RunError('The run was closed.')
  const wallMs = performance.now() - startedMs
  const { failure } = recorded
  if (failure === null) return analysed(run, recorded, wallMs)
  const { name, run: settings } = run.plan.topology
  throw new RunError(
    asSentence(`The live run of "${name}" with seed ${settings.seed} ended early: ${failure}`),
    analysed(run, recorded, wallMs),
  )
}

function analysed(run: PlannedRun, { history, live }: LiveResult, wallMs: number): RunResult {
  const { plan, analysis } = run
  return resultOf(run, {
    history,
    metrics: metricsOf(history, analysis.metrics),
    prediction: analysis.prediction === null ? null : predict(plan.topology, plan, analysis.prediction),
    simulation: null,
    live,
    wallMs,
  })
}
