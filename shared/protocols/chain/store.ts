import { mix32 } from '../../base/hash.ts'
import type { OpId } from '../contract.ts'
import { remember } from '../sessions.ts'

/** One update, as the head made it. Never changed, so replicas, messages and disks of one run share it. */
export interface Update {
  /** Its place in the history, from 1. */
  readonly seq: number
  /** The epoch in which a head made it. A number can be given twice, but only if the first one was never committed. */
  readonly epoch: number
  readonly f: 'write' | 'delete' | 'cas'
  readonly key: number
  /** 0 for a deletion. */
  readonly value: number
  readonly bytes: number
  /** false: a compare-and-swap that found something else. It changes nothing, and yet its answer has a place. */
  readonly isApplied: boolean
  readonly process: number
  readonly sequence: number
  readonly opId: OpId
}

/** A key's committed version. Value 0 is a deletion, whose version reads still report. */
export interface Cell {
  readonly key: number
  readonly value: number
  readonly bytes: number
  readonly seq: number
  readonly epoch: number
}

/** What a session's last committed command was told: a retry is told the same. */
export interface SessionRecord {
  readonly process: number
  readonly sequence: number
  readonly f: Update['f']
  readonly isApplied: boolean
  /** The update's number. */
  readonly at: number
  readonly epoch: number
}

/** What a replica has made of the updates up to `committed`. */
export interface Store {
  readonly cells: Map<number, Cell>
  readonly sessions: Map<number, SessionRecord>
  sessionsMax: number
  committed: number
  /** Greatest key that was ever written: where scans end. */
  lastKey: number
  digest: number
}

/** The committed state at one update. Never changed once made. */
export interface Snapshot {
  readonly seq: number
  readonly cells: readonly Cell[]
  readonly sessions: readonly SessionRecord[]
}

export function emptyStore(sessionsMax: number): Store {
  return { cells: new Map(), sessions: new Map(), sessionsMax, committed: 0, lastKey: -1, digest: 0 }
}

export function copyOf(store: Store): Store {
  return { ...store, cells: new Map(store.cells), sessions: new Map(store.sessions) }
}

/** Applies the next update. */
export function apply(store: Store, update: Update): void {
  store.committed = update.seq
  if (update.isApplied) put(store, cellOf(update))
  remember(store.sessions, recordOf(update), store.sessionsMax)
}

export function cellOf({ key, value, bytes, seq, epoch }: Update): Cell {
  return { key, value, bytes, seq, epoch }
}

export function recordOf({ process, sequence, f, isApplied, seq, epoch }: Update): SessionRecord {
  return { process, sequence, f, isApplied, at: seq, epoch }
}

function put(store: Store, cell: Cell): void {
  const old = store.cells.get(cell.key)
  store.digest ^= hashOf(cell) ^ (old === undefined ? 0 : hashOf(old))
  store.cells.set(cell.key, cell)
  if (cell.key > store.lastKey) store.lastKey = cell.key
}

export function snapshotOf({ committed, cells, sessions }: Store): Snapshot {
  return { seq: committed, cells: [...cells.values()], sessions: [...sessions.values()] }
}

/** Makes the store what the snapshot says. */
export function restore(store: Store, { seq, cells, sessions }: Snapshot): void {
  store.cells.clear()
  store.sessions.clear()
  store.lastKey = -1
  store.digest = 0
  for (const cell of cells) put(store, cell)
  for (const record of sessions) store.sessions.set(record.process, record)
  store.committed = seq
}

/** Xor of these makes a digest that does not depend on the order of arrival. */
export function hashOf({ key, value, seq, epoch }: Cell): number {
  return mix32(mix32(mix32(mix32(key ^ 0x9e3779b9) ^ (seq | 0)) ^ value) ^ epoch)
}
