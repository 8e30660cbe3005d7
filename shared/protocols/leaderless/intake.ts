import type { PlaceId } from '../../plan/types.ts'
import type { LocalInstant, Outbox } from '../contract.ts'
import { apply } from './apply.ts'
import { lastWrite, persist } from './durable.ts'
import type { Intake } from './intake-progress.ts'
import { expectAnswer, isSuspected } from './liveness.ts'
import { bytesOf } from './messages.ts'
import type { Chunk, Fetch, Message } from './messages.ts'
import type { State } from './state.ts'
import { adoptMark } from './store.ts'
import type { Cell } from './versions.ts'
import { without } from './view.ts'

/**
 * How a newcomer comes to hold what its place among the members asks for. It copies from the member that leaves for it
 * (Cassandra's consistent range movement): whatever that one had confirmed under an earlier view it has then too, and stands
 * in every quorum where that one stood. Where that member is silent it copies from so many others that every earlier quorum of
 * a write has one of them. Sources answer under the new view only, and so do not confirm writes under an older one any more.
 */

/** Keys in a range, and ranges on their way at a time. */
const RANGE = 64
const IN_FLIGHT = 4

/** Asks for what has not been asked for, as far as there is room. */
export function fetchMore(state: State, at: LocalInstant, out: Outbox<Message>): void {
  const intake = state.intake as Intake
  while (intake.asked < intake.end && intake.asked < intake.upTo + IN_FLIGHT * RANGE) {
    fetch(state, intake.asked, at, out)
    intake.asked += RANGE
  }
}

function fetch(state: State, fromKey: number, at: LocalInstant, out: Outbox<Message>): void {
  const { source } = state.intake as Intake
  expectAnswer(state, source, at.monotonicNs)
  const body: Fetch = { kind: 'leaderless.fetch', epoch: state.ring.epoch, fromKey }
  out.send(source, body, lastWrite(state))
}

/** A member's side. What it says waits for its disk, which then knows of the view that the newcomer goes by. */
export function onFetch(state: State, from: PlaceId, { fromKey, epoch }: Fetch, out: Outbox<Message>): void {
  const { store, ring, config } = state
  if (ring.ownPosition < 0 || state.intake !== null) return
  const cells: Cell[] = []
  let untouched = 0
  const end = fromKey + RANGE
  for (let key = fromKey; key < end && key <= store.keyMax; key++) {
    const cell = store.cells.get(key)
    if (cell !== undefined) cells.push(cell)
    else if (key < store.preloaded) untouched++
  }
  const body: Chunk = {
    kind: 'leaderless.chunk',
    epoch,
    fromKey,
    cells,
    untouched,
    untouchedBytes: untouched * config.preloadedBytes,
    isLast: end > store.keyMax,
  }
  out.send(from, body, lastWrite(state))
}

/** True once the newcomer has all that it needs. */
export function onChunk(
  state: State,
  from: PlaceId,
  body: Chunk,
  at: LocalInstant,
  out: Outbox<Message>,
): boolean {
  const { intake } = state
  if (intake === null || intake.isComplete || from !== intake.source) return false
  const { fromKey, cells, untouched } = body
  if (fromKey < intake.upTo || intake.arrived.has(fromKey)) return false
  for (const cell of cells) take(state, cell, at, out)
  if (cells.length + untouched > 0) {
    out.note({ kind: 'streamed', count: cells.length + untouched })
    out.note({ kind: 'streamed-bytes', count: bytesOf(body) })
  }
  intake.arrived.add(fromKey)
  if (body.isLast) intake.end = Math.min(intake.end, fromKey + RANGE)
  while (intake.arrived.delete(intake.upTo)) intake.upTo += RANGE
  if (intake.upTo >= intake.end) endSource(state, intake)
  remember(state, intake, out)
  if (!intake.isComplete) fetchMore(state, at, out)
  return intake.isComplete
}

/** Also what stays of a forgotten deletion: a newcomer does not know the value that was there before the run. */
function take(state: State, cell: Cell, at: LocalInstant, out: Outbox<Message>): void {
  if (cell.at >= 0) apply(state, cell, at, out)
  else if (adoptMark(state.store, cell)) persist(state, { type: 'collect', key: cell.key, mark: cell }, out)
}

function remember(state: State, { source, upTo, done, isComplete }: Intake, out: Outbox<Message>): void {
  persist(state, { type: 'copied', copied: { source, upTo, done: [...done], isComplete } }, out)
}

function endSource(state: State, intake: Intake): void {
  intake.done.push(intake.source)
  intake.isComplete = intake.done.includes(intake.former) || intake.done.length >= othersNeeded(state)
  if (!intake.isComplete) startSource(intake, without(state.view.members, intake.done)[0])
}

function startSource(intake: Intake, source: PlaceId): void {
  intake.source = source
  intake.upTo = 0
  intake.asked = 0
  intake.end = Infinity
  intake.arrived.clear()
}

/**
 * How many members other than the one that leaves stand in for it: as many as meet every set of w; all of them where quorums
 * are counted by regions. More than there are where only it may know of a write; where quorums need not meet, those there are.
 */
function othersNeeded({ view, params }: State): number {
  const { r, w, readScope, writeScope } = params
  const members = view.members.length
  const others = members - 1
  if (readScope !== 'any' || writeScope !== 'any' || r + w <= members) return others
  return members - w + 1
}

/** What has not come is asked for again; of another member, where this one is silent and others would do. */
export function retryIntake(state: State, at: LocalInstant, out: Outbox<Message>): void {
  const intake = state.intake as Intake
  const nowNs = at.monotonicNs
  if (isSuspected(state, intake.source, nowNs) && state.view.members.length > othersNeeded(state)) {
    const next = without(state.view.members, intake.done).find((place) => !isSuspected(state, place, nowNs))
    if (next !== undefined) {
      out.note({ kind: 'source-lost' })
      startSource(intake, next)
    }
  }
  noteWhetherStuck(state, intake, at, out)
  for (let key = intake.upTo; key < intake.asked; key += RANGE) {
    if (!intake.arrived.has(key)) fetch(state, key, at, out)
  }
  fetchMore(state, at, out)
}

function noteWhetherStuck(state: State, intake: Intake, at: LocalInstant, out: Outbox<Message>): void {
  const isStuck = isSuspected(state, intake.source, at.monotonicNs)
  if (isStuck && !intake.isStuck) {
    const { name } = state.config.places[intake.source]
    out.note({
      kind: 'move-waits',
      text: `waits for ${name}, without whose data it could miss confirmed writes`,
    })
  }
  intake.isStuck = isStuck
}
