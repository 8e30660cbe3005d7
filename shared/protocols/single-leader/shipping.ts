import { Deque } from '../../base/deque.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { Context } from './context.ts'
import { beginCopy } from './copy.ts'
import { lastWrite, persistEntries } from './durable.ts'
import { append, lastIndex, lastUpTo, timelineAt } from './log.ts'
import type { Append, AppendAck, AppendRefusal } from './messages.ts'
import { isFed } from './state.ts'
import type { Progress, Request } from './state.ts'

/** The leader's side of log shipping: streaming as in PostgreSQL's walsender, or in batches. */

export const FLUSH = 'flush'
export const SHIP = 'ship'

/** Before the first word of a follower. */
export const NO_LIFE = -1

export function freshProgress(place: PlaceId, next: number): Progress {
  return {
    place,
    mode: 'probe',
    received: 0,
    written: 0,
    applied: 0,
    next,
    inflight: new Deque(),
    isPaused: false,
    receivedAtBeat: -1,
    heardNs: -Infinity,
    grantedNs: -Infinity,
    echoNs: -1,
    echoLife: NO_LIFE,
    toldConfirmed: 0,
    snapshot: null,
    untouched: 0,
    chunkOffset: 0,
    isChunkOld: false,
  }
}

/** Adds an entry to the leader's log; it leaves with the next flush. Returns its index. */
export function propose({ state, out }: Context, request: Request | null): number {
  const { log, epoch } = state
  append(log, {
    timeline: epoch,
    op: request === null ? null : request.op,
    process: request === null ? 0 : request.process,
    sequence: request === null ? 0 : request.sequence,
  })
  if (!state.isFlushArmed) {
    state.isFlushArmed = true
    out.arm(FLUSH, 0, 0)
  }
  return lastIndex(log)
}

/** What arrived at one instant goes to the disk together, and to the followers now or with the next batch. */
export function onFlush(cx: Context): void {
  const { state, out } = cx
  state.isFlushArmed = false
  if (state.lead === null) return
  persistEntries(cx)
  const { shipEveryNs } = state.params
  if (shipEveryNs === 0) ship(cx)
  else if (!state.isShipArmed) {
    state.isShipArmed = true
    out.arm(SHIP, shipEveryNs, shipEveryNs)
  }
}

export function onShip(cx: Context): void {
  cx.state.isShipArmed = false
  ship(cx)
}

export function ship(cx: Context): void {
  const { lead } = cx.state
  if (lead === null) return
  for (const progress of lead.progress.values()) sendEntries(cx, progress)
}

/** Sends a follower what it lacks, as far as its window allows. */
export function sendEntries(cx: Context, progress: Progress): void {
  const { state } = cx
  const { params, log } = state
  if (!isFed(state, progress.place)) return
  while (progress.next <= state.writtenIndex) {
    const isOpen =
      progress.mode === 'probe'
        ? !progress.isPaused
        : progress.mode === 'stream' && progress.inflight.length < params.inflightMax
    if (!isOpen) return
    if (progress.next <= log.offset) {
      beginCopy(cx, progress)
      return
    }
    sendAppend(cx, progress, params.batchEntriesMax)
  }
}

function sendAppend(cx: Context, progress: Progress, entriesMax: number): void {
  const { state, out } = cx
  const { log, epoch } = state
  const { next, place } = progress
  const from = next - log.offset - 1
  const entries = log.entries.slice(from, Math.min(state.writtenIndex - log.offset, from + entriesMax))
  const last = next - 1 + entries.length
  if (progress.mode === 'probe') progress.isPaused = true
  else if (entries.length > 0) {
    progress.next = last + 1
    progress.inflight.push(last)
  }
  const confirmed = state.confirmedIndex
  progress.toldConfirmed = Math.max(progress.toldConfirmed, Math.min(confirmed, last))
  const body: Append = {
    kind: 'single-leader.append',
    epoch,
    prevIndex: next - 1,
    prevTimeline: timelineAt(log, next - 1),
    entries,
    confirmed,
  }
  // A follower never has what the leader could still forget in a crash, as walsenders send only what is flushed.
  const after = last <= state.durableIndex ? undefined : lastWrite(cx)
  out.send(place, body, after)
}

/** Goes on with what a follower lacks; asks where it stands if there is nothing to send. */
export function sendOrProbe(cx: Context, progress: Progress): void {
  const { state } = cx
  if (progress.mode === 'copy' || !isFed(state, progress.place)) return
  if (progress.mode === 'probe' && progress.isPaused) return
  if (progress.next - 1 < state.log.offset) beginCopy(cx, progress)
  else if (progress.next <= state.writtenIndex) sendEntries(cx, progress)
  else sendAppend(cx, progress, 0)
}

export function onAppendAck(cx: Context, progress: Progress, body: AppendAck): void {
  noteProgress(progress, body)
  if (progress.mode === 'probe') stream(progress)
  sendEntries(cx, progress)
}

/** News may come out of order, and by heartbeats too. */
export function noteProgress(
  progress: Progress,
  { received, written, applied }: Pick<AppendAck, 'received' | 'written' | 'applied'>,
): void {
  progress.received = Math.max(progress.received, received)
  progress.written = Math.max(progress.written, written)
  progress.applied = Math.max(progress.applied, applied)
  progress.next = Math.max(progress.next, progress.received + 1)
  const { inflight } = progress
  while (inflight.length > 0 && (inflight.peek() as number) <= progress.received) inflight.shift()
}

export function stream(progress: Progress): void {
  progress.mode = 'stream'
  progress.next = Math.max(1, progress.received + 1)
  progress.isPaused = false
  progress.inflight.clear()
  progress.snapshot = null
}

export function probeFrom(progress: Progress, next: number): void {
  progress.mode = 'probe'
  progress.next = Math.max(1, next)
  progress.isPaused = false
  progress.inflight.clear()
  progress.snapshot = null
}

/** The logs part before the append: goes back to where they may agree, or gives the follower a copy. */
export function onAppendRefusal(cx: Context, progress: Progress, body: AppendRefusal): void {
  if (progress.mode === 'copy' || (progress.mode === 'probe' && progress.next - 1 !== body.refused)) return
  const { log } = cx.state
  const hint = { index: body.hintIndex, timeline: body.hintTimeline }
  if (body.isFloor && (hint.index < log.offset || timelineAt(log, hint.index) !== hint.timeline)) {
    beginCopy(cx, progress)
    return
  }
  const index = lastUpTo(log, hint)
  // A follower that acknowledged what it had only in memory may have less than it said.
  progress.received = Math.min(progress.received, index)
  progress.written = Math.min(progress.written, index)
  progress.applied = Math.min(progress.applied, index)
  probeFrom(progress, Math.min(body.refused, index + 1))
  sendOrProbe(cx, progress)
}
