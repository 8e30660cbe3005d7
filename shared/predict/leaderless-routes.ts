import { assert } from '../base/assert.ts'
import { nearestFirst } from '../plan/proximity.ts'
import type { PlaceId, Plan } from '../plan/types.ts'
import { compileDistribution } from '../topology/distributions.ts'
import type { ReplicaSpec } from '../topology/types.ts'
import type { LeaderlessParams } from './params.ts'
import { Sampler, SamplerCache } from './sampler.ts'

/** A message there and one back, between a coordinator and one member of the shard, with what it meets on the way. */
export interface Leg {
  out: Sampler
  back: Sampler
  /** Time the member takes over the message before it acts on it; null where it takes none. */
  service: Sampler | null
  /** Time until the member's write is durable, for acknowledgements that wait for it. */
  fsync: Sampler | null
  /** Time the coordinator takes over the answer. */
  answerService: Sampler | null
}

/** How an operation of one client travels. */
export interface Route {
  /** Share of the operations that take this route. */
  weight: number
  /** From the client to its coordinator and back; null where the client coordinates itself. */
  request: Sampler | null
  reply: Sampler | null
  /** Time the coordinator takes over the request. */
  requestService: Sampler | null
  /** Writes: every member of the shard. Reads: every member asked, by its index among the members. */
  legs: Leg[]
  members: number[]
  /** Answered once `count` of these legs have answered, in every group. Reads have one group, of all legs. */
  groups: { legs: number[]; count: number }[]
}

/** Every way that operations of a leaderless topology take, for writes and for reads; like routes are merged. */
export function routesOf(plan: Plan, params: LeaderlessParams): { writes: Route[]; reads: Route[] } {
  const builder = new RouteBuilder(plan, params)
  const writes: Route[] = []
  const reads: Route[] = []
  const { places, replicaCount } = plan
  const share = 1 / (places.length - replicaCount)
  for (let client = replicaCount; client < places.length; client++) {
    const coordinators = builder.coordinatorsOf(client)
    for (const coordinator of coordinators) {
      const weight = share / coordinators.length
      writes.push(builder.write(client, coordinator, weight))
      reads.push(builder.read(client, coordinator, weight))
    }
  }
  return { writes: builder.merged(writes), reads: builder.merged(reads) }
}

class RouteBuilder {
  readonly #plan: Plan
  readonly #params: LeaderlessParams
  readonly #members: readonly PlaceId[]
  readonly #samplers = new SamplerCache()
  readonly #instant = new Sampler(compileDistribution(0))
  readonly #numbers = new Map<Sampler | null, number>()

  constructor(plan: Plan, params: LeaderlessParams) {
    this.#plan = plan
    this.#params = params
    this.#members = plan.shards[0].replicas
  }

