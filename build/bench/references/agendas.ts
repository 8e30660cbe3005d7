/**
 * Bare agendas, to hold ours against: the hold model with nothing but an order by (time, sequence) or, for the wheel,
 * by slot. They cancel nothing, carry no payload and take no far future.
 */
export interface BareAgenda {
  push(at: number): void
  pop(): number
}

/** A binary heap of objects, as most simulators in JavaScript have. */
export class ObjectHeap implements BareAgenda {
  readonly #items: { at: number; sequence: number }[] = []
  #sequence = 0

  push(at: number): void {
    const items = this.#items
    const item = { at, sequence: this.#sequence++ }
    let index = items.length
    items.push(item)
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = items[parent]
      if (above.at < at || (above.at === at && above.sequence < item.sequence)) break
      items[index] = above
      index = parent
    }
    items[index] = item
  }

  pop(): number {
    const items = this.#items
    const top = items[0]
    const last = items.pop() as { at: number; sequence: number }
    const size = items.length
    if (size > 0) {
      let index = 0
      for (;;) {
        let child = 2 * index + 1
        if (child >= size) break
        const right = child + 1
        if (right < size && less(items[right], items[child])) child = right
        if (!less(items[child], last)) break
        items[index] = items[child]
        index = child
      }
      items[index] = last
    }
    return top.at
  }
}

function less(a: { at: number; sequence: number }, b: { at: number; sequence: number }): boolean {
  return a.at < b.at || (a.at === b.at && a.sequence < b.sequence)
}

/** A timing wheel of 1 µs slots, long enough for every delay of the benchmark; order within a slot is by arrival. */
export class BareWheel implements BareAgenda {
  static readonly SLOTS = 4096
  readonly #heads = new Int32Array(BareWheel.SLOTS).fill(-1)
  readonly #tails = new Int32Array(BareWheel.SLOTS).fill(-1)
  readonly #times: Float64Array
  readonly #next: Int32Array
  #free = -1
  #used = 0
  #slot = 0

  constructor(capacity: number) {
    this.#times = new Float64Array(capacity)
    this.#next = new Int32Array(capacity)
  }

  push(at: number): void {
    let id = this.#free
    if (id >= 0) this.#free = this.#next[id]
    else id = this.#used++
    this.#times[id] = at
    this.#next[id] = -1
    const slot = Math.floor(at / 1000) & (BareWheel.SLOTS - 1)
    const tail = this.#tails[slot]
    if (tail < 0) this.#heads[slot] = id
    else this.#next[tail] = id
    this.#tails[slot] = id
  }

  pop(): number {
    while (this.#heads[this.#slot] < 0) this.#slot = (this.#slot + 1) & (BareWheel.SLOTS - 1)
    const id = this.#heads[this.#slot]
    const next = this.#next[id]
    this.#heads[this.#slot] = next
    if (next < 0) this.#tails[this.#slot] = -1
    this.#next[id] = this.#free
    this.#free = id
    return this.#times[id]
  }
}
