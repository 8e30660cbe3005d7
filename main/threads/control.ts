import type { Ns } from '../../shared/base/time.ts'

/**
 * The words that all threads of a live run share: when it began, whether it goes on, who sleeps until when, who has
 * nothing left to do. The main thread sets and reads them; workers never wait for it.
 */

const GO = 0
const STOP = 1
const READY = 2
const QUIET = 3
const WATCHED = 4
const GLOBAL_WORDS = 8
/** Per thread. */
const SLEEPS = 0
const IDLE = 1
const COMMANDS = 2
const WORDS_PER_THREAD = 4
const NUMBERS_GLOBAL = 1
const NUMBERS_PER_THREAD = 2
const WAKES_AT = 0
const SHARE = 1

export interface ControlMemory {
  words: SharedArrayBuffer
  numbers: SharedArrayBuffer
  threads: number
}

/** `others`: threads beside those that send messages, numbered after them. */
export function controlMemory(threads: number, others = 0): ControlMemory {
  const all = threads + others
  return {
    words: new SharedArrayBuffer(4 * (GLOBAL_WORDS + all * WORDS_PER_THREAD)),
    numbers: new SharedArrayBuffer(8 * (NUMBERS_GLOBAL + all * NUMBERS_PER_THREAD)),
    threads,
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
  /** Those that send messages; others may sleep and be woken, too. */
  readonly #threads: number

  constructor({ words, numbers, threads }: ControlMemory) {
    this.#words = new Int32Array(words)
    this.#numbers = new Float64Array(numbers)
    this.#threads = threads
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

  /** Blocks until `go`; answers the instant to begin at, or null if the run was stopped without it. */
  awaitGo(): Ns | null {
    while (Atomics.load(this.#words, GO) === 0 && !this.stopped) Atomics.wait(this.#words, GO, 0, 100)
    return Atomics.load(this.#words, GO) === 1 ? this.#numbers[0] : null
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

  /** A thread has stopped, and all it ever sent is in the rings; or there is no such thread any more. */
  quiet(): void {
    // Waking everybody for each of a hundred threads would keep the last of them from stopping.
    if (Atomics.add(this.#words, QUIET, 1) + 1 >= this.#threads) Atomics.notify(this.#words, QUIET)
  }

  get areAllQuiet(): boolean {
    return Atomics.load(this.#words, QUIET) >= this.#threads
  }

  /** Waits for all to fall quiet, or a moment. */
  awaitQuiet(ms: number): void {
    const quiet = Atomics.load(this.#words, QUIET)
    if (quiet < this.#threads) Atomics.wait(this.#words, QUIET, quiet, ms)
  }

  // Commands, which lie in a port of the thread's.

  command(thread: number): void {
    Atomics.store(this.#words, this.#word(thread, COMMANDS), 1)
    this.wake(thread)
  }

  /** Whether commands have come since the last call. */
  hasCommands(thread: number): boolean {
    return Atomics.exchange(this.#words, this.#word(thread, COMMANDS), 0) === 1
  }

  #wake(word: number): void {
    Atomics.store(this.#words, word, 0)
    Atomics.notify(this.#words, word)
  }

  // Whether messages are to be shown on their way.

  setWatched(isWatched: boolean): void {
    Atomics.store(this.#words, WATCHED, isWatched ? 1 : 0)
  }

  get isWatched(): boolean {
    return Atomics.load(this.#words, WATCHED) === 1
  }

  // What a thread says of itself.

  publish(thread: number, state: { idle: boolean; share: number }): void {
    this.#numbers[this.#number(thread, SHARE)] = state.share
    Atomics.store(this.#words, this.#word(thread, IDLE), state.idle ? 1 : 0)
  }

  isIdle(thread: number): boolean {
    return Atomics.load(this.#words, this.#word(thread, IDLE)) === 1
  }

  share(thread: number): number {
    return this.#numbers[this.#number(thread, SHARE)]
  }

  // Sleep.

  /**
   * Sleeps for `ms` unless woken. `wakesAtNs` (engine time) tells senders whether their message can wait till then;
   * `hasWork` is asked after that is published, so that a message sent meanwhile is not slept through. True when the
   * time ran out.
   */
  sleep(thread: number, ms: number, wakesAtNs: Ns, hasWork: () => boolean): boolean {
    const word = this.#word(thread, SLEEPS)
    this.#numbers[this.#number(thread, WAKES_AT)] = wakesAtNs
    Atomics.store(this.#words, word, 1)
    const outcome = hasWork() || this.stopped ? null : Atomics.wait(this.#words, word, 1, ms)
    Atomics.store(this.#words, word, 0)
    return outcome === 'timed-out'
  }

  /** Wakes a thread that would sleep past `atNs`. */
  wakeBefore(thread: number, atNs: Ns): void {
    const word = this.#word(thread, SLEEPS)
    if (Atomics.load(this.#words, word) === 1 && this.#numbers[this.#number(thread, WAKES_AT)] > atNs) {
      this.#wake(word)
    }
  }

  wake(thread: number): void {
    this.#wake(this.#word(thread, SLEEPS))
  }
}
