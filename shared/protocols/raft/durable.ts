import { assert } from '../../base/assert.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { Outbox, WriteId } from '../contract.ts'
import { compact, lastIndex, truncate } from './log.ts'
import type { Entry, Log } from './log.ts'
import type { Message } from './messages.ts'
import type { Snapshot } from './snapshot.ts'
import type { State } from './state.ts'

/** What goes to disk. Term and vote are one record, so that no crash can part them. */
export type DurableRecord =
  | { readonly type: 'hard'; readonly term: number; readonly votedFor: PlaceId }
  /** Takes the place of whatever stood at `from` and after it. */
  | { readonly type: 'append'; readonly from: number; readonly entries: readonly Entry[] }
  /** A snapshot of one's own; the log before `offset` is no longer needed. */
  | { readonly type: 'compact'; readonly snapshot: Snapshot; readonly offset: number }
  /** A leader's snapshot: it replaces the log, or only the part that it covers where the rest agrees with it. */
  | { readonly type: 'install'; readonly snapshot: Snapshot; readonly keepsTail: boolean }

/** What a restart is given. */
export interface DurableImage {
  term: number
  votedFor: PlaceId
  snapshot: Snapshot | null
  readonly log: Log
}

export function absorb(durable: DurableImage | null, record: unknown): DurableImage {
  const log: Log = { offset: 0, offsetTerm: 0, entries: [] }
  const image: DurableImage = durable ?? { term: 0, votedFor: -1, snapshot: null, log }
  const change = record as DurableRecord
  switch (change.type) {
    case 'hard':
      image.term = change.term
      image.votedFor = change.votedFor
      break
    case 'append':
      assert(change.from <= lastIndex(image.log) + 1, () => `the disk's log has a gap before ${change.from}`)
      truncate(image.log, change.from)
      for (const entry of change.entries) image.log.entries.push(entry)
      break
    case 'compact':
      image.snapshot = change.snapshot
      compact(image.log, change.offset)
      break
    case 'install':
      image.snapshot = change.snapshot
      if (change.keepsTail) compact(image.log, change.snapshot.index)
      else resetLog(image.log, change.snapshot)
      break
  }
  return image
}

/** An empty log that begins after a snapshot. */
export function resetLog(log: Log, { index, term }: Snapshot): void {
  log.offset = index
  log.offsetTerm = term
  log.entries = []
}

export function persist(state: State, record: DurableRecord, out: Outbox<Message>): void {
  const writeId = state.nextWriteId++
  state.writing.push({ writeId, lastIndex: state.writtenIndex })
  out.persist(writeId, record)
}

/** Hands those entries to the disk that it was not given yet; returns them. */
export function persistEntries(state: State, out: Outbox<Message>): readonly Entry[] {
  const { log } = state
  const from = state.writtenIndex + 1
  const entries = log.entries.slice(from - log.offset - 1)
  if (entries.length === 0) return entries
  state.writtenIndex = lastIndex(log)
  persist(state, { type: 'append', from, entries }, out)
  return entries
}

export function persistHardState(state: State, out: Outbox<Message>): void {
  state.hardWriteId = state.nextWriteId
  persist(state, { type: 'hard', term: state.term, votedFor: state.votedFor }, out)
}

/** The write that must be durable before anything said now may be heard; undefined before the first. */
export function lastWrite(state: State): WriteId | undefined {
  return state.nextWriteId === 0 ? undefined : state.nextWriteId - 1
}

/** Entries from `index` on are no longer what is on its way to the disk, nor what is on it. */
export function forgetWritten(state: State, index: number): void {
  for (const write of state.writing) write.lastIndex = Math.min(write.lastIndex, index - 1)
  state.durableIndex = Math.min(state.durableIndex, index - 1)
  state.writtenIndex = Math.min(state.writtenIndex, index - 1)
}

/** Every record up to `writeId` would survive a crash. */
export function onDurable(state: State, writeId: WriteId): void {
  state.durableUpTo = writeId
  for (let write = state.writing.peek(); write !== undefined; write = state.writing.peek()) {
    if (write.writeId > writeId) return
    state.durableIndex = write.lastIndex
    state.writing.shift()
  }
}
