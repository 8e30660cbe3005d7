import { setImmediate as nextTurn } from 'node:timers/promises'
import type { History } from '../../shared/history/types.ts'
import type { Plan } from '../../shared/plan/types.ts'
import type { AnyProtocol } from '../../shared/protocols/contract.ts'
import { Simulation } from '../../shared/simulator/index.ts'

/** Events between two looks at the outside world: about a tenth of a second. */
const EVENTS_PER_SLICE = 200_000

export interface SimulatedRun {
  history: History
  events: number
  messages: number
}

/**
 * Simulates a plan in slices, so that signals and timers are served meanwhile. When `signal` aborts, the run stops
 * there and what it has is returned; `History.stoppedEarly` says so.
 */
export async function runSimulated(
  plan: Plan,
  protocol: AnyProtocol,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<SimulatedRun> {
  const simulation = new Simulation(plan, protocol)
  while (!simulation.advance(EVENTS_PER_SLICE)) {
    onProgress(simulation.progress().share)
    await nextTurn()
    if (signal.aborted) simulation.stop('it was stopped by hand')
  }
  const history = simulation.finish()
  return { history, ...simulation.stats }
}
