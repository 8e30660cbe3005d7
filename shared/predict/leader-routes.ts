import type { PlaceId, Plan } from '../plan/types.ts'
import type { RouteBuilder } from './all-routes.ts'
import type { Leg, Route } from './route.ts'
import type { Sampler } from './sampler.ts'
import { some } from './ways.ts'
import type { Ways } from './ways.ts'

/** How a replicated log works, as far as the time that operations take depends on it. Kinds are those of messages. */
export interface LeaderModel {
  leader: PlaceId
  /** The replicas that hold the data. */
  members: readonly PlaceId[]
  /** Whether clients ask the nearest replica, which asks the leader for them; else they know the leader. */
  forwards: boolean
  kinds: { append: string; ack: string; notice: string; forward: string; forwardReply: string }
  write: {
    /** What the leader does before its followers hear of a write, and what its own vote waits for. */
    before: Sampler[]
    own: Sampler[]
    /** What a follower's vote waits for. */
    follower: (place: PlaceId) => Sampler[]
    /** Answered once so many in every group have it. */
    groups: { members: readonly PlaceId[]; count: number }[]
  }
  shows: (place: PlaceId) => { after: Leg['shows']['after']; isTold: boolean; by: Sampler[] }
  read: { by: 'leader' | 'contact' | 'log' } | Round
}

/** A read that waits for a round of messages from the leader; asked for by the replica that the client asks, or not. */
export interface Round {
  by: 'round'
  at: 'leader' | 'contact'
  members: readonly PlaceId[]
  /** So many of these, the leader among them, are enough. */
  count: number
  kinds: { out: string; back: string; ask: string; told: string }
}

type Ends = Pick<Route, 'weight' | 'request' | 'reply'>

/** The ways where one replica orders the writes. */
export class LeaderRoutes implements RouteBuilder {
  readonly #replicas: readonly PlaceId[]
  readonly #ways: Ways
  readonly #model: LeaderModel

  constructor({ shards }: Plan, ways: Ways, model: LeaderModel) {
    this.#replicas = shards[0].replicas
    this.#ways = ways
    this.#model = model
  }

  /** The replicas nearest to it, or the leader, of which it has been told. */
  contactsOf(client: PlaceId): readonly PlaceId[] {
    const { forwards, leader } = this.#model
    return forwards ? this.#ways.contactsOf(client, this.#replicas) : [leader]
  }

  write(client: PlaceId, contact: PlaceId, weight: number): Route {
    const { members, write, kinds } = this.#model
    const ends = this.#throughLeader(client, contact, weight, kinds.forward, kinds.forwardReply)
    return {
      ...ends,
      request: [...ends.request, ...write.before],
      legs: members.map((member) => this.#appendLeg(member)),
      members: members.map((_, index) => index),
      groups: write.groups.map((group) => ({
        legs: group.members.map((place) => this.#index(place)),
        count: group.count,
      })),
    }
  }

  read(client: PlaceId, contact: PlaceId, weight: number): Route {
    const { read, kinds, leader } = this.#model
    if (read.by === 'log') return this.write(client, contact, weight)
    // One that holds no data passes the read on.
    if (read.by === 'contact' && this.#index(contact) >= 0) {
      return this.#byOne(this.#toContact(client, contact, weight), contact)
    }
    if (read.by !== 'round') {
      return this.#byOne(
        this.#throughLeader(client, contact, weight, kinds.forward, kinds.forwardReply),
        leader,
      )
    }
    const [ask, told] =
      read.at === 'contact' ? [read.kinds.ask, read.kinds.told] : [kinds.forward, kinds.forwardReply]
    const asked = read.members
    return {
      ...this.#throughLeader(client, contact, weight, ask, told),
      legs: asked.map((member) =>
        this.#ways.leg(this.#model.leader, member, read.kinds.out, read.kinds.back),
      ),
      members: asked.map((member) => this.#index(member)),
      groups: [{ legs: asked.map((_, leg) => leg), count: read.count }],
    }
  }

  #byOne(ends: Ends, place: PlaceId): Route {
    const leg = this.#ways.ownLeg()
    return { ...ends, legs: [leg], members: [this.#index(place)], groups: [{ legs: [0], count: 1 }] }
  }

  #index(place: PlaceId): number {
    return this.#model.members.indexOf(place)
  }

  #toContact(client: PlaceId, contact: PlaceId, weight: number): Ends {
    return {
      weight,
      request: this.#ways.hop(client, contact, 'client.request'),
      reply: this.#ways.hop(contact, client, 'client.reply'),
    }
  }

  #throughLeader(client: PlaceId, contact: PlaceId, weight: number, forward: string, back: string): Ends {
    const { leader } = this.#model
    const ends = this.#toContact(client, contact, weight)
    if (contact === leader) return ends
    return {
      weight,
      request: [...ends.request, ...this.#ways.hop(contact, leader, forward)],
      reply: [...this.#ways.hop(leader, contact, back), ...ends.reply],
    }
  }

  #appendLeg(member: PlaceId): Leg {
    const { write, kinds, leader, shows } = this.#model
    const delays = member === leader ? write.own : write.follower(member)
    const { after, isTold, by } = shows(member)
    const told = isTold ? this.#ways.hop(leader, member, kinds.notice) : []
    return {
      ...this.#ways.leg(leader, member, kinds.append, kinds.ack, delays),
      shows: { after, by: [...told, ...by] },
    }
  }
}

/** Those that a place needs for its disk. */
export function diskOf(ways: Ways, place: PlaceId): Sampler[] {
  return some(ways.fsync(place))
}
