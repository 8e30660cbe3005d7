import type { Operations, Verdict } from '../contract.ts'
import { WORDS_MAX } from './arena.ts'
import { judgeCausal } from './causal.ts'
import { ordinalAt } from './chains.ts'
import { cycleEvidence, overwrittenEvidence } from './evidence.ts'
import type { CausalView } from './evidence.ts'
import { READS_NOTHING } from './reads-from.ts'
import type { Derived } from './path.ts'
import { STOP, schedule } from './schedule.ts'
import type { Blocked } from './schedule.ts'
import { violated } from './view.ts'

/**
 * Causal memory: each session can put the operations in its past into one order, in causal order, that explains all its
 * reads. Beyond causality, what a session's read of a write had before it comes before that write; this is repeated for
 * every session until nothing new follows (CyclicHB, WriteHBInitRead). O(p · rounds · n p) time.
 */
export function judgeMemory(ops: Operations, stepsMax: number): Verdict {
  const { view, verdict, pasts } = judgeCausal(ops, stepsMax)
  if (verdict.status === 'violated' || pasts === null) return verdict
  const tables = new Tables(view, stepsMax)
  if (tables.words > WORDS_MAX)
    return { status: 'undecided', reason: 'the clocks would take more than 1.5 GiB', figures: {} }
  for (let process = 0; process < ops.processCount; process++) {
    const found = new SessionOrder(view, process, tables).saturate()
    if (found !== null) return found
  }
  if (verdict.status === 'undecided') return verdict
  const several =
    view.rf.others.size > 0
      ? 'some reads returned several values at once, which one order of writes never gives'
      : view.rf.mismatches.size > 0
        ? 'a cas that observed a mismatch does not say what it saw'
        : null
  return several === null ? verdict : { status: 'undecided', reason: several, figures: {} }
}

const NONE: readonly number[] = []

/** Vector clocks of all processes and writes, and what is left of the steps; one set serves all sessions in turn. */
class Tables {
  steps: number
  /** By process: where its entry in a clock stands; −1 if it writes nothing. */
  readonly column: Int32Array
  readonly width: number
  /** By row, for writes: number of its clock. */
  readonly slot: Uint32Array
  readonly words: number
  /** A clock per process, then one per write. */
  readonly clocks: Uint32Array

  constructor({ ops, rf }: CausalView, steps: number) {
    this.steps = steps
    this.column = new Int32Array(ops.processCount).fill(-1)
    this.slot = new Uint32Array(ops.count)
    let width = 0
    let slots = ops.processCount
    for (let row = 0; row < ops.count; row++) {
      if (rf.writes[row] === 0) continue
      this.slot[row] = slots++
      if (this.column[ops.process[row]] === -1) this.column[ops.process[row]] = width++
    }
    this.width = width
    this.words = slots * width
    this.clocks = new Uint32Array(this.words > WORDS_MAX ? 0 : this.words)
  }

  /** Raises a clock to what the write knows, itself included. */
  join(clock: number, write: number, process: number, position: number): void {
    const { clocks, width } = this
    const to = clock * width
    const at = to + this.column[process]
    if (clocks[at] >= position) return
    const from = this.slot[write] * width
    for (let i = 0; i < width; i++) if (clocks[from + i] > clocks[to + i]) clocks[to + i] = clocks[from + i]
    this.steps -= width
  }

  reset(): void {
    this.clocks.fill(0, 0, this.column.length * this.width)
  }
}

/** What one session can tell about the order of the operations in its past. */
class SessionOrder {
  private readonly view: CausalView
  private readonly process: number
  private readonly tables: Tables
  /** How many rows of each process are in the session's past. */
  private readonly limits: Uint32Array
  /** By write: which writes of its key come before it, as ordinals per chain. */
  private readonly before = new Map<number, Uint32Array>()
  private readonly derived = new Map<number, (Derived & { index: number })[]>()
  private derivations = 0
  private reads = false

  constructor(view: CausalView, process: number, tables: Tables) {
    this.view = view
    this.process = process
    this.tables = tables
    this.limits = this.past()
  }

  /** Null if all the session's reads can be explained. */
  saturate(): Verdict | null {
    if (!this.reads) return null
    for (;;) {
      const known = this.derivations
      const found = this.pass()
      if (found !== null) return found
      if (this.derivations === known) return null
    }
  }

