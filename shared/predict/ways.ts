import { nearestFirst } from '../plan/proximity.ts'
import type { PlaceId, Plan } from '../plan/types.ts'
import { compileDistribution } from '../topology/distributions.ts'
import type { DistributionSpec, ReplicaSpec } from '../topology/types.ts'
import type { Leg } from './route.ts'
import { Sampler, SamplerCache } from './sampler.ts'

/** Samplers of all that an operation may meet on its way through a topology; like ones are one. */
export class Ways {
  readonly #instant = new Sampler(compileDistribution(0))
  readonly #plan: Plan
  readonly #samplers = new SamplerCache()

  constructor(plan: Plan) {
    this.#plan = plan
  }

  link(from: PlaceId, to: PlaceId, kind: string): Sampler {
    const link = this.#plan.links.between(from, to)
    return this.#samplers.of(link.oneWayOf.get(kind) ?? link.oneWay)
  }

  /** A message and what its receiver takes over it. */
  hop(from: PlaceId, to: PlaceId, kind: string): Sampler[] {
    return some(this.link(from, to, kind), this.service(to))
  }

  /**
   * From a coordinator to a member and back, for a message of kind `out` and an answer of kind `back` that waits for
   * `delays`. A coordinator that is a member does its own part without a message.
   */
  leg(coordinator: PlaceId, member: PlaceId, out: string, back: string, delays: Sampler[] = []): Leg {
    if (coordinator === member) return this.ownLeg(delays)
    return {
      out: this.link(coordinator, member, out),
      back: this.link(member, coordinator, back),
      service: this.service(member),
      delays,
      answerService: this.service(coordinator),
      shows: { after: 'arrival', by: [] },
    }
  }

  /** Of a place that does by itself what it was asked for. */
  ownLeg(delays: Sampler[] = []): Leg {
    const [out, back] = [this.#instant, this.#instant]
    return { out, back, service: null, delays, answerService: null, shows: { after: 'arrival', by: [] } }
  }

  /** What a place takes over one message, or null where that is nothing; clients take no time. */
  service(place: PlaceId): Sampler | null {
    return this.varying(this.#replica(place)?.service.perMessageMs ?? 0)
  }

  /** Time until what a replica writes is durable, or null where that is none. */
  fsync(place: PlaceId): Sampler | null {
    return this.varying(this.#replica(place)?.disk.fsync ?? 0)
  }

  /** null: always nothing. */
  varying(spec: DistributionSpec): Sampler | null {
    const sampler = this.#samplers.of(compileDistribution(spec))
    return sampler.constantNs === 0 ? null : sampler
  }

  /** The replicas of `among` that a client asks: those nearest to it, of which it draws one for each operation. */
  contactsOf(client: PlaceId, among: readonly PlaceId[]): readonly PlaceId[] {
    const { places, equallyNear } = nearestFirst(this.#plan, client, among)
    return places.slice(0, equallyNear)
  }

  #replica(place: PlaceId): ReplicaSpec | null {
    return place < this.#plan.replicaCount ? this.#plan.topology.replicas[place] : null
  }
}

/** Those that are not null. */
export function some(...samplers: readonly (Sampler | null)[]): Sampler[] {
  return samplers.filter((sampler) => sampler !== null)
}
