import { assert } from '../base/assert.ts'
import type { PlaceId, Plan } from '../plan/types.ts'
import type { RouteBuilder } from './all-routes.ts'
import type { LeaderlessParams } from './leaderless-params.ts'
import type { Leg, Route } from './route.ts'
import { some, Ways } from './ways.ts'

/** The ways of a leaderless topology: a coordinator sends to the members of the shard, and waits for some. */
export class LeaderlessRoutes implements RouteBuilder {
  readonly #plan: Plan
  readonly #params: LeaderlessParams
  readonly #members: readonly PlaceId[]
  readonly #ways: Ways

  constructor(plan: Plan, params: LeaderlessParams) {
    this.#plan = plan
    this.#params = params
    this.#ways = new Ways(plan)
    this.#members = plan.shards[0].replicas
  }

  /** The client itself, or the members nearest to it, of which it draws one for each operation. */
  contactsOf(client: PlaceId): readonly PlaceId[] {
    if (this.#params.coordinator === 'client') return [client]
    return this.#ways.contactsOf(client, this.#members)
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
      request: own ? [] : this.#ways.hop(client, coordinator, 'client.request'),
      reply: own ? [] : this.#ways.hop(coordinator, client, 'client.reply'),
      legs: members.map((member) => this.#leg(coordinator, this.#members[member], outKind, backKind)),
      members,
      groups,
    }
  }

  #leg(coordinator: PlaceId, member: PlaceId, outKind: string, backKind: string): Leg {
    const isDurable = outKind === 'leaderless.write' && this.#params.durability === 'fsync'
    const delays = some(isDurable ? this.#ways.fsync(member) : null)
    return this.#ways.leg(coordinator, member, outKind, backKind, delays)
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
}
