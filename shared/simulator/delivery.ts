import { bareOutcome } from '../clients/outcomes.ts'
import type { Client } from '../clients/client.ts'
import type { PlaceId } from '../plan/types.ts'
import type { MessageBody } from '../protocols/contract.ts'
import { BATCH, HEADER_BYTES, MOVED, PLACES_MAX } from '../runtime/world.ts'
import type { Batch, ClientReply, ClientRequest } from '../runtime/world.ts'
import type { Engine } from './engine.ts'
import type { Write } from './disk.ts'
import { EVENT } from './events.ts'
import { INBOX_MAX } from './process.ts'
import type { SimulatedProcess, Timer } from './process.ts'

const CONNECTION_REFUSED = bareOutcome('fail', 'connection-refused')
const WRONG_RANGE = bareOutcome('fail', 'wrong-range')
const NOT_HERE = bareOutcome('fail', 'refused')

/** What reaches a place: messages by way of its queue, timers, flushes; and what becomes of them where it is down. */
export class Delivery {
  readonly #engine: Engine
  readonly #clientAt: (place: PlaceId) => Client

  constructor(engine: Engine, clientAt: (place: PlaceId) => Client) {
    this.#engine = engine
    this.#clientAt = clientAt
  }

  arrive(to: PlaceId, route: number, bytes: number, body: MessageBody): void {
    const from = route & (PLACES_MAX - 1)
    const { traffic } = this.#engine.recorder
    const { connectivity } = this.#engine.network
    const process = this.#engine.processes[to]
    // A partition also swallows what was under way when it began.
    if (!connectivity.quiet && from !== to && !connectivity.allows(from, to)) {
      traffic.dropped('partition')
      this.#lost(to, body)
      return
    }
    if (!process.up) {
      traffic.dropped('down')
      this.#lost(to, body)
      if (body.kind === 'client.request' && !process.silent) this.#refuse(to, route, body as ClientRequest)
      return
    }
    traffic.received(this.#engine.agenda.nowNs, to, bytes)
    if (body.kind === 'client.reply') {
      const reply = body as ClientReply
      this.#clientAt(to).reply(reply.opId, reply.outcome, from, this.#engine.agenda.nowNs)
      return
    }
    if (body.kind === 'client.request') traffic.request(this.#engine.agenda.nowNs, to)
    if (process.pauses > 0) process.defer(() => this.#serve(process, route, body))
    else this.#serve(process, route, body)
  }

  #lost(to: PlaceId, body: MessageBody): void {
    this.#engine.network.tracer?.lost(to, body, this.#engine.agenda.nowNs)
  }

  #refuse(place: PlaceId, route: number, { opId }: ClientRequest): void {
    const from = route & (PLACES_MAX - 1)
    const body: ClientReply = { kind: 'client.reply', opId, outcome: CONNECTION_REFUSED }
    this.#engine.network.send(place, from, (route - from) / PLACES_MAX, body, HEADER_BYTES)
  }

  /** Puts a message into the replica's queue, or straight through where serving takes no time. */
  #serve(process: SimulatedProcess, route: number, body: MessageBody): void {
    const { service } = process
    const nowNs = this.#engine.agenda.nowNs
    if (service.constantNs === 0) {
      this.#deliver(process, route, body)
      return
    }
    if (process.inbox >= INBOX_MAX) {
      this.#engine.recorder.traffic.dropped('overflow')
      this.#lost(process.place, body)
      return
    }
    process.inbox++
    const serviceNs = service.sampleNs(process.serviceRng)
    process.busyUntilNs = Math.max(nowNs, process.busyUntilNs) + serviceNs
    this.#engine.recorder.traffic.busy(nowNs, process.place, serviceNs)
    this.#engine.agenda.schedule(process.busyUntilNs, EVENT.served, process.place, route, process.epoch, body)
  }

  served(place: PlaceId, route: number, epoch: number, body: MessageBody): void {
    const process = this.#engine.processes[place]
    if (process.epoch !== epoch) return
    process.inbox--
    if (process.pauses > 0) process.defer(() => this.#deliver(process, route, body))
    else this.#deliver(process, route, body)
  }

  #deliver(process: SimulatedProcess, route: number, body: MessageBody): void {
    const from = route & (PLACES_MAX - 1)
    const shard = (route - from) / PLACES_MAX
    if (body.kind === BATCH) {
      for (const [each, part] of (body as Batch).parts) this.#hand(process, from, each, part)
    } else if (body.kind === MOVED) this.#engine.forget(process.place, shard)
    else this.#hand(process, from, shard, body)
  }

  #hand(process: SimulatedProcess, from: PlaceId, shard: number, body: MessageBody): void {
    const host = process.hosts[shard]?.host
    const isRequest = body.kind === 'client.request'
    if (host !== undefined) {
      if (isRequest) this.#engine.rangeOperator?.asked(shard, (body as ClientRequest).op)
      host.receive(from, body)
    } else if (isRequest) this.#sendOn(process.place, from, shard, body as ClientRequest)
    else this.#engine.ranges?.missing(process.place, from, shard, body)
  }

  /** A client with an old map asks for a shard that is not here (any more). */
  #sendOn(place: PlaceId, client: PlaceId, shard: number, { opId }: ClientRequest): void {
    const [redirect] = this.#engine.shards[shard].replicas
    // A range that has merged is nowhere, and one that was just born may not have come here yet.
    const isNowhere = this.#engine.ranges !== null && (redirect === undefined || redirect === place)
    const outcome = isNowhere ? WRONG_RANGE : { ...NOT_HERE, redirect }
    const body: ClientReply = { kind: 'client.reply', opId, outcome }
    this.#engine.network.send(place, client, shard, body, HEADER_BYTES)
  }

  /** Sends what the shards of a process had for others at one instant. */
  flush(place: PlaceId, epoch: number): void {
    const { epoch: current, coalescer } = this.#engine.processes[place]
    if (current !== epoch) return
    coalescer?.flush((to, batch, bytes) => this.#engine.network.send(place, to, 0, batch, bytes))
  }

  timer(place: PlaceId, shard: number, epoch: number, timer: Timer): void {
    const process = this.#engine.processes[place]
    if (process.epoch !== epoch) return
    timer.event = -1
    const fire = () => process.hosts[shard]?.host.timer(timer.name)
    if (process.pauses > 0) process.defer(fire)
    else fire()
  }

  flushed(place: PlaceId, epoch: number): void {
    const process = this.#engine.processes[place]
    if (process.epoch !== epoch) return
    const writes = process.disk.flushed(epoch)
    const last = new Map<number, Write>()
    for (const write of writes) {
      if (process.forgotten.has(write.life)) continue
      this.#engine.keep(process, write.shard, write.record)
      last.set(write.shard, write)
    }
    for (const [shard, { writeId, life }] of last) {
      const report = () => {
        const entry = process.hosts[shard]
        if (entry?.life === life) entry.host.durable(writeId)
      }
      if (process.pauses > 0) process.defer(report)
      else report()
    }
  }
}
