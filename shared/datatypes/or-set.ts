import type { DottedDelta } from '../clocks/dotted.ts'
import { dotsOf } from './mv-register.ts'
import type { Dot } from '../clocks/version-vectors.ts'

/**
 * The observed-remove set (Shapiro et al., INRIA 7506, 2011, section 3.3.5; without tombstones: Bieniusa et al., 2012).
 * A removal takes away those additions that its replica has seen, so an addition that runs beside it wins. Entries are
 * those of `clocks/dotted.ts`.
 */
export interface SetEntry extends Dot {
  readonly element: number
}

/** Adds an element; the earlier additions of it that are known here have served their purpose. */
export function add<E extends SetEntry>(entries: readonly E[], added: E): DottedDelta<E> {
  return { added, superseded: dotsOf(entries.filter(({ element }) => element === added.element)) }
}

export function remove<E extends SetEntry>(entries: readonly E[], element: number): DottedDelta<E> {
  return { added: null, superseded: dotsOf(entries.filter((entry) => entry.element === element)) }
}

/** Ascending, each once: two replicas may have added the same element without knowing of one another. */
export function elements(entries: readonly SetEntry[]): number[] {
  return [...new Set(entries.map(({ element }) => element))].sort((a, b) => a - b)
}
