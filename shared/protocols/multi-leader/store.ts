import { Deque } from '../../base/deque.ts'
import { mix32 } from '../../base/hash.ts'
import type { Dot, Vector } from '../../clocks/version-vectors.ts'
import type { Cell, Delta } from './events.ts'
import type { DataModel } from './models.ts'

type Model = DataModel<Cell, Delta>

export interface Tombstone extends Dot {
  readonly key: number
}

/** One leader's copy. Keys below `preloaded` hold a value that takes no memory until it changes. */
export interface Store {
  readonly cells: Map<number, Cell>
  readonly preloaded: number
  keyMax: number
  digest: number
  /** Updates taken in since boot. */
  applied: number
  lastKey: number
  /** What the last update taken in depended on. */
  lastPast: Vector | null
  /** Deletions to forget some time, in the order of their arrival. */
  readonly tombstones: Deque<Tombstone>
}

/** Dead entries that the queue of tombstones may hold before it is made anew. */
const TOMBSTONES_SLACK = 1_024

export function emptyStore(preloaded: number, model: Model): Store {
  return {
    cells: new Map(),
    preloaded: model.initial() === null ? 0 : preloaded,
    keyMax: preloaded - 1,
    digest: 0,
    applied: 0,
    lastKey: -1,
    lastPast: null,
    tombstones: new Deque(),
  }
}

export function lookUp(store: Store, model: Model, key: number): Cell | null {
  return store.cells.get(key) ?? (key < store.preloaded ? model.initial() : null)
}

/** Sets a key; what is empty needs no memory, unless its absence would mean the preloaded value. */
export function put(store: Store, model: Model, key: number, cell: Cell | null): void {
  const old = store.cells.get(key)
  if (old !== undefined) store.digest ^= hashOf(store, model, key, old)
  if (cell === null || (model.isEmpty(cell) && key >= store.preloaded)) {
    store.cells.delete(key)
    return
  }
  store.cells.set(key, cell)
  store.digest ^= hashOf(store, model, key, cell)
  if (key > store.keyMax) store.keyMax = key
}

/** `put`, with a note of the deletions that the cell is to forget some time. */
export function restore(store: Store, model: Model, key: number, cell: Cell): void {
  put(store, model, key, cell)
  for (const { at, by } of model.tombstones(cell)) store.tombstones.push({ key, at, by })
}

/** Makes the queue of tombstones anew where most of it is about deletions that were overwritten. */
export function trimTombstones(store: Store, model: Model): void {
  const { tombstones, cells } = store
  if (tombstones.length <= 2 * cells.size + TOMBSTONES_SLACK) return
  tombstones.clear()
  for (const key of [...cells.keys()].sort((a, b) => a - b)) {
    for (const { at, by } of model.tombstones(cells.get(key) as Cell)) tombstones.push({ key, at, by })
  }
}

/** What a reader could see counts, and nothing else: a preloaded key that is gone, but not how it went. */
export function hashOf(store: Store, model: Model, key: number, cell: Cell): number {
  const hash = model.hash(key, cell)
  return hash === 0 && key < store.preloaded ? mix32(key ^ 0x7ed55d16) : hash
}

/** Up to `count` keys from `key` upwards that have a value. */
export function scan(store: Store, model: Model, key: number, count: number): number {
  let rows = 0
  for (let at = key; at <= store.keyMax && rows < count; at++) {
    const cell = lookUp(store, model, at)
    if (cell !== null && model.isLive(cell)) rows++
  }
  return rows
}
