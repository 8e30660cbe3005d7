/**
 * Numbers at places from 0, of which all up to a place can grow at once, and the largest: each in O(log n). A tree over
 * the places, in which a node keeps what was added up to the places under it and the largest number there.
 */
export class LatestSums {
  readonly #leaves: number
  readonly #added: Float64Array
  readonly #best: Float64Array
  readonly #bestAt: Int32Array

  constructor(places: number) {
    let leaves = 1
    while (leaves < places) leaves *= 2
    this.#leaves = leaves
    this.#added = new Float64Array(2 * leaves)
    this.#best = new Float64Array(2 * leaves).fill(-Infinity)
    this.#bestAt = new Int32Array(2 * leaves).fill(-1)
  }

  /** Puts a number at a place up to which nothing was added yet. */
  put(place: number, number: number): void {
    const leaf = this.#leaves + place
    this.#best[leaf] = number
    this.#bestAt[leaf] = place
    this.#update(leaf)
  }

  /** Adds to the numbers at all places from 0 to `place`. */
  addUpTo(place: number, amount: number): void {
    const leaf = this.#leaves + place
    this.#added[leaf] += amount
    this.#update(leaf)
  }

  /** The largest number, and its place. */
  largest(): readonly [number: number, place: number] {
    return [this.#value(1), this.#bestAt[1]]
  }

  #update(leaf: number): void {
    for (let node = leaf >>> 1; node >= 1; node >>>= 1) {
      const [left, right] = [2 * node, 2 * node + 1]
      const ofLeft = this.#value(left) + this.#added[right]
      const ofRight = this.#value(right)
      this.#added[node] = this.#added[left] + this.#added[right]
      this.#best[node] = Math.max(ofLeft, ofRight)
      this.#bestAt[node] = ofLeft >= ofRight ? this.#bestAt[left] : this.#bestAt[right]
    }
  }

  /** The largest number under a node; that of a leaf has what was added up to it. */
  #value(node: number): number {
    return node >= this.#leaves ? this.#best[node] + this.#added[node] : this.#best[node]
  }
}