  /** The client itself, or the members nearest to it, of which it draws one for each operation. */
  coordinatorsOf(client: PlaceId): readonly PlaceId[] {
    if (this.#params.coordinator === 'client') return [client]
    const { places, equallyNear } = nearestFirst(this.#plan, client, this.#members)
    return places.slice(0, equallyNear)
  }

  write(client: PlaceId, coordinator: PlaceId, weight: number): Route {
    const { writeScope, w } = this.#params
    const everyone = this.#members.map((_, index) => index)
    const groups =
      writeScope === 'each'
        ? this.#byRegion().map((legs) => ({ legs, count: w }))
        : [{ legs: writeScope === 'local' ? this.#local(coordinator) : everyone, count: w }]
    return this.#route(
      client,
      coordinator,
      weight,
      everyone,
      groups,
      'leaderless.write',
      'leaderless.writeAck',
    )
  }

  read(client: PlaceId, coordinator: PlaceId, weight: number): Route {
    const { readScope, readFanout, r } = this.#params
    let members = readScope === 'local' ? this.#local(coordinator) : this.#members.map((_, index) => index)
    if (readFanout === 'quorum') {
      const distance = (member: number): number =>
        this.#plan.links.roundTripNs(coordinator, this.#members[member])
      members = members
        .sort((a, b) => distance(a) - distance(b) || a - b)
        .slice(0, r)
        .sort((a, b) => a - b)
    }
    const groups = [{ legs: members.map((_, leg) => leg), count: r }]
    return this.#route(client, coordinator, weight, members, groups, 'leaderless.read', 'leaderless.readAck')
  }

  #route(
    client: PlaceId,
    coordinator: PlaceId,
    weight: number,
    members: number[],
    groups: Route['groups'],
    outKind: string,
    backKind: string,
  ): Route {
    for (const { legs, count } of groups) {
      assert(legs.length >= count, () => `${count} answers are wanted of ${legs.length} members in reach`)
    }
    const own = client === coordinator
    return {
      weight,
      request: own ? null : this.#link(client, coordinator, 'client.request'),
      reply: own ? null : this.#link(coordinator, client, 'client.reply'),
      requestService: this.#service(coordinator),
      legs: members.map((member) => this.#leg(coordinator, this.#members[member], outKind, backKind)),
      members,
      groups,
    }
  }

  #leg(coordinator: PlaceId, member: PlaceId, outKind: string, backKind: string): Leg {
    const durable = outKind === 'leaderless.write' && this.#params.durability === 'fsync'
    const fsync = durable ? this.#varying(this.#replica(member)?.disk.fsync ?? 0) : null
    // A coordinator that is a member reads and writes its own copy without a message.
    if (coordinator === member) {
      return { out: this.#instant, back: this.#instant, service: null, fsync, answerService: null }
    }
    return {
      out: this.#link(coordinator, member, outKind),
      back: this.#link(member, coordinator, backKind),
      service: this.#service(member),
      fsync,
      answerService: this.#service(coordinator),
    }
  }

  #link(from: PlaceId, to: PlaceId, kind: string): Sampler {
    const link = this.#plan.links.between(from, to)
    return this.#samplers.of(link.oneWayOf.get(kind) ?? link.oneWay)
  }

  #replica(place: PlaceId): ReplicaSpec | null {
    return place < this.#plan.replicaCount ? this.#plan.topology.replicas[place] : null
  }

  /** What a place takes over one message; clients take no time. */
  #service(place: PlaceId): Sampler | null {
    return this.#varying(this.#replica(place)?.service.perMessageMs ?? 0)
  }

  #varying(spec: ReplicaSpec['disk']['fsync']): Sampler | null {
    const sampler = this.#samplers.of(compileDistribution(spec))
    return sampler.constantNs === 0 ? null : sampler
  }

  #local(coordinator: PlaceId): number[] {
    const { places } = this.#plan
    return this.#members.flatMap((member, index) =>
      places[member].region === places[coordinator].region ? [index] : [],
    )
  }

  #byRegion(): number[][] {
    const regions = new Map<string, number[]>()
    this.#members.forEach((member, index) => {
      const { region } = this.#plan.places[member]
      const known = regions.get(region)
      if (known === undefined) regions.set(region, [index])
      else known.push(index)
    })
    return [...regions.values()]
  }

  /** Routes that draw alike become one, of their weights' sum. */
  merged(routes: readonly Route[]): Route[] {
    const number = (sampler: Sampler | null): number => {
      let known = this.#numbers.get(sampler)
      if (known === undefined) this.#numbers.set(sampler, (known = this.#numbers.size))
      return known
    }
    const byShape = new Map<string, Route>()
    for (const route of routes) {
      const legs = route.legs.map((leg) =>
        [leg.out, leg.back, leg.service, leg.fsync, leg.answerService].map(number),
      )
      const ends = [route.request, route.reply, route.requestService].map(number)
      const shape = JSON.stringify([ends, legs, route.members, route.groups])
      const known = byShape.get(shape)
      if (known === undefined) byShape.set(shape, route)
      else known.weight += route.weight
    }
    return [...byShape.values()]
  }
}
