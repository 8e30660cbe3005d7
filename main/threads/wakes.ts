import type { Ns } from '../../shared/base/time.ts'
import type { Control } from './control.ts'

/**
 * A wake-up is a call into the kernel and may cost the caller its core there and then, so a thread that has more to do
 * goes on for this long first, and then wakes each receiver once for all that it was sent meanwhile. A sleeping thread
 * takes about half as long to come round.
 */
const HOLD_NS = 100_000

/** Threads that were sent something and may have to be woken for it. */
export class Wakes {
  readonly #control: Control
  /** When the first message is due at each thread, engine time; Infinity where none has been sent. */
  readonly #dueNs: Float64Array
  /** The threads with one, in the order of their first. */
  readonly #threads: number[] = []
  /** By the shared clock. */
  #heldSinceNs: Ns = 0

  constructor(control: Control, threads: number) {
    this.#control = control
    this.#dueNs = new Float64Array(threads).fill(Infinity)
  }

  /** A thread is to be awake at `dueNs`. What it was sent must be in its ring already. */
  note(thread: number, dueNs: Ns): void {
    const firstNs = this.#dueNs[thread]
    if (firstNs === Infinity) this.#threads.push(thread)
    if (dueNs < firstNs) this.#dueNs[thread] = dueNs
  }

  /** There is more to do at `nowNs`, by the shared clock: wakes nobody who has not waited long. */
  hold(nowNs: Ns): void {
    if (this.#threads.length === 0) return
    if (this.#heldSinceNs === 0) this.#heldSinceNs = nowNs
    else if (nowNs - this.#heldSinceNs >= HOLD_NS) this.flush()
  }

  /** Wakes those that would sleep past the time of what they were sent. */
  flush(): void {
    for (const thread of this.#threads) {
      this.#control.wakeBefore(thread, this.#dueNs[thread])
      this.#dueNs[thread] = Infinity
    }
    this.#threads.length = 0
    this.#heldSinceNs = 0
  }
}
