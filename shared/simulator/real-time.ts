import { Deque } from '../base/deque.ts'
import type { Ns } from '../base/time.ts'
import type { PlaceId } from '../plan/types.ts'
import type { MessageBody } from '../protocols/contract.ts'
import type { Arrival } from './engine.ts'
import { EVENT } from './events.ts'
import type { Simulation } from './simulation.ts'

/** Drives a simulation by a clock that goes on by itself, and says how late everything is. */
export class RealTime {
  readonly #simulation: Simulation
  /** When the messages were due that came too late, in the order of their events. */
  readonly #overdueNs = new Deque<Ns>()

  constructor(simulation: Simulation) {
    this.#simulation = simulation
  }

  /** Puts a message from elsewhere on the agenda, for when it is to be delivered. */
  receive(atNs: Ns, to: PlaceId, route: number, bytes: number, body: MessageBody): void {
    const { agenda } = this.#simulation
    if (atNs >= agenda.nowNs) {
      agenda.schedule(atNs, EVENT.arrive, to, route, bytes, body)
      return
    }
    // All of these are scheduled for the present, which only grows: they come off the agenda in the order of the queue.
    this.#overdueNs.push(atNs)
    agenda.schedule(agenda.nowNs, EVENT.overdue, to, route, bytes, body)
  }

  /**
   * Handles up to `eventsMax` events that are due by `clock`, an engine time that only grows; each at the instant it is
   * come to. `late(kind, ns)` hears how long after its time that was, with the event's fields still in the agenda.
   * Returns how many there were.
   */
  runDue(clock: () => Ns, eventsMax: number, late: (kind: number, ns: Ns) => void): number {
    const { agenda } = this.#simulation
    let handled = 0
    while (handled < eventsMax && !this.#simulation.hasEnded) {
      const scheduledNs = agenda.peekNs()
      const nowNs = clock()
      if (scheduledNs > nowNs || !agenda.next()) break
      handled++
      agenda.nowNs = Math.max(agenda.nowNs, nowNs)
      if (agenda.kind === EVENT.overdue) late(EVENT.arrive, nowNs - (this.#overdueNs.shift() as Ns))
      else late(agenda.kind, nowNs - scheduledNs)
      this.#simulation.handle()
    }
    return handled
  }

  /** Takes the messages off the agenda that are still on their way. Only for after the end of everything else. */
  undelivered(): Arrival[] {
    const { agenda } = this.#simulation
    const left: Arrival[] = []
    while (agenda.next()) {
      if (agenda.kind !== EVENT.arrive && agenda.kind !== EVENT.overdue) continue
      const atNs = agenda.kind === EVENT.arrive ? agenda.nowNs : (this.#overdueNs.shift() as Ns)
      const { a: to, b: route, c: bytes } = agenda
      left.push({ atNs, to, route, bytes, body: agenda.payload as MessageBody })
    }
    return left
  }
}
