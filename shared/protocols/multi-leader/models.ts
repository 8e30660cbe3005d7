import { mix32 } from '../../base/hash.ts'
import { added, pnValue } from '../../datatypes/counters.ts'
import type { PnCounter, PnShare } from '../../datatypes/counters.ts'
import { applyDelta, holds, mergeDotted } from '../../clocks/dotted.ts'
import type { DottedDelta } from '../../clocks/dotted.ts'
import { assign, clear } from '../../datatypes/mv-register.ts'
import { elements } from '../../datatypes/or-set.ts'
import { revise, revisionId, winner } from '../../datatypes/revision-tree.ts'
import type { Revision } from '../../datatypes/revision-tree.ts'
import { equals, zeroVector } from '../../clocks/version-vectors.ts'
import type { Dot, Vector } from '../../clocks/version-vectors.ts'
import { PRELOADED } from '../contract.ts'
import type { Version } from '../contract.ts'
import type { Conflicts } from './config.ts'
import type { Cell, Delta, SetMember, Sibling, Stamp } from './events.ts'
import type { Rules } from './rules.ts'

/** A client's write or deletion, as the leader that took it numbers and stamps it. */
export interface Change {
  readonly dot: Dot
  readonly isDeletion: boolean
  readonly value: number
  readonly bytes: number
  readonly stamp: number
  /** How many leaders there are. */
  readonly leaders: number
}

/** What a read returns. `version.by` is a leader's number. */
export interface Reading {
  readonly value: number
  readonly siblings: readonly number[] | null
  readonly version: Version | null
}

/** What a key holds and how updates of it combine: one per value of the parameter `conflicts`. */
export interface DataModel<C, D> {
  /** What keys hold that were loaded before the run; null where they begin empty. */
  initial(): C | null
  /** The update that a change amounts to; null where it loses to what is there already, and nobody need hear of it. */
  change(cell: C | null, change: Change): D | null
  apply(cell: C | null, delta: D, leaders: number): C
  /** Of two whole states, each with everything that it has seen. */
  merge(a: C | null, seenByA: Vector, b: C | null, seenByB: Vector): C | null
  read(cell: C, showsAll: boolean): Reading
  /** Where the version that an update makes stands among those of its key; its dot says so where this is null. */
  versionAt(delta: D, showsAll: boolean): number | null
  isEmpty(cell: C): boolean
  /** Whether a reader finds something. */
  isLive(cell: C): boolean
  /** 32 bits for what a reader could see of the key; 0 for nothing. */
  hash(key: number, cell: C): number
  /** The updates whose effects are there and would conflict with one that has not seen them. */
  rivals(cell: C): readonly Dot[]
  /** Deletions that must be remembered until nobody can contradict them. */
  tombstones(cell: C): readonly Dot[]
  /** The cell without that deletion; null for nothing. */
  forget(cell: C, dot: Dot, isPreloaded: boolean): C | null
  stampOf(cell: C): number
  bytesOf(cell: C): number
}

export type Models = Readonly<Record<Conflicts, DataModel<Cell, Delta>>>

/** A version, a dot, a flag. */
const ENTRY_BYTES = 16
const NOTHING: Reading = { value: 0, siblings: null, version: null }

function hashEntry(key: number, at: number, by: number): number {
  const low = mix32(mix32(key ^ 0x2c1b3c6d) ^ (at | 0))
  return mix32(low ^ Math.imul(Math.floor(at / 4294967296) + 1, 0x297a2d39) ^ Math.imul(by + 1, 0x9e3779b1))
}

function hashEntries(key: number, entries: readonly Dot[]): number {
  let hash = 0
  for (const { at, by } of entries) hash ^= hashEntry(key, at, by)
  return hash
}

