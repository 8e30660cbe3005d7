import { assert } from '../base/assert.ts'
import { Rng } from '../base/rng.ts'
import { nsOfMs } from '../base/time.ts'
import type { Ns } from '../base/time.ts'
import type { Recorder } from '../history/recorder.ts'
import type { LatestRanges } from '../plan/ranges.ts'
import type { PlaceId, Plan } from '../plan/types.ts'
import type { ErrorCode, OpId, OpName, Operation, Outcome, SessionRef } from '../protocols/contract.ts'
import { PLACES_MAX } from '../runtime/world.ts'
import type { ClientSpec } from '../topology/types.ts'
import { Attempts } from './attempts.ts'
import { bareOutcome } from './outcomes.ts'
import { Router } from './router.ts'
import { RangeScan } from './range-scan.ts'
import { Scan } from './scan.ts'
import type { AnyScan, ScanPart } from './scan.ts'
import { operation, Session } from './session.ts'

/** How a client reaches its surroundings; each runtime supplies one. Instants are times of the run. */
export interface ClientPort {
  /** Sends an attempt to a replica, or hands it to this place's own coordinator where `to` is this place. */
  submit(to: PlaceId, shard: number, opId: OpId, op: Operation, session: SessionRef): void
  /** Calls `Client.wake(timer, slot)` at an instant; several may be pending. */
  wakeAt(timer: ClientTimer, slot: number, atNs: Ns): void
}

export const CLIENT_TIMER = { arrival: 0, deadline: 1, retry: 2, next: 3 } as const
export type ClientTimer = (typeof CLIENT_TIMER)[keyof typeof CLIENT_TIMER]

/** What decides which operation a session does next: an open loop, a closed loop, a probe. */
export interface Loop {
  start(nowNs: Ns): void
  wake(timer: ClientTimer, slot: number, nowNs: Ns): void
  /** An operation ended and its session is free. */
  ended(session: Session, op: Operation, status: Outcome['status'], nowNs: Ns): void
  /** No operation may begin from now on. */
  stop(nowNs: Ns): void
}

export interface ClientSetup {
  plan: Plan
  place: PlaceId
  spec: ClientSpec
  /** Position among the clients, and how many there are. */
  index: number
  clientCount: number
  /** First of this client's session slots over all clients, and the total. */
  sessionBase: number
  sessionCount: number
  sessionsTotal: number
  tokens: 'none' | 'key' | 'session'
  /** Redirects of reads and of other operations are remembered apart. */
  redirectsApart: boolean
  /** Operations go to the coordinator at this very place. */
  ownCoordinator: boolean
  /** Where ranges may split: the latest map of them, else null. */
  ranges: LatestRanges | null
  recorder: Recorder
  port: ClientPort
  tally: Tally
}

/** Operations under way, retries that wait included; shared by all clients of a runtime. */
export interface Tally {
  underWay: number
}

/** A redirected operation goes round at most this often before it counts as failed. */
const REDIRECTS_MAX = 8

/**
 * The client side as a pure machine: sessions, routing, time limits, retries with backoff, and what all that means
 * for the outcome. It reads no clock; every call brings the instant.
 */
export class Client {
  readonly sessions: readonly Session[]
  /** The sessions and, from their number on, those that carry the parts of scans. */
  readonly #slots: Session[]
  readonly #spare: Session[] = []
  readonly setup: ClientSetup
  loop: Loop | null = null
  readonly #router: Router
  readonly #rng: Rng
  readonly #timeoutNs: Ns
  readonly #attempts: Attempts
  #deadlineArmed = false
  #valueCounter = 0

