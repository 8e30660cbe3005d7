import type { Ns } from '../../shared/base/time.ts'
import { sharedClockNs } from './control.ts'

/** Engine time: the shared clock since the start, without pauses, slowed down by the run's scale. */
export class EngineTime {
  readonly #startNs: Ns
  readonly #timeScale: number
  #pausedNs: Ns
  #pausedAtNs: Ns | null = null

  /** `pausedNs`: for how long it has stood still so far. */
  constructor(startNs: Ns, timeScale: number, pausedNs = 0) {
    this.#startNs = startNs
    this.#timeScale = timeScale
    this.#pausedNs = pausedNs
  }

  get isPaused(): boolean {
    return this.#pausedAtNs !== null
  }

  /** The instant of the shared clock at which a pause that is on began. */
  get pausedAtNs(): Ns | null {
    return this.#pausedAtNs
  }

  get pausedNs(): Ns {
    return this.#pausedNs
  }

  now(): Ns {
    const sharedNs = this.#pausedAtNs ?? sharedClockNs()
    return Math.floor((sharedNs - this.#startNs - this.#pausedNs) / this.#timeScale)
  }

  pause(atSharedNs: Ns): void {
    this.#pausedAtNs ??= atSharedNs
  }

  resume(atSharedNs: Ns): void {
    if (this.#pausedAtNs !== null) this.#pausedNs += atSharedNs - this.#pausedAtNs
    this.#pausedAtNs = null
  }
}
