import { sortByKey } from '../zones.ts'

/** Operations of one object as a search sees them, in the order of invocation. */
export interface SearchInput {
  readonly count: number
  readonly start: Float64Array
  /** Infinity: may happen at any later time, or never. */
  readonly end: Float64Array
  /** Operations of one type have the same effect and the same outcome wherever they stand. */
  readonly type: Int32Array
  /** 1: changes nothing, only tells. Such an operation is never open to the end. */
  readonly observer: Uint8Array
  /** 1: its effect is the same whatever was there before. */
  readonly blind: Uint8Array
  /** The operation that must come first although times do not say so, or -1. */
  readonly before: Int32Array
  /** 1: nobody can tell that it happened, and where it hinders nothing it may be put in order at once. */
  readonly unseen: Uint8Array
}

/**
 * Invocations and returns as layers: layer i is the time up to the i-th return. Operations that return hold a slot
 * while they are pending, so that a set of pending operations is a few words.
 */
export class Timeline {
  readonly layers: number
  /** Operation that returns at the end of a layer. */
  readonly returning: Int32Array
  /** How many operations have been invoked by the end of a layer. */
  readonly called: Int32Array
  /** How many of those never return. */
  readonly openCalled: Int32Array
  /** Layer in which the operation returns; `layers` for one that never does. */
  readonly returnLayer: Int32Array
  /** Those of observers begin at a multiple of 32, after all others: `mutatorWords` words hold the others. */
  readonly slot: Int32Array
  readonly slots: number
  readonly mutatorWords: number
  /** Operations that never return, in the order of invocation, and the place of each among them, or -1. */
  readonly open: Int32Array
  readonly openIndex: Int32Array
  readonly hasTies: boolean

  constructor(input: SearchInput) {
    const { count, start, end, before, observer } = input
    const returning: number[] = []
    const open: number[] = []
    for (let op = 0; op < count; op++) (end[op] === Infinity ? open : returning).push(op)
    this.returning = Int32Array.from(returning)
    sortByKey(this.returning, end)
    this.open = Int32Array.from(open)
    this.layers = returning.length
    this.called = new Int32Array(this.layers)
    this.openCalled = new Int32Array(this.layers)
    this.returnLayer = new Int32Array(count).fill(this.layers)
    this.slot = new Int32Array(count).fill(-1)
    this.openIndex = new Int32Array(count).fill(-1)
    for (const [index, op] of open.entries()) this.openIndex[op] = index
    const free: [number[], number[]] = [[], []]
    const slots = [0, 0]
    let called = 0
    let openCalled = 0
    for (let layer = 0; layer < this.layers; layer++) {
      const returner = this.returning[layer]
      for (; called < count && start[called] <= end[returner]; called++) {
        if (this.openIndex[called] >= 0) openCalled++
        else this.slot[called] = free[observer[called]].pop() ?? slots[observer[called]]++
      }
      this.called[layer] = called
      this.openCalled[layer] = openCalled
      this.returnLayer[returner] = layer
      free[observer[returner]].push(this.slot[returner])
    }
    this.mutatorWords = Math.ceil(slots[0] / 32)
    this.slots = 32 * this.mutatorWords + slots[1]
    for (const op of returning) if (observer[op] === 1) this.slot[op] += 32 * this.mutatorWords
    this.hasTies = before.some((op) => op >= 0)
  }
}
