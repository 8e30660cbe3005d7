import type { Operations } from '../contract.ts'
import type { Chains } from './chains.ts'

/** A row that cannot go on because of another one that is blocked as well. */
export interface Blocked {
  readonly row: number
  readonly waitsFor: number
}

/** Answer of `needs` that ends the whole business. */
export const STOP = -2

/**
 * Takes the rows in an order that keeps every process's own and puts no row before those it needs: a topological sort
 * that follows the record as closely as it can. `needs(row)` names a row that must come first and was not taken
 * yet, or −1; it is asked again when that row has been taken. `limits[p]`, where given, is how many rows of process p
 * there are.
 *
 * Returns null when all are taken, 'stopped', or the cycle: each entry's `row` needs `waitsFor`, which is blocked by the next entry's `row`, itself
 * or an earlier one of its process; the last entry's `waitsFor` is blocked by the first's `row`.
 */
export function schedule(
  ops: Operations,
  chains: Chains,
  needs: (row: number) => number,
  take: (row: number) => void,
  limits: Uint32Array | null = null,
): Blocked[] | 'stopped' | null {
  const { from, rows } = chains
  const next = from.slice(0, ops.processCount)
  const waitingFor = new Int32Array(ops.processCount).fill(-1)
  const firstWaiter = new Int32Array(ops.count).fill(-1)
  const nextWaiter = new Int32Array(ops.processCount).fill(-1)
  const ready: number[] = []
  const endOf = (p: number): number => (limits === null ? from[p + 1] : from[p] + limits[p])
  let left = 0
  let stopped = false
  for (let p = 0; p < ops.processCount; p++) left += endOf(p) - from[p]

  /** Takes rows of a process up to `last`, as far as it gets, and of those that waited for them. */
  const advance = (process: number, last: number): void => {
    ready.push(process)
    for (let p = ready.pop(); p !== undefined; p = ready.pop()) {
      const end = endOf(p)
      while (next[p] < end && rows[next[p]] <= last) {
        const row = rows[next[p]]
        const needed = needs(row)
        if (needed === STOP) {
          stopped = true
          return
        }
        if (needed !== -1) {
          waitingFor[p] = needed
          nextWaiter[p] = firstWaiter[needed]
          firstWaiter[needed] = p
          break
        }
        take(row)
        left--
        next[p]++
        for (let waiter = firstWaiter[row]; waiter !== -1; waiter = nextWaiter[waiter]) {
          waitingFor[waiter] = -1
          ready.push(waiter)
        }
        firstWaiter[row] = -1
      }
    }
  }
  for (let row = 0; row < ops.count && left > 0 && !stopped; row++)
    if (chains.position[row] > 0 && waitingFor[ops.process[row]] === -1) advance(ops.process[row], row)
  if (stopped) return 'stopped'
  if (left === 0) return null

  const blockedBy = (process: number): Blocked => ({
    row: rows[next[process]],
    waitsFor: waitingFor[process],
  })
  const stuck = waitingFor.findIndex((row) => row !== -1)
  const path: Blocked[] = []
  const seenAt = new Map<number, number>()
  for (let process = stuck; ; process = ops.process[path[path.length - 1].waitsFor]) {
    const begin = seenAt.get(process)
    if (begin !== undefined) return path.slice(begin)
    seenAt.set(process, path.length)
    path.push(blockedBy(process))
  }
}
