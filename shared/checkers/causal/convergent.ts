import { groupedDigits } from '../../base/digits.ts'
import type { Operations, Verdict } from '../contract.ts'
import { WordArena } from './arena.ts'
import { judgeCausal } from './causal.ts'
import { cycleEvidence } from './evidence.ts'
import type { CausalView } from './evidence.ts'
import { pastsOf } from './pasts.ts'
import type { Pasts } from './pasts.ts'
import type { Derived } from './path.ts'
import { STOP, schedule } from './schedule.ts'
import { violated } from './view.ts'

/**
 * Which writes must come before a write of the same key in the one order on which all sessions agree, as ordinals per
 * chain: whatever a reader of the write had in its past.
 */
class Arbitration {
  private readonly arena = new WordArena()
  private readonly at: Float64Array
  private readonly view: CausalView
  private readonly row: Uint32Array

  constructor(view: CausalView) {
    this.view = view
    this.at = new Float64Array(view.ops.count).fill(-1)
    let widest = 0
    const { ofKey } = view.chains
    for (let key = 0; key < view.ops.keyCount; key++) widest = Math.max(widest, ofKey[key + 1] - ofKey[key])
    this.row = new Uint32Array(widest)
  }

  raise(write: number, ordinals: Uint32Array, pasts: Pasts): void {
    const { ops, chains } = this.view
    const first = chains.ofKey[ops.key[write]]
    const count = chains.ofKey[ops.key[write] + 1] - first
    const own = chains.chain[write] - first
    for (let i = 0; i < count; i++) {
      if (i === own || ordinals[i] <= this.ordinal(write, i)) continue
      if (this.at[write] >= 0) this.arena.set(this.at[write], i, ordinals[i])
      else if (ordinals[i] > pasts.ordinal(write, first + i)) {
        this.row.fill(0, 0, count)
        this.row[i] = ordinals[i]
        this.at[write] = this.arena.put(this.row, count)
      }
    }
  }

  /** Ordinal in the i-th chain of the write's key. */
  ordinal(write: number, i: number): number {
    return this.arena.get(this.at[write], i)
  }

  /** Whether reads put anything before the write that causality did not. */
  has(write: number): boolean {
    return this.at[write] >= 0
  }
}

/**
 * Causal convergence (causal+): causal consistency, and concurrent writes of a key are arbitrated alike for everybody.
 * For a read of `write` with another write of the key in its past, that one comes first in the arbitration; a
 * cycle of such steps with causality is CyclicCF. O(n p) time like the causal pass.
 */
export function judgeConvergent(ops: Operations, stepsMax: number): Verdict {
  let arbitration: Arbitration | null = null
  const { view, verdict, pasts } = judgeCausal(ops, stepsMax, (seen, row, ordinals, sofar) => {
    arbitration ??= new Arbitration(seen)
    const write = seen.rf.writer[row]
    if (write >= 0 && !seen.rf.others.has(row)) arbitration.raise(write, ordinals, sofar)
  })
  if (verdict.status === 'violated' || pasts === null) return verdict
  const { rf, chains } = view
  const arbiter = arbitration ?? new Arbitration(view)
  const taken = new Uint8Array(ops.count)
  let steps = 0
  const needs = (row: number): number => {
    if (++steps > stepsMax) return STOP
    if (rf.writer[row] >= 0 && taken[rf.writer[row]] === 0) return rf.writer[row]
    for (const other of rf.others.get(row) ?? []) if (taken[other] === 0) return other
    if (rf.writes[row] === 0 || !arbiter.has(row)) return -1
    const first = chains.ofKey[ops.key[row]]
    const count = chains.ofKey[ops.key[row] + 1] - first
    steps += count
    for (let i = 0; i < count; i++) {
      const ordinal = arbiter.ordinal(row, i)
      if (ordinal === 0) continue
      const write = chains.writes[chains.writesFrom[first + i] + ordinal - 1]
      if (taken[write] === 0) return write
    }
    return -1
  }
  const cycle = schedule(ops, chains, needs, (row) => {
    taken[row] = 1
  })
  if (cycle === 'stopped')
    return { status: 'undecided', reason: `gave up after ${groupedDigits(stepsMax)} steps`, figures: {} }
  if (cycle !== null) {
    const derived = reasonsOf(view, new Map(cycle.map(({ row, waitsFor }) => [row, waitsFor])), stepsMax)
    return violated(cycleEvidence(view, cycle, 'CyclicCF', derived), {})
  }
  if (verdict.status === 'undecided') return verdict
  const several =
    rf.others.size > 0
      ? 'some reads returned several values at once, which one agreed order of writes never gives'
      : rf.mismatches.size > 0
        ? 'a cas that observed a mismatch does not say what it saw, so the order of writes is not decided'
        : null
  return several === null ? verdict : { status: 'undecided', reason: several, figures: {} }
}

/** The reads that put `writes.get(to)` before `to`, found in a second pass, made only where there is a violation. */
function reasonsOf(
  view: CausalView,
  writes: ReadonlyMap<number, number>,
  stepsMax: number,
): Map<number, (Derived & { index: number })[]> {
  const { ops, rf, chains } = view
  const found = new Map<number, (Derived & { index: number })[]>()
  pastsOf(ops, rf, chains, stepsMax, (read, ordinals) => {
    const to = rf.writer[read]
    const from = writes.get(to)
    if (from === undefined || found.has(to) || rf.writes[from] === 0 || ops.key[from] !== ops.key[to]) return
    if (ordinals[chains.chain[from] - chains.ofKey[ops.key[to]]] < chains.ordinal[from]) return
    found.set(to, [{ from, to, read, index: 0 }])
  })
  return found
}
