import { Agenda } from '../base/agenda.ts'
import { Deque } from '../base/deque.ts'
import { NS_PER_S } from '../base/time.ts'
import type { Ns } from '../base/time.ts'
import type { Client, ClientPort } from '../clients/client.ts'
import { OverloadError } from '../clients/loops.ts'
import { populate } from '../clients/populate.ts'
import type { Population } from '../clients/populate.ts'
import type { Recorder } from '../history/recorder.ts'
import type { History } from '../history/types.ts'
import { Connectivity } from '../plan/connectivity.ts'
import type { PlaceId, Plan, PlannedFault, ShardPlan } from '../plan/types.ts'
import type { AnyProtocol, MessageBody, OpId, Outcome } from '../protocols/contract.ts'
import { HEADER_BYTES, PLACES_MAX, RUNTIME_KINDS } from '../runtime/world.ts'
import type { ClientRequest } from '../runtime/world.ts'
import { Delivery } from './delivery.ts'
import type { Engine, Resume, SimulationOptions } from './engine.ts'
import { EVENT } from './events.ts'
import { FaultDriver } from './faults.ts'
import { Hosting, streamOf } from './hosting.ts'
import { Membership } from './membership.ts'
import { Network } from './network.ts'
import type { SimulatedProcess, SimulatedWorld } from './process.ts'
import type { Timer } from './process.ts'
import { RangeOperator } from './range-operator.ts'
import { Ranges } from './ranges.ts'
import { Sampler } from './sampler.ts'
import { EVERYTHING } from './scope.ts'
import type { Scope } from './scope.ts'

/** After the last operation the record goes on this long at most, to see the replicas converge. */
const SETTLE_NS = 10 * NS_PER_S
/** So many events at one instant mean that time will never move on. */
const EVENTS_PER_INSTANT_MAX = 5_000_000

/** One run of a plan in virtual time. Make it, `advance` it until it says it has ended, then `finish` it. */
export class Simulation implements Engine {
  readonly plan: Plan
  readonly agenda = new Agenda()
  readonly recorder: Recorder
  readonly network: Network
  readonly processes: readonly SimulatedProcess[]
  readonly scope: Scope
  readonly ranges: Ranges | null
  readonly rangeOperator: RangeOperator | null
  readonly #hosting: Hosting
  readonly #population: Population
  readonly #delivery: Delivery
  readonly #faults: FaultDriver
  readonly #sampler: Sampler
  readonly #membership: Membership
  readonly #localAnswers = new Deque<{ opId: OpId; outcome: Outcome }>()
  /** A queue, since at the start every replica of every shard is in it. */
  readonly #durableAtOnce = new Deque<SimulatedWorld>()
  #events = 0
  #eventsAtInstant = 0
  #issuing = true
  #issuedUntilNs: Ns = 0
  #settling = false
  #ended = false
  #stoppedEarly: string | null = null

