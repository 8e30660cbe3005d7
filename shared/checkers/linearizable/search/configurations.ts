import { grown } from '../../operations/columns.ts'

/**
 * Configurations that a search has met: a layer, a state, which pending operations are done (`doneWords` words, those of
 * mutators first) and which of those that never return were used (`openWords` words). Of two with the same layer, state
 * and mutators done, one is at least as free as the other if it has used no operation beyond the other's, since what it
 * has not used it may use later or never, and if it has done all observers that the other has, since they hinder
 * nothing. A configuration is dropped if one as free is known. Fields are words in one growing array.
 */
export class Configurations {
  readonly #mutatorWords: number
  readonly #doneWords: number
  readonly #openWords: number
  readonly #stride: number
  #words: Int32Array
  #capacity: number
  #heads: Int32Array
  count = 0

  constructor(mutatorWords: number, doneWords: number, openWords: number) {
    this.#mutatorWords = mutatorWords
    this.#doneWords = doneWords
    this.#openWords = openWords
    this.#stride = FIELDS + doneWords + openWords
    this.#capacity = 256
    this.#words = new Int32Array(this.#capacity * this.#stride)
    this.#heads = new Int32Array(512).fill(-1)
  }

  get bytes(): number {
    return 4 * (this.#words.length + this.#heads.length)
  }

  /** Bytes that the next growth will take, the present ones included while they are copied. */
  get bytesNext(): number {
    return this.count < this.#capacity
      ? this.bytes
      : this.bytes + 8 * (this.#words.length + this.#heads.length)
  }

  layer(id: number): number {
    return this.#words[id * this.#stride + LAYER]
  }

  state(id: number): number {
    return this.#words[id * this.#stride + STATE]
  }

  parent(id: number): number {
    return this.#words[id * this.#stride + PARENT]
  }

  /** The operation by which it was reached from its parent; -1 for the first. */
  by(id: number): number {
    return this.#words[id * this.#stride + BY]
  }

  load(id: number, done: Int32Array, open: Int32Array): void {
    const at = id * this.#stride + FIELDS
    for (let i = 0; i < this.#doneWords; i++) done[i] = this.#words[at + i]
    for (let i = 0; i < this.#openWords; i++) open[i] = this.#words[at + this.#doneWords + i]
  }

  /** Keeps the configuration unless one as free is known; its id, or -1. */
  add(layer: number, state: number, done: Int32Array, open: Int32Array, parent: number, by: number): number {
    const hash = hashOf(layer, state, done, this.#mutatorWords)
    for (
      let id = this.#heads[hash & (this.#heads.length - 1)];
      id >= 0;
      id = this.#words[id * this.#stride + NEXT]
    )
      if (this.#isAsFree(id * this.#stride, layer, state, done, open)) return -1
    if (this.count === this.#capacity) this.#grow()
    const id = this.count++
    const at = id * this.#stride
    const bucket = hash & (this.#heads.length - 1)
    this.#words[at + NEXT] = this.#heads[bucket]
    this.#words[at + LAYER] = layer
    this.#words[at + STATE] = state
    this.#words[at + PARENT] = parent
    this.#words[at + BY] = by
    for (let i = 0; i < this.#doneWords; i++) this.#words[at + FIELDS + i] = done[i]
    for (let i = 0; i < this.#openWords; i++) this.#words[at + FIELDS + this.#doneWords + i] = open[i]
    this.#heads[bucket] = id
    return id
  }

  #isAsFree(at: number, layer: number, state: number, done: Int32Array, open: Int32Array): boolean {
    if (this.#words[at + LAYER] !== layer || this.#words[at + STATE] !== state) return false
    let i = 0
    for (; i < this.#mutatorWords; i++) if (this.#words[at + FIELDS + i] !== done[i]) return false
    for (; i < this.#doneWords; i++) if ((done[i] & ~this.#words[at + FIELDS + i]) !== 0) return false
    const from = at + FIELDS + this.#doneWords
    for (let j = 0; j < this.#openWords; j++) if ((this.#words[from + j] & ~open[j]) !== 0) return false
    return true
  }

  #grow(): void {
    this.#capacity *= 2
    this.#words = grown(this.#words, this.#capacity * this.#stride)
    const heads = new Int32Array(this.#heads.length * 2).fill(-1)
    const done = new Int32Array(this.#doneWords)
    const open = new Int32Array(this.#openWords)
    for (let id = 0; id < this.count; id++) {
      this.load(id, done, open)
      const bucket = hashOf(this.layer(id), this.state(id), done, this.#mutatorWords) & (heads.length - 1)
      this.#words[id * this.#stride + NEXT] = heads[bucket]
      heads[bucket] = id
    }
    this.#heads = heads
  }
}

const NEXT = 0
const LAYER = 1
const STATE = 2
const PARENT = 3
const BY = 4
const FIELDS = 5

function hashOf(layer: number, state: number, done: Int32Array, words: number): number {
  let hash = Math.imul(layer ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(state + 1, 0xc2b2ae35)
  for (let i = 0; i < words; i++) {
    hash = Math.imul(hash ^ done[i], 0x9e3779b1)
    hash ^= hash >>> 15
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return hash ^ (hash >>> 13)
}
