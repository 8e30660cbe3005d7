import { assert } from '../../base/assert.ts'
import { mix32 } from '../../base/hash.ts'
import type { Operation } from '../contract.ts'
import { PRELOADED } from '../contract.ts'
import { remember } from '../sessions.ts'
import type { Txn } from './log.ts'
import type { SessionRecord } from './sessions.ts'
import { counterOf, epochOf, textOf } from './zxid.ts'
import type { Zxid } from './zxid.ts'

/** A key as its last change left it: a data node without children. Value 0 is a deletion, whose version reads report. */
export interface Cell {
  readonly key: number
  readonly value: number
  /** Number of changes so far. */
  readonly version: number
  /** The change that made it: ZooKeeper's mzxid. */
  readonly at: Zxid
  readonly bytes: number
}

/** The replicated data: what a replica has made of the transactions up to number `applied`, which is `zxid`. */
export interface Store {
  readonly cells: Map<number, Cell>
  readonly sessions: Map<number, SessionRecord>
  readonly preloaded: number
  readonly sessionsMax: number
  applied: number
  zxid: Zxid
  /** Greatest key that was ever written or loaded: where scans end. */
  lastKey: number
  digest: number
}

export function emptyStore(preloaded: number, sessionsMax: number): Store {
  const lastKey = preloaded - 1
  const store = { preloaded, sessionsMax, applied: 0, zxid: 0, lastKey, digest: 0 }
  return { ...store, cells: new Map(), sessions: new Map() }
}

/** Applies the next transaction; returns what its session is told. */
export function apply(store: Store, txn: Txn): SessionRecord {
  const { zxid, type, key, value, version, bytes, isCas, process, sequence } = txn
  const known = store.sessions.get(process)
  assert(known === undefined || known.sequence < sequence, () => `session ${process} did ${sequence} twice`)
  store.applied++
  store.zxid = zxid
  if (type === 'set') {
    const before = versionOf(store, key)
    assert(
      version === before + 1,
      () => `transaction ${textOf(zxid)} makes version ${version} of key ${key} out of version ${before}`,
    )
    put(store, { key, value, version, at: zxid, bytes })
  }
  const record: SessionRecord = {
    process,
    sequence,
    value: isCas && type === 'set' ? 1 : 0,
    changed: type === 'set',
    at: zxid,
  }
  remember(store.sessions, record, store.sessionsMax)
  return record
}

export function put(store: Store, cell: Cell): void {
  const old = store.cells.get(cell.key)
  store.digest ^= hashOf(cell) ^ (old === undefined ? 0 : hashOf(old))
  store.cells.set(cell.key, cell)
  if (cell.key > store.lastKey) store.lastKey = cell.key
}

export function valueOf(store: Store, key: number): number {
  const cell = store.cells.get(key)
  return cell !== undefined ? cell.value : key < store.preloaded ? PRELOADED : 0
}

export function versionOf(store: Store, key: number): number {
  return store.cells.get(key)?.version ?? 0
}

/** Rows of a scan: existing keys from `op.key` upwards, `op.count` at most. */
export function rowsOf(store: Store, op: Operation): number {
  let rows = 0
  for (let key = op.key; key <= store.lastKey && rows < op.count; key++) if (valueOf(store, key) > 0) rows++
  return rows
}

/** Xor of these makes a digest that does not depend on the order of arrival. */
export function hashOf({ key, value, version, at }: Cell): number {
  const where = mix32(mix32(epochOf(at) ^ 0x9e3779b9) ^ (counterOf(at) | 0))
  return mix32(mix32(mix32(where ^ key) ^ version) ^ value)
}
