import type { PlaceId } from '../../plan/types.ts'
import type { SessionRecord } from '../sessions.ts'
import type { Context } from './context.ts'
import { lastWrite, machineOf, persist, resetLog } from './durable.ts'
import type { Snapshot } from './durable.ts'
import { commonEnd, lastIndex } from './log.ts'
import { copyOf } from './machine.ts'
import type { Cell } from './machine.ts'
import { bytesOf, cellBytes, KEY_BYTES, SESSION_BYTES } from './messages.ts'
import type { Copy, CopyAck } from './messages.ts'
import { noteProgress, sendOrProbe, stream } from './shipping.ts'
import type { Progress } from './state.ts'
import { countDiscarded } from './following.ts'

/** A full copy of the leader's data, for a replica whose log can't be continued (pg_basebackup). */

export function beginCopy(cx: Context, progress: Progress): void {
  const { machine, log, newcomers, preloaded } = cx.state
  const history = log.history.filter(({ from }) => from <= machine.applied)
  const cells = [...machine.cells.values()]
  const sessions = [...machine.sessions.values()]
  progress.mode = 'copy'
  progress.inflight.clear()
  const written = cells.reduce((sum, { key }) => (key < preloaded ? sum + 1 : sum), 0)
  progress.untouched = newcomers.has(progress.place) ? preloaded - written : 0
  progress.snapshot = { index: machine.applied, history, cells, sessions }
  progress.chunkOffset = 0
  cx.out.note({ kind: 'copy-sent' })
  sendChunk(cx, progress)
}

export function sendChunk({ state, out }: Context, progress: Progress): void {
  const { snapshot, chunkOffset: offset } = progress
  if (snapshot === null) return
  progress.isChunkOld = false
  const { index, history } = snapshot
  const { preloadedBytes, params } = state
  const { cells, untouched, sessions, next, isLast } = chunkOf(
    snapshot,
    progress.untouched,
    preloadedBytes,
    offset,
    params.copyChunkBytes,
  )
  const { epoch } = state
  out.send(progress.place, {
    kind: 'single-leader.copy',
    epoch,
    index,
    history,
    offset,
    next,
    isLast,
    cells,
    untouched,
    untouchedBytes: untouched * (KEY_BYTES + preloadedBytes),
    sessions,
  })
}

/**
 * Items from `offset` on, up to a number of bytes, but one at least: cells first, then values that a newcomer has to be given
 * although nobody has changed them since the run began, then sessions.
 */
function chunkOf(
  { cells, sessions }: Snapshot,
  untouched: number,
  preloadedBytes: number,
  offset: number,
  bytesMax: number,
): {
  cells: readonly Cell[]
  untouched: number
  sessions: readonly SessionRecord[]
  next: number
  isLast: boolean
} {
  const keys = cells.length + untouched
  const all = keys + sessions.length
  let next = offset
  for (let bytes = 0; next < all && bytes < bytesMax; next++) {
    if (next < cells.length) bytes += cellBytes(cells[next])
    else bytes += next < keys ? KEY_BYTES + preloadedBytes : SESSION_BYTES
  }
  const fromSession = Math.max(0, offset - keys)
  const within = (at: number): number => Math.min(Math.max(at - cells.length, 0), untouched)
  return {
    cells: cells.slice(offset, next),
    untouched: within(next) - within(offset),
    sessions: sessions.slice(fromSession, Math.max(fromSession, next - keys)),
    next,
    isLast: next === all,
  }
}

export function onCopyAck(cx: Context, progress: Progress, { index, next, isDone }: CopyAck): void {
  if (progress.snapshot?.index !== index) return
  if (isDone) {
    noteProgress(progress, { received: index, written: index, applied: index })
    stream(progress)
    sendOrProbe(cx, progress)
  } else if (next !== progress.chunkOffset) {
    progress.chunkOffset = next
    sendChunk(cx, progress)
  }
}

// The follower's side.

export function onCopy(cx: Context, from: PlaceId, body: Copy): void {
  const { state, out } = cx
  const { epoch, index, offset, next } = body
  const reply = (wanted: number, isDone: boolean) =>
    out.send(from, { kind: 'single-leader.copyAck', epoch, index, next: wanted, isDone }, lastWrite(cx))
  if (index <= state.matched && state.matched > 0) {
    reply(next, true)
    return
  }
  if (state.incoming?.index !== index || state.incoming.epoch !== epoch)
    state.incoming = { epoch, index, next: 0, cells: [], sessions: [] }
  const { incoming } = state
  const isNext = offset === incoming.next
  if (isNext) {
    incoming.next = next
    incoming.cells.push(...body.cells)
    if (state.isJoining) {
      out.note({ kind: 'streamed', count: body.cells.length + body.untouched })
      out.note({ kind: 'streamed-bytes', count: bytesOf(body) })
    }
    incoming.sessions.push(...body.sessions)
    if (body.isLast)
      install(cx, { index, history: body.history, cells: incoming.cells, sessions: incoming.sessions })
  }
  reply(incoming.next, isNext && body.isLast)
}

/** The copy takes the place of everything that was here. */
function install(cx: Context, snapshot: Snapshot): void {
  const { state, out } = cx
  const { log, preloaded } = state
  const { index } = snapshot
  countDiscarded(cx, commonEnd(log.history, lastIndex(log), snapshot.history, index) + 1)
  resetLog(log, snapshot)
  state.base = machineOf(snapshot, preloaded)
  state.machine = copyOf(state.base)
  for (const write of state.writing) write.lastIndex = index
  state.writtenIndex = index
  state.durableIndex = index
  state.matched = index
  state.dueIndex = index
  state.delayed.clear()
  state.freshMarks.clear()
  state.confirmedIndex = index
  state.acknowledgedIndex = Math.min(state.acknowledgedIndex, index)
  state.incoming = null
  state.isJoining = false
  persist(cx, { type: 'install', snapshot, preloaded })
  out.note({ kind: 'rebuilt' })
}
