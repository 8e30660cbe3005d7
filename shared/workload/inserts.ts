import { assert } from '../base/assert.ts'

/**
 * Inserts that may be under way at once. A session has at most one and a topology 100,000 sessions, so an insert older
 * than this has ended, even if nobody said so.
 */
const WINDOW = 1 << 17

/**
 * The keys that one client inserts, and how far they are known to be there (YCSB's AcknowledgedCounterGenerator).
 * Client c of C inserts records + i·C + c, so that clients never collide and need not talk.
 */
export class InsertSequence {
  private issued = 0
  /** Inserts 0 … ended−1 have all ended. */
  private ended = 0
  /** Inserts that ended before an earlier one did. */
  private readonly early = new Set<number>()
  private readonly first: number
  private readonly records: number
  private readonly stride: number

  constructor(records: number, clientIndex: number, clientCount: number) {
    assert(clientIndex >= 0 && clientIndex < clientCount, () => `client ${clientIndex} of ${clientCount}`)
    this.first = records + clientIndex
    this.records = records
    this.stride = clientCount
  }

  /** The next key to insert. */
  next(): number {
    if (this.issued - this.ended === WINDOW) this.endOldest()
    return this.first + this.issued++ * this.stride
  }

  /**
   * Says that an insert has ended. As in YCSB the outcome does not matter: a failed insert must not hold the sequence
   * up, and reads of its key find nothing. Keys that are not being inserted are ignored.
   */
  acknowledge(key: number): void {
    const index = (key - this.first) / this.stride
    if (!Number.isInteger(index) || index < this.ended || index >= this.issued) return
    if (index === this.ended) this.endOldest()
    else this.early.add(index)
  }

  private endOldest(): void {
    this.ended++
    while (this.early.delete(this.ended)) this.ended++
  }

  /**
   * The highest key that this client takes to be there: its own last one before the first still under way, or the last
   * record. Keys of other clients below it count as there.
   */
  get last(): number {
    return this.ended === 0 ? this.records - 1 : this.first + (this.ended - 1) * this.stride
  }
}
