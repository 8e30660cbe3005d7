import { compareDots, covers } from './version-vectors.ts'
import type { Dot, Vector } from './version-vectors.ts'

/**
 * What multi-value registers, sets and revision trees have in common: entries that bear the dots of the events that
 * made them, and a vector of all events seen. An event that was seen and whose entry is not there was superseded, so
 * removals leave no tombstones (Bieniusa et al., "An optimized conflict-free replicated set", 2012; Almeida, Shoker,
 * Baquero, "Delta state replicated data types", 2018, the causal datatypes). The vector is not kept here: one of the
 * replica's own may serve all its keys.
 */

/** What one event does: supersedes entries that its author saw, and may add one that bears its dot. */
export interface DottedDelta<E extends Dot> {
  readonly added: E | null
  readonly superseded: readonly Dot[]
}

/** Keeps an entry of one side, given what the other side holds and has seen. */
export type Survives = (entry: Dot, others: readonly Dot[], othersSeen: Vector) => boolean

/** An entry stays if the other side holds it too, or has never seen it. */
export const survives: Survives = (entry, others, othersSeen) =>
  !covers(othersSeen, entry) || holds(others, entry)

export function holds(entries: readonly Dot[], { at, by }: Dot): boolean {
  for (let i = 0; i < entries.length; i++) if (entries[i].at === at && entries[i].by === by) return true
  return false
}

/** The entries after an event, which must come after all that its author had seen. Sorted by dots, as are all results here. */
export function applyDelta<E extends Dot>(entries: readonly E[], delta: DottedDelta<E>): readonly E[] {
  const { added, superseded } = delta
  const kept = entries.filter((entry) => !holds(superseded, entry))
  if (added === null || holds(kept, added)) return kept
  return [...kept, added].sort(compareDots)
}

/** The state after everything that either side has seen. */
export function mergeDotted<E extends Dot>(
  a: readonly E[],
  seenByA: Vector,
  b: readonly E[],
  seenByB: Vector,
  keeps: Survives = survives,
): readonly E[] {
  const merged = a.filter((entry) => keeps(entry, b, seenByB))
  for (const entry of b) if (!holds(a, entry) && keeps(entry, a, seenByA)) merged.push(entry)
  return merged.sort(compareDots)
}