  private past(): Uint32Array {
    const { ops, rf, chains } = this.view
    const limits = new Uint32Array(ops.processCount)
    const open = [this.process]
    limits[this.process] = chains.from[this.process + 1] - chains.from[this.process]
    const done = new Uint32Array(ops.processCount)
    for (let p = open.pop(); p !== undefined; p = open.pop()) {
      for (; done[p] < limits[p]; done[p]++) {
        const row = chains.rows[chains.from[p] + done[p]]
        if (p === this.process && rf.writer[row] !== READS_NOTHING) this.reads = true
        for (const writer of [rf.writer[row], ...(rf.others.get(row) ?? [])]) {
          if (writer < 0 || chains.position[writer] <= limits[ops.process[writer]]) continue
          limits[ops.process[writer]] = chains.position[writer]
          open.push(ops.process[writer])
        }
      }
    }
    return limits
  }

  /** One pass in the order known so far; derives what the session's reads add to it. */
  private pass(): Verdict | null {
    const { ops, rf, chains } = this.view
    const { tables } = this
    const { width, column, clocks } = tables
    const taken = new Uint8Array(ops.count)
    let init: { newer: number; read: number } | null = null
    tables.reset()

    const needs = (row: number): number => {
      if (tables.steps-- < 0) return STOP
      if (rf.writer[row] >= 0 && taken[rf.writer[row]] === 0) return rf.writer[row]
      for (const other of rf.others.get(row) ?? []) if (taken[other] === 0) return other
      for (const write of this.predecessors(row)) if (taken[write] === 0) return write
      return -1
    }
    const take = (row: number): void => {
      taken[row] = 1
      const process = ops.process[row]
      const join = (write: number): void => {
        if (ops.process[write] !== process)
          tables.join(process, write, ops.process[write], chains.position[write])
      }
      if (rf.writer[row] >= 0) join(rf.writer[row])
      for (const other of rf.others.get(row) ?? []) join(other)
      for (const write of this.predecessors(row)) join(write)
      if (process === this.process && rf.writer[row] !== READS_NOTHING && !rf.others.has(row))
        init ??= this.derive(row)
      if (rf.writes[row] === 0) return
      const from = process * width
      clocks[from + column[process]] = chains.position[row]
      clocks.copyWithin(tables.slot[row] * width, from, from + width)
    }
    const cycle = schedule(ops, chains, needs, take, this.limits)
    if (cycle === 'stopped')
      return {
        status: 'undecided',
        reason: 'gave up: too many steps',
        figures: {},
      }
    if (cycle !== null) return this.told(cycle)
    return init === null ? null : this.toldInitial(init)
  }

  private predecessors(row: number): readonly number[] {
    const { ops, chains } = this.view
    const ordinals = this.before.get(row)
    if (ordinals === undefined) return NONE
    const first = chains.ofKey[ops.key[row]]
    const rows: number[] = []
    for (let i = 0; i < ordinals.length; i++)
      if (ordinals[i] > 0) rows.push(chains.writes[chains.writesFrom[first + i] + ordinals[i] - 1])
    return rows
  }

  /** What a read of the session says: all writes of the key before it come before the one it returned. */
  private derive(read: number): { newer: number; read: number } | null {
    const { ops, rf, chains } = this.view
    const { clocks, column, slot, width } = this.tables
    const first = chains.ofKey[ops.key[read]]
    const count = chains.ofKey[ops.key[read] + 1] - first
    const write = rf.writer[read]
    this.tables.steps -= count
    for (let i = 0; i < count; i++) {
      const owner = chains.process[first + i]
      const at = column[owner]
      const seen = owner === this.process ? chains.position[read] - 1 : clocks[this.process * width + at]
      const ordinal = seen === 0 ? 0 : ordinalAt(chains, first + i, seen)
      if (ordinal === 0) continue
      const newer = chains.writes[chains.writesFrom[first + i] + ordinal - 1]
      if (write < 0) return { newer, read }
      if (newer === write || (chains.chain[write] === first + i && ordinal < chains.ordinal[write])) continue
      if (clocks[slot[write] * width + at] >= chains.position[newer]) continue
      let ordinals = this.before.get(write)
      if (ordinals === undefined) this.before.set(write, (ordinals = new Uint32Array(count)))
      if (ordinals[i] >= ordinal) continue
      ordinals[i] = ordinal
      const steps = this.derived.get(write) ?? []
      steps.push({ from: newer, to: write, read, index: this.derivations++ })
      this.derived.set(write, steps)
    }
    return null
  }

  private told(cycle: readonly Blocked[]): Verdict {
    return violated(cycleEvidence(this.view, cycle, 'CyclicHB', this.derived), {})
  }

  private toldInitial({ newer, read }: { newer: number; read: number }): Verdict {
    const evidence = overwrittenEvidence(this.view, { write: -1, newer, read }, this.derived)
    return violated({ ...evidence, anomaly: 'WriteHBInitRead' }, {})
  }
}
