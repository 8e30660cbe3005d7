import { mix32 } from '../../base/hash.ts'
import type { Version, VersionVector } from '../contract.ts'
import { PRELOADED } from '../contract.ts'

/**
 * What one replica knows of one key, and how two such states merge: by timestamp (last writer wins), or by causality
 * with siblings. Cells are immutable, so stores, messages, hints and disk records share them.
 */

/** One of several concurrent values. Its dot (`at`, `by`) names the write that made it. */
export interface Sibling extends Version {
  readonly value: number
  readonly bytes: number
  /** Zero for a value; for a tombstone the coordinator's stamp of the deletion. */
  readonly goneAt: number
}

/**
 * One shape for both kinds of conflict handling, so that hot code sees one hidden class. With last-writer-wins
 * `siblings` and `context` are null. With siblings the first fields describe a representative: the sibling with the
 * smallest value among those that are not tombstones.
 */
export interface Cell extends Sibling {
  readonly key: number
  /** Sorted by dot; at most one per session, since a session's later write supersedes its earlier ones. */
  readonly siblings: readonly Sibling[] | null
  /** Every write that these siblings include or supersede. */
  readonly context: VersionVector | null
}

/** `Cell.at` of a preloaded key whose tombstone was collected: older than the value that was loaded before the run. */
export const COLLECTED_AT = -1

export function makeCell(
  key: number,
  at: number,
  by: number,
  value: number,
  bytes: number,
  goneAt: number,
  siblings: readonly Sibling[] | null,
  context: VersionVector | null,
): Cell {
  return { key, at, by, value, bytes, goneAt, siblings, context }
}

/** What a key below the preloaded bound holds before its first write; nobody stores it. */
export function preloadedCell(key: number, bytes: number): Cell {
  return makeCell(key, 0, 0, PRELOADED, bytes, 0, null, null)
}

/** Marks a preloaded key as deleted and forgotten. */
export function collectedCell(key: number): Cell {
  return makeCell(key, COLLECTED_AT, 0, 0, 0, 0, null, null)
}

export function isOlder(a: Version, b: Version): boolean {
  return a.at < b.at || (a.at === b.at && a.by < b.by)
}

export function isSame(a: Version, b: Version): boolean {
  return a.at === b.at && a.by === b.by
}

/** The highest counter of an actor in a vector; 0 where it has none. */
export function counterOf(vector: VersionVector, actor: number): number {
  let low = 0
  let high = vector.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (vector[middle][0] < actor) low = middle + 1
    else high = middle
  }
  return low < vector.length && vector[low][0] === actor ? vector[low][1] : 0
}

/** Whether `a` has every event of `b`. */
export function includes(a: VersionVector, b: VersionVector): boolean {
  let at = 0
  for (let i = 0; i < b.length; i++) {
    const actor = b[i][0]
    while (at < a.length && a[at][0] < actor) at++
    if (at === a.length || a[at][0] !== actor || a[at][1] < b[i][1]) return false
  }
  return true
}

/** The pointwise maximum: the least vector that has the events of both. */
export function join(a: VersionVector, b: VersionVector): VersionVector {
  const joined: (readonly [number, number])[] = []
  let i = 0
  let j = 0
  while (i < a.length && j < b.length) {
    if (a[i][0] < b[j][0]) joined.push(a[i++])
    else if (a[i][0] > b[j][0]) joined.push(b[j++])
    else {
      joined.push(a[i][1] >= b[j][1] ? a[i] : b[j])
      i++
      j++
    }
  }
  while (i < a.length) joined.push(a[i++])
  while (j < b.length) joined.push(b[j++])
  return joined
}

/** Whether a replica that holds `a` has nothing to learn from `b`. Nothing at all covers what is not there. */
export function covers(a: Cell | null, b: Cell | null): boolean {
  if (b === null) return true
  if (a === null) return b.at < 0
  if (b.context === null) return a.context !== null || !isOlder(a, b)
  return a.context !== null && includes(a.context, b.context)
}

