type Column = Uint8Array | Int32Array | Uint32Array | Float64Array

/** `column` with room for `capacity` rows. */
export function grown<T extends Column>(column: T, capacity: number): T {
  const larger = new (column.constructor as new (length: number) => T)(capacity)
  larger.set(column)
  return larger
}

/** An array of numbers that grows as it is appended to. */
export class Uint32List {
  #items = new Uint32Array(16)
  length = 0

  push(item: number): void {
    if (this.length === this.#items.length) this.#items = grown(this.#items, this.length * 2)
    this.#items[this.length++] = item
  }

  set(at: number, item: number): void {
    this.#items[at] = item
  }

  get(at: number): number {
    return this.#items[at]
  }

  /** The items so far; a view until the next `push`. */
  view(): Uint32Array {
    return this.#items.subarray(0, this.length)
  }
}
