import { assert } from './assert.ts'
import type { Ns } from './time.ts'

/**
 * The simulator's agenda: events in the exact order of (time, sequence of scheduling).
 *
 * A hierarchical timing wheel (Varghese & Lauck, SOSP 1987): five levels of 1,024 slots, the finest 1,024 ns wide, so
 * that scheduling and cancelling take constant time whatever is pending. An event lives at the level of the highest
 * group of bits in which its tick differs from the current one and moves down as time reaches its slot. Slots are
 * found by bitmaps, never by walking empty ones. Within the finest slot a small binary heap restores the exact order.
 * Events are rows of typed arrays and lists are links between rows: nothing is allocated per event.
 */

const SLOT_BITS = 10
const SLOTS = 1 << SLOT_BITS
const SLOT_MASK = SLOTS - 1
const LEVELS = 5
const SLOT_NS = 1024
/** Ticks are split into a low part of three levels and a high part of two, since integer bit operations end at 32. */
const LOW_TICKS = 2 ** 30
const WORDS = SLOTS / 32
const NONE = -1
/** `where` of a row that waits in the heap of the current slot; cancelled rows stay there until they surface. */
const IN_HEAP = -2
const CANCELLED = -3
const FREE = -4

export type EventId = number

export class Agenda {
  /** Fields of the event that `next` took; valid until the following call. */
  nowNs: Ns = 0
  kind = 0
  a = 0
  b = 0
  c = 0
  payload: unknown = null

  /** Events scheduled and neither taken nor cancelled. */
  pending = 0

  #capacity: number
  #time: Float64Array
  #sequence: Float64Array
  #next: Int32Array
  #previous: Int32Array
  #where: Int32Array
  #kinds: Uint8Array
  #as: Int32Array
  #bs: Int32Array
  #cs: Int32Array
  #payloads: unknown[]
  #free = NONE
  #used = 0
  #scheduled = 0

  readonly #heads = new Int32Array(LEVELS * SLOTS).fill(NONE)
  readonly #words = new Int32Array(LEVELS * WORDS)
  readonly #summary = new Int32Array(LEVELS)
  #tickLow = 0
  #tickHigh = 0

  #heap: Int32Array = new Int32Array(64)
  #heapSize = 0

  constructor(capacity = 1024) {
    this.#capacity = capacity
    this.#time = new Float64Array(capacity)
    this.#sequence = new Float64Array(capacity)
    this.#next = new Int32Array(capacity)
    this.#previous = new Int32Array(capacity)
    this.#where = new Int32Array(capacity)
    this.#kinds = new Uint8Array(capacity)
    this.#as = new Int32Array(capacity)
    this.#bs = new Int32Array(capacity)
    this.#cs = new Int32Array(capacity)
    this.#payloads = new Array<unknown>(capacity).fill(null)
  }

  /**
   * Adds an event at `atNs`, an integer not before the current time. `kind` is 0 … 255; `a`, `b` and `c` are int32.
   * The id serves `cancel` and is good until the event is taken or cancelled.
   */
  schedule(atNs: Ns, kind: number, a: number, b: number, c: number, payload: unknown): EventId {
    if (!(atNs >= this.nowNs)) throw new Error(`agenda: ${atNs} ns is before now, ${this.nowNs} ns`)
    let id = this.#free
    if (id !== NONE) this.#free = this.#next[id]
    else {
      if (this.#used === this.#capacity) this.#grow()
      id = this.#used++
    }
    this.#time[id] = atNs
    this.#sequence[id] = this.#scheduled++
    this.#kinds[id] = kind
    this.#as[id] = a
    this.#bs[id] = b
    this.#cs[id] = c
    this.#payloads[id] = payload
    this.pending++
    this.#place(id, atNs)
    return id
  }

  /** Withdraws an event that has not been taken yet. */
  cancel(id: EventId): void {
    const where = this.#where[id]
    assert(where >= 0 || where === IN_HEAP, () => `agenda: event ${id} is not pending`)
    this.pending--
    this.#payloads[id] = null
    if (where === IN_HEAP) {
      this.#where[id] = CANCELLED
      return
    }
    const next = this.#next[id]
    const previous = this.#previous[id]
    if (next !== NONE) this.#previous[next] = previous
    if (previous !== NONE) this.#next[previous] = next
    else {
      this.#heads[where] = next
      if (next === NONE) this.#clearSlot(where)
    }
    this.#release(id)
  }

  /** Takes the earliest event into the public fields; false when nothing is pending. */
  next(): boolean {
    for (;;) {
      let id: number
      if (this.#heapSize > 0) {
        id = this.#heapPop()
        if (this.#where[id] === CANCELLED) {
          this.#release(id)
          continue
        }
      } else {
        if (this.pending === 0) return false
        id = this.#advance()
        if (id === NONE) continue
      }
      this.nowNs = this.#time[id]
      this.kind = this.#kinds[id]
      this.a = this.#as[id]
      this.b = this.#bs[id]
      this.c = this.#cs[id]
      this.payload = this.#payloads[id]
      this.#payloads[id] = null
      this.pending--
      this.#release(id)
      return true
    }
  }

  #release(id: number): void {
    this.#where[id] = FREE
    this.#next[id] = this.#free
    this.#free = id
  }

