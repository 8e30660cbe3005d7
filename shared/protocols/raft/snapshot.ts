import type { Ns } from '../../base/time.ts'
import { put } from './machine.ts'
import type { Cell, Machine } from './machine.ts'
import { cellBytes, SESSION_BYTES } from './messages.ts'
import type { Configuration } from './quorum.ts'
import type { RangeState } from './range.ts'
import type { SessionRecord } from '../sessions.ts'
import { versionsOf } from './timestamps/versions.ts'

/** §7: the state at one index, in place of the log up to it. Never changed once made. */
export interface Snapshot {
  readonly index: number
  readonly term: number
  readonly configuration: Configuration
  readonly cells: readonly Cell[]
  readonly sessions: readonly SessionRecord[]
  /** The end of the oracle's last window; null where there is none. */
  readonly windowNs: Ns | null
  /** Of groups whose ranges may split. */
  readonly range?: Readonly<RangeState>
}

/** A snapshot on its way in. Chunks of two leaders are never mixed: each lists the cells in an order of its own. */
export interface IncomingSnapshot {
  readonly leaderTerm: number
  readonly index: number
  /** Cells and sessions received so far, counted together. */
  next: number
  readonly cells: Cell[]
  readonly sessions: SessionRecord[]
}

export function snapshotOf(machine: Machine, term: number, configuration: Configuration): Snapshot {
  const { applied: index, windowNs, range, isRanged } = machine
  const sessions = [...machine.sessions.values()]
  const snapshot = { index, term, configuration, cells: versionsOf(machine), sessions, windowNs }
  return isRanged ? { ...snapshot, range: { ...range } } : snapshot
}

/** Makes the machine what the snapshot says. */
export function restoreMachine(machine: Machine, snapshot: Snapshot): void {
  machine.cells.clear()
  machine.sessions.clear()
  machine.older.clear()
  machine.newestNs = 0
  machine.windowNs = snapshot.windowNs
  if (snapshot.range !== undefined) Object.assign(machine.range, snapshot.range)
  machine.digest = 0
  machine.lastKey = machine.preloaded - 1
  for (const cell of snapshot.cells) put(machine, cell)
  for (const record of snapshot.sessions) machine.sessions.set(record.process, record)
  machine.applied = snapshot.index
}

export function itemsOf({ cells, sessions }: Snapshot): number {
  return cells.length + sessions.length
}

export interface Chunk {
  readonly cells: readonly Cell[]
  readonly sessions: readonly SessionRecord[]
  readonly next: number
}

/** Items from `offset` on, up to a number of bytes, but one at least: cells first, then sessions. */
export function chunkOf({ cells, sessions }: Snapshot, offset: number, bytesMax: number): Chunk {
  let bytes = 0
  let next = offset
  const all = cells.length + sessions.length
  while (next < all && (bytes < bytesMax || next === offset)) {
    bytes += next < cells.length ? cellBytes(cells[next]) : SESSION_BYTES
    next++
  }
  const fromSession = Math.max(0, offset - cells.length)
  return {
    cells: cells.slice(offset, next),
    sessions: sessions.slice(fromSession, Math.max(fromSession, next - cells.length)),
    next,
  }
}
