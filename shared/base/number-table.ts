/** Numbers below have their values in the array; it grows to the greatest of them that was ever set. */
const FIRST = 4096

/**
 * A table by integers from 0 upwards, most of which are small, as keys within a shard and sessions are. It is a Map but
 * for the small ones: those are looked up in an array, which takes a third of a map's memory and no hashing. Where many
 * such tables are in use in turn, the processor's cache holds more of them. Values must not be undefined.
 */
export class NumberTable<T> {
  private readonly first: (T | undefined)[] = []
  private readonly others = new Map<number, T>()
  private inFirst = 0

  get size(): number {
    return this.inFirst + this.others.size
  }

  get(at: number): T | undefined {
    const { first } = this
    if (at < first.length) return first[at]
    return at < FIRST ? undefined : this.others.get(at)
  }

  has(at: number): boolean {
    return this.get(at) !== undefined
  }

  set(at: number, value: T): void {
    if (at >= FIRST) {
      this.others.set(at, value)
      return
    }
    const { first } = this
    // Without holes, so that engines keep it a plain array.
    while (first.length <= at) first.push(undefined)
    if (first[at] === undefined) this.inFirst++
    first[at] = value
  }

  delete(at: number): void {
    if (at >= FIRST) this.others.delete(at)
    else if (this.has(at)) {
      this.first[at] = undefined
      this.inFirst--
    }
  }

  /** The small ones ascending, then the others in the order in which they were first set. */
  *values(): IterableIterator<T> {
    for (const value of this.first) if (value !== undefined) yield value
    yield* this.others.values()
  }
}
