import type { Timeline } from './timeline.ts'

/** Which operations need and make which values, and until when. */
export class ValueSupply {
  readonly needs: Int32Array
  readonly makes: Int32Array
  /** By operation that needs a value: the last that makes it and was invoked before it returned, or -1. */
  readonly lastMaker: Int32Array
  /** By value: operations that need it, ascending, as slices of one array. */
  readonly #starts: Int32Array
  readonly #needers: Int32Array
  /** Beside each needer: the least `lastMaker` of it and all after it that need the value. */
  readonly #leastMaker: Int32Array

  constructor(time: Timeline, needs: Int32Array, makes: Int32Array, values: number) {
    const count = needs.length
    this.needs = needs
    this.makes = makes
    this.lastMaker = new Int32Array(count).fill(-1)
    const last = new Int32Array(values).fill(-1)
    for (let layer = 0, op = 0; layer < time.layers; layer++) {
      for (; op < time.called[layer]; op++) if (makes[op] >= 0) last[makes[op]] = op
      const returner = time.returning[layer]
      if (needs[returner] >= 0) this.lastMaker[returner] = last[needs[returner]]
    }
    this.#starts = new Int32Array(values + 1)
    for (let op = 0; op < count; op++) if (needs[op] >= 0) this.#starts[needs[op] + 1]++
    for (let value = 0; value < values; value++) this.#starts[value + 1] += this.#starts[value]
    const next = this.#starts.slice(0, values)
    this.#needers = new Int32Array(this.#starts[values])
    for (let op = 0; op < count; op++) if (needs[op] >= 0) this.#needers[next[needs[op]]++] = op
    this.#leastMaker = new Int32Array(this.#needers.length)
    for (let value = 0; value < values; value++) {
      let least = count
      for (let at = this.#starts[value + 1] - 1; at >= this.#starts[value]; at--) {
        least = Math.min(least, this.lastMaker[this.#needers[at]])
        this.#leastMaker[at] = least
      }
    }
  }

  /** Whether one of the operations from `called` on needs the value although none of them makes it before that returns. */
  runsOut(value: number, called: number): boolean {
    let low = this.#starts[value]
    let high = this.#starts[value + 1]
    const end = high
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#needers[middle] < called) low = middle + 1
      else high = middle
    }
    return low < end && this.#leastMaker[low] < called
  }
}
