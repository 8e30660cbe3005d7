import type { DottedDelta } from '../clocks/dotted.ts'
import type { Dot } from '../clocks/version-vectors.ts'

/**
 * A register that keeps concurrent values (Shapiro et al., INRIA 7506, 2011, section 3.2.2; Dynamo, section 4.4): an
 * assignment supersedes every value that its replica holds, and nothing else. Entries are those of `clocks/dotted.ts`.
 */

export function assign<E extends Dot>(entries: readonly E[], added: E): DottedDelta<E> {
  return { added, superseded: dotsOf(entries) }
}

/** Deletes: the register is empty unless somebody assigned to it meanwhile. */
export function clear<E extends Dot>(entries: readonly E[]): DottedDelta<E> {
  return { added: null, superseded: dotsOf(entries) }
}

export function dotsOf(entries: readonly Dot[]): readonly Dot[] {
  return entries.map(({ at, by }) => ({ at, by }))
}