  #place(id: number, atNs: Ns): void {
    const tick = Math.floor(atNs / SLOT_NS)
    const high = Math.floor(tick / LOW_TICKS)
    const low = tick - high * LOW_TICKS
    let bucket: number
    if (high === this.#tickHigh) {
      const differing = low ^ this.#tickLow
      if (differing === 0) {
        this.#heapPush(id)
        return
      }
      if (differing < SLOTS) bucket = low & SLOT_MASK
      else if (differing < SLOTS * SLOTS) bucket = SLOTS + ((low >> SLOT_BITS) & SLOT_MASK)
      else bucket = 2 * SLOTS + (low >> (2 * SLOT_BITS))
    } else if ((high ^ this.#tickHigh) < SLOTS) bucket = 3 * SLOTS + (high & SLOT_MASK)
    else bucket = 4 * SLOTS + (high >> SLOT_BITS)
    const head = this.#heads[bucket]
    this.#next[id] = head
    this.#previous[id] = NONE
    this.#where[id] = bucket
    this.#heads[bucket] = id
    if (head !== NONE) this.#previous[head] = id
    else {
      const word = bucket >> 5
      this.#words[word] |= 1 << (bucket & 31)
      this.#summary[word >> 5] |= 1 << (word & 31)
    }
  }

  #clearSlot(bucket: number): void {
    const word = bucket >> 5
    if ((this.#words[word] &= ~(1 << (bucket & 31))) === 0) this.#summary[word >> 5] &= ~(1 << (word & 31))
  }

  /** First occupied slot of a level; slots at or before the current one are always empty. */
  #firstSlot(level: number): number {
    const summary = this.#summary[level]
    if (summary === 0) return NONE
    const word = 31 - Math.clz32(summary & -summary)
    const bits = this.#words[level * WORDS + word]
    return word * 32 + 31 - Math.clz32(bits & -bits)
  }

  /** Moves time to the next occupied slot. Returns its event where it holds just one, else fills the heap. */
  #advance(): number {
    let slot = this.#firstSlot(0)
    if (slot !== NONE) {
      this.#tickLow = (this.#tickLow & ~SLOT_MASK) | slot
      const id = this.#heads[slot]
      this.#heads[slot] = NONE
      this.#clearSlot(slot)
      if (this.#next[id] === NONE) return id
      for (let at = id; at !== NONE;) {
        const next = this.#next[at]
        this.#heapPush(at)
        at = next
      }
      return NONE
    }
    let level = 1
    while ((slot = this.#firstSlot(level)) === NONE) level++
    if (level === 1) this.#tickLow = (this.#tickLow & ~(SLOTS * SLOTS - 1)) | (slot << SLOT_BITS)
    else if (level === 2) this.#tickLow = slot << (2 * SLOT_BITS)
    else {
      this.#tickLow = 0
      this.#tickHigh = level === 3 ? (this.#tickHigh & ~SLOT_MASK) | slot : slot << SLOT_BITS
    }
    const bucket = level * SLOTS + slot
    let at = this.#heads[bucket]
    this.#heads[bucket] = NONE
    this.#clearSlot(bucket)
    while (at !== NONE) {
      const next = this.#next[at]
      this.#place(at, this.#time[at])
      at = next
    }
    return NONE
  }

  #before(x: number, y: number): boolean {
    const tx = this.#time[x]
    const ty = this.#time[y]
    return tx < ty || (tx === ty && this.#sequence[x] < this.#sequence[y])
  }

  #heapPush(id: number): void {
    this.#where[id] = IN_HEAP
    if (this.#heapSize === this.#heap.length) {
      const larger = new Int32Array(this.#heapSize * 2)
      larger.set(this.#heap)
      this.#heap = larger
    }
    const heap = this.#heap
    let at = this.#heapSize++
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#before(id, heap[parent])) break
      heap[at] = heap[parent]
      at = parent
    }
    heap[at] = id
  }

  #heapPop(): number {
    const heap = this.#heap
    const top = heap[0]
    const size = --this.#heapSize
    if (size > 0) {
      const last = heap[size]
      let at = 0
      for (;;) {
        let child = 2 * at + 1
        if (child >= size) break
        if (child + 1 < size && this.#before(heap[child + 1], heap[child])) child++
        if (!this.#before(heap[child], last)) break
        heap[at] = heap[child]
        at = child
      }
      heap[at] = last
    }
    return top
  }

  #grow(): void {
    const capacity = this.#capacity * 2
    this.#time = grown(this.#time, new Float64Array(capacity))
    this.#sequence = grown(this.#sequence, new Float64Array(capacity))
    this.#next = grown(this.#next, new Int32Array(capacity))
    this.#previous = grown(this.#previous, new Int32Array(capacity))
    this.#where = grown(this.#where, new Int32Array(capacity))
    this.#kinds = grown(this.#kinds, new Uint8Array(capacity))
    this.#as = grown(this.#as, new Int32Array(capacity))
    this.#bs = grown(this.#bs, new Int32Array(capacity))
    this.#cs = grown(this.#cs, new Int32Array(capacity))
    this.#capacity = capacity
  }
}

function grown<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from)
  return to
}
