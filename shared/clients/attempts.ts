import { Deque } from '../base/deque.ts'
import type { Ns } from '../base/time.ts'
import type { Session } from './session.ts'

/**
 * Attempts that wait for an answer, numbered in the order in which they were made. All wait equally long, so the oldest
 * is the first whose time is up, and a queue does. Numbers stay small integers this way, which engines handle much faster
 * than large ones, and still none is ever used twice.
 */
export class Attempts {
  readonly #sessions: readonly Session[]
  /** Session slots of the attempts from number `#oldest` on, without gaps, and at the same position when they time out. */
  readonly #slots = new Deque<number>()
  readonly #deadlines = new Deque<Ns>()
  #oldest = 0
  /** Given up, although their operations go on with another: their answers still count. */
  readonly #late = new Map<number, Session>()
  #next = 0

  /** `sessions` by slot; may grow. */
  constructor(sessions: readonly Session[]) {
    this.#sessions = sessions
  }

  /** The number that the next attempt will bear. */
  get next(): number {
    return this.#next
  }

  /** When the oldest attempt's time is up; Infinity where none waits. */
  get deadlineNs(): Ns {
    this.#forgetEnded()
    return this.#deadlines.peek() ?? Infinity
  }

  /** The current attempt of a session from now on. */
  add(session: Session, deadlineNs: Ns): void {
    session.currentAttempt = this.#next++
    this.#forgetEnded()
    this.#slots.push(session.slot)
    this.#deadlines.push(deadlineNs)
  }

  /** The session that made an attempt, if its operation may still be under way. */
  sessionOf(attempt: number): Session | undefined {
    const position = attempt - this.#oldest
    return position < 0 ? this.#late.get(attempt) : this.#sessions[this.#slots.at(position)]
  }

  /** Takes the oldest attempt, whose time is up, off the queue; its answer may still come. */
  giveUpOldest(): Session {
    const session = this.#sessions[this.#slots.shift() as number]
    const attempt = this.#oldest++
    this.#deadlines.shift()
    if (session.busy && attempt >= session.firstAttempt) {
      this.#late.set(attempt, session)
      session.lateAttempts.push(attempt)
    }
    return session
  }

  /** A session's operation has ended: nobody waits for its earlier attempts any more. */
  forgetLate(session: Session): void {
    for (const attempt of session.lateAttempts) this.#late.delete(attempt)
    session.lateAttempts.length = 0
  }

  /** Drops attempts that nobody waits for from the front, so that the queue is as long as what is under way. */
  #forgetEnded(): void {
    while (this.#slots.length > 0 && !this.#oldestWaits()) this.giveUpOldest()
  }

  #oldestWaits(): boolean {
    const session = this.#sessions[this.#slots.peek() as number]
    return session.busy && session.target !== -1 && session.currentAttempt === this.#oldest
  }
}
