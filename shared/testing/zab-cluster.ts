import type { PlaceId } from '../plan/types.ts'
import { createZab } from '../protocols/zab/index.ts'
import type { Txn } from '../protocols/zab/log.ts'
import type { Message, Payload } from '../protocols/zab/messages.ts'
import { RULES } from '../protocols/zab/rules.ts'
import type { Rules } from '../protocols/zab/rules.ts'
import type { State } from '../protocols/zab/state.ts'
import { textOf } from '../protocols/zab/zxid.ts'
import { Driver } from './driver.ts'
import type { DriverSetup } from './driver.ts'

/** A Zab ensemble stepped by hand, with the moves that its tests make most. */

export type Zab = Driver<State, Message, unknown, never>

/** `rules` that differ from Zab's own make a broken one. */
export function zabCluster(replicas: number, setup: DriverSetup = {}, rules: Partial<Rules> = {}): Zab {
  const protocol = createZab({ ...RULES, ...rules })
  const regions = Array.from({ length: replicas }, () => 'east')
  return new Driver(protocol, { replicas: regions, ...setup }) as unknown as Zab
}

/** Delivers only what goes between these places, until nothing is left; the rest is lost. */
export function among(zab: Zab, places: readonly PlaceId[]): void {
  do {
    zab.drop(({ from, to }) => !places.includes(from) || !places.includes(to))
  } while (zab.deliver(({ from, to }) => places.includes(from) && places.includes(to)) > 0)
  zab.drop(({ from, to }) => !places.includes(from) || !places.includes(to))
}

/** Lets these places elect a leader and synchronise with it; nobody else hears or is heard. */
export function settleAmong(zab: Zab, places: readonly PlaceId[]): void {
  for (let turn = 0; turn < 12; turn++) {
    among(zab, places)
    const next = places.filter((place) => zab.isUp(place) && zab.isArmed(place, 'finalize'))
    if (next.length > 0) for (const place of next) zab.fire(place, 'finalize')
    else for (const place of places) if (zab.state(place).role === 'looking') zab.fire(place, 'election')
  }
  among(zab, places)
}

/** Nobody hears from anybody for longer than any limit; all those who had a leader look for one. */
export function fallSilent(zab: Zab, places: readonly PlaceId[]): void {
  zab.drop()
  zab.advance(60_000)
  for (const place of places) if (zab.isArmed(place, 'tick')) zab.fire(place, 'tick')
  zab.drop()
}

export function leaderOf(zab: Zab, places: readonly PlaceId[] = zab.members): PlaceId {
  const leaders = places.filter((place) => zab.isUp(place) && zab.state(place).lead?.phase === 'broadcast')
  if (leaders.length !== 1) throw new Error(`${leaders.length} established leaders: ${leaders.join()}`)
  return leaders[0]
}

/** The zxids of a log, as "epoch.counter". */
export function historyOf(zab: Zab, place: PlaceId): string[] {
  return zab.state(place).log.entries.map((txn: Txn) => textOf(txn.zxid))
}

/** Payloads under way of one kind. */
export function underWay<K extends Payload['kind']>(zab: Zab, kind: K): Extract<Message, { kind: K }>[] {
  return zab.network
    .map(({ body }) => body)
    .filter((body): body is Extract<Message, { kind: K }> => body.kind === kind)
}
