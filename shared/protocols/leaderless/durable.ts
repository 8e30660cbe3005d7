import type { PlaceId } from '../../plan/types.ts'
import type { Outbox, WriteId } from '../contract.ts'
import type { Acceptor } from './acceptor.ts'
import type { Copied } from './intake-progress.ts'
import { merge } from './versions.ts'
import type { Cell } from './versions.ts'
import type { Message } from './messages.ts'
import type { State } from './state.ts'
import type { View } from './view.ts'

/** What goes to disk, one record per change. */
export type DurableRecord =
  | { readonly type: 'cell'; readonly cell: Cell }
  /** A tombstone was collected; `mark` takes its place, or nothing does. */
  | { readonly type: 'collect'; readonly key: number; readonly mark: Cell | null }
  | { readonly type: 'hint'; readonly owner: PlaceId; readonly cell: Cell; readonly storedAt: number }
  | { readonly type: 'unhint'; readonly owner: PlaceId; readonly keys: readonly number[] }
  | { readonly type: 'acceptor'; readonly acceptor: Acceptor }
  | { readonly type: 'boot' }
  /** Another view, under which this replica may begin or end to hold the shard: then it holds nothing. */
  | { readonly type: 'view'; readonly view: View; readonly isEmptied: boolean }
  /** How much a newcomer has copied. */
  | { readonly type: 'copied'; readonly copied: Copied }

/** What a restart is given: everything whose record had reached the disk. */
export interface DurableImage {
  cells: Map<number, Cell>
  readonly hints: Map<PlaceId, Map<number, { readonly cell: Cell; readonly storedAt: number }>>
  readonly acceptors: Map<number, Acceptor>
  boots: number
  /** null: the one it was first given. */
  view: View | null
  copied: Copied | null
}

export function absorb(durable: DurableImage | null, record: unknown): DurableImage {
  const image: DurableImage = durable ?? {
    cells: new Map(),
    hints: new Map(),
    acceptors: new Map(),
    boots: 0,
    view: null,
    copied: null,
  }
  const change = record as DurableRecord
  switch (change.type) {
    case 'cell': {
      const { cell } = change
      const old = image.cells.get(cell.key)
      image.cells.set(cell.key, old === undefined ? cell : merge(old, cell))
      break
    }
    case 'collect':
      if (change.mark === null) image.cells.delete(change.key)
      else image.cells.set(change.key, change.mark)
      break
    case 'hint': {
      let byKey = image.hints.get(change.owner)
      if (byKey === undefined) {
        byKey = new Map<number, { readonly cell: Cell; readonly storedAt: number }>()
        image.hints.set(change.owner, byKey)
      }
      byKey.set(change.cell.key, { cell: change.cell, storedAt: change.storedAt })
      break
    }
    case 'unhint': {
      const byKey = image.hints.get(change.owner)
      for (const key of change.keys) byKey?.delete(key)
      break
    }
    case 'acceptor':
      image.acceptors.set(change.acceptor.key, change.acceptor)
      break
    case 'boot':
      image.boots++
      break
    case 'view':
      image.view = change.view
      if (!change.isEmptied) break
      image.cells = new Map()
      image.copied = null
      break
    case 'copied':
      image.copied = change.copied
      break
  }
  return image
}

export function persist(state: State, record: DurableRecord, out: Outbox<Message>): WriteId {
  const writeId = state.nextWriteId++
  out.persist(writeId, record)
  return writeId
}

/**
 * The write that a confirmation given now waits for: the latest, which also covers a cell that was superseded by an
 * earlier one. undefined where replicas confirm from memory.
 */
export function confirmsAfter(state: State): WriteId | undefined {
  return state.confirmsFromDisk ? lastWrite(state) : undefined
}

/** Whatever this replica has written so far; undefined where that is nothing, as always at a client. */
export function lastWrite(state: State): WriteId | undefined {
  return state.nextWriteId > 0 ? state.nextWriteId - 1 : undefined
}
