import fs from 'node:fs'
import { parentPort, receiveMessageOnPort } from 'node:worker_threads'
import type { Agenda } from '../../shared/base/agenda.ts'
import { Rng } from '../../shared/base/rng.ts'
import type { Ns } from '../../shared/base/time.ts'
import { OverloadError } from '../../shared/clients/loops.ts'
import { OperationTally } from '../../shared/history/counters.ts'
import { buildPlan } from '../../shared/plan/build.ts'
import type { PlaceId, Plan } from '../../shared/plan/types.ts'
import type { AnyProtocol } from '../../shared/protocols/contract.ts'
import { PLACES_MAX } from '../../shared/runtime/world.ts'
import { EVENT } from '../../shared/simulator/events.ts'
import { RealTime, Simulation } from '../../shared/simulator/index.ts'
import type { Resume } from '../../shared/simulator/index.ts'
import type { Scope } from '../../shared/simulator/scope.ts'
import { Board } from './board.ts'
import { decode, Encoder } from './codec.ts'
import type { OnMessage } from './codec.ts'
import { Control, sharedClockNs } from './control.ts'
import { DiskWords } from './disk-words.ts'
import type { Command, EngineThreadData, FromThread } from './engine-messages.ts'
import { EngineTime } from './engine-time.ts'
import { buffersOf, partOf } from './parts.ts'
import { Publisher } from './publisher.ts'
import { DiskError, RealDisk, recover } from './real-disk.ts'
import type { DiskFs, ReplicaFile } from './real-disk.ts'
import { BacklogError, Rings } from './rings.ts'
import type { OnFrame } from './rings.ts'
import { RoleFaults } from './role-faults.ts'
import { sharpenTimers } from './timer-slack.ts'
import { linkEnds, namesOn, TimingRecorder } from './timing.ts'
import { Wakes } from './wakes.ts'

export type { EngineThreadData } from './engine-messages.ts'

/** Real time that a thread may sleep at a stretch, so that it notices a stop that nobody woke it for. */
const SLEEP_NS_MAX = 50_000_000
/**
 * `Atomics.wait` wakes some tens of microseconds late, and later where the timers of the machine are coarse: a wait ends
 * this much before its time, and spins.
 */
const SPIN_NS = { sharp: 50_000, coarse: 80_000 }
/** Events between two looks at what has come: a millisecond or two of work. */
const EVENTS_PER_TURN = 250
/** Events between two looks at whom to wake: some tens of microseconds. */
const EVENTS_PER_BURST = 8
/** For a reader who must make room, or who has yet to see when it is due what had to wait. */
const AT_ONCE = -Infinity
/** A ring that was full is tried again after this long. */
const RETRY_NS = 200_000
/** What was sent gets so long to leave, and the others get so long to stop, before a thread ends without it. */
const FAREWELL_NS = 3_000_000_000
/** And so much longer for each of them, on machines that have to go round. */
const FAREWELL_NS_EACH = 50_000_000

/** Between two looks at the rings while others still send, and while one of theirs is full. */
const QUIET_WAIT_MS = 10
const FULL_WAIT_MS = 1

/** What may happen without any bug of ours, and says itself whom it befell. */
const FORESEEN = [DiskError, BacklogError, OverloadError]

/** What an engine needs of its surroundings; tests give it others. */
export interface EngineParts {
  protocolOf: (strategy: string) => AnyProtocol
  fs: DiskFs
}

/** One thread of a live run: the engine of the simulator, for this thread's places, in real time. */
export class EngineThread {
  readonly #data: EngineThreadData
  readonly #plan: Plan
  readonly #rings: Rings
  readonly #control: Control
  readonly #wakes: Wakes
  readonly #timing: TimingRecorder
  readonly #simulation: Simulation
  readonly #realTime: RealTime
  readonly #publisher: Publisher
  #disk: RealDisk | null = null
  #crashed: PlaceId | null = null
  #received = 0
  readonly #onMoved = (thread: number): void => this.#wakes.note(thread, AT_ONCE)
  readonly #onFrame: OnFrame = (area, from, to) => {
    this.#received++
    decode(area, from, to, this.#onMessage)
  }
  readonly #onMessage: OnMessage = (atNs, to, route, bytes, body) =>
    this.#realTime.receive(atNs, to, route, bytes, body)

