import type { Ns } from '../base/time.ts'
import type { Operation, Outcome } from '../protocols/contract.ts'
import type { ProbeSchedule } from '../workload/probe.ts'
import { CLIENT_TIMER } from './client.ts'
import type { Client, ClientTimer, Loop } from './client.ts'
import type { Session } from './session.ts'

/** One chain of samples, of which at most one is under way. */
interface Lane {
  key: number
  offset: number
  reader: number
  reading: boolean
}

/**
 * Measures t-visibility: each sample writes a fresh version of a key of its own at one client, waits for the
 * acknowledgement, and reads it exactly t later at another. Lanes run samples one after another, side by side; lane j
 * uses session j of whichever client its sample names.
 */
export class ProbeLoop implements Loop {
  readonly #clients: readonly Client[]
  readonly #schedule: ProbeSchedule
  readonly #offsetsNs: readonly Ns[]
  readonly #bytes: number
  readonly #lanes: Lane[]
  #active = 0
  #stopped = false

  constructor(
    clients: readonly Client[],
    schedule: ProbeSchedule,
    offsetsNs: readonly Ns[],
    bytes: number,
    lanes: number,
  ) {
    this.#clients = clients
    this.#schedule = schedule
    this.#offsetsNs = offsetsNs
    this.#bytes = bytes
    this.#lanes = Array.from({ length: lanes }, () => ({ key: 0, offset: 0, reader: 0, reading: false }))
  }

  /** Samples begun, as a share of all. */
  get share(): number {
    return this.#schedule.taken / this.#schedule.total
  }

  get finished(): boolean {
    return this.#active === 0
  }

  start(nowNs: Ns): void {
    for (let lane = 0; lane < this.#lanes.length; lane++) {
      this.#active++
      this.#next(lane, nowNs)
    }
  }

  #next(slot: number, nowNs: Ns): void {
    const sample = this.#stopped ? null : this.#schedule.next()
    if (sample === null) {
      this.#active--
      return
    }
    const lane = this.#lanes[slot]
    lane.key = sample.key
    lane.offset = sample.offset
    lane.reader = sample.reader
    lane.reading = false
    const writer = this.#clients[sample.writer]
    writer.perform(writer.sessions[slot], 'write', sample.key, 0, this.#bytes, nowNs, nowNs, 0)
  }

  wake(_timer: ClientTimer, slot: number, nowNs: Ns): void {
    const lane = this.#lanes[slot]
    if (!lane.reading) this.#next(slot, nowNs)
    else this.#read(slot, nowNs)
  }

  #read(slot: number, nowNs: Ns): void {
    const lane = this.#lanes[slot]
    const reader = this.#clients[lane.reader]
    reader.perform(reader.sessions[slot], 'read', lane.key, 0, this.#bytes, nowNs, nowNs, lane.offset + 1)
  }

  ended(session: Session, op: Operation, status: Outcome['status'], nowNs: Ns): void {
    const slot = session.slot
    const lane = this.#lanes[slot]
    if (op.f === 'write' && status === 'ok') {
      lane.reading = true
      const atNs = nowNs + this.#offsetsNs[lane.offset]
      this.#clients[lane.reader].setup.port.wakeAt(CLIENT_TIMER.next, slot, atNs)
      return
    }
    lane.reading = false
    const pause = status === 'ok' ? 0 : this.#clients[0].backoffNs(1)
    this.#clients[0].setup.port.wakeAt(CLIENT_TIMER.next, slot, nowNs + pause)
  }

  stop(_nowNs: Ns): void {
    this.#stopped = true
  }
}
