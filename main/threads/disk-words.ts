import type { Ns } from '../../shared/base/time.ts'
import type { PlaceId } from '../../shared/plan/types.ts'

/** What a replica's thread and the thread that syncs its file tell each other: syncs asked for, syncs done. */

const REQUESTED = 0
const DONE = 1
const WORDS = 2

export interface DiskMemory {
  words: SharedArrayBuffer
  numbers: SharedArrayBuffer
}

export function diskMemory(replicas: number): DiskMemory {
  return {
    words: new SharedArrayBuffer(4 * replicas * WORDS),
    numbers: new SharedArrayBuffer(8 * replicas),
  }
}

export class DiskWords {
  readonly #words: Int32Array
  readonly #tookNs: Float64Array

  constructor({ words, numbers }: DiskMemory) {
    this.#words = new Int32Array(words)
    this.#tookNs = new Float64Array(numbers)
  }

  /** Asks for a sync of all that was written so far. One at a time. */
  request(place: PlaceId): void {
    Atomics.add(this.#words, place * WORDS + REQUESTED, 1)
  }

  isSyncing(place: PlaceId): boolean {
    const requested = Atomics.load(this.#words, place * WORDS + REQUESTED)
    return requested !== Atomics.load(this.#words, place * WORDS + DONE)
  }

  done(place: PlaceId, tookNs: Ns): void {
    this.#tookNs[place] = tookNs
    Atomics.add(this.#words, place * WORDS + DONE, 1)
    Atomics.notify(this.#words, place * WORDS + DONE)
  }

  /** How long the last sync took. */
  tookNs(place: PlaceId): Ns {
    return this.#tookNs[place]
  }

  /** Blocks until no sync is under way, or for `msMax`. */
  awaitDone(place: PlaceId, msMax: number): void {
    const done = Atomics.load(this.#words, place * WORDS + DONE)
    if (this.isSyncing(place)) Atomics.wait(this.#words, place * WORDS + DONE, done, msMax)
  }
}
