import type { EdgeKind, Operations } from '../contract.ts'
import { F } from '../linearizable/key-rows.ts'
import { INITIAL, sourcesOf } from './sources.ts'
import type { Slice, Sources } from './sources.ts'

/** Why one row must come before another; `because` is the read that says so, or -1. */
export interface Constraint {
  /** Constraints are numbered as they are drawn; -1 for the order of a process. */
  readonly id: number
  readonly from: number
  readonly to: number
  readonly kind: EdgeKind
  readonly because: number
}

export type Saturation =
  | { readonly status: 'unsuited' }
  | { readonly status: 'too-large' }
  | { readonly status: 'thin-air'; readonly read: number; readonly failed: number }
  | { readonly status: 'consistent'; readonly constraints: readonly Constraint[] }
  /** Each constraint leads to the next, the last to the first. `proof`: all rows that they rest on. */
  | { readonly status: 'cycle'; readonly cycle: readonly Constraint[]; readonly proof: readonly number[] }

/** Vector clocks take so many words at most: a gigabyte. */
const CLOCK_WORDS_MAX = 2 ** 28
const CYCLES_TRIED = 64

/**
 * What every sequential order of a history of registers must obey, if what was read was written once: the order of the
 * processes, writes before their reads, and, until nothing new follows, for a read r of w and another write v of the
 * same key: if v comes before r, then v before w; if w comes before v, then r before v. A cycle is a proof that there is
 * no sequential order. (The polynomial core of Gibbons and Korach's VSC-read; Zennou, Bouajjani, Enea and Erradi,
 * "Gradual Consistency Checking", CAV 2019, call it weak sequential consistency.) Vector clocks, one per operation, hold
 * what comes before, in O(operations × processes) words; an operation is looked at again when its clock has moved.
 */
export function mustPrecede(ops: Operations): Saturation {
  const outcome = sourcesOf(ops)
  if (outcome.status !== 'ok') return outcome
  if (ops.count * ops.processCount > CLOCK_WORDS_MAX) return { status: 'too-large' }
  return new Closure(ops, outcome.sources).run()
}

class Closure {
  readonly #ops: Operations
  readonly #sources: Sources
  readonly #constraints: Constraint[] = []
  readonly #out = new Map<number, number[]>()
  /** [row * processes + process]: how far into that process what comes before the row reaches. */
  readonly #clock: Int32Array
  /** Rows whose clock has moved since they were looked at, in a ring. */
  readonly #queue: Int32Array
  readonly #queued: Uint8Array
  #first = 0
  #length = 0

  constructor(ops: Operations, sources: Sources) {
    this.#ops = ops
    this.#sources = sources
    this.#clock = new Int32Array(ops.count * ops.processCount)
    this.#queue = new Int32Array(ops.count)
    this.#queued = new Uint8Array(ops.count)
  }

