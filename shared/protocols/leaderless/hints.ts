import type { PlaceId } from '../../plan/types.ts'
import type { LocalInstant, Outbox } from '../contract.ts'
import { apply } from './apply.ts'
import { confirmsAfter, persist } from './durable.ts'
import { expectAnswer, isAnySuspected, isSuspected } from './liveness.ts'
import type { HintAck, HintReplay, Message } from './messages.ts'
import { tellView } from './requests.ts'
import { stampOf } from './stamps.ts'
import { hasPosition } from './state.ts'
import type { OwnerHints, State } from './state.ts'
import { covers, merge } from './versions.ts'
import type { Cell } from './versions.ts'

/**
 * Hinted handoff (Dynamo, section 4.6): writes that a member did not confirm wait at their coordinator, or with a
 * stand-in, until the member is back. Of several writes to one key only their merged state is kept.
 */

export const HINT_REPLAY = 'hint-replay'
/** Hints that one place keeps for all members together. */
export const HINTS_MAX = 100_000
/** Cells in one replay message. */
export const HINT_BATCH = 64

const STORED = { kind: 'hint-stored' } as const
const DROPPED = { kind: 'hint-dropped' } as const

/** False where there is no room: the hint is dropped, and whoever asked for it gets no confirmation. */
export function storeHint(
  state: State,
  owner: PlaceId,
  cell: Cell,
  at: LocalInstant,
  out: Outbox<Message>,
): boolean {
  let hints = state.hints.get(owner)
  if (hints === undefined) state.hints.set(owner, (hints = { byKey: new Map(), inFlight: 0 }))
  const old = hints.byKey.get(cell.key)
  if (old !== undefined && covers(old.cell, cell)) return true
  if (old === undefined) {
    if (state.hintCount >= HINTS_MAX) {
      out.note(DROPPED)
      return false
    }
    state.hintCount++
  }
  const merged = old === undefined ? cell : merge(old.cell, cell)
  const storedAt = old === undefined ? stampOf(at.wallNs) : old.storedAt
  hints.byKey.set(cell.key, { cell: merged, storedAt })
  persist(state, { type: 'hint', owner, cell: merged, storedAt }, out)
  out.note(STORED)
  armReplay(state, out)
  return true
}

/** What this place keeps for a member under a key. */
export function hintedCell(state: State, owner: PlaceId, key: number): Cell | null {
  return state.hints.get(owner)?.byKey.get(key)?.cell ?? null
}

export function armReplay(state: State, out: Outbox<Message>): void {
  if (state.isReplayArmed || state.hintCount === 0) return
  state.isReplayArmed = true
  out.arm(HINT_REPLAY, state.params.hintReplayNs, state.params.hintReplayNs)
}

/** Tries each owner: a full batch where it seems up, a single hint as a probe where it doesn't. */
export function onHintReplay(state: State, at: LocalInstant, out: Outbox<Message>): void {
  state.isReplayArmed = false
  for (const [owner, hints] of state.hints) {
    dropExpired(state, owner, hints, at, out)
    replay(state, owner, hints, isSuspected(state, owner, at.monotonicNs) ? 1 : HINT_BATCH, at, out)
  }
  armReplay(state, out)
}

function replay(
  state: State,
  owner: PlaceId,
  hints: OwnerHints,
  count: number,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  const cells: Cell[] = []
  for (const { cell } of hints.byKey.values()) {
    if (cells.length === count) break
    cells.push(cell)
  }
  hints.inFlight = cells.length
  if (cells.length === 0) return
  expectAnswer(state, owner, at.monotonicNs)
  out.send(owner, { kind: 'leaderless.hintReplay', cells })
}

/** Hints are in the order of their age, so the expired ones come first. */
function dropExpired(
  state: State,
  owner: PlaceId,
  hints: OwnerHints,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  const oldest = stampOf(at.wallNs) - state.params.hintWindowNs
  const keys: number[] = []
  for (const [key, hint] of hints.byKey) {
    if (hint.storedAt >= oldest) break
    keys.push(key)
  }
  forget(state, owner, hints, keys, out)
  if (keys.length > 0) out.note({ kind: 'hint-dropped', count: keys.length })
}

