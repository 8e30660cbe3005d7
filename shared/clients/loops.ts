import { Deque } from '../base/deque.ts'
import { Rng } from '../base/rng.ts'
import { NS_PER_MS, NS_PER_US } from '../base/time.ts'
import type { Ns } from '../base/time.ts'
import { compileDistribution } from '../topology/distributions.ts'
import type { Distribution } from '../topology/distributions.ts'
import type { LoopSpec } from '../topology/types.ts'
import type { Operation, Outcome } from '../protocols/contract.ts'
import { Arrivals } from '../workload/arrivals.ts'
import { emptyDraft } from '../workload/source.ts'
import type { OperationDraft, OperationSource } from '../workload/source.ts'
import { CLIENT_TIMER } from './client.ts'
import type { Client, ClientTimer, Loop } from './client.ts'
import { bareOutcome } from './outcomes.ts'
import type { Session } from './session.ts'

/** Arrivals that may wait for a free session; more is a load that the client can never work off. */
const BACKLOG_MAX = 1_000_000

/** A client whose backlog only grows: not a bug but a topology that can't do what it asks. */
export class OverloadError extends Error {
  override name = 'OverloadError'
}

const AFTER_READ = { none: null, 'write-same-key': 'write', 'cas-same-key': 'cas' } as const

/** What both loops share: drawing the next operation, and the second half of a read-modify-write or compare-and-set. */
abstract class MixLoop implements Loop {
  protected readonly client: Client
  protected readonly source: OperationSource
  protected stopped = false
  readonly #draft = emptyDraft()

  constructor(client: Client, source: OperationSource) {
    this.client = client
    this.source = source
  }

  protected draw(session: Session): OperationDraft {
    this.source.next(session.slot, this.#draft)
    return this.#draft
  }

  protected begin(session: Session, intendedNs: Ns, nowNs: Ns): void {
    const draft = this.draw(session)
    session.afterRead = AFTER_READ[draft.then]
    this.client.perform(session, draft.f, draft.key, draft.count, draft.bytes, intendedNs, nowNs, 0)
  }

  /** Goes on with a second half, which is intended when its read has answered; true if there was one. */
  protected continued(session: Session, op: Operation, status: Outcome['status'], nowNs: Ns): boolean {
    if (op.f === 'write') this.source.acknowledgeInsert(session.key)
    const next = op.f === 'read' && status === 'ok' && !this.stopped ? session.afterRead : null
    session.afterRead = null
    if (next === null) return false
    const expected = next === 'cas' ? session.found : 0
    this.client.perform(session, next, session.key, 0, op.bytes, nowNs, nowNs, 0, expected)
    return true
  }

  abstract start(nowNs: Ns): void
  abstract wake(timer: ClientTimer, slot: number, nowNs: Ns): void
  abstract ended(session: Session, op: Operation, status: Outcome['status'], nowNs: Ns): void

  stop(_nowNs: Ns): void {
    this.stopped = true
  }
}

/**
 * Open loop: operations arrive as a Poisson process whatever the system does, and wait for a free session. Latency
 * counts from the arrival, so a stall shows in full and no omission is coordinated with it.
 */
export class OpenLoop extends MixLoop {
  readonly #arrivals: Arrivals
  readonly #free = new Deque<number>()
  readonly #waiting = new Deque<Ns>()
  #nextNs: Ns = 0

  constructor(client: Client, source: OperationSource, ratePerS: number) {
    super(client, source)
    this.#arrivals = new Arrivals(client.setup.plan.seed, client.setup.spec.id, ratePerS)
    for (const session of client.sessions) this.#free.push(session.slot)
  }

  start(_nowNs: Ns): void {
    this.#schedule()
  }

  #schedule(): void {
    this.#nextNs = this.#arrivals.next()
    this.client.setup.port.wakeAt(CLIENT_TIMER.arrival, 0, this.#nextNs)
  }

