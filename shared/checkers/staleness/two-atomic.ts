import { sortByKey } from '../linearizable/zones.ts'

/** Writes and reads of one key. A write ends at the latest when the first read of it does. */
export interface KeyIntervals {
  readonly writeStart: Float64Array
  readonly writeEnd: Float64Array
  readonly readStart: Float64Array
  /** The write that a read returned. */
  readonly source: Int32Array
}

/**
 * Whether reads can be explained as returning one of the two latest values: LBT, "limited backtracking" (Golab, Hurwitz
 * and Li, "On the k-Atomicity-Verification Problem", ICDCS 2013). Writes are put in order from the last to the first.
 * Reads that began after the last write ended must have returned it or the write just before it; if some returned
 * another, that one is forced to be next, and so on, until nothing forces any more: an epoch. Only the first write of an
 * epoch is chosen, and an epoch once done is never undone. Null after `stepsMax` steps.
 */
export function isTwoAtomic(key: KeyIntervals, stepsMax: number): boolean | null {
  return new LimitedBacktracking(key, stepsMax).run()
}

class LimitedBacktracking {
  readonly #key: KeyIntervals
  readonly #writes: OrderedList
  readonly #writesByEnd: OrderedList
  readonly #reads: OrderedList
  readonly #readsOf: Int32Array[]
  readonly #stepsMax: number
  #steps = 0
  /** What the epoch at hand took away, in order: writes, then ~reads. */
  readonly #taken: number[] = []

  constructor(key: KeyIntervals, stepsMax: number) {
    this.#key = key
    this.#stepsMax = stepsMax
    this.#writes = new OrderedList(key.writeStart)
    this.#writesByEnd = new OrderedList(key.writeEnd)
    this.#reads = new OrderedList(key.readStart)
    const lists: number[][] = Array.from(key.writeStart, () => [])
    for (let read = 0; read < key.source.length; read++) lists[key.source[read]].push(read)
    this.#readsOf = lists.map((list) => Int32Array.from(list))
  }

  run(): boolean | null {
    const { writeStart, writeEnd } = this.#key
    while (this.#writes.last >= 0) {
      const latest = this.#writes.last
      let found = false
      // Candidates end no earlier than every other write begins.
      for (let write = this.#writesByEnd.last; write >= 0; write = this.#writesByEnd.before(write)) {
        const other = write === latest ? this.#writes.before(latest) : latest
        if (other >= 0 && writeEnd[write] < writeStart[other]) {
          if (write === latest) continue
          break
        }
        found = this.#epoch(write)
        if (found || this.#steps > this.#stepsMax) break
        this.#undo()
      }
      if (this.#steps > this.#stepsMax) return null
      if (!found) return false
      this.#taken.length = 0
    }
    return true
  }

  /** Puts `first` last in the order of what is left, and then whatever that forces. */
  #epoch(first: number): boolean {
    const { writeStart, writeEnd, readStart, source } = this.#key
    for (let write = first; ;) {
      if (++this.#steps > this.#stepsMax) return false
      const latest = this.#writes.last === write ? this.#writes.before(write) : this.#writes.last
      if (latest >= 0 && writeEnd[write] < writeStart[latest]) return false
      this.#takeWrite(write)
      for (const read of this.#readsOf[write]) if (this.#reads.has(read)) this.#takeRead(read)
      let forced = -1
      for (
        let read = this.#reads.last;
        read >= 0 && readStart[read] > writeEnd[write];
        read = this.#reads.last
      ) {
        if (forced >= 0 && source[read] !== forced) return false
        forced = source[read]
        this.#takeRead(read)
      }
      if (forced < 0) return true
      write = forced
    }
  }

  #takeWrite(write: number): void {
    this.#writes.remove(write)
    this.#writesByEnd.remove(write)
    this.#taken.push(write)
  }

  #takeRead(read: number): void {
    this.#steps++
    this.#reads.remove(read)
    this.#taken.push(~read)
  }

  #undo(): void {
    for (let taken = this.#taken.pop(); taken !== undefined; taken = this.#taken.pop()) {
      if (taken < 0) this.#reads.restore(~taken)
      else {
        this.#writesByEnd.restore(taken)
        this.#writes.restore(taken)
      }
    }
  }
}

/** Items by their key, linked both ways, so that what is removed can be restored in the opposite order. */
class OrderedList {
  readonly #next: Int32Array
  readonly #previous: Int32Array
  readonly #in: Uint8Array
  readonly #end: number

  constructor(keys: Float64Array) {
    const count = keys.length
    const order = Int32Array.from(keys, (_, item) => item)
    sortByKey(order, keys)
    this.#end = count
    this.#next = new Int32Array(count + 1)
    this.#previous = new Int32Array(count + 1)
    this.#in = new Uint8Array(count).fill(1)
    let last = count
    for (const item of order) {
      this.#previous[item] = last
      this.#next[last] = item
      last = item
    }
    this.#next[last] = count
    this.#previous[count] = last
  }

  /** The item with the largest key, or -1. */
  get last(): number {
    return this.before(this.#end)
  }

  before(item: number): number {
    const previous = this.#previous[item]
    return previous === this.#end ? -1 : previous
  }

  has(item: number): boolean {
    return this.#in[item] === 1
  }

  remove(item: number): void {
    this.#in[item] = 0
    this.#next[this.#previous[item]] = this.#next[item]
    this.#previous[this.#next[item]] = this.#previous[item]
  }

  restore(item: number): void {
    this.#in[item] = 1
    this.#next[this.#previous[item]] = item
    this.#previous[this.#next[item]] = item
  }
}