function forget(
  state: State,
  owner: PlaceId,
  hints: OwnerHints,
  keys: readonly number[],
  out: Outbox<Message>,
): void {
  if (keys.length === 0) return
  for (const key of keys) hints.byKey.delete(key)
  state.hintCount -= keys.length
  if (state.hintCount === 0 && state.isReplayArmed) {
    state.isReplayArmed = false
    out.disarm(HINT_REPLAY)
  }
  persist(state, { type: 'unhint', owner, keys }, out)
}

/** The owner's side. */
export function onReplayed(
  state: State,
  from: PlaceId,
  body: HintReplay,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  if (state.ring.ownPosition < 0) {
    tellView(state, from, false, out)
    return
  }
  for (const cell of body.cells) apply(state, cell, at, out)
  out.send(from, { kind: 'leaderless.hintAck', cells: body.cells }, confirmsAfter(state))
}

/** The owner has these cells now. A hint that grew meanwhile stays. Goes on with the next batch at once. */
export function onHintAck(
  state: State,
  from: PlaceId,
  body: HintAck,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  const hints = state.hints.get(from)
  if (hints === undefined) return
  const keys: number[] = []
  for (const cell of body.cells) {
    const hint = hints.byKey.get(cell.key)
    if (hint !== undefined && covers(cell, hint.cell)) keys.push(cell.key)
  }
  forget(state, from, hints, keys, out)
  if (keys.length > 0) out.note({ kind: 'hint-replayed', count: keys.length })
  const isCurrent = hints.inFlight === body.cells.length
  hints.inFlight = 0
  if (isCurrent && keys.length > 0) replay(state, from, hints, HINT_BATCH, at, out)
}

/** What is kept for one member is for another from now on. */
export function rehomeHints(
  state: State,
  from: PlaceId,
  to: PlaceId,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  const hints = state.hints.get(from)
  if (hints === undefined) return
  const cells = [...hints.byKey.values()].map(({ cell }) => cell)
  forget(state, from, hints, [...hints.byKey.keys()], out)
  state.hints.delete(from)
  for (const cell of cells) {
    if (to === state.ring.self) apply(state, cell, at, out)
    else storeHint(state, to, cell, at, out)
  }
}

/** A coordinator at a client keeps no hints: it has no disk, and nobody else would know of them. */
export function keepsHints(state: State): boolean {
  return state.params.hintedHandoff && state.role === 'replica'
}

/** Keeps a version, which is on its way to all members, for those of them that seem down. */
export function hintIfDegraded(
  state: State,
  cell: Cell,
  spares: readonly PlaceId[] | null,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  if (!keepsHints(state) || !isAnySuspected(state, at.monotonicNs)) return
  hintEarlierWrites(state, cell, at, out)
  hintSuspected(state, cell, spares, at, out)
}

/**
 * Whoever has just come to seem down gets hints of the writes that were on their way to it before: their coordinator
 * would keep them only when their time is up, and the member may be back by then. Once per silence of a member, since
 * later writes are kept at once.
 */
function hintEarlierWrites(state: State, latest: Cell, at: LocalInstant, out: Outbox<Message>): void {
  const { members } = state.ring
  for (let position = 0; position < members.length; position++) {
    const member = members[position]
    if (!isSuspected(state, member, at.monotonicNs)) continue
    if (state.hintedSilenceNs[member] === state.unansweredSinceNs[member]) continue
    state.hintedSilenceNs[member] = state.unansweredSinceNs[member]
    for (const { cell, confirmed } of state.writes.values()) {
      if (cell !== latest && !hasPosition(confirmed, position)) storeHint(state, member, cell, at, out)
    }
  }
}

/**
 * Who seems down gets a hint at once, as in Cassandra, unless a stand-in keeps it: waiting for the time limit would keep
 * the write from a member that comes back before. Should the member confirm after all, the hint does no harm.
 */
function hintSuspected(
  state: State,
  cell: Cell,
  spares: readonly PlaceId[] | null,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  const { members } = state.ring
  for (let position = 0; position < members.length; position++) {
    if (spares !== null && spares[position] >= 0) continue
    if (isSuspected(state, members[position], at.monotonicNs))
      storeHint(state, members[position], cell, at, out)
  }
}