function lastWriterWins({ isNewer }: Rules): DataModel<Stamp, Stamp> {
  return {
    initial: () => ({ at: 0, by: 0, stamp: 0, value: PRELOADED, bytes: 0, isGone: false }),
    change: (cell, { dot, isDeletion, value, bytes, stamp }) => {
      const next = isDeletion
        ? { ...dot, stamp, value: 0, bytes: 0, isGone: true }
        : { ...dot, stamp, value, bytes, isGone: false }
      return cell !== null && !isNewer(next, cell) ? null : next
    },
    apply: (cell, delta) => (cell !== null && !isNewer(delta, cell) ? cell : delta),
    merge: (a, _seenByA, b) => {
      if (a === null || b === null) return a ?? b
      return isNewer(b, a) ? b : a
    },
    read: ({ stamp, by, value }) =>
      stamp < 0 ? NOTHING : { value, siblings: null, version: { at: stamp, by } },
    versionAt: ({ stamp }) => stamp,
    isEmpty: () => false,
    isLive: ({ isGone }) => !isGone,
    hash: (key, { stamp, by, isGone }) => (isGone ? 0 : hashEntry(key, stamp, by)),
    rivals: (cell) => (cell.stamp > 0 ? [cell] : []),
    tombstones: (cell) => (cell.isGone && cell.stamp > 0 ? [cell] : []),
    forget: (cell, { at, by }, isPreloaded) => {
      if (!cell.isGone || cell.at !== at || cell.by !== by) return cell
      return isPreloaded ? { at: 0, by: 0, stamp: -1, value: 0, bytes: 0, isGone: true } : null
    },
    stampOf: ({ stamp }) => stamp,
    bytesOf: ({ bytes }) => ENTRY_BYTES + bytes,
  }
}

/** What the models with dotted entries share. */
function dotted<E extends Dot & { readonly bytes: number }>({ survives }: Rules) {
  return {
    apply: (cell: readonly E[] | null, delta: DottedDelta<E>) => applyDelta(cell ?? [], delta),
    merge: (a: readonly E[] | null, seenByA: Vector, b: readonly E[] | null, seenByB: Vector) =>
      mergeDotted(a ?? [], seenByA, b ?? [], seenByB, survives),
    versionAt: () => null,
    isEmpty: (cell: readonly E[]) => cell.length === 0,
    isLive: (cell: readonly E[]) => cell.length > 0,
    hash: hashEntries,
    rivals: (cell: readonly E[]): readonly Dot[] => cell.filter(({ at }) => at > 0),
    tombstones: (): readonly Dot[] => [],
    forget: (cell: readonly E[]) => cell,
    stampOf: () => 0,
    bytesOf: (cell: readonly E[]) => cell.reduce((sum, { bytes }) => sum + ENTRY_BYTES + bytes, 0),
  }
}

/** Several values, sorted, where there are several; the read's own value is the least or the winner's. */
function several(values: readonly number[]): readonly number[] | null {
  return values.length < 2 ? null : [...values].sort((a, b) => a - b)
}

/**
 * Readers that are shown winners only see one order of versions, which is that of the winners: the depth and then the
 * revision id (32 bits), as one number. What was there before the run comes before all.
 */
function rankOf(leaf: Revision): number {
  return leaf.at === 0 ? 0 : leaf.depth * 4_294_967_296 + revisionId(leaf)
}

function revisionTree(rules: Rules): DataModel<readonly Revision[], DottedDelta<Revision>> {
  const { compareRevisions } = rules
  const live = (leaves: readonly Revision[]) => leaves.filter(({ isDeleted }) => !isDeleted)
  return {
    ...dotted<Revision>(rules),
    initial: () => [{ at: 0, by: 0, value: PRELOADED, bytes: 0, depth: 1, isDeleted: false }],
    change: (cell, { dot, isDeletion, value, bytes }) => {
      const content = isDeletion ? { value: 0, bytes: 0 } : { value, bytes }
      return revise(cell ?? [], { ...dot, ...content, isDeleted: isDeletion }, compareRevisions)
    },
    read: (cell, showsAll) => {
      const best = winner(cell, compareRevisions)
      if (best === null) return NOTHING
      const siblings = showsAll ? several(live(cell).map(({ value }) => value)) : null
      return { value: best.value, siblings, version: { at: showsAll ? best.at : rankOf(best), by: best.by } }
    },
    versionAt: ({ added: leaf }, showsAll) => (showsAll || leaf === null ? null : rankOf(leaf)),
    isLive: (cell) => live(cell).length > 0,
    hash: (key, cell) => hashEntries(key, live(cell)),
    tombstones: (cell) => cell.filter(({ isDeleted }) => isDeleted),
    forget: (cell, dot) => {
      const isIt = (leaf: Revision) => leaf.isDeleted && holds([dot], leaf)
      return cell.some(isIt) ? cell.filter((leaf) => !isIt(leaf)) : cell
    },
  }
}

