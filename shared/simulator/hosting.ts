import { Rng } from '../base/rng.ts'
import { nsOfMs } from '../base/time.ts'
import type { PlaceId } from '../plan/types.ts'
import type { AnyProtocol } from '../protocols/contract.ts'
import { CheckedHost, checkInvariants } from '../runtime/checked-host.ts'
import { Host } from '../runtime/host.ts'
import { replicaConfig } from '../runtime/replica-config.ts'
import { compileDistribution } from '../topology/distributions.ts'
import { Coalescer } from './coalescer.ts'
import { SimulatedClock } from './clock.ts'
import { SimulatedDisk } from './disk.ts'
import type { Engine, Resume, SimulationOptions } from './engine.ts'
import { SimulatedProcess, SimulatedWorld } from './process.ts'

const NO_STATES: ReadonlyMap<PlaceId, unknown> = new Map<PlaceId, unknown>()

/** A random stream: of another name in each life of a process whose engine is a new one. */
export function streamOf(seed: number, name: string, resume: Resume | undefined): Rng {
  return Rng.stream(seed, resume === undefined ? name : `${name}/${resume.epoch}`)
}

/** The plan's processes and the replicas that run in them: how they begin, end and begin again with what was durable. */
export class Hosting {
  readonly processes: readonly SimulatedProcess[]
  readonly #engine: Engine
  readonly #protocol: AnyProtocol
  readonly #params: unknown
  readonly #options: SimulationOptions
  /** Whether durable images are kept: only a plan with crashes will ask for them. */
  readonly #keepsDurable: boolean
  /** [place][shard]; null: a replica that has written nothing. */
  readonly #durable: Map<number, unknown>[]
  /** [place]: shards that it held once and has given away. */
  readonly #givenAway: Set<number>[]
  /** Live states by shard, for invariants. */
  readonly #states = new Map<number, Map<PlaceId, unknown>>()

  /** Of the engine it needs the plan, the agenda and the scope now, the rest once something boots. */
  constructor(engine: Engine, protocol: AnyProtocol, params: unknown, options: SimulationOptions) {
    const { plan, scope } = engine
    this.#engine = engine
    this.#protocol = protocol
    this.#params = params
    this.#options = options
    this.#keepsDurable =
      options.diskOf === undefined &&
      (options.checked === true ||
        !scope.endsItself ||
        plan.faults.some(({ spec }) => /crash|power-loss/.test(spec.kind)))
    this.#durable = plan.places.map(() => new Map<number, unknown>())
    this.#givenAway = plan.places.map(() => new Set<number>())
    for (const [place, shard, image] of options.resume?.durable ?? []) this.#durable[place].set(shard, image)
    for (const [place, shard] of options.resume?.givenAway ?? []) this.#givenAway[place].add(shard)
    // Of what is elsewhere nothing is drawn here, and streams take time to begin.
    const unused = Rng.stream(plan.seed, 'unused')
    this.processes = plan.places.map((_, place) => this.#process(place, unused))
  }

  #process(place: PlaceId, unused: Rng): SimulatedProcess {
    const { plan, agenda, scope } = this.#engine
    const { diskOf, resume } = this.#options
    const { replicas, clients } = plan.topology
    const { name } = plan.places[place]
    const replica = place < plan.replicaCount ? replicas[place] : null
    const clock = replica?.clock ?? clients[place - plan.replicaCount].clock
    const fsync = compileDistribution(replica?.disk.fsync ?? 0)
    const stream = (what: string) =>
      scope.has(place) ? streamOf(plan.seed, `${what}/${name}`, resume) : unused
    const process = new SimulatedProcess(
      place,
      new SimulatedClock(nsOfMs(clock.offsetMs), clock.driftPpm, nsOfMs(clock.uncertaintyMs)),
      diskOf?.(place, agenda) ?? new SimulatedDisk(agenda, place, fsync, stream('disk')),
      compileDistribution(replica?.service.perMessageMs ?? 0),
      stream('service'),
    )
    process.epoch = resume?.epoch ?? 0
    const { routine } = this.#protocol
    if (routine !== undefined && plan.shards.length > 1) {
      process.coalescer = new Coalescer(routine, place / plan.places.length)
    }
    return process
  }

