import { cellBytes, SESSION_BYTES } from './messages.ts'
import type { SessionRecord } from './sessions.ts'
import { put } from './store.ts'
import type { Cell, Store } from './store.ts'
import type { Zxid } from './zxid.ts'

/** The data as of one transaction, in place of the log up to it. Never changed once made. */
export interface Snapshot {
  readonly index: number
  readonly zxid: Zxid
  readonly cells: readonly Cell[]
  readonly sessions: readonly SessionRecord[]
}

export function snapshotOf({ applied, zxid, cells, sessions }: Store): Snapshot {
  return { index: applied, zxid, cells: [...cells.values()], sessions: [...sessions.values()] }
}

/** Makes the store what the snapshot says. */
export function restore(store: Store, snapshot: Snapshot): void {
  store.cells.clear()
  store.sessions.clear()
  store.digest = 0
  store.lastKey = store.preloaded - 1
  for (const cell of snapshot.cells) put(store, cell)
  for (const record of snapshot.sessions) store.sessions.set(record.process, record)
  store.applied = snapshot.index
  store.zxid = snapshot.zxid
}

export interface Chunk {
  readonly cells: readonly Cell[]
  readonly sessions: readonly SessionRecord[]
}

/** The snapshot in pieces of about `bytesMax` bytes, one at least: cells first, then sessions. */
export function chunksOf({ cells, sessions }: Snapshot, bytesMax: number): Chunk[] {
  const chunks: Chunk[] = []
  let chunk: { cells: Cell[]; sessions: SessionRecord[] } = { cells: [], sessions: [] }
  let bytes = 0
  const makeRoom = (more: number) => {
    if (bytes > 0 && bytes + more > bytesMax) {
      chunks.push(chunk)
      chunk = { cells: [], sessions: [] }
      bytes = 0
    }
    bytes += more
  }
  for (const cell of cells) {
    makeRoom(cellBytes(cell))
    chunk.cells.push(cell)
  }
  for (const record of sessions) {
    makeRoom(SESSION_BYTES)
    chunk.sessions.push(record)
  }
  chunks.push(chunk)
  return chunks
}