  constructor(plan: Plan, protocol: AnyProtocol, options: SimulationOptions = {}) {
    this.plan = plan
    this.scope = options.scope ?? EVERYTHING
    const { resume } = options
    if (resume !== undefined) this.agenda.nowNs = resume.atNs
    const params: unknown = protocol.configure(plan.topology.replication.params)
    const ownCoordinator = protocol.coordinatesAtClient(params)
    this.#hosting = new Hosting(this, protocol, params, options)
    this.processes = this.#hosting.processes
    const { splits } = plan
    this.ranges =
      splits === null
        ? null
        : new Ranges(this, splits, (place, shard, origin) => this.#hosting.bootHost(place, shard, origin))
    this.#population = populate(plan, protocol, ownCoordinator, {
      order: protocol.orderOf?.(params) ?? protocol.manifest.order,
      model: protocol.modelOf?.(params),
      kinds: [...RUNTIME_KINDS, ...protocol.manifest.kinds],
      runtime: this.scope.endsItself ? 'simulated' : 'live',
      port: (index) => this.#port(index),
      runs: (place) => this.scope.has(place),
      ranges: this.ranges,
      tally: options.tally,
    })
    this.recorder = this.#population.recorder
    const connectivity = new Connectivity(plan.places)
    const stream = (name: string) => streamOf(plan.seed, name, resume)
    this.network = new Network(
      this.agenda,
      plan,
      this.recorder,
      connectivity,
      this.scope,
      stream,
      options.tracer ?? null,
    )
    this.#delivery = new Delivery(this, (place) => this.#client(place))
    this.#faults = new FaultDriver(this)
    this.#membership = new Membership(this, (place, shard) => this.#hosting.bootHost(place, shard))
    this.#sampler = new Sampler(this)
    this.rangeOperator =
      this.ranges === null || splits === null ? null : new RangeOperator(this, this.ranges, splits)
    this.#start(ownCoordinator, resume ?? null)
  }

  #start(ownCoordinator: boolean, resume: Resume | null): void {
    const { shards, faults, replicaCount, places, durationNs } = this.plan
    const { nowNs } = this.agenda
    if (resume !== null) this.#faults.catchUp(nowNs, resume.byHand)
    for (let place = 0; place < replicaCount; place++) {
      if (this.processes[place].up) this.boot(place)
    }
    if (ownCoordinator) {
      for (let place = replicaCount; place < places.length; place++) {
        if (this.scope.has(place)) for (const shard of shards) this.#hosting.bootHost(place, shard.id)
      }
    }
    for (const { index, atNs, untilNs } of faults) {
      if (atNs >= nowNs) this.agenda.schedule(atNs, EVENT.fault, index, 0, 0, null)
      if (untilNs !== null && untilNs >= nowNs) this.agenda.schedule(untilNs, EVENT.fault, index, 1, 0, null)
    }
    if (durationNs < Infinity && durationNs >= nowNs) {
      this.agenda.schedule(durationNs, EVENT.stopIssuing, 0, 0, 0, null)
    }
    this.#population.start(nowNs)
    this.#drain()
  }

  #port(index: number): ClientPort {
    const place = this.plan.replicaCount + index
    return {
      submit: (to, shard, opId, op, session) => {
        if (to === place) {
          this.processes[place].hosts[shard]?.host.request(opId, op, session)
          return
        }
        const body: ClientRequest = { kind: 'client.request', opId, op, session }
        this.network.send(
          place,
          to,
          shard,
          body,
          HEADER_BYTES + (op.f === 'write' || op.f === 'cas' ? op.bytes : 0),
        )
      },
      wakeAt: (timer, slot, atNs) => {
        this.agenda.schedule(Math.max(atNs, this.agenda.nowNs), EVENT.client, index, slot, timer, null)
      },
    }
  }

  // What hosts, faults and the sampler call.

  get shards(): readonly ShardPlan[] {
    return this.ranges?.map.shards ?? this.#membership.shards
  }

  isMoving(shard: number): boolean {
    return this.#membership.isMoving(shard)
  }

  boot(place: PlaceId): void {
    this.#hosting.boot(place)
  }

  crash(place: PlaceId, silent: boolean): void {
    const process = this.processes[place]
    process.up = false
    process.silent = silent
    if (!silent) this.#disconnect(place)
    if (!this.scope.has(place)) return
    this.#hosting.crash(place)
    this.scope.crashed(place)
    // In real time an engine is one process, and ends with it; what it does next is another engine's.
    if (!this.scope.endsItself) this.#end()
  }

  survivalOf(place: PlaceId): ReturnType<Hosting['survivalOf']> {
    return this.#hosting.survivalOf(place)
  }

  #disconnect(place: PlaceId): void {
    for (let index = 0; index < this.#population.clients.length; index++) {
      const client = this.plan.replicaCount + index
      if (!this.scope.has(client)) continue
      if (!this.network.connectivity.allows(place, client)) continue
      const atNs = this.agenda.nowNs + this.network.delayNs(place, client)
      this.agenda.schedule(atNs, EVENT.disconnect, index, place, 0, null)
    }
  }

  forget(place: PlaceId, shard: number): void {
    this.#hosting.forget(place, shard)
  }

  resume(place: PlaceId): void {
    const process = this.processes[place]
    for (const action of process.deferred.splice(0)) action()
  }

  keep(process: SimulatedProcess, shard: number, record: unknown): void {
    this.#hosting.keep(process.place, shard, record)
  }

  reportDurable(world: SimulatedWorld): void {
    this.#durableAtOnce.push(world)
  }

  answerLocally(opId: OpId, outcome: Outcome): void {
    this.#localAnswers.push({ opId, outcome })
  }

  /** Clients have stopped issuing and nothing of theirs is under way: all they will ever do is done. */
  get idle(): boolean {
    const population = this.#population
    if (population.underWay() > 0) return false
    return population.isProbe ? population.finished() || !this.#issuing : !this.#issuing
  }

  hostsOf(shard: number): ReturnType<Hosting['hostsOf']> {
    return this.#hosting.hostsOf(shard)
  }

  /** Begins or ends a fault that was not planned, here and now. Its index must be its own. */
  disturb(fault: PlannedFault, starts: boolean): void {
    this.#faults.fire(fault, starts, 'hand')
    this.#drain()
  }

  // The loop.

  /** Handles up to `eventsMax` events; true when the run has ended and `finish` may be called. */
  advance(eventsMax: number): boolean {
    const { agenda } = this
    try {
      for (let left = eventsMax; left > 0 && !this.#ended; left--) {
        const beforeNs = agenda.nowNs
        if (!agenda.next()) {
          this.#end()
          break
        }
        if (agenda.nowNs !== beforeNs) this.#eventsAtInstant = 0
        else if (++this.#eventsAtInstant > EVENTS_PER_INSTANT_MAX) {
          throw new OverloadError(
            `time stands still at ${agenda.nowNs / 1e6} ms: the topology has a loop without any latency`,
          )
        }
        this.handle()
      }
    } catch (error) {
      if (!(error instanceof OverloadError)) throw error
      this.stop(error.message)
    }
    return this.#ended
  }

  /** What a step left to be done right after it: writes that took no time, answers for a client of the same place. */
  #drain(): void {
    for (let at = 0; ; at++) {
      if (this.#durableAtOnce.length > 0) (this.#durableAtOnce.shift() as SimulatedWorld).flushAtOnce()
      else if (this.#localAnswers.length > 0) {
        const { opId, outcome } = this.#localAnswers.shift() as { opId: OpId; outcome: Outcome }
        const place = opId % PLACES_MAX
        this.#client(place).reply(opId, outcome, place, this.agenda.nowNs)
      } else return
      if (at > EVENTS_PER_INSTANT_MAX)
        throw new OverloadError('time stands still: operations end as they begin')
    }
  }

  #client(place: PlaceId): Client {
    return this.#population.clients[place - this.plan.replicaCount]
  }

  /** Handles the event that the agenda has just given out, and what it leaves to be done at once. */
  handle(): void {
    this.#events++
    this.#dispatch()
    if (this.#localAnswers.length > 0 || this.#durableAtOnce.length > 0) this.#drain()
  }

  #dispatch(): void {
    const { agenda } = this
    switch (agenda.kind) {
      case EVENT.arrive:
      case EVENT.overdue:
        this.#delivery.arrive(agenda.a, agenda.b, agenda.c, agenda.payload as MessageBody)
        this.#watchEnd()
        break
      case EVENT.served:
        this.#delivery.served(agenda.a, agenda.b, agenda.c, agenda.payload as MessageBody)
        break
      case EVENT.timer:
        this.#delivery.timer(agenda.a, agenda.b, agenda.c, agenda.payload as Timer)
        break
      case EVENT.flushed:
        this.#delivery.flushed(agenda.a, agenda.c)
        break
      case EVENT.client:
        this.#population.clients[agenda.a].wake(agenda.c as 0 | 1 | 2 | 3, agenda.b, agenda.nowNs)
        this.#watchEnd()
        break
      case EVENT.disconnect:
        this.#population.clients[agenda.a].disconnected(agenda.b, agenda.nowNs)
        this.#watchEnd()
        break
      case EVENT.coalesced:
        this.#delivery.flush(agenda.a, agenda.c)
        break
      case EVENT.change:
        this.#membership.change(agenda.a)
        break
      case EVENT.look:
        this.#membership.lookAgain()
        break
      case EVENT.ranges:
        if (agenda.a === 0) this.rangeOperator?.check()
        else this.rangeOperator?.pursueAgain()
        break
      case EVENT.fault:
        this.#faults.fire(this.#planned(agenda.a), agenda.b === 0, 'plan')
        break
      case EVENT.sample:
        if (this.#sampler.take(this.#settling) && this.#settling) this.#end()
        break
      case EVENT.stopIssuing:
        this.#stopIssuing()
        break
      case EVENT.end:
        this.#end()
        break
    }
  }

  #planned(index: number): PlannedFault {
    return this.plan.faults.find((fault) => fault.index === index) as PlannedFault
  }

  // The end.

  #stopIssuing(): void {
    if (!this.#issuing) return
    this.#issuing = false
    this.#issuedUntilNs = this.agenda.nowNs
    this.#population.stop(this.agenda.nowNs)
    this.#watchEnd()
  }

  /** Once nothing is under way any more, the record runs on only until the replicas have converged. */
  #watchEnd(): void {
    const population = this.#population
    if (!this.scope.endsItself || (this.#issuing && !population.isProbe)) return
    if (this.#settling || population.underWay() > 0) return
    if (this.#issuing) {
      if (!population.finished()) return
      this.#issuing = false
      this.#issuedUntilNs = this.agenda.nowNs
    }
    this.#settling = true
    if (population.isProbe) this.#end()
    else this.agenda.schedule(this.agenda.nowNs + SETTLE_NS, EVENT.end, 0, 0, 0, null)
  }

  #end(): void {
    this.#ended = true
  }

  get hasEnded(): boolean {
    return this.#ended
  }

  /** Ends the run here, keeping what it has; open operations are recorded as unknown. */
  stop(reason: string): void {
    if (this.#ended) return
    this.#stoppedEarly = reason
    if (this.#issuing) {
      this.#issuing = false
      this.#issuedUntilNs = this.agenda.nowNs
      this.#population.stop(this.agenda.nowNs)
    }
    this.#end()
  }

  progress(): { nowNs: Ns; share: number } {
    const share = this.#population.share(this.agenda.nowNs)
    return { nowNs: this.agenda.nowNs, share: this.#ended ? 1 : Math.min(1, share) }
  }

  get stats(): { events: number; messages: number } {
    return { events: this.#events, messages: this.recorder.traffic.messages }
  }

  finish(): History {
    this.#population.abandon(this.agenda.nowNs)
    return this.recorder.finish({
      issuedUntilNs: this.#issuedUntilNs,
      endedNs: this.agenda.nowNs,
      sampleEveryNs: this.#sampler.everyNs,
      stoppedEarly: this.#stoppedEarly,
    })
  }
}

/** Runs a plan to its end at once. For tests and small runs; hosts that must stay responsive advance in slices. */
export function simulate(plan: Plan, protocol: AnyProtocol, options?: SimulationOptions): History {
  const simulation = new Simulation(plan, protocol, options)
  while (!simulation.advance(1_000_000));
  return simulation.finish()
}
