export type StopSignal = 'SIGINT' | 'SIGTERM'

/**
 * Turns the first SIGINT or SIGTERM into a request to stop. A second one is for whoever has no patience left: it is
 * handed to `onAgain`, which ends the process; without that, the system's own behaviour is back and does so.
 */
export class StopSignals {
  readonly #controller = new AbortController()
  readonly #onSignal: (signal: StopSignal) => void
  #received: StopSignal | null = null

  constructor(onStop: () => void, onAgain?: (signal: StopSignal) => void) {
    this.#onSignal = (signal) => {
      if (this.#received !== null) {
        onAgain?.(signal)
        return
      }
      if (onAgain === undefined) this.release()
      this.#received = signal
      this.#controller.abort()
      onStop()
    }
    process.on('SIGINT', this.#onSignal)
    process.on('SIGTERM', this.#onSignal)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** The signal that asked to stop, or null. */
  get received(): StopSignal | null {
    return this.#received
  }

  release(): void {
    process.off('SIGINT', this.#onSignal)
    process.off('SIGTERM', this.#onSignal)
  }
}
