import { nsOfMs } from '../../shared/base/time.ts'
import type { Ns } from '../../shared/base/time.ts'
import { FaultsInForce, runEventsOf } from '../../shared/report/run-events.ts'
import type { RunEvent, RunStatistics } from '../../shared/report/statistics.ts'
import { StatisticsWindow } from '../../shared/report/statistics-window.ts'
import { countersOf, MessageWatch } from '../../shared/simulator/index.ts'
import type { Simulation } from '../../shared/simulator/index.ts'

const EVERY_MS = 100
/** Looking at thousands of shards takes a while: it is done seldom enough to cost no more than this share of the time. */
const SHARE_MAX = 0.05
/** A tenth of a second of wall time may be an hour of the run: of its notes the first few are told. */
const NOTES_TOLD_MAX = 100

export interface Told {
  share: number
  statistics: RunStatistics
  events: RunEvent[]
}

/** Tells what a simulation is at, ten times a second of real time at most. */
export class SimulationTeller {
  readonly #simulation: Simulation
  readonly #tell: (told: Told) => void
  readonly #window: StatisticsWindow
  readonly #faults = new FaultsInForce()
  #nextMs = -Infinity
  /** When it last told something, in the run's time and in real time: the speed until then foretells the next. */
  #told: { atNs: Ns; realMs: number } = { atNs: 0, realMs: performance.now() }
  #faultsTold = 0
  #notesTold = 0

  constructor(simulation: Simulation, tell: (told: Told) => void) {
    this.#simulation = simulation
    this.#tell = tell
    this.#window = new StatisticsWindow(simulation.plan)
  }

  /** Whether the messages on their way are to be told, too, once the speed of the run is known. */
  setWatched(isWatched: boolean): void {
    const { network } = this.#simulation
    if (isWatched === (network.watch !== null)) return
    network.watch = isWatched ? new MessageWatch() : null
  }

  /** To be called often. `nowMs` of `performance.now`, or Infinity to tell in any case. */
  tell(nowMs: number): void {
    if (nowMs < this.#nextMs) return
    const beganMs = performance.now()
    const { recorder } = this.#simulation
    const faults = recorder.faults.slice(this.#faultsTold)
    const notes = recorder.notes.slice(this.#notesTold, this.#notesTold + NOTES_TOLD_MAX)
    this.#faultsTold = recorder.faults.length
    this.#notesTold = recorder.notes.length
    for (const fault of faults) this.#faults.hear(fault)
    const { share } = this.#simulation.progress()
    this.#tell({
      share,
      statistics: this.#window.next(countersOf(this.#simulation, share), this.#faults.list),
      events: runEventsOf(faults, notes),
    })
    const { nowNs } = this.#simulation.agenda
    this.#simulation.network.watch?.pace((nowNs - this.#told.atNs) / nsOfMs(beganMs - this.#told.realMs))
    this.#told = { atNs: nowNs, realMs: beganMs }
    const endedMs = performance.now()
    this.#nextMs = endedMs + Math.max(EVERY_MS, (endedMs - beganMs) / SHARE_MAX)
  }
}