/** The state after both. Returns `a` itself where it covers `b`. */
export function merge(a: Cell, b: Cell): Cell {
  if (covers(a, b)) return a
  if (a.context === null || b.context === null || includes(b.context, a.context)) return b
  const siblings: Sibling[] = []
  keepUncovered(a, b, siblings)
  keepUncovered(b, a, siblings)
  siblings.sort((x, y) => x.by - y.by || x.at - y.at)
  return cellOf(a.key, siblings, join(a.context, b.context))
}

/** `merge` where either side may know nothing of the key. */
export function mergeReplies(a: Cell | null, b: Cell | null): Cell | null {
  if (a === null) return b
  return b === null ? a : merge(a, b)
}

/** Adds those siblings of `cell` that `other` doesn't supersede; those that both hold come from the first call only. */
function keepUncovered(cell: Cell, other: Cell, into: Sibling[]): void {
  const siblings = cell.siblings as readonly Sibling[]
  for (let i = 0; i < siblings.length; i++) {
    const { at, by } = siblings[i]
    if (holds(into, at, by)) continue
    const superseded = counterOf(other.context as VersionVector, by) >= at
    if (!superseded || holds(other.siblings as readonly Sibling[], at, by)) into.push(siblings[i])
  }
}

function holds(siblings: readonly Sibling[], at: number, by: number): boolean {
  for (let i = 0; i < siblings.length; i++) if (siblings[i].at === at && siblings[i].by === by) return true
  return false
}

/** A cell from its siblings: picks the representative, and is a tombstone only where every sibling is. */
export function cellOf(key: number, siblings: readonly Sibling[], context: VersionVector): Cell {
  let chosen = siblings[0]
  let bytes = 0
  let goneAt = 0
  for (let i = 0; i < siblings.length; i++) {
    const sibling = siblings[i]
    bytes += sibling.bytes
    goneAt = Math.max(goneAt, sibling.goneAt)
    if (sibling.goneAt > 0) continue
    if (chosen.goneAt > 0 || sibling.value < chosen.value) chosen = sibling
  }
  const { at, by, value } = chosen
  return makeCell(key, at, by, value, bytes, chosen.goneAt > 0 ? goneAt : 0, siblings, context)
}

/** The values that a read returns: several, sorted, where concurrent ones survive; null where there is one or none. */
export function siblingValues(cell: Cell | null): readonly number[] | null {
  if (cell === null || cell.siblings === null || cell.siblings.length < 2) return null
  const values: number[] = []
  for (const sibling of cell.siblings) if (sibling.goneAt === 0) values.push(sibling.value)
  return values.length < 2 ? null : values.sort((a, b) => a - b)
}

/** A dot and its past, made by a session: what it had read (`past`) and everything the session wrote before. */
export function dottedWrite(
  key: number,
  past: VersionVector | null,
  at: number,
  by: number,
  value: number,
  bytes: number,
  goneAt: number,
): Cell {
  const dot: VersionVector = [[by, at]]
  const sibling: Sibling = { at, by, value, bytes, goneAt }
  return makeCell(key, at, by, value, bytes, goneAt, [sibling], past === null ? dot : join(past, dot))
}

/**
 * 32 bits that stand for a cell in digests and hash trees. Values loaded before the run count as nothing, because
 * most replicas hold them without storing them. With siblings the dots say it all: equal maximal events have equal pasts.
 */
export function hashOf(cell: Cell): number {
  if (cell.at === 0) return 0
  if (cell.siblings === null) return hashDot(cell.key, cell)
  let hash = 0
  for (let i = 0; i < cell.siblings.length; i++) hash ^= hashDot(cell.key, cell.siblings[i])
  return hash
}

function hashDot(key: number, dot: Version): number {
  const low = mix32(mix32(key ^ 0x9e3779b9) ^ (dot.at | 0))
  return mix32(
    low ^ Math.imul(Math.floor(dot.at / 4294967296) + 1, 0x85ebca6b) ^ Math.imul(dot.by, 0xc2b2ae35),
  )
}
