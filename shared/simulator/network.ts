import type { Agenda } from '../base/agenda.ts'
import type { Rng } from '../base/rng.ts'
import { nsOfMs } from '../base/time.ts'
import type { Ns } from '../base/time.ts'
import type { Recorder } from '../history/recorder.ts'
import { combinedLossPpm } from '../plan/connectivity.ts'
import type { Connectivity } from '../plan/connectivity.ts'
import type { LinkPlan, PlaceId, Plan } from '../plan/types.ts'
import type { MessageBody } from '../protocols/contract.ts'
import { PLACES_MAX } from '../runtime/world.ts'
import type { Distribution } from '../topology/distributions.ts'
import { EVENT } from './events.ts'
import type { MessageWatch } from './message-watch.ts'
import type { Scope } from './scope.ts'
import type { OperationTracer } from './tracer.ts'

/** One direction between two places, in operation. */
interface Link {
  readonly plan: LinkPlan
  readonly rng: Rng
  /** Any kind has a latency of its own. */
  readonly perKind: boolean
  /** Nothing but latency happens here, so that the common link takes the short way. */
  readonly plain: boolean
  /** Bandwidth: the last byte sent so far leaves at this instant. */
  busyUntilNs: Ns
  /** Ordered links: the last delivery so far. */
  lastArrivalNs: Ns
}

/** The simulated network: draws what happens to each message and puts its arrival on the agenda. */
export class Network {
  readonly #agenda: Agenda
  readonly #plan: Plan
  readonly #recorder: Recorder
  readonly connectivity: Connectivity
  /** [from][to] */
  readonly #links: (Link | undefined)[][]
  readonly #scope: Scope
  readonly #stream: (name: string) => Rng
  readonly tracer: OperationTracer | null
  /** Picks messages for somebody who wants to see them; null while nobody does. */
  watch: MessageWatch | null = null

  /** Ordered links: the longest that a message took, and all behind it waited for. */
  longestHoldNs: Ns = 0

  /** `stream`: the random stream of a name. */
  constructor(
    agenda: Agenda,
    plan: Plan,
    recorder: Recorder,
    connectivity: Connectivity,
    scope: Scope,
    stream: (name: string) => Rng,
    tracer: OperationTracer | null,
  ) {
    this.#stream = stream
    this.#agenda = agenda
    this.#plan = plan
    this.#recorder = recorder
    this.connectivity = connectivity
    this.#links = plan.places.map(() => [])
    this.#scope = scope
    this.tracer = tracer
  }

  send(from: PlaceId, to: PlaceId, shard: number, body: MessageBody, bytes: number): void {
    const nowNs = this.#agenda.nowNs
    const { traffic } = this.#recorder
    traffic.sent(nowNs, from, body.kind, bytes)
    if (this.tracer !== null) this.tracer.sending(from, to, body, nowNs)
    const route = from + shard * PLACES_MAX
    if (from === to) {
      if (this.tracer !== null) this.tracer.arriving(body, nowNs)
      this.#agenda.schedule(nowNs, EVENT.arrive, to, route, bytes, body)
      return
    }
    const link = this.#links[from][to] ?? this.#open(from, to)
    const active = !this.connectivity.quiet
    const latency = link.perKind ? (link.plan.oneWayOf.get(body.kind) ?? link.plan.oneWay) : link.plan.oneWay
    if (active && !this.connectivity.allows(from, to)) {
      traffic.dropped('partition')
      if (this.watch !== null) this.#seenLost(from, to, latency)
      return
    }
    if (link.plain && !active) {
      const arrivalNs = nowNs + (latency.constantNs ?? latency.sampleNs(link.rng))
      this.#deliver(arrivalNs, to, route, bytes, body)
      return
    }
    const lossPpm = active
      ? combinedLossPpm(link.plan.lossPpm, this.connectivity.lossPpm(from, to))
      : link.plan.lossPpm
    if (link.rng.chancePpm(lossPpm)) {
      traffic.dropped('loss')
      if (this.watch !== null) this.#seenLost(from, to, latency)
      return
    }
    this.#transmit(link, latency, from, to, route, body, bytes)
    if (link.rng.chancePpm(link.plan.duplicatePpm)) {
      traffic.duplicated()
      this.#transmit(link, latency, from, to, route, body, bytes)
    }
  }

  /** How long a message without a body would take right now. */
  delayNs(from: PlaceId, to: PlaceId): Ns {
    const link = this.#links[from][to] ?? this.#open(from, to)
    return link.plan.oneWay.sampleNs(link.rng) + this.connectivity.extraNs(from, to)
  }

  #transmit(
    link: Link,
    latency: Distribution,
    from: PlaceId,
    to: PlaceId,
    route: number,
    body: MessageBody,
    bytes: number,
  ): void {
    const nowNs = this.#agenda.nowNs
    const { plan, rng } = link
    let leavesNs = nowNs
    if (plan.nsPerByte > 0) {
      leavesNs = Math.max(nowNs, link.busyUntilNs) + Math.round(bytes * plan.nsPerByte)
      link.busyUntilNs = leavesNs
    }
    let arrivalNs = leavesNs + latency.sampleNs(rng)
    if (!this.connectivity.quiet) arrivalNs += this.connectivity.extraNs(from, to)
    if (rng.chancePpm(plan.reorderPpm)) arrivalNs += latency.sampleNs(rng)
    else if (plan.ordered) {
      arrivalNs = Math.max(arrivalNs, link.lastArrivalNs)
      link.lastArrivalNs = arrivalNs
      this.longestHoldNs = Math.max(this.longestHoldNs, arrivalNs - nowNs)
    }
    this.#deliver(arrivalNs, to, route, bytes, body)
  }

  #deliver(atNs: Ns, to: PlaceId, route: number, bytes: number, body: MessageBody): void {
    if (this.tracer !== null) this.tracer.arriving(body, atNs)
    if (this.watch !== null) {
      this.watch.note(route & (PLACES_MAX - 1), to, this.#agenda.nowNs, atNs, false)
    }
    if (this.#scope.has(to)) this.#agenda.schedule(atNs, EVENT.arrive, to, route, bytes, body)
    else this.#scope.deliver(atNs, to, route, bytes, body)
  }

  /** A lost message has no delivery, and none may be drawn for it: the median stands in. */
  #seenLost(from: PlaceId, to: PlaceId, latency: Distribution): void {
    const nowNs = this.#agenda.nowNs
    const typicalNs = latency.constantNs ?? nsOfMs(latency.quantileMs(0.5))
    this.watch?.note(from, to, nowNs, nowNs + typicalNs, true)
  }

  #open(from: PlaceId, to: PlaceId): Link {
    const plan = this.#plan.links.between(from, to)
    const name = `link/${this.#plan.places[from].name}/${this.#plan.places[to].name}`
    const link: Link = {
      plan,
      rng: this.#stream(name),
      perKind: plan.oneWayOf.size > 0,
      plain:
        plan.lossPpm === 0 &&
        plan.duplicatePpm === 0 &&
        plan.reorderPpm === 0 &&
        !plan.ordered &&
        plan.nsPerByte === 0,
      busyUntilNs: 0,
      lastArrivalNs: 0,
    }
    this.#links[from][to] = link
    return link
  }
}
