import type { Ns } from '../../shared/base/time.ts'
import { MESSAGE_SAMPLES_MAX } from '../../shared/history/counters.ts'
import type { MessageSample } from '../../shared/history/counters.ts'
import type { Plan } from '../../shared/plan/types.ts'
import { FaultsInForce, runEventsOf } from '../../shared/report/run-events.ts'
import type { RunEvent, RunStatistics } from '../../shared/report/statistics.ts'
import { StatisticsWindow } from '../../shared/report/statistics-window.ts'
import type { Board } from './board.ts'
import type { Told } from './engine-messages.ts'

/** What a live run tells of itself while it goes on: samples of the board, and events as threads tell them. */
export class LiveStatistics {
  latest: RunStatistics | null = null
  readonly #timeScale: number
  readonly #board: Board
  readonly #window: StatisticsWindow
  readonly #faults = new FaultsInForce()
  readonly #messages: MessageSample[] = []
  readonly #sampleListeners = new Set<(statistics: RunStatistics) => void>()
  readonly #eventListeners = new Set<(events: RunEvent[]) => void>()

  constructor(plan: Plan, board: Board) {
    this.#timeScale = plan.topology.run.timeScale
    this.#board = board
    this.#window = new StatisticsWindow(plan)
  }

  onSample(listener: (statistics: RunStatistics) => void): () => void {
    this.#sampleListeners.add(listener)
    return () => void this.#sampleListeners.delete(listener)
  }

  onEvents(listener: (events: RunEvent[]) => void): () => void {
    this.#eventListeners.add(listener)
    return () => void this.#eventListeners.delete(listener)
  }

  hear({ faults, notes, messages }: Told): void {
    // Of what cannot be shown with the next sample nobody will ask later.
    if (this.#messages.length < MESSAGE_SAMPLES_MAX) this.#messages.push(...messages)
    if (faults.length + notes.length === 0) return
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
    const messages = this.#messages.splice(0)
    const counters = { nowNs, share, tally, replicas, looks, lateness, messages }
    this.latest = this.#window.next(counters, this.#faults.list)
    for (const listener of [...this.#sampleListeners]) listener(this.latest)
  }
}
