import type { ChangeSpec } from '../../shared/topology/types.ts'
import { setValue } from './edits-settings.ts'
import type { ChangeFile, TopologyFile } from './file.ts'

/**
 * Edits of the changes of a file, replicas that join and leave during a run, named by their index in it. Each returns the
 * same object where nothing changes.
 */

export type ChangeKind = ChangeSpec['kind']

/** The changes with their indices kept; null where the file, which may be half typed, has something else. */
export function changesOf(file: TopologyFile): readonly (ChangeFile | null)[] {
  const changes: unknown = file.changes
  return Array.isArray(changes) ? changes.map((change: unknown) => (isChange(change) ? change : null)) : []
}

function isChange(value: unknown): value is ChangeFile {
  if (typeof value !== 'object' || value === null) return false
  const { atMs, kind, replica } = value as Readonly<Record<string, unknown>>
  return typeof atMs === 'number' && (kind === 'join' || kind === 'leave') && typeof replica === 'string'
}

export function changeAt(file: TopologyFile, index: number): ChangeFile | null {
  return changesOf(file)[index] ?? null
}

/** Adds a change at the end of the list: its index is what the list was long before. */
export function addChange(file: TopologyFile, change: ChangeFile): TopologyFile {
  return setValue(file, ['changes'], [...(file.changes ?? []), change])
}

/** Removes a change; with the last one the whole list goes. */
export function removeChange(file: TopologyFile, index: number): TopologyFile {
  const changes = file.changes ?? []
  if (!(index in changes)) return file
  const left = changes.toSpliced(index, 1)
  return setValue(file, ['changes'], left.length === 0 ? undefined : left)
}

export function setChangeTime(file: TopologyFile, index: number, atMs: number): TopologyFile {
  return changeAt(file, index) === null ? file : setValue(file, ['changes', index, 'atMs'], atMs)
}

/**
 * A change of a kind at an instant, of the first replica among `places` or, where none is named, of the last one for which
 * it makes sense: who joins must not be there, and who leaves must be.
 */
export function newChange(
  file: TopologyFile,
  kind: ChangeKind,
  atMs: number,
  places: readonly string[] = [],
): ChangeFile | null {
  const ids = file.replicas.map(({ id }) => id)
  const fitting = ids.filter((id) => fits(file, id, kind, atMs))
  const replica = places.find((place) => ids.includes(place)) ?? fitting.at(-1) ?? ids.at(-1)
  return replica === undefined ? null : { atMs, kind, replica }
}

/** Who joins has no change yet, for then it is there from the beginning, or has left; who leaves is there. */
function fits(file: TopologyFile, replica: string, kind: ChangeKind, atMs: number): boolean {
  const isPresent = isThere(file, replica, atMs)
  if (kind === 'leave') return isPresent
  return !isPresent || changesOf(file).every((change) => change?.replica !== replica)
}

/** When a replica is there, and the changes that say so. */
export interface Presence {
  readonly replica: string
  readonly marks: readonly { readonly index: number; readonly kind: ChangeKind; readonly atMs: number }[]
  /** Stretches of time in which it is there, in their order. */
  readonly spans: readonly { readonly fromMs: number; readonly toMs: number }[]
}

/** A replica is there from the beginning unless the first of its changes is to join. */
export function presenceOf(file: TopologyFile, replica: string, endMs: number): Presence {
  const marks = changesOf(file)
    .flatMap((change, index) => (change?.replica === replica ? [{ ...change, index }] : []))
    .sort((a, b) => a.atMs - b.atMs || a.index - b.index)
    .map(({ index, kind, atMs }) => ({ index, kind, atMs }))
  const spans: { fromMs: number; toMs: number }[] = []
  let fromMs = marks[0]?.kind === 'join' ? null : 0
  for (const { kind, atMs } of marks) {
    if (kind === 'join') fromMs ??= atMs
    else if (fromMs !== null) {
      spans.push({ fromMs, toMs: atMs })
      fromMs = null
    }
  }
  if (fromMs !== null) spans.push({ fromMs, toMs: Math.max(fromMs, endMs) })
  return { replica, marks, spans }
}

/** Of every replica that has changes, in the order of the file; names that no replica bears come last. */
export function presences(file: TopologyFile, endMs: number): Presence[] {
  const named = new Set(changesOf(file).flatMap((change) => (change === null ? [] : [change.replica])))
  const known = file.replicas.map(({ id }) => id).filter((id) => named.delete(id))
  return [...known, ...named].map((replica) => presenceOf(file, replica, endMs))
}

/** Whether a replica is there at an instant. */
export function isThere(file: TopologyFile, replica: string, atMs: number): boolean {
  return presenceOf(file, replica, Infinity).spans.some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)
}
