import type { Ns } from '../../shared/base/time.ts'

/**
 * The words that all threads of a live run share: when it began, whether it goes on, who sleeps until when, who has
 * nothing left to do. The main thread sets and reads them; workers never wait for it.
 */

const GO = 0
const STOP = 1
const READY = 2
const GLOBAL_WORDS = 8
/** Per thread. */
const SLEEPS = 0
const IDLE = 1
const COMMANDS = 2
const WORDS_PER_THREAD = 4
const NUMBERS_GLOBAL = 1
const NUMBERS_PER_THREAD = 4
const WAKES_AT = 0
const SHARE = 1
const DIGEST = 2
const BUSY = 3

export interface ControlMemory {
  words: SharedArrayBuffer
  numbers: SharedArrayBuffer
}

export function controlMemory(threads: number): ControlMemory {
  return {
    words: new SharedArrayBuffer(4 * (GLOBAL_WORDS + threads * WORDS_PER_THREAD)),
    numbers: new SharedArrayBuffer(8 * (NUMBERS_GLOBAL + threads * NUMBERS_PER_THREAD)),
  }
}

/** Nanoseconds of the clock that all threads of the process share; its zero means nothing. */
export function sharedClockNs(): Ns {
  const [seconds, ns] = process.hrtime()
  return seconds * 1e9 + ns
}

export class Control {
  readonly #words: Int32Array
  readonly #numbers: Float64Array

  constructor({ words, numbers }: ControlMemory) {
    this.#words = new Int32Array(words)
    this.#numbers = new Float64Array(numbers)
  }

  #word(thread: number, word: number): number {
    return GLOBAL_WORDS + thread * WORDS_PER_THREAD + word
  }

  #number(thread: number, number: number): number {
    return NUMBERS_GLOBAL + thread * NUMBERS_PER_THREAD + number
  }

  // The start.

  ready(): void {
    Atomics.add(this.#words, READY, 1)
  }

  get readyCount(): number {
    return Atomics.load(this.#words, READY)
  }

  /** Lets everybody begin at an instant of the shared clock. */
  go(startNs: Ns): void {
    this.#numbers[0] = startNs
    Atomics.store(this.#words, GO, 1)
    Atomics.notify(this.#words, GO)
  }

  /** Blocks until `go`; answers the instant to begin at, or null if the run was stopped before. */
  awaitGo(): Ns | null {
    while (Atomics.load(this.#words, GO) === 0 && !this.stopped) Atomics.wait(this.#words, GO, 0, 100)
    return this.stopped ? null : this.#numbers[0]
  }

  // The end.

  stop(): void {
    Atomics.store(this.#words, STOP, 1)
    Atomics.notify(this.#words, GO)
    for (let word = GLOBAL_WORDS; word < this.#words.length; word += WORDS_PER_THREAD) {
      this.#wake(word + SLEEPS)
    }
  }

  get stopped(): boolean {
    return Atomics.load(this.#words, STOP) === 1
  }

  // Commands, which lie in a port of the thread's.

  command(thread: number): void {
    Atomics.store(this.#words, this.#word(thread, COMMANDS), 1)
    this.#wake(this.#word(thread, SLEEPS))
  }

  /** Whether commands have come since the last call. */
  hasCommands(thread: number): boolean {
    return Atomics.exchange(this.#words, this.#word(thread, COMMANDS), 0) === 1
  }

  #wake(word: number): void {
    Atomics.store(this.#words, word, 0)
    Atomics.notify(this.#words, word)
  }

  // What a thread says of itself.

  publish(thread: number, state: { idle: boolean; share: number; digest: number; busy: number }): void {
    this.#numbers[this.#number(thread, SHARE)] = state.share
    this.#numbers[this.#number(thread, DIGEST)] = state.digest
    this.#numbers[this.#number(thread, BUSY)] = state.busy
    Atomics.store(this.#words, this.#word(thread, IDLE), state.idle ? 1 : 0)
  }

  isIdle(thread: number): boolean {
    return Atomics.load(this.#words, this.#word(thread, IDLE)) === 1
  }

  share(thread: number): number {
    return this.#numbers[this.#number(thread, SHARE)]
  }

  digest(thread: number): number {
    return this.#numbers[this.#number(thread, DIGEST)]
  }

  // Sleep.

  /**
   * Sleeps for `ms` unless woken. `wakesAtNs` (engine time) tells senders whether their message can wait till then;
   * `hasWork` is asked after that is published, so that a message sent meanwhile is not slept through.
   */
  sleep(thread: number, ms: number, wakesAtNs: Ns, hasWork: () => boolean): void {
    const word = this.#word(thread, SLEEPS)
    this.#numbers[this.#number(thread, WAKES_AT)] = wakesAtNs
    Atomics.store(this.#words, word, 1)
    if (!hasWork() && !this.stopped) Atomics.wait(this.#words, word, 1, ms)
    Atomics.store(this.#words, word, 0)
  }

  /** Wakes a thread that would sleep past `atNs`. */
  wakeBefore(thread: number, atNs: Ns): void {
    const word = this.#word(thread, SLEEPS)
    if (Atomics.load(this.#words, word) === 1 && this.#numbers[this.#number(thread, WAKES_AT)] > atNs) {
      this.#wake(word)
    }
  }
}
