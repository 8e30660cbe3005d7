import { Deque } from '../../base/deque.ts'
import { NumberTable } from '../../base/number-table.ts'
import { collectedCell, hashOf, merge, preloadedCell } from './versions.ts'
import type { Cell } from './versions.ts'
import { addKey, emptyTree, leafOf, removeKey, updateTree } from './merkle.ts'
import type { MerkleTree } from './merkle.ts'

/** One member's copy of the shard. Keys below `preloaded` hold a value that takes no memory until it changes. */
export interface Store {
  readonly cells: NumberTable<Cell>
  readonly preloaded: number
  keyMax: number
  digest: number
  /** Cells adopted since boot. */
  applied: number
  lastKey: number
  /** Keys of tombstones in the order of arrival, and the stamp of each deletion. */
  readonly tombstoneKeys: Deque<number>
  readonly tombstoneStamps: Deque<number>
  /** null where anti-entropy is off. */
  readonly tree: MerkleTree | null
}

export function emptyStore(preloaded: number, withTree: boolean): Store {
  return {
    cells: new NumberTable(),
    preloaded,
    keyMax: preloaded - 1,
    digest: 0,
    applied: 0,
    lastKey: -1,
    tombstoneKeys: new Deque(),
    tombstoneStamps: new Deque(),
    tree: withTree ? emptyTree() : null,
  }
}

/** What the store knows of a key; `bytes` is the size of a value that it holds since before the run. */
export function lookUp(store: Store, key: number, bytes: number): Cell | null {
  const cell = store.cells.get(key)
  if (cell !== undefined) return cell
  return key < store.preloaded ? preloadedCell(key, bytes) : null
}

/** Merges a cell in. False where it brought nothing new. */
export function adopt(store: Store, cell: Cell): boolean {
  const { key } = cell
  const old = store.cells.get(key)
  if (old !== undefined) {
    const merged = merge(old, cell)
    if (merged === old) return false
    put(store, merged, hashOf(old))
  } else {
    // The value that a preloaded key holds without a cell, or nothing at all, is no older than such a cell.
    if (cell.at < 0 || (cell.at === 0 && key < store.preloaded)) return false
    put(store, cell, 0)
    if (store.tree !== null) addKey(store.tree, key)
  }
  store.applied++
  store.lastKey = key
  return true
}

/** Takes over what another copy keeps of a forgotten deletion; false where this one knows more. */
export function adoptMark(store: Store, mark: Cell): boolean {
  if (store.cells.has(mark.key)) return false
  restoreCell(store, mark)
  return true
}

/** Takes a cell back from the disk as it was. */
export function restoreCell(store: Store, cell: Cell): void {
  put(store, cell, 0)
  if (store.tree !== null) addKey(store.tree, cell.key)
}

function put(store: Store, cell: Cell, oldHash: number): void {
  const { key } = cell
  store.cells.set(key, cell)
  changed(store, key, oldHash ^ hashOf(cell))
  if (key > store.keyMax) store.keyMax = key
  if (cell.goneAt > 0) {
    store.tombstoneKeys.push(key)
    store.tombstoneStamps.push(cell.goneAt)
  }
}

function changed(store: Store, key: number, delta: number): void {
  store.digest ^= delta
  if (store.tree !== null) updateTree(store.tree, leafOf(key), delta)
}

/**
 * Forgets a deletion. A key that was preloaded keeps a mark in the tombstone's place, because the absence of a cell
 * would mean the preloaded value; the mark is older than every version, so whoever still has one brings it back.
 */
export function collect(store: Store, tombstone: Cell): void {
  const { key } = tombstone
  const mark = markOf(key, store.preloaded)
  changed(store, key, hashOf(tombstone) ^ (mark === null ? 0 : hashOf(mark)))
  if (mark !== null) {
    store.cells.set(key, mark)
    return
  }
  store.cells.delete(key)
  if (store.tree !== null) removeKey(store.tree, key)
}

/** What stays of a collected tombstone: null for nothing. */
export function markOf(key: number, preloaded: number): Cell | null {
  return key < preloaded ? collectedCell(key) : null
}

/** Up to `count` rows from `key` upwards, and the tombstones among them. */
export function scan(store: Store, key: number, count: number, bytes: number): Cell[] {
  const rows: Cell[] = []
  let live = 0
  for (let at = key; at <= store.keyMax && live < count; at++) {
    const cell = lookUp(store, at, bytes)
    if (cell === null) continue
    rows.push(cell)
    if (isLive(cell)) live++
  }
  return rows
}

/** Whether a reader finds a value here. */
export function isLive(cell: Cell): boolean {
  return cell.at >= 0 && cell.goneAt === 0
}
