import { assert } from '../../base/assert.ts'
import type { WriteId } from '../contract.ts'
import type { Configuration } from './configuration.ts'
import type { Turn } from './state.ts'
import { apply, emptyStore, restore } from './store.ts'
import type { Snapshot, Store, Update } from './store.ts'

/** What a master has promised and accepted. */
export interface Acceptor {
  readonly promised: number
  readonly acceptedBallot: number
  readonly accepted: Configuration
}

/** What goes to disk. */
export type DurableRecord =
  /** The first of each life. */
  | { readonly type: 'life'; readonly life: number; readonly sessionsMax: number }
  | { readonly type: 'configuration'; readonly ballot: number; readonly configuration: Configuration }
  | ({ readonly type: 'acceptor' } & Acceptor)
  /** What follows the last update; and up to where updates were known to be committed. */
  | { readonly type: 'updates'; readonly updates: readonly Update[]; readonly committed: number }
  /** Everything after `last` goes. */
  | { readonly type: 'truncate'; readonly last: number }
  /** A state received: it replaces all there was. */
  | { readonly type: 'install'; readonly snapshot: Snapshot }

/** What a restart is given. */
export interface DurableImage {
  life: number
  ballot: number
  configuration: Configuration | null
  acceptor: Acceptor | null
  readonly store: Store
  /** What follows the store's last update. */
  updates: Update[]
}

export function absorb(durable: DurableImage | null, record: unknown): DurableImage {
  const image: DurableImage = durable ?? {
    life: 0,
    ballot: 0,
    configuration: null,
    acceptor: null,
    store: emptyStore(1),
    updates: [],
  }
  const change = record as DurableRecord
  const { store, updates } = image
  switch (change.type) {
    case 'life':
      image.life = change.life
      store.sessionsMax = change.sessionsMax
      break
    case 'configuration':
      image.ballot = change.ballot
      image.configuration = change.configuration
      break
    case 'acceptor': {
      const { promised, acceptedBallot, accepted } = change
      image.acceptor = { promised, acceptedBallot, accepted }
      break
    }
    case 'updates': {
      for (const update of change.updates) {
        assert(
          update.seq === store.committed + updates.length + 1,
          () => `the disk lacks what is before ${update.seq}`,
        )
        updates.push(update)
      }
      const count = Math.min(Math.max(0, change.committed - store.committed), updates.length)
      for (let i = 0; i < count; i++) apply(store, updates[i])
      updates.splice(0, count)
      break
    }
    case 'truncate':
      updates.splice(Math.max(0, change.last - store.committed))
      break
    case 'install':
      restore(store, change.snapshot)
      updates.length = 0
      break
  }
  return image
}

export function persist({ state, out }: Turn, record: DurableRecord): WriteId {
  const writeId = state.nextWriteId++
  state.writing.push({ writeId, last: state.writtenSeq })
  out.persist(writeId, record)
  return writeId
}

/** Hands those updates to the disk that it was not given yet, all in one record. */
export function persistUpdates(turn: Turn): void {
  const { state } = turn
  const { history, store } = state
  if (state.writtenSeq === history.last) return
  const updates: Update[] = []
  for (let seq = state.writtenSeq + 1; seq <= history.last; seq++)
    updates.push(history.updates.at(seq - history.base - 1))
  state.writtenSeq = history.last
  persist(turn, { type: 'updates', updates, committed: store.committed })
}

export function persistAcceptor(turn: Turn, acceptor: Acceptor): WriteId {
  turn.state.acceptor = acceptor
  return persist(turn, { type: 'acceptor', ...acceptor })
}

/** Every record up to `writeId` would survive a crash. */
export function onDurable({ state }: Turn, writeId: WriteId): void {
  state.durableUpTo = writeId
  for (let write = state.writing.peek(); write !== undefined; write = state.writing.peek()) {
    if (write.writeId > writeId) return
    state.durableSeq = write.last
    state.writing.shift()
  }
}

/** Updates after `last` are no longer what is on its way to the disk, nor what is on it. */
export function forgetWritten({ state }: Turn, last: number): void {
  for (const write of state.writing) write.last = Math.min(write.last, last)
  state.durableSeq = Math.min(state.durableSeq, last)
  state.writtenSeq = Math.min(state.writtenSeq, last)
}
