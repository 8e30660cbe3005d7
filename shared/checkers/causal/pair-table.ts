import { mix32 } from '../../base/hash.ts'

/** Numbers the pairs (key, value) 0, 1, … in the order of insertion: open addressing, about 16 bytes per pair. */
export class PairTable {
  private readonly mask: number
  private readonly slots: Int32Array
  private readonly keys: Uint32Array
  private readonly values: Uint32Array
  count = 0

  /** Room for `capacity` pairs. */
  constructor(capacity: number) {
    let size = 16
    while (size < 2 * capacity) size *= 2
    this.mask = size - 1
    this.slots = new Int32Array(size).fill(-1)
    this.keys = new Uint32Array(capacity)
    this.values = new Uint32Array(capacity)
  }

  /** The pair's number, or −1. */
  find(key: number, value: number): number {
    return this.slots[this.slotOf(key, value)]
  }

  /** The pair's number, a new one if it has none. */
  insert(key: number, value: number): number {
    const slot = this.slotOf(key, value)
    if (this.slots[slot] === -1) {
      this.keys[this.count] = key
      this.values[this.count] = value
      this.slots[slot] = this.count++
    }
    return this.slots[slot]
  }

  private slotOf(key: number, value: number): number {
    let slot = mix32(mix32(value) ^ Math.imul(key, 0x9e3779b1)) & this.mask
    for (;;) {
      const pair = this.slots[slot]
      if (pair === -1 || (this.keys[pair] === key && this.values[pair] === value)) return slot
      slot = (slot + 1) & this.mask
    }
  }
}
