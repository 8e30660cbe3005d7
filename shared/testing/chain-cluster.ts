import type { PlaceId } from '../plan/types.ts'
import type { Params } from '../protocols/chain/config.ts'
import { createChain } from '../protocols/chain/index.ts'
import type { Message } from '../protocols/chain/messages.ts'
import { RULES } from '../protocols/chain/rules.ts'
import type { Rules } from '../protocols/chain/rules.ts'
import type { State } from '../protocols/chain/state.ts'
import type { OpId } from '../protocols/contract.ts'
import { Driver } from './driver.ts'
import type { DriverSetup } from './driver.ts'

/** A chain stepped by hand, with the moves that its tests make most. */

export type Chain = Driver<State, Message, Params, never>

/** A fresh chain r0 → r1 → … whose nodes all have leases. */
export function chainCluster(replicas: number, setup: DriverSetup = {}, rules: Partial<Rules> = {}): Chain {
  const chain = new Driver(createChain({ ...RULES, ...rules }), {
    replicas: Array.from({ length: replicas }, () => 'east'),
    ...setup,
  }) as unknown as Chain
  chain.deliver()
  return chain
}

/** Delivers only what goes between these places, until nothing is left; the rest is lost. */
export function among(chain: Chain, places: readonly PlaceId[]): void {
  const isOutside = ({ from, to }: { from: PlaceId; to: PlaceId }) =>
    !places.includes(from) || !places.includes(to)
  do chain.drop(isOutside)
  while (chain.deliver((sent) => !isOutside(sent)) > 0)
}

/** So many heartbeats of these places, and all that comes of them among these. */
export function tick(chain: Chain, times = 1, places: readonly PlaceId[] = chain.members): void {
  for (let i = 0; i < times; i++) {
    for (const place of places) chain.fire(place, 'tick')
    among(chain, places)
    for (const place of places) settleMasters(chain, place)
    among(chain, places)
  }
}

/** Lets as much time pass as a master waits for leases to run out, or for another master to finish. */
export function settleMasters(chain: Chain, place: PlaceId): void {
  for (const timer of ['deferred', 'propose']) if (chain.isArmed(place, timer)) chain.fire(place, timer)
}

/** Long enough for whoever is silent to be suspected, and left out. */
export const TICKS_TO_EXCLUDE = 13

export function write(chain: Chain, place: PlaceId, key: number, value: number, session = value): OpId {
  return chain.request(place, { f: 'write', key, value }, session)
}

export function read(chain: Chain, place: PlaceId, key: number, session = 50): OpId {
  return chain.request(place, { f: 'read', key }, session)
}

/** The nodes of the chain as a place knows it, from the head to the tail. */
export function nodesAt(chain: Chain, place: PlaceId): readonly PlaceId[] {
  return chain.state(place).configuration.nodes
}

/** Values of the updates in a replica's history. */
export function valuesAt(chain: Chain, place: PlaceId): number[] {
  return [...chain.state(place).history.updates].map(({ value }) => value)
}
