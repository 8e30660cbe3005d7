import { equals, includes, joinInto } from '../../clocks/version-vectors.ts'
import type { PlaceId } from '../../plan/types.ts'
import { acknowledge, dropHeld, releaseHeld } from './delivery.ts'
import { commit } from './durable.ts'
import type { Cell, Update } from './events.ts'
import type { StateChunk } from './messages.ts'
import { shipSoon } from './replication.ts'
import type { Incoming, Turn } from './state.ts'
import { restore } from './store.ts'

/** The receiving side of a state transfer (see `transfer.ts`). */

const STATE_MERGED = { kind: 'state-merged' } as const

export function onState(turn: Turn, from: PlaceId, body: StateChunk): void {
  const { state, out, nowNs } = turn
  const { transfer, chunk, total, cells, have } = body
  if (includes(state.have, have)) {
    acknowledge(state, from, turn)
    return
  }
  let incoming = state.incoming
  if (incoming === null || !isPartOf(incoming, from, body)) {
    // One transfer at a time, unless the one that arrives has gone silent.
    const isBusy =
      incoming !== null && incoming.from !== from && nowNs - incoming.heardNs < 2 * state.params.resendAfterNs
    if (isBusy || chunk !== 0) return
    incoming = state.incoming = { from, transfer, have, total, cells: [], next: 0, heardNs: nowNs }
  }
  incoming.heardNs = nowNs
  if (chunk === incoming.next) {
    incoming.cells.push(...cells)
    incoming.next++
  }
  if (incoming.cells.length < total) {
    if (chunk < incoming.next) out.send(from, { kind: 'multi-leader.stateAck', transfer, chunk })
    return
  }
  state.incoming = null
  mergeState(turn, incoming.cells, body)
  acknowledge(state, from, turn)
}

/** A sender that restarted numbers its transfers anew, and has another state. */
function isPartOf(incoming: Incoming, from: PlaceId, { transfer, have, total }: StateChunk): boolean {
  return (
    incoming.from === from &&
    incoming.transfer === transfer &&
    incoming.total === total &&
    equals(incoming.have, have)
  )
}

function mergeState(
  turn: Turn,
  theirs: readonly (readonly [number, Cell])[],
  { have: seen, stamp }: StateChunk,
): void {
  const { state, model, out } = turn
  const { store, have, forgotten } = state
  const incoming = new Map(theirs)
  const keys = new Set<number>([...store.cells.keys(), ...incoming.keys()])
  for (const key of [...keys].sort((a, b) => a - b)) {
    // A key that one side holds no cell of is empty there, or as it was before the run: whatever anybody did to it since
    // that the other side knows of, it knows of too, if its vector says so.
    const merged = model.merge(store.cells.get(key) ?? null, have, incoming.get(key) ?? null, seen)
    if (merged !== null) restore(store, model, key, merged)
  }
  for (let by = 0; by < have.length; by++) {
    if (seen[by] > have[by]) forgotten[by] = Math.max(forgotten[by], seen[by])
  }
  joinInto(have, seen)
  state.seenStamp = Math.max(state.seenStamp, stamp)
  store.applied++
  store.lastPast = null
  out.note(STATE_MERGED)
  dropHeld(state)
  const taken: Update[] = []
  releaseHeld(turn, taken)
  for (const { key } of taken) keys.add(key)
  commit(turn, taken, keys)
  shipSoon(turn)
}
