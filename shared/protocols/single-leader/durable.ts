import { assert } from '../../base/assert.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { SessionRecord } from '../sessions.ts'
import type { Context } from './context.ts'
import { append, entryAt, forget, lastIndex, truncate } from './log.ts'
import type { Entry, Log, Switch } from './log.ts'
import { apply, emptyMachine, put } from './machine.ts'
import type { Cell, Machine } from './machine.ts'

/** A state of the data at one index, in place of the log up to it. Never changed once made. */
export interface Snapshot {
  readonly index: number
  readonly history: readonly Switch[]
  readonly cells: readonly Cell[]
  readonly sessions: readonly SessionRecord[]
}

export type DurableRecord =
  /** No leader of an earlier epoch is followed any more. */
  | { readonly type: 'promise'; readonly epoch: number }
  /** Takes the place of whatever stood at `from` and after it. */
  | {
      readonly type: 'append'
      readonly from: number
      readonly entries: readonly Entry[]
      readonly confirmed: number
    }
  /** The entries up to `offset` go into the base. */
  | {
      readonly type: 'forget'
      readonly offset: number
      readonly preloaded: number
      readonly sessionsMax: number
    }
  | { readonly type: 'install'; readonly snapshot: Snapshot; readonly preloaded: number }
  /** Those who hold the data, as their leader has it. */
  | { readonly type: 'members'; readonly members: readonly PlaceId[] }

/** What a restart is given: the data at the log's offset, and the log from there on. */
export interface DurableImage {
  promised: number
  confirmed: number
  base: Machine
  readonly log: Log
  /** null: the ones it was first given. */
  members: readonly PlaceId[] | null
  /** A full copy has come. */
  isCopied: boolean
}

export function absorb(durable: DurableImage | null, record: unknown): DurableImage {
  const change = record as DurableRecord
  const image: DurableImage = durable ?? {
    promised: 0,
    confirmed: 0,
    base: emptyMachine(0),
    log: { offset: 0, entries: [], history: [] },
    members: null,
    isCopied: false,
  }
  switch (change.type) {
    case 'promise':
      image.promised = change.epoch
      break
    case 'append':
      assert(change.from <= lastIndex(image.log) + 1, () => `the disk's log has a gap before ${change.from}`)
      truncate(image.log, change.from)
      for (const entry of change.entries) append(image.log, entry)
      image.confirmed = change.confirmed
      break
    case 'forget':
      advanceBase(image.base, image.log, change.offset, change.preloaded, change.sessionsMax)
      break
    case 'install':
      image.base = machineOf(change.snapshot, change.preloaded)
      resetLog(image.log, change.snapshot)
      image.isCopied = true
      break
    case 'members':
      image.members = change.members
      break
  }
  return image
}

/** Brings the base up to `offset` and forgets the entries that made it. */
export function advanceBase(
  base: Machine,
  log: Log,
  offset: number,
  preloaded: number,
  sessionsMax: number,
): void {
  while (base.applied < offset) {
    const index = base.applied + 1
    apply(base, index, entryAt(log, index), preloaded, sessionsMax)
  }
  forget(log, offset)
}

export function machineOf(snapshot: Snapshot, preloaded: number): Machine {
  const machine = emptyMachine(preloaded)
  for (const cell of snapshot.cells) put(machine, cell)
  for (const record of snapshot.sessions) machine.sessions.set(record.process, record)
  machine.applied = snapshot.index
  return machine
}

/** An empty log that goes on after a snapshot. */
export function resetLog(log: Log, { index, history }: Snapshot): void {
  log.offset = index
  log.entries = []
  log.history = history.slice()
}

export function persist({ state, out }: Context, record: DurableRecord): void {
  const writeId = state.nextWriteId++
  state.writing.push({ writeId, lastIndex: state.writtenIndex })
  out.persist(writeId, record)
}

/** The write that must be durable before what is said now may be heard; undefined before the first. */
export function lastWrite({ state }: Context): number | undefined {
  return state.nextWriteId === 0 ? undefined : state.nextWriteId - 1
}

/** Hands those entries to the disk that it was not given yet. */
export function persistEntries(cx: Context): void {
  const { state } = cx
  const { log } = state
  const from = state.writtenIndex + 1
  if (from > lastIndex(log)) return
  const entries = log.entries.slice(from - log.offset - 1)
  state.writtenIndex = lastIndex(log)
  persist(cx, { type: 'append', from, entries, confirmed: state.confirmedIndex })
}

/** Entries from `index` on are no longer what is on its way to the disk, nor what is on it. */
export function forgetWritten({ state }: Context, index: number): void {
  for (const write of state.writing) write.lastIndex = Math.min(write.lastIndex, index - 1)
  state.durableIndex = Math.min(state.durableIndex, index - 1)
  state.writtenIndex = Math.min(state.writtenIndex, index - 1)
}

/** Every record up to `writeId` would survive a crash. */
export function onDurable({ state }: Context, writeId: number): void {
  state.durableUpTo = writeId
  for (let write = state.writing.peek(); write !== undefined; write = state.writing.peek()) {
    if (write.writeId > writeId) return
    state.durableIndex = write.lastIndex
    state.writing.shift()
  }
}