  run(): Saturation {
    const { source, relevant, slices, initialReads } = this.#sources
    for (let row = 0; row < this.#ops.count; row++)
      if (relevant[row] === 1 && source[row] !== INITIAL) this.#draw(source[row], row, 'reads-from', -1)
    // What was read before anything was written comes before every write.
    for (const [key, reads] of initialReads)
      for (const read of reads)
        for (const { rows } of slices.get(key) ?? []) this.#draw(read, rows[0], 'anti-dependency', read)
    if (!this.#enqueueInOrder()) return this.#proven(this.#stuckCycle())
    while (this.#length > 0) {
      const row = this.#queue[this.#first]
      this.#first = (this.#first + 1) % this.#queue.length
      this.#length--
      this.#queued[row] = 0
      const cycle = this.#ops.f[row] === F.read ? this.#lookAtRead(row) : this.#lookAtWrite(row)
      if (cycle !== null) return this.#proven(cycle)
      if (this.#sources.next[row] >= 0) this.#push(row, this.#sources.next[row])
      for (const id of this.#out.get(row) ?? []) this.#push(row, this.#constraints[id].to)
    }
    return { status: 'consistent', constraints: this.#constraints }
  }

  #draw(from: number, to: number, kind: EdgeKind, because: number): void {
    const id = this.#constraints.length
    this.#constraints.push({ id, from, to, kind, because })
    const out = this.#out.get(from)
    if (out === undefined) this.#out.set(from, [id])
    else out.push(id)
  }

  /** Draws a constraint that follows; the cycle that it closes, if it does. */
  #follow(from: number, to: number, kind: EdgeKind, because: number): Constraint[] | null {
    if (this.#isBefore(from, to)) return null
    const closes = this.#isBefore(to, from)
    this.#draw(from, to, kind, because)
    if (closes) {
      const id = this.#constraints.length - 1
      return [this.#constraints[id], ...(shortestPath(to, from, (row) => this.#leaving(row, id)) ?? [])]
    }
    this.#push(from, to)
    return null
  }

  /** Whether row a comes before row b, or is it, as far as the clocks know. */
  #isBefore(a: number, b: number): boolean {
    return this.#clock[b * this.#ops.processCount + this.#ops.process[a]] >= this.#sources.place[a]
  }

  /** Lets `to` know what comes before `from`. */
  #push(from: number, to: number): void {
    const { processCount } = this.#ops
    const a = from * processCount
    const b = to * processCount
    let moved = false
    for (let process = 0; process < processCount; process++) {
      if (this.#clock[a + process] <= this.#clock[b + process]) continue
      this.#clock[b + process] = this.#clock[a + process]
      moved = true
    }
    if (moved) this.#enqueue(to)
  }

  #enqueue(row: number): void {
    if (this.#queued[row] === 1) return
    this.#queued[row] = 1
    this.#queue[(this.#first + this.#length++) % this.#queue.length] = row
  }

  /** Puts all rows in the queue in a topological order; false if there is none, and then the rest is not in it. */
  #enqueueInOrder(): boolean {
    const { count, process, processCount } = this.#ops
    const { relevant, next, place } = this.#sources
    const waits = new Int32Array(count)
    let total = 0
    for (let row = 0; row < count; row++) {
      if (relevant[row] === 0) continue
      total++
      if (next[row] >= 0) waits[next[row]]++
    }
    for (const { to } of this.#constraints) waits[to]++
    const ready: number[] = []
    for (let row = count - 1; row >= 0; row--) if (relevant[row] === 1 && waits[row] === 0) ready.push(row)
    for (let row = ready.pop(); row !== undefined; row = ready.pop()) {
      this.#clock[row * processCount + process[row]] = place[row]
      this.#enqueue(row)
      if (next[row] >= 0 && --waits[next[row]] === 0) ready.push(next[row])
      for (const id of this.#out.get(row) ?? [])
        if (--waits[this.#constraints[id].to] === 0) ready.push(this.#constraints[id].to)
    }
    return this.#length === total
  }

  /** Other writes that come before a read come before what it read. */
  #lookAtRead(read: number): Constraint[] | null {
    const source = this.#sources.source[read]
    if (source === INITIAL) return null
    for (const slice of this.#sources.slices.get(this.#ops.key[read]) ?? []) {
      const last = this.#lastBefore(slice, read, source)
      const cycle = last < 0 ? null : this.#follow(last, source, 'version-order', read)
      if (cycle !== null) return cycle
    }
    return null
  }

  /** Reads of other writes that come before a write come before it, too. */
  #lookAtWrite(write: number): Constraint[] | null {
    for (const slice of this.#sources.slices.get(this.#ops.key[write]) ?? []) {
      // Earlier ones of the process come before this one, and so do their reads.
      const last = this.#lastBefore(slice, write, write)
      if (last < 0) continue
      for (const read of this.#sources.readsOf.get(last) ?? []) {
        const cycle = this.#follow(read, write, 'anti-dependency', read)
        if (cycle !== null) return cycle
      }
    }
    return null
  }

  /** The last write of a slice that comes before `row` and is not `other`; -1 for none. */
  #lastBefore({ process, rows }: Slice, row: number, other: number): number {
    const known = this.#clock[row * this.#ops.processCount + process]
    let low = 0
    let high = rows.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#sources.place[rows[middle]] <= known) low = middle + 1
      else high = middle
    }
    if (low > 0 && rows[low - 1] === other) low--
    return low > 0 ? rows[low - 1] : -1
  }

  /** What a row must precede, as far as the first `known` constraints say. */
  #leaving(row: number, known: number): Constraint[] {
    const list = (this.#out.get(row) ?? []).filter((id) => id < known).map((id) => this.#constraints[id])
    const next = this.#sources.next[row]
    if (next >= 0) list.push({ id: -1, from: row, to: next, kind: 'process', because: -1 })
    return list
  }

  /** A short cycle through the rows that no order could take. */
  #stuckCycle(): Constraint[] {
    const { count } = this.#ops
    const isStuck = (row: number): boolean => this.#sources.relevant[row] === 1 && this.#queued[row] === 0
    const leaving = (row: number): Constraint[] =>
      this.#leaving(row, Infinity).filter(({ to }) => isStuck(to))
    let best: Constraint[] = []
    // A few starts will do: every row that lies on a cycle gives its shortest.
    for (let start = 0, found = 0; start < count && found < CYCLES_TRIED; start++) {
      const cycle = isStuck(start) ? shortestPath(start, start, leaving) : null
      if (cycle === null) continue
      found++
      if (best.length === 0 || cycle.length < best.length) best = cycle
    }
    return best
  }

  /** Everything that led to the constraints of a cycle: each was drawn from a path of earlier ones. */
  #proven(cycle: readonly Constraint[]): Saturation {
    const rows = new Set<number>()
    const seen = new Set<number>()
    const open = [...cycle]
    for (let constraint = open.pop(); constraint !== undefined; constraint = open.pop()) {
      const { id, from, to, kind, because } = constraint
      if (id < 0 || seen.has(id)) continue
      seen.add(id)
      for (const row of [from, to, because]) if (row >= 0) rows.add(row)
      if (because < 0) continue
      const source = this.#sources.source[because]
      if (source === INITIAL) continue
      rows.add(source)
      const [start, end] = kind === 'version-order' ? [from, because] : [source, to]
      open.push(...(shortestPath(start, end, (row) => this.#leaving(row, id)) ?? []))
    }
    return { status: 'cycle', cycle, proof: [...rows].sort((a, b) => a - b) }
  }
}

/** The shortest way from one row to another, or back to itself, along what the rows must precede. */
function shortestPath(
  start: number,
  end: number,
  leaving: (row: number) => Constraint[],
): Constraint[] | null {
  const reachedBy = new Map<number, Constraint>()
  let frontier = [start]
  while (frontier.length > 0) {
    const further: number[] = []
    for (const row of frontier) {
      for (const edge of leaving(row)) {
        if (edge.to === end) {
          const path = [edge]
          for (let at = edge.from; at !== start; at = (reachedBy.get(at) as Constraint).from)
            path.unshift(reachedBy.get(at) as Constraint)
          return path
        }
        if (reachedBy.has(edge.to)) continue
        reachedBy.set(edge.to, edge)
        further.push(edge.to)
      }
    }
    frontier = further
  }
  return null
}
