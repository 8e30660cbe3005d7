import type { Operations } from '../contract.ts'
import type { Chains } from './chains.ts'
import type { ReadsFrom } from './reads-from.ts'

/**
 * A step that session order and reads-from do not give: write `from` comes before write `to` of the same key, because
 * `read` had `from` in its past and yet returned `to`.
 */
export interface Derived {
  readonly from: number
  readonly to: number
  readonly read: number
}

/** Derived steps by their `to`, each list in the order of derivation; `index` is the step's own place in that order. */
export type DerivedSteps = ReadonlyMap<number, readonly (Derived & { readonly index: number })[]>

export interface PathStep {
  readonly from: number
  readonly to: number
  readonly kind: 'process' | 'reads-from' | 'derived'
  readonly derived: (Derived & { readonly index: number }) | null
}

/**
 * The way with the fewest operations from one row to another by session order, reads-from and those `derived` steps
 * whose index is below `before`; null if there is none. Breadth first and backwards; looks at every row once.
 */
export function pathBetween(
  ops: Operations,
  rf: ReadsFrom,
  chains: Chains,
  from: number,
  to: number,
  derived: DerivedSteps | null = null,
  before = Infinity,
): PathStep[] | null {
  const steps = new Map<number, PathStep | null>([[to, null]])
  // Rows of a process before this place were visited.
  const visited = new Map<number, number>()
  const queue = [to]
  const visit = (step: PathStep): void => {
    if (steps.has(step.from)) return
    steps.set(step.from, step)
    queue.push(step.from)
  }
  for (let at = 0; at < queue.length && !steps.has(from); at++) {
    const row = queue[at]
    if (rf.writer[row] >= 0) visit({ from: rf.writer[row], to: row, kind: 'reads-from', derived: null })
    for (const writer of rf.others.get(row) ?? [])
      visit({ from: writer, to: row, kind: 'reads-from', derived: null })
    for (const step of derived?.get(row) ?? [])
      if (step.index < before) visit({ from: step.from, to: row, kind: 'derived', derived: step })
    const process = ops.process[row]
    const place = chains.from[process] + chains.position[row] - 1
    const done = visited.get(process) ?? chains.from[process]
    for (let i = place - 1; i >= done; i--)
      visit({ from: chains.rows[i], to: row, kind: 'process', derived: null })
    visited.set(process, Math.max(place, done))
  }
  if (!steps.has(from)) return null
  const path: PathStep[] = []
  for (let step = steps.get(from); step; step = steps.get(step.to)) path.push(step)
  return path
}