function multiValue(rules: Rules): DataModel<readonly Sibling[], DottedDelta<Sibling>> {
  return {
    ...dotted<Sibling>(rules),
    initial: () => [{ at: 0, by: 0, value: PRELOADED, bytes: 0 }],
    change: (cell, { dot, isDeletion, value, bytes }) =>
      isDeletion ? clear(cell ?? []) : assign(cell ?? [], { ...dot, value, bytes }),
    read: (cell) => {
      if (cell.length === 0) return NOTHING
      const least = cell.reduce((a, b) => (b.value < a.value ? b : a))
      const siblings = several(cell.map(({ value }) => value))
      return { value: least.value, siblings, version: { at: least.at, by: least.by } }
    },
  }
}

function observedRemoveSet(rules: Rules): DataModel<readonly SetMember[], DottedDelta<SetMember>> {
  return {
    ...dotted<SetMember>(rules),
    initial: () => null,
    change: (cell, { dot, isDeletion, value, bytes }) =>
      isDeletion ? clear(cell ?? []) : rules.add(cell ?? [], { ...dot, element: value, bytes }),
    read: (cell) => {
      if (cell.length === 0) return NOTHING
      const members = elements(cell)
      const newest = cell.reduce((a, b) => (b.at > a.at ? b : a))
      const version = { at: newest.at, by: newest.by }
      return { value: members[0], siblings: members.length < 2 ? null : members, version }
    },
    // Additions and removals commute: there is nothing to disagree about.
    rivals: () => [],
  }
}

function counter({ withShare, mergePn }: Rules): DataModel<PnCounter, PnShare> {
  const zero = (leaders: number): PnCounter => ({ up: zeroVector(leaders), down: zeroVector(leaders) })
  return {
    initial: () => null,
    change: (cell, { dot, isDeletion, leaders }) => added(cell ?? zero(leaders), dot.by, isDeletion ? -1 : 1),
    apply: (cell, delta, leaders) => withShare(cell ?? zero(leaders), delta),
    merge: (a, _seenByA, b) => (a === null || b === null ? (a ?? b) : mergePn(a, b)),
    read: (cell) => ({ value: pnValue(cell), siblings: null, version: null }),
    versionAt: () => null,
    isEmpty: ({ up, down }) => equals(up, zeroVector(up.length)) && equals(down, zeroVector(down.length)),
    isLive: () => true,
    hash: (key, { up, down }) => {
      let hash = 0
      for (let by = 0; by < up.length; by++) {
        if (up[by] > 0) hash ^= hashEntry(key, up[by], by)
        if (down[by] > 0) hash ^= hashEntry(key, down[by], -2 - by)
      }
      return hash
    },
    rivals: () => [],
    tombstones: () => [],
    forget: (cell) => cell,
    stampOf: () => 0,
    bytesOf: ({ up }) => ENTRY_BYTES * up.length,
  }
}

export function createModels(rules: Rules): Models {
  return {
    'last-writer-wins': lastWriterWins(rules),
    'revision-tree': revisionTree(rules),
    siblings: multiValue(rules),
    counter: counter(rules),
    set: observedRemoveSet(rules),
  }
}