  wake(timer: ClientTimer, slot: number, nowNs: Ns): void {
    if (timer === CLIENT_TIMER.next) {
      this.#free.push(slot)
      this.#serve(nowNs)
      return
    }
    if (this.stopped) return
    if (this.#waiting.length >= BACKLOG_MAX) {
      throw new OverloadError(
        `client ${this.client.setup.spec.id} has ${BACKLOG_MAX} operations waiting: lower its ratePerS or give it more sessions`,
      )
    }
    this.#waiting.push(this.#nextNs)
    this.#schedule()
    this.#serve(nowNs)
  }

  #serve(nowNs: Ns): void {
    while (!this.stopped && this.#waiting.length > 0 && this.#free.length > 0) {
      const slot = this.#free.shift() as number
      this.begin(this.client.sessions[slot], this.#waiting.shift() as Ns, nowNs)
    }
  }

  ended(session: Session, op: Operation, status: Outcome['status'], nowNs: Ns): void {
    if (this.continued(session, op, status, nowNs)) return
    // Through a wake-up of its own, so that answers at one instant never nest without end.
    if (this.#waiting.length > 0) this.client.setup.port.wakeAt(CLIENT_TIMER.next, session.slot, nowNs)
    else this.#free.push(session.slot)
  }

  /** Arrivals that never got a session are operations that should have happened: they go on record as not sent. */
  override stop(nowNs: Ns): void {
    super.stop(nowNs)
    const { plan, recorder, sessionsTotal, index, clientCount } = this.client.setup
    // In real time a thread may come to the end of the load before it has come to the last arrivals.
    const untilNs = Math.min(nowNs, plan.durationNs)
    while (this.#nextNs < untilNs && this.#waiting.length < BACKLOG_MAX) {
      this.#waiting.push(this.#nextNs)
      this.#nextNs = this.#arrivals.next()
    }
    let unsent = 0
    while (this.#waiting.length > 0) {
      const intendedNs = this.#waiting.shift() as Ns
      const draft = this.draw(this.client.sessions[0])
      const process = 2 ** 31 + sessionsTotal + unsent++ * clientCount + index
      const row = recorder.invoke(
        process,
        this.client.setup.sessionBase,
        draft.f,
        draft.key,
        0,
        intendedNs,
        nowNs,
        0,
      )
      recorder.end(row, NOT_SENT, -1, 0, nowNs)
    }
  }
}

const NOT_SENT = bareOutcome('fail', 'overloaded')

/** Closed loop: each session thinks, then begins its next operation as soon as the last one has ended. */
export class ClosedLoop extends MixLoop {
  readonly #think: Distribution
  readonly #rng: Rng

  constructor(
    client: Client,
    source: OperationSource,
    closed: Extract<LoopSpec, { closed: unknown }>['closed'],
  ) {
    super(client, source)
    this.#think = compileDistribution(closed.thinkMs)
    this.#rng = Rng.stream(client.setup.plan.seed, `think/${client.setup.spec.id}`)
  }

  /** Sessions begin within the first millisecond, not all at one instant. */
  start(nowNs: Ns): void {
    for (const { slot } of this.client.sessions) {
      this.client.setup.port.wakeAt(CLIENT_TIMER.next, slot, nowNs + this.#rng.below(NS_PER_MS))
    }
  }

  wake(_timer: ClientTimer, slot: number, nowNs: Ns): void {
    const session = this.client.sessions[slot]
    if (!this.stopped && !session.busy) this.begin(session, nowNs, nowNs)
  }

  ended(session: Session, op: Operation, status: Outcome['status'], nowNs: Ns): void {
    if (this.stopped || this.continued(session, op, status, nowNs)) return
    let atNs = nowNs + this.#think.sampleNs(this.#rng)
    // A session that was refused pauses as before a retry, and none begins more than one operation in a microsecond:
    // otherwise a refusal or a topology without any latency would never let time move on.
    if (status !== 'ok') atNs += this.client.backoffNs(1)
    atNs = Math.max(atNs, session.beganNs + NS_PER_US)
    if (atNs === nowNs) this.begin(session, nowNs, nowNs)
    else this.client.setup.port.wakeAt(CLIENT_TIMER.next, session.slot, atNs)
  }
}
