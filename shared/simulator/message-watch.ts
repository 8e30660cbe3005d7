import type { Ns } from '../base/time.ts'
import { MESSAGE_SAMPLES_MAX } from '../history/counters.ts'
import type { MessageSample } from '../history/counters.ts'
import type { PlaceId } from '../plan/types.ts'

/** Between two looks at the samples, in real time. */
const LOOK_EVERY_NS = 100_000_000
/** Real time that a message is under way to be seen on a screen: two frames. */
const VISIBLE_NS = 32_000_000

/**
 * Picks some of the messages that a network carries, for a picture of them. It only looks: nothing that happens, and no
 * random draw, depends on it. Messages of one place and instant are picked together, since a fan-out is what there is
 * to see.
 */
export class MessageWatch {
  #samples: MessageSample[] = []
  #leastNs = Infinity
  #everyNs = Infinity
  /** The instant whose messages are picked, by whom, and when the next may be. */
  #pickedNs = -1
  #pickedFrom: PlaceId = -1
  #nextNs = -Infinity

  /**
   * Picks from now on what can be seen while the run's time passes at `speed`: 1 as real time does, 0.1 ten times
   * slower. `watches`: how many pick at the same time, for one picture.
   */
  pace(speed: number, watches = 1): void {
    this.#leastNs = VISIBLE_NS * speed
    this.#everyNs = (LOOK_EVERY_NS * speed * watches) / MESSAGE_SAMPLES_MAX
  }

  /** Hears of a message as it is sent. One that is lost would have been delivered at about `deliverNs`. */
  note(from: PlaceId, to: PlaceId, sentNs: Ns, deliverNs: Ns, isLost: boolean): void {
    if (deliverNs - sentNs < this.#leastNs || this.#samples.length >= MESSAGE_SAMPLES_MAX) return
    const isSameInstant = sentNs === this.#pickedNs && from === this.#pickedFrom
    if (!isSameInstant && sentNs < this.#nextNs) return
    this.#pickedNs = sentNs
    this.#pickedFrom = from
    this.#nextNs = Math.max(this.#nextNs, sentNs) + this.#everyNs
    this.#samples.push({ from, to, sentNs, deliverNs, isLost })
  }

  /** What was picked since the last call. */
  take(): MessageSample[] {
    const samples = this.#samples
    if (samples.length > 0) this.#samples = []
    return samples
  }
}
