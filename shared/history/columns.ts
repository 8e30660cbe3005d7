import type { Ns } from '../base/time.ts'
import type { OperationColumns } from './types.ts'

/** Growing columns, one row per operation: 71 bytes each, and at most half as much again in unused capacity. */
export class OperationTable implements OperationColumns {
  count = 0
  process: Uint32Array
  session: Uint32Array
  f: Uint8Array
  key: Uint32Array
  value: Uint32Array
  expected: Uint32Array
  result: Uint32Array
  status: Uint8Array
  error: Uint8Array
  intendedNs: Float64Array
  invokedNs: Float64Array
  endedNs: Float64Array
  versionAt: Float64Array
  versionBy: Int32Array
  place: Uint16Array
  attempts: Uint8Array
  tag: Uint16Array
  #capacity: number

  constructor(capacity = 4096) {
    this.#capacity = capacity
    this.process = new Uint32Array(capacity)
    this.session = new Uint32Array(capacity)
    this.f = new Uint8Array(capacity)
    this.key = new Uint32Array(capacity)
    this.value = new Uint32Array(capacity)
    this.expected = new Uint32Array(capacity)
    this.result = new Uint32Array(capacity)
    this.status = new Uint8Array(capacity)
    this.error = new Uint8Array(capacity)
    this.intendedNs = new Float64Array(capacity)
    this.invokedNs = new Float64Array(capacity)
    this.endedNs = new Float64Array(capacity)
    this.versionAt = new Float64Array(capacity)
    this.versionBy = new Int32Array(capacity)
    this.place = new Uint16Array(capacity)
    this.attempts = new Uint8Array(capacity)
    this.tag = new Uint16Array(capacity)
    this.#markUnset(0)
  }

  /** What a row holds until something else is known, written for all the rows of new capacity at once. */
  #markUnset(from: number): void {
    this.endedNs.fill(NaN, from)
    this.versionAt.fill(NaN, from)
    this.place.fill(65535, from)
  }

  /** Adds an open operation and returns its row. */
  add(
    process: number,
    session: number,
    f: number,
    key: number,
    value: number,
    intendedNs: Ns,
    invokedNs: Ns,
    tag: number,
    expected = 0,
  ): number {
    if (this.count === this.#capacity) this.#grow()
    const row = this.count++
    this.process[row] = process
    this.session[row] = session
    this.f[row] = f
    this.key[row] = key
    this.value[row] = value
    this.intendedNs[row] = intendedNs
    this.invokedNs[row] = invokedNs
    if (tag > 0) this.tag[row] = tag
    if (expected > 0) this.expected[row] = expected
    return row
  }

  #grow(): void {
    const before = this.#capacity
    const capacity = Math.ceil(before * 1.5)
    this.#capacity = capacity
    this.process = copied(this.process, new Uint32Array(capacity))
    this.session = copied(this.session, new Uint32Array(capacity))
    this.f = copied(this.f, new Uint8Array(capacity))
    this.key = copied(this.key, new Uint32Array(capacity))
    this.value = copied(this.value, new Uint32Array(capacity))
    this.expected = copied(this.expected, new Uint32Array(capacity))
    this.result = copied(this.result, new Uint32Array(capacity))
    this.status = copied(this.status, new Uint8Array(capacity))
    this.error = copied(this.error, new Uint8Array(capacity))
    this.intendedNs = copied(this.intendedNs, new Float64Array(capacity))
    this.invokedNs = copied(this.invokedNs, new Float64Array(capacity))
    this.endedNs = copied(this.endedNs, new Float64Array(capacity))
    this.versionAt = copied(this.versionAt, new Float64Array(capacity))
    this.versionBy = copied(this.versionBy, new Int32Array(capacity))
    this.place = copied(this.place, new Uint16Array(capacity))
    this.attempts = copied(this.attempts, new Uint8Array(capacity))
    this.tag = copied(this.tag, new Uint16Array(capacity))
    this.#markUnset(before)
  }
}

function copied<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from)
  return to
}
