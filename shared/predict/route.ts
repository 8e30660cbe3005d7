import type { Sampler } from './sampler.ts'

/** A message there and one back, between a coordinator and one member of the shard, with what it meets on the way. */
export interface Leg {
  out: Sampler
  back: Sampler
  /** Time the member takes over the message before it acts on it; null where it takes none. */
  service: Sampler | null
  /** What its answer waits for: durability, for acknowledgements that do. */
  delays: Sampler[]
  /** Time the coordinator takes over the answer. */
  answerService: Sampler | null
  /**
   * Writes: from when the member shows the version to readers, and what more it takes until then: from when it has it,
   * from when it is committed, or from when it is committed and the member's own answer is there (`both`).
   */
  shows: { after: 'arrival' | 'commit' | 'both'; by: Sampler[] }
}

/** How an operation of one client travels. */
export interface Route {
  /** Share of the operations that take this route. */
  weight: number
  /** All the way from the client to the coordinator's work, and back to the client; empty where it coordinates itself. */
  request: Sampler[]
  reply: Sampler[]
  /** Writes: every member of the shard. Reads: every member asked, by its index among the members. */
  legs: Leg[]
  members: number[]
  /** Answered once `count` of these legs have answered, in every group. Reads have one group, of all legs. */
  groups: { legs: number[]; count: number }[]
}

export interface Routes {
  writes: Route[]
  reads: Route[]
}

/** Routes that draw alike become one, of their weights' sum. */
export function merged(routes: readonly Route[]): Route[] {
  const numbers = new Map<Sampler | null, number>()
  const number = (sampler: Sampler | null): number => {
    let known = numbers.get(sampler)
    if (known === undefined) numbers.set(sampler, (known = numbers.size))
    return known
  }
  const byShape = new Map<string, Route>()
  for (const route of routes) {
    const legs = route.legs.map(({ out, back, service, delays, answerService, shows }) => [
      [out, back, service, answerService].map(number),
      delays.map(number),
      shows.after,
      shows.by.map(number),
    ])
    const ends = [route.request.map(number), route.reply.map(number)]
    const shape = JSON.stringify([ends, legs, route.members, route.groups])
    const known = byShape.get(shape)
    if (known === undefined) byShape.set(shape, route)
    else known.weight += route.weight
  }
  return [...byShape.values()]
}
