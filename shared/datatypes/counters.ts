import { join } from '../clocks/version-vectors.ts'
import type { Vector } from '../clocks/version-vectors.ts'

/**
 * Counters (Shapiro et al., INRIA 7506, 2011, sections 3.1.1 to 3.1.3): every actor counts in a column of its own, which
 * only grows, so the greater of two numbers is the later one and merging takes the maximum. A counter that can go
 * down too is a pair of these.
 */
export type GCounter = Vector

export interface PnCounter {
  readonly up: GCounter
  readonly down: GCounter
}

/** What an actor's column says after its own operation: the delta that others need. Idempotent, unlike "one more". */
export interface PnShare {
  readonly by: number
  readonly up: number
  readonly down: number
}

/** The share of `by` after it has added `amount`, a whole number that may be negative. */
export function added({ up, down }: PnCounter, by: number, amount: number): PnShare {
  return { by, up: up[by] + Math.max(amount, 0), down: down[by] + Math.max(-amount, 0) }
}

export function withShare({ up, down }: PnCounter, { by, up: upOfBy, down: downOfBy }: PnShare): PnCounter {
  return {
    up: up.map((count, actor) => (actor === by ? Math.max(count, upOfBy) : count)),
    down: down.map((count, actor) => (actor === by ? Math.max(count, downOfBy) : count)),
  }
}

export function mergePn(a: PnCounter, b: PnCounter): PnCounter {
  return { up: join(a.up, b.up), down: join(a.down, b.down) }
}

export function gValue(counter: GCounter): number {
  return counter.reduce((sum, count) => sum + count, 0)
}

export function pnValue({ up, down }: PnCounter): number {
  return gValue(up) - gValue(down)
}
