import { nsOfMs, NS_PER_S } from '../base/time.ts'
import type { Ns } from '../base/time.ts'
import type { PlaceId, Plan } from '../plan/types.ts'
import { compileDistribution } from '../topology/distributions.ts'
import { readShareOf } from './read-share.ts'
import { merged } from './route.ts'
import type { Route, Routes } from './route.ts'
import type { Sampler } from './sampler.ts'

/** What a strategy makes of the operations of a client. */
export interface RouteBuilder {
  /** The places of which the client asks one for each operation; itself, where it coordinates. */
  contactsOf(client: PlaceId): readonly PlaceId[]
  write(client: PlaceId, contact: PlaceId, weight: number): Route
  read(client: PlaceId, contact: PlaceId, weight: number): Route
}

/** Every way that operations take, for writes and for reads, weighted by how many operations each client does. */
export function allRoutes(plan: Plan, builder: RouteBuilder): Routes {
  const { places, replicaCount } = plan
  const clients = places.slice(replicaCount).map(({ id }) => {
    const contacts = builder.contactsOf(id)
    const weight = 1 / contacts.length
    return {
      writes: contacts.map((contact) => builder.write(id, contact, weight)),
      reads: contacts.map((contact) => builder.read(id, contact, weight)),
    }
  })
  const shares = sharesOf(plan, clients)
  const scaled = (routes: readonly Route[], share: number): Route[] =>
    routes.map((route) => ({ ...route, weight: route.weight * share }))
  return {
    writes: merged(clients.flatMap(({ writes }, index) => scaled(writes, shares[index]))),
    reads: merged(clients.flatMap(({ reads }, index) => scaled(reads, shares[index]))),
  }
}

/**
 * The share of all operations that each client does. In a closed loop that depends on how long they take; the sum of
 * the medians along the way is near enough.
 */
function sharesOf({ topology }: Plan, clients: readonly Routes[]): number[] {
  const { workload } = topology
  // The samples of a probe go from one client to another.
  if (workload.kind === 'probe') return clients.map(() => 1 / clients.length)
  const readShare = readShareOf(workload)
  const perNs = topology.clients.map(({ loop, sessions }, index) => {
    if ('open' in loop) return loop.open.ratePerS / NS_PER_S
    const { reads, writes } = clients[index]
    const takesNs = readShare * typicalNs(reads) + (1 - readShare) * typicalNs(writes)
    // An operation that takes no time at all is one a nanosecond.
    return sessions / Math.max(1, nsOfMs(compileDistribution(loop.closed.thinkMs).meanMs) + takesNs)
  })
  const sum = perNs.reduce((all, each) => all + each, 0)
  return perNs.map((each) => each / sum)
}

function typicalNs(routes: readonly Route[]): Ns {
  return routes.reduce((sum, route) => sum + route.weight * typicalOf(route), 0)
}

function typicalOf({ request, reply, legs, groups }: Route): Ns {
  const medians = (samplers: readonly (Sampler | null)[]): Ns =>
    samplers.reduce((sum, sampler) => sum + (sampler?.medianNs ?? 0), 0)
  const legNs = legs.map(({ out, service, delays, back, answerService }) =>
    medians([out, service, ...delays, back, answerService]),
  )
  const lastNs = groups.map(({ legs: among, count }) => {
    const ascending = among.map((leg) => legNs[leg]).sort((a, b) => a - b)
    return ascending[count - 1]
  })
  return medians([...request, ...reply]) + Math.max(...lastNs)
}