  boot(place: PlaceId): void {
    const { agenda, scope, shards, ranges } = this.#engine
    const process = this.processes[place]
    process.up = true
    if (!scope.has(place)) return
    process.epoch++
    process.bootedNs = 0
    process.bootedNs = process.instant(agenda.nowNs).monotonicNs
    process.busyUntilNs = agenda.nowNs
    process.inbox = 0
    for (const { id, replicas } of shards) {
      const isWanted = this.#protocol.hostsEverywhere || replicas.includes(place)
      // What it held when it stopped it holds still: a shard on its way to others is not theirs yet.
      const isHeld = this.#durable[place].has(id)
      // A range that was born meanwhile is here again only if it was here before.
      const isBorn = ranges === null || id < ranges.initial
      if (isHeld || (isWanted && isBorn)) this.bootHost(place, id)
    }
  }

  /** Whether a place takes up a shard that it was not given at the beginning, or that it has given away since. */
  #joins(place: PlaceId, shard: number): boolean {
    const { plan, agenda } = this.#engine
    return plan.changes.length > 0 && agenda.nowNs > 0 && !this.#durable[place].has(shard)
  }

  /** `origin`: what a range that is born begins with, of the one it was split from. */
  bootHost(place: PlaceId, shard: number, origin: unknown = null): void {
    const { plan, ranges } = this.#engine
    const { checked, tracer } = this.#options
    const process = this.processes[place]
    const world = new SimulatedWorld(this.#engine, process, shard)
    const usual = replicaConfig(plan, place, shard, this.#params)
    const config = {
      ...usual,
      ...ranges?.configOf(shard, origin),
      ...(this.#joins(place, shard) && { joins: true as const }),
      ...(this.#givenAway[place].has(shard) && { returns: true as const }),
    }
    const durable = this.#durable[place].get(shard) ?? null
    this.#durable[place].set(shard, durable)
    const { valueBytes } = plan.workload
    const host =
      checked === true
        ? new CheckedHost(this.#protocol, config, durable, world, valueBytes, () => this.#check(shard))
        : tracer !== undefined
          ? tracer.hostOf(this.#protocol, config, durable, world, valueBytes)
          : new Host(this.#protocol, config, durable, world, valueBytes)
    world.host = host
    process.hosts[shard] = world
    let states = this.#states.get(shard)
    if (states === undefined) this.#states.set(shard, (states = new Map<PlaceId, unknown>()))
    states.set(place, host.state)
    host.start()
  }

  #check(shard: number): void {
    checkInvariants(this.#protocol.invariants, this.#states.get(shard) ?? NO_STATES)
  }

  /** A process of this scope loses what it held in memory. */
  crash(place: PlaceId): void {
    const process = this.processes[place]
    process.epoch++
    process.deferred.length = 0
    process.disk.crash()
    process.coalescer?.clear()
    this.#engine.ranges?.crashed(place)
    process.hosts.forEach((entry, shard) => {
      entry?.disarmAll()
      this.#states.get(shard)?.delete(place)
    })
    process.hosts.length = 0
  }

  forget(place: PlaceId, shard: number): void {
    // It may have come back meanwhile.
    if (this.#engine.shards[shard].replicas.includes(place)) return
    const { hosts } = this.processes[place]
    hosts[shard]?.forget()
    hosts[shard] = undefined
    this.#states.get(shard)?.delete(place)
    this.#durable[place].delete(shard)
    this.#givenAway[place].add(shard)
  }

  keep(place: PlaceId, shard: number, record: unknown): void {
    if (!this.#keepsDurable) return
    const images = this.#durable[place]
    images.set(shard, this.#protocol.absorb(images.get(shard) ?? null, record))
  }

  /** What of a place would survive a crash now. */
  survivalOf(place: PlaceId): Pick<Resume, 'durable' | 'givenAway' | 'epoch'> {
    return {
      durable: [...this.#durable[place]].map(([shard, image]) => [place, shard, image] as const),
      givenAway: [...this.#givenAway[place]].map((shard) => [place, shard] as const),
      epoch: this.processes[place].epoch,
    }
  }

  hostsOf(shard: number): readonly { place: PlaceId; host: Host | null }[] {
    const { plan, shards } = this.#engine
    const places = this.#protocol.hostsEverywhere
      ? Array.from({ length: plan.replicaCount }, (_, place) => place)
      : shards[shard].replicas
    return places.map((place) => ({ place, host: this.processes[place].hosts[shard]?.host ?? null }))
  }
}
