import { assert } from '../base/assert.ts'
import type { EventId } from '../base/agenda.ts'
import { Rng } from '../base/rng.ts'
import type { Ns } from '../base/time.ts'
import type { PlaceId } from '../plan/types.ts'
import type { Fact, MessageBody, OpId, Outcome, RangeChange } from '../protocols/contract.ts'
import type { Host } from '../runtime/host.ts'
import type { LocalClock, World } from '../runtime/world.ts'
import type { Distribution } from '../topology/distributions.ts'
import type { Coalescer } from './coalescer.ts'
import type { SimulatedClock } from './clock.ts'
import { FORGOTTEN } from './disk.ts'
import type { Disk } from './disk.ts'
import { EVENT } from './events.ts'
import type { Engine } from './engine.ts'

/** Messages that may wait for one replica; what comes on top is dropped, as a full receive queue would. */
export const INBOX_MAX = 100_000

/** A timer of one host: its name and, while it is armed, its event. */
export interface Timer {
  readonly name: string
  event: EventId
}
const UNARMED: EventId = -1

/** Something that reached a paused process, to be gone through when it resumes. */
export type Deferred = () => void

/**
 * One simulated process: a replica with its clocks, disk and service queue, or a client that hosts a coordinator. It
 * outlives crashes; its hosts do not.
 */
export class SimulatedProcess {
  readonly place: PlaceId
  readonly clock: SimulatedClock
  readonly disk: Disk
  readonly service: Distribution
  readonly serviceRng: Rng
  up = true
  /** Down with its machine, which answers nobody; a process that merely crashed has its connections refused. */
  silent = false
  /** How many pauses hold it at present. */
  pauses = 0
  /** Counts boots: events of an earlier life are void. */
  epoch = 0
  bootedNs: Ns = 0
  readonly #instant: LocalClock = { wallNs: 0, monotonicNs: 0, uncertaintyNs: 0 }
  /** By shard: each host with its world. */
  readonly hosts: (SimulatedWorld | undefined)[] = []
  /** Counts hosts: what the disk has of one is not for the next, who may come back to its shard. */
  lives = 0
  /** Lives that have ended because their shard moved away: what they still had on its way to the disk is void. */
  readonly forgotten = new Set<number>()
  readonly deferred: Deferred[] = []
  /** Where it hosts several shards, whose heartbeats go together. */
  coalescer: Coalescer | null = null
  /** The one server is busy until then, and so many messages wait for it. */
  busyUntilNs: Ns = 0
  inbox = 0

  constructor(place: PlaceId, clock: SimulatedClock, disk: Disk, service: Distribution, serviceRng: Rng) {
    this.place = place
    this.clock = clock
    this.disk = disk
    this.service = service
    this.serviceRng = serviceRng
  }

  /** What its clocks read; one object that the next reading fills in again. */
  instant(nowNs: Ns): LocalClock {
    const instant = this.#instant
    this.clock.read(nowNs, instant)
    instant.monotonicNs -= this.bootedNs
    return instant
  }

  defer(action: Deferred): void {
    assert(this.deferred.length < INBOX_MAX, () => `${INBOX_MAX} events wait for paused place ${this.place}`)
    this.deferred.push(action)
  }
}

/** The World of one host in virtual time. */
export class SimulatedWorld implements World {
  readonly #engine: Engine
  readonly #process: SimulatedProcess
  readonly #shard: number
  /** Highest write that became durable at once and was not reported to the host yet; -1 if none. */
  durableAtOnce = -1
  /** Who lives in it; set as soon as it is made. */
  host!: Host
  readonly life: number
  readonly #rng: Rng
  readonly #timers = new Map<string, Timer>()

  constructor(engine: Engine, process: SimulatedProcess, shard: number) {
    this.#engine = engine
    this.#process = process
    this.#shard = shard
    this.life = process.lives++
    const name = engine.plan.places[process.place].name
    this.#rng = Rng.stream(engine.plan.seed, `timers/${name}/${shard}/${process.epoch}`)
  }

  readClock(): LocalClock {
    return this.#process.instant(this.#engine.agenda.nowNs)
  }

  send(to: PlaceId, body: MessageBody, bytes: number): void {
    const { place, coalescer, epoch } = this.#process
    if (coalescer === null || !coalescer.takes(body)) {
      this.#engine.network.send(place, to, this.#shard, body, bytes)
    } else if (coalescer.add(to, this.#shard, body, bytes)) {
      const { agenda } = this.#engine
      agenda.schedule(agenda.nowNs, EVENT.coalesced, place, 0, epoch, null)
    }
  }

  write(writeId: number, record: unknown): void {
    const { disk, epoch } = this.#process
    if (disk.instant) {
      this.#engine.keep(this.#process, this.#shard, record)
      if (this.durableAtOnce === -1) this.#engine.reportDurable(this)
      this.durableAtOnce = writeId
    } else disk.write({ shard: this.#shard, writeId, record, life: this.life }, epoch)
  }

  /** Tells the host about the writes of its last step that took no time. */
  flushAtOnce(): void {
    const writeId = this.durableAtOnce
    this.durableAtOnce = -1
    if (this.#process.hosts[this.#shard] === this) this.host.durable(writeId)
  }

  arm(name: string, minNs: Ns, maxNs: Ns): void {
    let timer = this.#timers.get(name)
    if (timer === undefined) {
      timer = { name, event: UNARMED }
      this.#timers.set(name, timer)
    } else if (timer.event !== UNARMED) this.#engine.agenda.cancel(timer.event)
    const localNs = minNs === maxNs ? minNs : this.#rng.between(minNs, maxNs)
    const { agenda } = this.#engine
    const { place, epoch, clock, coalescer } = this.#process
    const atNs = agenda.nowNs + clock.trueWait(localNs)
    timer.event = agenda.schedule(
      coalescer === null ? atNs : coalescer.inStep(name, agenda.nowNs, atNs),
      EVENT.timer,
      place,
      this.#shard,
      epoch,
      timer,
    )
  }

  disarm(name: string): void {
    const timer = this.#timers.get(name)
    if (timer !== undefined && timer.event !== UNARMED) {
      this.#engine.agenda.cancel(timer.event)
      timer.event = UNARMED
    }
  }

  /** A crash: no timer of this life fires any more. */
  disarmAll(): void {
    for (const name of this.#timers.keys()) this.disarm(name)
  }

  /** The shard has moved away: nothing of this life counts any more, nor does what the disk has of it. */
  forget(): void {
    this.disarmAll()
    const { disk, forgotten, epoch } = this.#process
    forgotten.add(this.life)
    if (disk.instant) return
    disk.write({ shard: this.#shard, writeId: -1, record: FORGOTTEN, life: this.life }, epoch)
  }

  note(fact: Fact): void {
    this.#engine.recorder.note(this.#engine.agenda.nowNs, this.#process.place, fact)
  }

  range(change: RangeChange): void {
    this.#engine.ranges?.changed(this.#process.place, this.#shard, change)
  }

  answer(opId: OpId, outcome: Outcome): void {
    this.#engine.answerLocally(opId, outcome)
  }
}