  constructor(data: EngineThreadData, { protocolOf, fs }: EngineParts) {
    this.#data = data
    const { thread, threadOf } = data
    this.#plan = buildPlan(data.topology, data.options)
    this.#rings = new Rings(data.rings, thread)
    this.#control = new Control(data.control)
    this.#wakes = new Wakes(this.#control, data.threads)
    const board = new Board(data.board, this.#plan, data.roles)
    this.#timing = new TimingRecorder(thread, board.latenessOf(thread), linkEnds(this.#plan, threadOf))
    const protocol = protocolOf(this.#plan.topology.replication.strategy)
    const { resume, disk } = data
    this.#simulation = new Simulation(this.#plan, protocol, {
      scope: this.#scope(board),
      tally: new OperationTally(board.tallyOf(thread)),
      ...(disk === null ? {} : { diskOf: (place, agenda) => this.#realDisk(place, agenda, fs) }),
      ...(resume === null ? {} : { resume: { ...resume, durable: this.#durable(resume, protocol, fs) } }),
    })
    this.#realTime = new RealTime(this.#simulation)
    for (const { atNs, to, route, bytes, body } of resume?.arrivals ?? []) {
      this.#realTime.receive(atNs, to, route, bytes, body)
    }
    this.#publisher = new Publisher(data, this.#simulation, board, this.#control)
  }

  #scope(board: Board): Scope {
    const { thread, threadOf, recordsFaults, decisions } = this.#data
    const encoder = new Encoder()
    const roleFaults = new RoleFaults(decisions, this.#plan, () => board.looks)
    return {
      has: (place) => threadOf[place] === thread,
      deliver: (atNs, to, route, bytes, body) => {
        const isThere = this.#rings.send(threadOf[to], encoder.encode(atNs, to, route, bytes, body))
        this.#wakes.note(threadOf[to], isThere ? atNs : AT_ONCE)
      },
      crashed: (place) => (this.#crashed = place),
      strikes: (fault) => roleFaults.strikes(fault),
      recordsFaults,
      endsItself: false,
    }
  }

  /** What a replica's earlier lives left behind: in its file, where it has one. */
  #durable({ durable }: Resume, protocol: AnyProtocol, fs: DiskFs): Resume['durable'] {
    const file = this.#file(this.#data.thread, fs)
    return file === null ? durable : recover(file, protocol)
  }

  #realDisk(place: PlaceId, agenda: Agenda, fs: DiskFs): RealDisk | null {
    const file = this.#file(place, fs)
    if (file !== null) this.#disk = new RealDisk(agenda, file)
    return this.#disk
  }

  #file(place: PlaceId, fs: DiskFs): ReplicaFile | null {
    const { disk, thread } = this.#data
    if (disk === null || place !== thread) return null
    const { name } = this.#plan.places[place]
    return {
      place,
      name,
      fd: disk.fd,
      words: new DiskWords(disk.memory),
      fs,
      rng: Rng.stream(this.#plan.seed, `disk/${name}`),
      onRequest: () => this.#control.wake(disk.syncThread),
    }
  }

  /** Runs to the end of the run or of the replica, and says goodbye. */
  run(): void {
    const isSharp = sharpenTimers(fs)
    const spinNs = !this.#data.spins ? 0 : isSharp ? SPIN_NS.sharp : SPIN_NS.coarse
    this.#control.ready()
    const startNs = this.#control.awaitGo()
    if (startNs === null) return
    const { timeScale } = this.#plan.topology.run
    try {
      this.#loop(new EngineTime(startNs, timeScale, this.#data.pausedNs), spinNs)
      if (this.#crashed === null) this.#leave()
      else this.#crash(this.#crashed)
    } catch (error) {
      this.#fail(error)
    }
  }

  #loop(time: EngineTime, spinNs: Ns): void {
    const { thread } = this.#data
    const { agenda } = this.#simulation
    const { timeScale } = this.#plan.topology.run
    const clock = (): Ns => time.now()
    const late = (kind: number, ns: Ns) => this.#noteLateness(kind, ns * timeScale)
    const hasWork = () => this.#rings.hasArrivals || this.#disk?.hasEnded === true
    while (!this.#control.stopped && this.#crashed === null) {
      const beganNs = sharedClockNs()
      const receivedBefore = this.#received
      const obeyed = this.#control.hasCommands(thread) ? this.#obeyAll(time) : 0
      this.#drain()
      const handled = this.#runDue(clock, late)
      this.#disk?.turn()
      const flushed = this.#rings.flush(this.#onMoved)
      const nowNs = clock()
      const endedNs = sharedClockNs()
      const isMeasured = nowNs >= this.#plan.warmupNs
      const worked = handled + obeyed + this.#received - receivedBefore > 0
      if (isMeasured) this.#timing.turn(beganNs, endedNs, worked)
      this.#publisher.turn(beganNs, endedNs, worked)

      const dueInNs = time.isPaused ? Infinity : (agenda.peekNs() - nowNs) * timeScale
      const publishInNs = this.#publisher.dueNs - endedNs
      const waitNs = Math.min(dueInNs, publishInNs, SLEEP_NS_MAX, flushed ? Infinity : RETRY_NS)
      const sleepNs = waitNs - spinNs
      // Before there is nothing left to do, nobody is woken whom more may be sent in a moment.
      if (dueInNs <= 0 || hasWork()) {
        this.#wakes.hold(endedNs)
        continue
      }
      this.#wakes.flush()
      if (sleepNs <= 0) continue
      const wakesAtNs = nowNs + Math.floor(waitNs / timeScale)
      const timedOut = this.#control.sleep(thread, sleepNs / 1e6, wakesAtNs, hasWork)
      if (timedOut && isMeasured) this.#timing.overslept(sharedClockNs() - endedNs - sleepNs)
    }
    this.#wakes.flush()
  }

  /** Handles what is due, a turn's worth at most; answers how many events there were. */
  #runDue(clock: () => Ns, late: (kind: number, ns: Ns) => void): number {
    let handled = 0
    for (;;) {
      const burst = this.#realTime.runDue(clock, EVENTS_PER_BURST, late)
      handled += burst
      if (burst < EVENTS_PER_BURST || handled >= EVENTS_PER_TURN) return handled
      this.#wakes.hold(sharedClockNs())
    }
  }

  /** Of the event that the agenda has just given out. What a place sends to itself never saw a link. */
  #noteLateness(kind: number, realNs: Ns): void {
    const { agenda, processes } = this.#simulation
    if (kind !== EVENT.arrive) {
      // Looking at a replica a little later changes nothing but the look.
      if (kind !== EVENT.sample) this.#timing.timer(realNs)
      return
    }
    const to = agenda.a
    const from = agenda.b & (PLACES_MAX - 1)
    // Where nobody is at home, it is all the same when a message is thrown away.
    if (from !== to && processes[to].up) this.#timing.message(from, to, realNs)
  }

  #obeyAll(time: EngineTime): number {
    let obeyed = 0
    for (;;) {
      const received = receiveMessageOnPort(this.#data.commands)
      if (received === undefined) return obeyed
      const command = received.message as Command
      if (command.type === 'fault') this.#simulation.disturb(command.fault, command.starts)
      else if (command.type === 'pause') time.pause(command.atSharedNs)
      else time.resume(command.atSharedNs)
      obeyed++
    }
  }

  // The end.

  /** Stops sending, waits until all others have, and counts what is under way. */
  #leave(): void {
    const untilNs = this.#farewellUntilNs()
    const hasSent = this.#emptyRings(untilNs)
    this.#control.quiet()
    while (!this.#control.areAllQuiet && sharedClockNs() < untilNs) {
      this.#drain()
      this.#control.awaitQuiet(QUIET_WAIT_MS)
    }
    const isSettled = hasSent && this.#control.areAllQuiet
    this.#drain()
    const balance = this.#handIn()
    this.#post({
      type: 'done',
      timing: this.#timing.finish(),
      balance,
      inFlight: this.#realTime.undelivered().length,
      isSettled,
    })
  }

  /** The replica is gone, but not its address: what is on its way there is for the thread that comes next. */
  #crash(place: PlaceId): void {
    this.#publisher.gone()
    const isSettled = this.#emptyRings(this.#farewellUntilNs())
    const survival = this.#simulation.survivalOf(place)
    const balance = this.#handIn()
    const arrivals = this.#realTime.undelivered()
    const timing = this.#timing.finish()
    this.#post({
      type: 'crashed',
      resume: this.#disk === null ? survival : { ...survival, durable: [] },
      arrivals,
      timing,
      balance,
      inFlight: 0,
      isSettled,
    })
  }

  #farewellUntilNs(): Ns {
    return sharedClockNs() + FAREWELL_NS + this.#data.threads * FAREWELL_NS_EACH
  }

  #fail(error: unknown): void {
    this.#control.quiet()
    const message = error instanceof Error ? error.message : String(error)
    const who = `the thread of ${namesOn(this.#plan, this.#data.threadOf, this.#data.thread)}`
    const isForeseen = FORESEEN.some((kind) => error instanceof kind)
    const sentence = isForeseen ? message : `${who} failed: ${message}`
    try {
      const balance = this.#handIn()
      const timing = this.#timing.finish()
      this.#post({ type: 'failed', sentence, timing, balance, inFlight: 0, isSettled: false })
    } catch {
      // What broke the engine has broken its record, too: the error goes the way of one that nobody caught.
      throw error
    }
  }

  #drain(): void {
    this.#rings.drain(this.#onFrame)
  }

  /** Until all that was sent has left, and no frame is half read; false where time ran out. */
  #emptyRings(untilNs: Ns): boolean {
    for (;;) {
      const isEmpty = this.#rings.flush(this.#onMoved)
      this.#wakes.flush()
      this.#drain()
      if (isEmpty && !this.#rings.isMidFrame) return true
      if (sharedClockNs() > untilNs) return false
      this.#control.awaitQuiet(FULL_WAIT_MS)
    }
  }

  /** Sends the record in; answers the messages in it. */
  #handIn(): { sent: number; duplicated: number; delivered: number; dropped: number } {
    // Where the end came early, the load ends here, too.
    this.#simulation.stop('the run is over')
    const part = partOf(this.#simulation.finish(), true)
    const { messagesOut, messagesIn, dropped, duplicated } = part.traffic
    const sum = (column: Float64Array) => column.reduce((total, each) => total + each, 0)
    const balance = {
      sent: sum(messagesOut),
      duplicated,
      delivered: sum(messagesIn),
      // Those that a full inbox turned away had been delivered to it.
      dropped: dropped.loss + dropped.partition + dropped.down,
    }
    this.#data.records.postMessage(part, buffersOf(part))
    return balance
  }

  #post(message: FromThread): void {
    parentPort?.postMessage(message)
  }
}
