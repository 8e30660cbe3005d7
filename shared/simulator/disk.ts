import type { Agenda } from '../base/agenda.ts'
import { assert } from '../base/assert.ts'
import type { Rng } from '../base/rng.ts'
import type { Distribution } from '../topology/distributions.ts'
import { EVENT } from './events.ts'

/** Writes that may wait for one disk; more means that the load outruns it for good. */
const QUEUE_MAX = 1_000_000

export interface Write {
  shard: number
  writeId: number
  /** What the protocol wants kept; or FORGOTTEN. */
  record: unknown
  /** Of the shard's replica that wrote it: nobody else is told. */
  life: number
}

/** A record which says that nothing is kept of its shard any more. A disk does things in order: so does this. */
export const FORGOTTEN = null

/** What a replica writes to: modelled by the simulator, or in a live run, where wanted, a file. */
export interface Disk {
  /** Whether a flush takes no time: the replica then reports the write durable right after its step. */
  readonly instant: boolean
  /** How long a flush takes. */
  readonly fsync: Distribution
  setFsync(fsync: Distribution): void
  /** Takes a record in; once it would survive a crash, a `flushed` event is due. */
  write(write: Write, epoch: number): void
  /** The flush of the event is done: its writes, in order. */
  flushed(epoch: number): readonly Write[]
  /** Forgets what is not durable. */
  crash(): void
}

/**
 * A replica's disk with group commit: what is written while a flush runs goes with the next one, so that the fsync
 * time bounds latency and not throughput. What has not been flushed when the process crashes is lost.
 */
export class SimulatedDisk implements Disk {
  readonly #agenda: Agenda
  readonly #place: number
  readonly #rng: Rng
  #fsync: Distribution
  #waiting: Write[] = []
  #flushing: Write[] = []

  constructor(agenda: Agenda, place: number, fsync: Distribution, rng: Rng) {
    this.#agenda = agenda
    this.#place = place
    this.#fsync = fsync
    this.#rng = rng
  }

  get instant(): boolean {
    return this.#fsync.constantNs === 0 && this.#flushing.length === 0
  }

  get fsync(): Distribution {
    return this.#fsync
  }

  /** From the next flush on. */
  setFsync(fsync: Distribution): void {
    this.#fsync = fsync
  }

  write(write: Write, epoch: number): void {
    assert(
      this.#waiting.length < QUEUE_MAX,
      () => `${QUEUE_MAX} writes wait for the disk of place ${this.#place}`,
    )
    this.#waiting.push(write)
    if (this.#flushing.length === 0) this.#flush(epoch)
  }

  #flush(epoch: number): void {
    this.#flushing = this.#waiting
    this.#waiting = []
    this.#agenda.schedule(
      this.#agenda.nowNs + this.#fsync.sampleNs(this.#rng),
      EVENT.flushed,
      this.#place,
      0,
      epoch,
      null,
    )
  }

  /** Starts the next flush where writes wait. */
  flushed(epoch: number): readonly Write[] {
    const done = this.#flushing
    this.#flushing = []
    if (this.#waiting.length > 0) this.#flush(epoch)
    return done
  }

  crash(): void {
    this.#waiting = []
    this.#flushing = []
  }
}
