/**
 * Version vectors over a fixed group of actors, numbered from 0. Events of one actor are numbered from 1 and seen in
 * order, so its highest number says which of them are known.
 */
export type Vector = readonly number[]

/** One event: the `at`-th of actor `by`. */
export interface Dot {
  readonly at: number
  readonly by: number
}

export function zeroVector(actors: number): number[] {
  return new Array<number>(actors).fill(0)
}

export function covers(seen: Vector, dot: Dot): boolean {
  return seen[dot.by] >= dot.at
}

/** Whether `a` has every event of `b`. */
export function includes(a: Vector, b: Vector): boolean {
  for (let actor = 0; actor < b.length; actor++) if (b[actor] > a[actor]) return false
  return true
}

export function equals(a: Vector, b: Vector): boolean {
  for (let actor = 0; actor < b.length; actor++) if (b[actor] !== a[actor]) return false
  return true
}

/** The least vector that has the events of both: the pointwise maximum. */
export function join(a: Vector, b: Vector): number[] {
  return a.map((at, actor) => Math.max(at, b[actor]))
}

/** Adds to `target` what `source` has; true if that changed it. */
export function joinInto(target: number[], source: Vector): boolean {
  let isChanged = false
  for (let actor = 0; actor < source.length; actor++) {
    if (source[actor] <= target[actor]) continue
    target[actor] = source[actor]
    isChanged = true
  }
  return isChanged
}

/** Any total order of dots that is the same everywhere. */
export function compareDots(a: Dot, b: Dot): number {
  return a.by - b.by || a.at - b.at
}
