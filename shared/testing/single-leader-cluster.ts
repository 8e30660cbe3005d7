import type { PlaceId } from '../plan/types.ts'
import type { OpId, OpName, SessionToken } from '../protocols/contract.ts'
import { createSingleLeader } from '../protocols/single-leader/index.ts'
import type { Message } from '../protocols/single-leader/messages.ts'
import type { Rules } from '../protocols/single-leader/rules.ts'
import type { State } from '../protocols/single-leader/state.ts'
import { Driver } from './driver.ts'
import type { DriverSetup } from './driver.ts'

/** A leader and its followers stepped by hand, with the moves that tests make most. */

export type Cluster = Driver<State, Message, unknown, never>

/** Place 0 leads and holds its first lease; everything sent so far has arrived. */
export function singleLeaderCluster(
  replicas: number,
  setup: DriverSetup = {},
  rules: Partial<Rules> = {},
): Cluster {
  const protocol = createSingleLeader(rules)
  const cluster = new Driver(protocol, {
    replicas: Array.from({ length: replicas }, () => 'east'),
    ...setup,
  }) as unknown as Cluster
  flush(cluster, 0)
  cluster.deliver()
  return cluster
}

/** The leader hands what it gathered to its disk and its followers. */
export function flush(cluster: Cluster, place: PlaceId): void {
  if (cluster.isArmed(place, 'flush')) cluster.fire(place, 'flush')
  cluster.flush(place)
}

let nextOp = 1_000

/** Hands an operation to a place, with a token; what is written is on its way afterwards. */
export function submit(
  cluster: Cluster,
  place: PlaceId,
  f: OpName,
  fields: { key?: number; value?: number; process?: number; sequence?: number; token?: SessionToken } = {},
): OpId {
  const opId = nextOp++
  const { key = 1, value = 0, process = opId, sequence = 1, token = null } = fields
  const op = { f, key, value, expected: 0, count: 0, bytes: 10 }
  cluster.inject(place, { type: 'request', opId, op, session: { process, sequence, token } })
  flush(cluster, place)
  return opId
}

/** Delivers only what goes between these places, until nothing is left; the rest is lost. */
export function among(cluster: Cluster, places: readonly PlaceId[]): void {
  const isInside = ({ from, to }: { from: PlaceId; to: PlaceId }) =>
    places.includes(from) && places.includes(to)
  do cluster.drop((sent) => !isInside(sent))
  while (cluster.deliver(isInside) > 0)
}

/** A heartbeat of a leader and all that comes of it, among these places or all. */
export function beat(cluster: Cluster, leader: PlaceId, places: readonly PlaceId[] = cluster.members): void {
  cluster.fire(leader, 'heartbeat')
  among(cluster, places)
}

/** Lets a follower take the leader for lost and, if these places let it, take over. */
export function takeOver(cluster: Cluster, place: PlaceId, places: readonly PlaceId[]): void {
  cluster.advance(10_000)
  cluster.fire(place, 'watch')
  among(cluster, places)
  if (cluster.state(place).candidacy !== null) cluster.fire(place, 'survey')
  among(cluster, places)
  flush(cluster, place)
  among(cluster, places)
  // Half a lease later it has heard enough or gives up.
  if (cluster.state(place).candidacy !== null) cluster.fire(place, 'survey')
}
