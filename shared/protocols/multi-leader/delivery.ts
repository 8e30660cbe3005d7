import { covers } from '../../clocks/version-vectors.ts'
import type { Dot } from '../../clocks/version-vectors.ts'
import type { PlaceId } from '../../plan/types.ts'
import { commit } from './durable.ts'
import type { Update } from './events.ts'
import type { Updates } from './messages.ts'
import { ship, shipSoon } from './replication.ts'
import type { State, Turn } from './state.ts'
import { lookUp, put, trimTombstones } from './store.ts'

/**
 * Updates take effect once, and after everything that their authors had seen: each leader's in their order, and those
 * of different leaders in causal order (Birman, Schiper, Stephenson, "Lightweight causal and atomic group multicast",
 * 1991, section 5). What comes twice is dropped, what comes early is held.
 */

/** Updates held at most; further ones are dropped, and sent again some time. */
export const HELD_MAX = 10_000

const DUPLICATE = { kind: 'duplicate' } as const
const HELD = { kind: 'held' } as const
const CONFLICT = { kind: 'conflict' } as const
const LOST_UPDATE = { kind: 'lost-update' } as const

export function onUpdates(turn: Turn, from: PlaceId, { updates }: Updates): void {
  const { state, out, rules } = turn
  const taken: Update[] = []
  for (const update of updates) {
    if (!rules.isNew(state.have, update)) out.note(DUPLICATE)
    else if (rules.isDeliverable(state.have, update)) {
      integrate(turn, update)
      taken.push(update)
    } else hold(turn, update)
  }
  if (taken.length > 0) releaseHeld(turn, taken)
  finish(turn, taken)
  acknowledge(state, from, turn)
}

/** Says what is here, once it is on disk. */
export function acknowledge({ have, nextWriteId }: State, to: PlaceId, { out }: Turn): void {
  out.send(to, { kind: 'multi-leader.ack', have: have.slice() }, nextWriteId - 1)
}

/** Writes down and passes on what was taken in from others. */
function finish(turn: Turn, taken: readonly Update[]): void {
  if (taken.length === 0) return
  commit(turn, taken, new Set(taken.map(({ key }) => key)))
  shipSoon(turn)
}

function hold({ state, out }: Turn, update: Update): void {
  const held = state.held[update.by]
  if (held.has(update.at) || state.heldCount >= HELD_MAX) return
  held.set(update.at, update)
  state.heldCount++
  out.note(HELD)
}

/** Takes in whatever has become deliverable, until nothing has. */
export function releaseHeld(turn: Turn, taken: Update[]): void {
  const { state, rules } = turn
  let isMoving = state.heldCount > 0
  while (isMoving) {
    isMoving = false
    for (let leader = 0; leader < state.held.length; leader++) {
      const held = state.held[leader]
      for (;;) {
        const next = held.get(state.have[leader] + 1)
        if (next === undefined || !rules.isDeliverable(state.have, next)) break
        held.delete(next.at)
        state.heldCount--
        integrate(turn, next)
        taken.push(next)
        isMoving = true
      }
    }
  }
}

/** Forgets what is held of updates that have come another way. */
export function dropHeld(state: State): void {
  for (let leader = 0; leader < state.held.length; leader++) {
    for (const at of state.held[leader].keys()) {
      if (at > state.have[leader]) continue
      state.held[leader].delete(at)
      state.heldCount--
    }
  }
}

/** One update takes effect, and goes into the log. */
export function integrate(turn: Turn, update: Update): void {
  const { state, model } = turn
  const { store, have, log, params, forgotten } = state
  const before = lookUp(store, model, update.key)
  const after = model.apply(before, update.delta, have.length)
  if (before !== null && update.by !== state.position) noteConflicts(turn, model.rivals(before), update)
  if (after !== before) put(store, model, update.key, after)
  for (const tombstone of model.tombstones(after)) {
    if (tombstone.at === update.at && tombstone.by === update.by) {
      store.tombstones.push({ key: update.key, at: update.at, by: update.by })
      trimTombstones(store, model)
    }
  }
  state.seenStamp = Math.max(state.seenStamp, model.stampOf(after))
  have[update.by] = update.at
  store.applied++
  store.lastKey = update.key
  store.lastPast = update.past
  log.push(update)
  while (log.length > params.logEventsMax) {
    const { by, at } = log.shift() as Update
    forgotten[by] = Math.max(forgotten[by], at)
    state.logFrom++
  }
}

/**
 * A write that this leader took meets another that did not know of it. Each such pair is counted once, by the leader
 * with the smaller number; under last writer wins the loss is counted by the leader that took the write that is lost.
 */
function noteConflicts({ state, out, model }: Turn, rivals: readonly Dot[], update: Update): void {
  const { position, params } = state
  for (const rival of rivals) {
    if (rival.by !== position || covers(update.past, rival)) continue
    if (rival.by < update.by) out.note(CONFLICT)
    if (params.conflicts !== 'last-writer-wins') continue
    const cell = lookUp(state.store, model, update.key)
    if (cell !== null && model.apply(cell, update.delta, state.have.length) !== cell) out.note(LOST_UPDATE)
  }
}

/** Takes in a write of this leader's own; returns the write after which it is durable. */
export function accept(turn: Turn, update: Update): number {
  integrate(turn, update)
  const writeId = commit(turn, [update], [update.key], update.key)
  if (turn.state.params.shipDelayNs === 0) for (const link of turn.state.links) ship(turn, link)
  else shipSoon(turn)
  return writeId
}