  constructor(setup: ClientSetup) {
    this.setup = setup
    this.sessions = Array.from(
      { length: setup.sessionCount },
      (_, slot) => new Session(slot, setup.sessionBase + slot),
    )
    this.#slots = [...this.sessions]
    this.#attempts = new Attempts(this.#slots)
    this.#router = new Router(
      setup.plan,
      setup.place,
      setup.ownCoordinator,
      setup.redirectsApart,
      setup.ranges,
    )
    this.#rng = Rng.stream(setup.plan.seed, `retry/${setup.spec.id}`)
    this.#timeoutNs = nsOfMs(setup.spec.timeoutMs)
  }

  /** Begins an operation in a free session. `expected` is for a compare-and-set. */
  perform(
    session: Session,
    f: OpName,
    key: number,
    count: number,
    bytes: number,
    intendedNs: Ns,
    nowNs: Ns,
    tag: number,
    expected = 0,
  ): void {
    assert(!session.busy, () => `session ${session.globalSlot} is busy`)
    const value = f === 'write' || f === 'cas' ? this.#nextValue() : 0
    session.busy = true
    session.begin()
    session.beganNs = nowNs
    session.key = key
    session.row = this.setup.recorder.invoke(
      session.process,
      session.globalSlot,
      f,
      key,
      value,
      intendedNs,
      nowNs,
      tag,
      expected,
    )
    this.setup.tally.underWay++
    const { keySpace } = this.setup.plan
    session.shard = this.#router.shardOf(key)
    session.op = operation(f, keySpace.localOf(key), value, expected, count, bytes)
    session.inParts = f === 'scan' && (keySpace.shards > 1 || this.setup.ranges !== null)
    if (session.inParts) this.#scan(session, nowNs)
    else this.#ask(session, nowNs)
  }

  #ask(session: Session, nowNs: Ns): void {
    const { f } = session.op as Operation
    session.attempts = 0
    session.redirects = 0
    session.doubt = null
    session.firstAttempt = this.#attempts.next
    this.#attempt(session, this.#router.choose(session.shard, f, 0, nowNs), nowNs)
  }

  #scan(session: Session, nowNs: Ns): void {
    session.target = -1
    session.attempts = 0
    const { plan, ranges } = this.setup
    const scan =
      ranges === null
        ? new Scan(session, plan.keySpace)
        : new RangeScan(session, (key) => this.#router.shardOf(key))
    for (let part = scan.next(); part !== null; part = scan.next()) this.#askPart(scan, part, nowNs)
  }

  /** A part of a scan goes its own way, as an operation of a session that nobody sees. */
  #askPart(scan: AnyScan, { shard, from, count }: ScanPart, nowNs: Ns): void {
    const session = this.#spare.pop() ?? this.#newSession()
    session.busy = true
    session.whole = scan
    session.key = scan.session.key
    session.shard = shard
    session.op = operation('scan', from, 0, 0, count, (scan.session.op as Operation).bytes)
    this.#ask(session, nowNs)
  }

  #newSession(): Session {
    const session = new Session(this.#slots.length, -1)
    this.#slots.push(session)
    return session
  }

  #endPart(session: Session, scan: AnyScan, outcome: Outcome, from: PlaceId, nowNs: Ns): void {
    scan.partEnded(outcome, from, session.attempts)
    session.whole = null
    this.#spare.push(session)
    const part = scan.next()
    if (part !== null) this.#askPart(scan, part, nowNs)
    else if (scan.open === 0) {
      scan.session.attempts = scan.attempts
      this.#end(scan.session, scan.outcome(), scan.from, nowNs)
    }
  }

  /** Values are unique over all clients: 0 is "absent", 1 is what keys hold before the run. */
  #nextValue(): number {
    const value = 2 + this.#valueCounter++ * this.setup.clientCount + this.setup.index
    assert(value < 2 ** 32, 'the run has more writes than there are value numbers')
    return value
  }

  #attempt(session: Session, target: PlaceId, nowNs: Ns): void {
    const { port, tokens, place } = this.setup
    const op = session.op as Operation
    session.attempts++
    session.target = target
    this.#attempts.add(session, nowNs + this.#timeoutNs)
    const opId = session.currentAttempt * PLACES_MAX + place
    if (!this.#deadlineArmed) {
      this.#deadlineArmed = true
      port.wakeAt(CLIENT_TIMER.deadline, 0, nowNs + this.#timeoutNs)
    }
    const owner = session.whole === null ? session : session.whole.session
    this.setup.recorder.traffic.asked(nowNs, session.shard)
    port.submit(target, session.shard, opId, op, owner.ref(tokens, session.key, session.shard))
  }

  /** An answer, from a replica (`from`) or from the coordinator at this place. */
  reply(opId: OpId, outcome: Outcome, from: PlaceId, nowNs: Ns): void {
    if (from !== this.setup.place) this.#router.heard(from)
    const attempt = Math.floor(opId / PLACES_MAX)
    const session = this.#attempts.sessionOf(attempt)
    if (session === undefined || !session.busy || session.inParts || attempt < session.firstAttempt) return
    // Whoever answers in its stead, the replica that was asked has done its part.
    if (attempt === session.currentAttempt && session.target >= 0) this.#router.heard(session.target)
    if (outcome.status === 'ok') {
      this.#end(session, outcome, from, nowNs)
      return
    }
    if (outcome.status === 'info') session.doubt = outcome.error ?? 'timeout'
    if (attempt !== session.currentAttempt || session.target === -1) return
    if (outcome.error === 'connection-refused') this.#router.silent(from, session.shard, nowNs)
    if (outcome.error === 'wrong-range') {
      this.#askElsewhere(session, from, nowNs)
      return
    }
    if (outcome.redirect !== null && session.redirects < REDIRECTS_MAX) {
      session.redirects++
      session.attempts--
      this.#router.redirected(session.shard, (session.op as Operation).f, outcome.redirect, nowNs)
      this.#attempt(session, outcome.redirect, nowNs)
      return
    }
    this.#failed(session, outcome.error ?? 'refused', from, nowNs)
  }

  /** The range has split, or merged, since this client last looked: it asks whoever has the key by now. */
  #askElsewhere(session: Session, from: PlaceId, nowNs: Ns): void {
    const { key, f } = session.op as Operation
    this.#router.refresh(nowNs)
    const shard = this.#router.shardOf(key)
    if (shard === session.shard || session.redirects >= REDIRECTS_MAX) {
      // It is on its way from one range to another.
      this.#failed(session, 'wrong-range', from, nowNs)
      return
    }
    session.redirects++
    session.attempts--
    session.shard = shard
    this.#attempt(session, this.#router.choose(shard, f, session.attempts, nowNs), nowNs)
  }

  /** An attempt failed or timed out: try again after a pause, or give up. */
  #failed(session: Session, error: ErrorCode, from: PlaceId, nowNs: Ns): void {
    const { retry } = this.setup.spec
    this.#router.refresh(nowNs)
    if (session.attempts <= retry.max) {
      session.target = -1
      this.setup.port.wakeAt(CLIENT_TIMER.retry, session.slot, nowNs + this.backoffNs(session.attempts))
      return
    }
    const status = session.doubt === null ? 'fail' : 'info'
    this.#end(session, bareOutcome(status, session.doubt ?? error), from, nowNs)
  }

  /** The pause before attempt number `attempt` + 1: doubles up to its bound, each drawn from [half, whole]. */
  backoffNs(attempt: number): Ns {
    const { backoffMs, backoffMsMax } = this.setup.spec.retry
    const whole = nsOfMs(Math.min(backoffMsMax, backoffMs * (1 << Math.min(attempt - 1, 30))))
    return this.#rng.between(Math.ceil(whole / 2), whole)
  }

  #end(session: Session, outcome: Outcome, from: PlaceId, nowNs: Ns): void {
    const { recorder, tokens, sessionsTotal } = this.setup
    const { whole } = session
    const op = session.op as Operation
    if (whole === null) recorder.end(session.row, outcome, from, session.attempts, nowNs)
    session.busy = false
    session.op = null
    if (op.f === 'read') session.found = outcome.value
    if (session.lateAttempts.length > 0) this.#attempts.forgetLate(session)
    if (outcome.token !== null)
      (whole?.session ?? session).keep(tokens, session.key, session.shard, outcome.token)
    if (whole !== null) {
      this.#endPart(session, whole, outcome, from, nowNs)
      return
    }
    this.setup.tally.underWay--
    if (outcome.status === 'info') session.process += sessionsTotal
    this.loop?.ended(session, op, outcome.status, nowNs)
  }

  /** The connection to a replica broke: what was asked of it may or may not have happened. */
  disconnected(from: PlaceId, nowNs: Ns): void {
    for (const session of this.#slots) {
      if (!session.busy || session.target !== from) continue
      session.doubt = 'crashed'
      this.#router.silent(from, session.shard, nowNs)
      this.#failed(session, 'crashed', from, nowNs)
    }
  }

  wake(timer: ClientTimer, slot: number, nowNs: Ns): void {
    if (timer === CLIENT_TIMER.deadline) this.#expire(nowNs)
    else if (timer === CLIENT_TIMER.retry) {
      const session = this.#slots[slot]
      if (session.busy && !session.inParts && session.target === -1) {
        const { f, key } = session.op as Operation
        if (this.setup.ranges !== null) session.shard = this.#router.shardOf(key)
        this.#attempt(session, this.#router.choose(session.shard, f, session.attempts, nowNs), nowNs)
      }
    } else this.loop?.wake(timer, slot, nowNs)
  }

  #expire(nowNs: Ns): void {
    this.#deadlineArmed = false
    for (;;) {
      const deadlineNs = this.#attempts.deadlineNs
      if (deadlineNs === Infinity) return
      if (deadlineNs > nowNs) {
        if (this.#deadlineArmed) return
        this.#deadlineArmed = true
        this.setup.port.wakeAt(CLIENT_TIMER.deadline, 0, deadlineNs)
        return
      }
      const session = this.#attempts.giveUpOldest()
      session.doubt = 'timeout'
      this.#router.silent(session.target, session.shard, nowNs)
      this.#failed(session, 'timeout', -1, nowNs)
    }
  }

  /** Closes what is still open, when the run ends before its answer: such operations may have happened. */
  abandon(nowNs: Ns): void {
    for (const session of this.sessions) {
      if (session.busy) this.#end(session, bareOutcome('info', 'stopped'), -1, nowNs)
    }
  }
}
