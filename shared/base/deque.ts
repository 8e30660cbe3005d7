import { assert } from './assert.ts'

/**
 * A queue in an array used as a ring: push at the back, shift from the front, both in amortised constant time
 * (`Array.prototype.shift` moves every element). Grows by doubling and keeps its room; taken slots are released.
 */
export class Deque<T> implements Iterable<T> {
  private slots: (T | undefined)[] = new Array<T | undefined>(8)
  private mask = 7
  private head = 0
  private count = 0

  get length(): number {
    return this.count
  }

  /** Adds at the back. */
  push(value: T): void {
    if (this.count > this.mask) this.grow()
    this.slots[(this.head + this.count) & this.mask] = value
    this.count++
  }

  /** Adds at the front: what goes back into the queue comes out first. */
  unshift(value: T): void {
    if (this.count > this.mask) this.grow()
    this.head = (this.head - 1) & this.mask
    this.slots[this.head] = value
    this.count++
  }

  /** Takes the front, or returns undefined where there is none. */
  shift(): T | undefined {
    if (this.count === 0) return undefined
    const value = this.slots[this.head]
    this.slots[this.head] = undefined
    this.head = (this.head + 1) & this.mask
    this.count--
    return value
  }

  /** The front, left in place. */
  peek(): T | undefined {
    return this.slots[this.head]
  }

  /** The element `index` places behind the front. */
  at(index: number): T {
    assert(index >= 0 && index < this.count, () => `deque of ${this.count} has no element ${index}`)
    return this.slots[(this.head + index) & this.mask] as T
  }

  clear(): void {
    this.slots = new Array<T | undefined>(8)
    this.mask = 7
    this.head = 0
    this.count = 0
  }

  /** From front to back. */
  *[Symbol.iterator](): Iterator<T> {
    for (let i = 0; i < this.count; i++) yield this.at(i)
  }

  private grow(): void {
    const size = this.slots.length * 2
    const slots = new Array<T | undefined>(size)
    for (let i = 0; i < this.count; i++) slots[i] = this.slots[(this.head + i) & this.mask]
    this.slots = slots
    this.mask = size - 1
    this.head = 0
  }
}
