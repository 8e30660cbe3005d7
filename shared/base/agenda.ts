import { assert } from './assert.ts'
import type { Ns } from './time.ts'

/**
 * The simulator's agenda: events in the exact order of (time, sequence of scheduling).
 *
 * A hierarchical timing wheel (Varghese & Lauck, SOSP 1987): five levels of 1,024 slots, the finest 1,024 ns wide, so
 * that scheduling and cancelling take constant time whatever is pending. An event lives at the level of the highest
 * group of bits in which its tick differs from the current one and moves down as time reaches its slot. Slots are
 * found by bitmaps, never by walking empty ones. The events of the current slot stand sorted in a queue of their own.
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
/** A slot with more events than this is first spread over so many parts of it by time. */
const SPREAD_MIN = 12
const PART_BITS = 5
const PARTS = SLOT_NS >> PART_BITS
const NONE = -1
/** `where` of a row that waits in the queue of the current slot; cancelled rows stay there until they surface. */
const DUE = -2
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
  /** [id * 4]: kind, a, b, c: read together, so kept together */
  #fields: Int32Array
  #payloads: unknown[]
  #free = NONE
  #used = 0
  #scheduled = 0

  readonly #heads = new Int32Array(LEVELS * SLOTS).fill(NONE)
  readonly #words = new Int32Array(LEVELS * WORDS)
  readonly #summary = new Int32Array(LEVELS)
  #tickLow = 0
  #tickHigh = 0

  /** Events of the current slot from `#dueHead` to `#dueEnd`, sorted; keys side by side, away from the rows. */
  #dueIds = new Int32Array(64)
  #dueTimes = new Float64Array(64)
  #dueSequences = new Float64Array(64)
  /** Room beside them, into which a full slot is spread. */
  #otherIds = new Int32Array(64)
  #otherTimes = new Float64Array(64)
  #otherSequences = new Float64Array(64)
  /** By part of a slot: where its events begin. */
  readonly #parts = new Int32Array(PARTS + 1)
  #dueHead = 0
  #dueEnd = 0

  constructor(capacity = 1024) {
    this.#capacity = capacity
    this.#time = new Float64Array(capacity)
    this.#sequence = new Float64Array(capacity)
    this.#next = new Int32Array(capacity)
    this.#previous = new Int32Array(capacity)
    this.#where = new Int32Array(capacity)
    this.#fields = new Int32Array(capacity * 4)
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
    const fields = this.#fields
    const at = id << 2
    fields[at] = kind
    fields[at + 1] = a
    fields[at + 2] = b
    fields[at + 3] = c
    this.#payloads[id] = payload
    this.pending++
    this.#place(id, atNs)
    return id
  }

  /** Withdraws an event that has not been taken yet. */
  cancel(id: EventId): void {
    const where = this.#where[id]
    assert(where >= 0 || where === DUE, () => `agenda: event ${id} is not pending`)
    this.pending--
    this.#payloads[id] = null
    if (where === DUE) {
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
      if (this.#dueHead < this.#dueEnd) {
        id = this.#dueIds[this.#dueHead++]
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
      const fields = this.#fields
      const at = id << 2
      this.kind = fields[at]
      this.a = fields[at + 1]
      this.b = fields[at + 2]
      this.c = fields[at + 3]
      this.payload = this.#payloads[id]
      this.#payloads[id] = null
      this.pending--
      this.#release(id)
      return true
    }
  }

  /** When the earliest event is due, Infinity where none is; looks at a slot's events, so not for the hottest loop. */
  peekNs(): Ns {
    if (this.pending === 0) return Infinity
    for (let at = this.#dueHead; at < this.#dueEnd; at++) {
      if (this.#where[this.#dueIds[at]] !== CANCELLED) return this.#dueTimes[at]
    }
    let level = 0
    let slot = this.#firstSlot(0)
    while (slot === NONE) slot = this.#firstSlot(++level)
    let earliest = Infinity
    for (let at = this.#heads[level * SLOTS + slot]; at !== NONE; at = this.#next[at]) {
      earliest = Math.min(earliest, this.#time[at])
    }
    return earliest
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
        this.#insertDue(id)
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

  /** Moves time to the next occupied slot. Returns its event where it holds just one, else fills the queue. */
  #advance(): number {
    let slot = this.#firstSlot(0)
    if (slot !== NONE) {
      this.#tickLow = (this.#tickLow & ~SLOT_MASK) | slot
      const id = this.#heads[slot]
      this.#heads[slot] = NONE
      this.#clearSlot(slot)
      if (this.#next[id] === NONE) return id
      this.#dueHead = this.#dueEnd = 0
      for (let at = id; at !== NONE; at = this.#next[at]) this.#appendDue(at)
      this.#sortDue()
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
    this.#dueHead = this.#dueEnd = 0
    const tick = this.#tickHigh * LOW_TICKS + this.#tickLow
    while (at !== NONE) {
      const next = this.#next[at]
      const atNs = this.#time[at]
      // Appended and sorted at the end: thousands of events at one instant come here newest first.
      if (Math.floor(atNs / SLOT_NS) === tick) this.#appendDue(at)
      else this.#place(at, atNs)
      at = next
    }
    this.#sortDue()
    return NONE
  }

  #appendDue(id: number): void {
    if (this.#dueEnd === this.#dueIds.length) {
      const capacity = this.#dueEnd * 2
      this.#dueIds = grown(this.#dueIds, new Int32Array(capacity))
      this.#dueTimes = grown(this.#dueTimes, new Float64Array(capacity))
      this.#dueSequences = grown(this.#dueSequences, new Float64Array(capacity))
      this.#otherIds = new Int32Array(capacity)
      this.#otherTimes = new Float64Array(capacity)
      this.#otherSequences = new Float64Array(capacity)
    }
    const at = this.#dueEnd++
    this.#where[id] = DUE
    this.#dueIds[at] = id
    this.#dueTimes[at] = this.#time[id]
    this.#dueSequences[at] = this.#sequence[id]
  }

  /** Puts an event of the current slot in its place. It is the latest scheduled, so equal times come before it. */
  #insertDue(id: number): void {
    if (this.#dueHead === this.#dueEnd) this.#dueHead = this.#dueEnd = 0
    this.#appendDue(id)
    const times = this.#dueTimes
    const last = this.#dueEnd - 1
    const time = times[last]
    if (last === this.#dueHead || times[last - 1] <= time) return
    let low = this.#dueHead
    let high = last
    while (low < high) {
      const middle = (low + high) >> 1
      if (times[middle] <= time) low = middle + 1
      else high = middle
    }
    const sequence = this.#dueSequences[last]
    this.#dueIds.copyWithin(low + 1, low, last)
    this.#dueTimes.copyWithin(low + 1, low, last)
    this.#dueSequences.copyWithin(low + 1, low, last)
    this.#dueIds[low] = id
    this.#dueTimes[low] = time
    this.#dueSequences[low] = sequence
  }

  /** Puts the events of a slot in the order of the parts of it that they fall into: one pass, after which little is left to sort. */
  #spreadDue(): void {
    const end = this.#dueEnd
    const ids = this.#dueIds
    const times = this.#dueTimes
    const sequences = this.#dueSequences
    const parts = this.#parts
    const slotNs = Math.floor(times[0] / SLOT_NS) * SLOT_NS
    parts.fill(0)
    for (let from = 0; from < end; from++) parts[((times[from] - slotNs) >> PART_BITS) + 1]++
    for (let part = 1; part < PARTS; part++) parts[part] += parts[part - 1]
    const intoIds = this.#otherIds
    const intoTimes = this.#otherTimes
    const intoSequences = this.#otherSequences
    for (let from = 0; from < end; from++) {
      const time = times[from]
      const at = parts[(time - slotNs) >> PART_BITS]++
      intoIds[at] = ids[from]
      intoTimes[at] = time
      intoSequences[at] = sequences[from]
    }
    this.#dueIds = intoIds
    this.#dueTimes = intoTimes
    this.#dueSequences = intoSequences
    this.#otherIds = ids
    this.#otherTimes = times
    this.#otherSequences = sequences
  }

  /** Shell's sort with Ciura's gaps: a slot holds a handful as a rule, and thousands only now and then. */
  #sortDue(): void {
    const end = this.#dueEnd
    if (end > SPREAD_MIN) this.#spreadDue()
    const ids = this.#dueIds
    const times = this.#dueTimes
    const sequences = this.#dueSequences
    for (let gap = gapFor(end); gap > 0; gap = gapBelow(gap)) {
      for (let from = gap; from < end; from++) {
        const id = ids[from]
        const time = times[from]
        const sequence = sequences[from]
        let at = from
        while (at >= gap) {
          const other = at - gap
          if (times[other] < time || (times[other] === time && sequences[other] < sequence)) break
          ids[at] = ids[other]
          times[at] = times[other]
          sequences[at] = sequences[other]
          at = other
        }
        ids[at] = id
        times[at] = time
        sequences[at] = sequence
      }
    }
  }

  #grow(): void {
    const capacity = this.#capacity * 2
    this.#time = grown(this.#time, new Float64Array(capacity))
    this.#sequence = grown(this.#sequence, new Float64Array(capacity))
    this.#next = grown(this.#next, new Int32Array(capacity))
    this.#previous = grown(this.#previous, new Int32Array(capacity))
    this.#where = grown(this.#where, new Int32Array(capacity))
    this.#fields = grown(this.#fields, new Int32Array(capacity * 4))
    this.#capacity = capacity
  }
}

function grown<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from)
  return to
}

/** Gaps after M. Ciura (2001), continued by a factor of 2.25. */
const GAPS = [1, 4, 10, 23, 57, 132, 301, 701, 1577, 3548, 7983, 17961, 40412, 90927, 204585, 460316, 1035711]

function gapFor(length: number): number {
  let index = 0
  while (index + 1 < GAPS.length && GAPS[index + 1] < length) index++
  return GAPS[index]
}

function gapBelow(gap: number): number {
  const index = GAPS.indexOf(gap)
  return index > 0 ? GAPS[index - 1] : 0
}
