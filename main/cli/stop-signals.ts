type StopSignal = 'SIGINT' | 'SIGTERM'

/**
 * Turns the first SIGINT or SIGTERM into a request to stop. From then on the system's own behaviour is back: a second
 * signal ends the process at once.
 */
export class StopSignals {
  readonly #controller = new AbortController()
  readonly #onSignal: (signal: StopSignal) => void
  #received: StopSignal | null = null

  constructor(onStop: () => void) {
    this.#onSignal = (signal) => {
      this.release()
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
