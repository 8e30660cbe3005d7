import type { Ns } from '../../shared/base/time.ts'
import type { FaultEvent, NoteEvent } from '../../shared/history/types.ts'
import type { Plan } from '../../shared/plan/types.ts'
import { FaultsInForce, runEventsOf } from '../../shared/report/run-events.ts'
import type { RunEvent, RunStatistics } from '../../shared/report/statistics.ts'
import { StatisticsWindow } from '../../shared/report/statistics-window.ts'
import type { Board } from './board.ts'

/** What a live run tells of itself while it goes on: samples of the board, and events as threads tell them. */
export class LiveStatistics {
  latest: RunStatistics | null = null
  readonly #timeScale: number
  readonly #board: Board
  readonly #window: StatisticsWindow
  readonly #faults = new FaultsInForce()
  readonly #sampleListeners = new Set<(statistics: RunStatistics) => void>()
  readonly #eventListeners = new Set<(events: RunEvent[]) => void>()

  constructor(plan: Plan, board: Board) {
    this.#timeScale = plan.topology.run.timeScale
    this.#board = board
    this.#window = new StatisticsWindow(plan.places)
  }

  onSample(listener: (statistics: RunStatistics) => void): () => void {
    this.#sampleListeners.add(listener)
    return () => void this.#sampleListeners.delete(listener)
  }

  onEvents(listener: (events: RunEvent[]) => void): () => void {
    this.#eventListeners.add(listener)
    return () => void this.#eventListeners.delete(listener)
  }

  hear(faults: readonly FaultEvent[], notes: readonly NoteEvent[]): void {
    for (const fault of faults) this.#faults.hear(fault)
    const events = runEventsOf(faults, notes)
    for (const listener of [...this.#eventListeners]) listener(events)
  }

  sample(nowNs: Ns, share: number): void {
    const { tally, looks, lateness } = this.#board
    const replicas = this.#board.replicas.map((replica) => ({
      ...replica,
      workingNs: replica.workingNs / this.#timeScale,
    }))
    this.latest = this.#window.next({ nowNs, share, tally, replicas, looks, lateness }, this.#faults.list)
    for (const listener of [...this.#sampleListeners]) listener(this.latest)
  }
}
