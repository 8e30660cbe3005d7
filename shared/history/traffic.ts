import type { Ns } from '../base/time.ts'
import type { Traffic } from './types.ts'

/** Bins kept at most; when a run outgrows them, neighbours merge and the bins double in width. */
const BINS_MAX = 240
const BIN_NS_SMALLEST = 1_000_000
const FIELDS = 6
const [MESSAGES_OUT, MESSAGES_IN, BYTES_OUT, BYTES_IN, REQUESTS, BUSY_NS] = [0, 1, 2, 3, 4, 5]

export type DropCause = keyof Traffic['dropped']

/** Counts messages and bytes per place in time bins and per kind over the run, in memory that does not grow. */
export class TrafficRecorder {
  readonly #places: number
  readonly #kindIndex = new Map<string, number>()
  /** Messages come in bursts of one kind, so the last look-up mostly serves again. */
  #lastKind = ''
  #lastIndex = -1
  readonly #kindMessages: Float64Array
  readonly #kindBytes: Float64Array
  readonly #kinds: readonly { kind: string; label: string }[]
  readonly #dropped = { loss: 0, partition: 0, down: 0, overflow: 0 }
  #duplicated = 0
  #binNs: Ns
  #bins = 1
  /** [(bin * places + place) * FIELDS + field] */
  readonly #data: Float64Array
  readonly #shards: number
  /** [bin * shards + shard] */
  readonly #asked: Float64Array
  #bin = 0
  #binStart = 0
  #binEnd: Ns

  constructor(
    places: number,
    shards: number,
    durationNs: Ns,
    kinds: readonly { kind: string; label: string }[],
  ) {
    this.#places = places
    this.#shards = shards
    this.#asked = new Float64Array(BINS_MAX * shards)
    this.#kinds = kinds
    kinds.forEach(({ kind }, index) => this.#kindIndex.set(kind, index))
    this.#kindMessages = new Float64Array(kinds.length)
    this.#kindBytes = new Float64Array(kinds.length)
    this.#binNs = Number.isFinite(durationNs) ? niceBinNs(durationNs / (BINS_MAX / 2)) : BIN_NS_SMALLEST
    this.#binEnd = this.#binNs
    this.#data = new Float64Array(BINS_MAX * places * FIELDS)
  }

  sent(nowNs: Ns, from: number, kind: string, bytes: number): void {
    if (kind !== this.#lastKind) this.#lookUp(kind)
    const index = this.#lastIndex
    this.#kindMessages[index]++
    this.#kindBytes[index] += bytes
    const row = this.#row(nowNs, from)
    this.#data[row + MESSAGES_OUT]++
    this.#data[row + BYTES_OUT] += bytes
  }

  #lookUp(kind: string): void {
    const index = this.#kindIndex.get(kind)
    if (index === undefined) throw new Error(`the message kind ${kind} is not in the manifest`)
    this.#lastKind = kind
    this.#lastIndex = index
  }

  received(nowNs: Ns, to: number, bytes: number): void {
    const row = this.#row(nowNs, to)
    this.#data[row + MESSAGES_IN]++
    this.#data[row + BYTES_IN] += bytes
  }

  request(nowNs: Ns, place: number): void {
    this.#data[this.#row(nowNs, place) + REQUESTS]++
  }

  /** A client asks something of a shard. */
  asked(nowNs: Ns, shard: number): void {
    if (nowNs >= this.#binEnd) this.#advance(nowNs)
    this.#asked[this.#bin * this.#shards + shard]++
  }

  busy(nowNs: Ns, place: number, ns: Ns): void {
    this.#data[this.#row(nowNs, place) + BUSY_NS] += ns
  }

  dropped(cause: DropCause): void {
    this.#dropped[cause]++
  }

  duplicated(): void {
    this.#duplicated++
  }

  /** What a place has sent and received since the run began, and for how long it was busy. */
  totalsOf(place: number): { messagesOut: number; messagesIn: number; busyNs: Ns } {
    const totals = { messagesOut: 0, messagesIn: 0, busyNs: 0 }
    const width = this.#places * FIELDS
    for (let row = place * FIELDS; row < this.#bins * width; row += width) {
      totals.messagesOut += this.#data[row + MESSAGES_OUT]
      totals.messagesIn += this.#data[row + MESSAGES_IN]
      totals.busyNs += this.#data[row + BUSY_NS]
    }
    return totals
  }

  get messages(): number {
    return this.#kindMessages.reduce((sum, count) => sum + count, 0)
  }

  #row(nowNs: Ns, place: number): number {
    if (nowNs >= this.#binEnd) this.#advance(nowNs)
    return this.#binStart + place * FIELDS
  }

  #advance(nowNs: Ns): void {
    while (nowNs >= this.#binNs * BINS_MAX) this.#halve()
    const bin = Math.floor(nowNs / this.#binNs)
    this.#bins = Math.max(this.#bins, bin + 1)
    this.#binEnd = (bin + 1) * this.#binNs
    this.#bin = bin
    this.#binStart = bin * this.#places * FIELDS
  }

  #halve(): void {
    mergeNeighbours(this.#data, this.#places * FIELDS)
    mergeNeighbours(this.#asked, this.#shards)
    this.#binNs *= 2
    this.#bins = Math.ceil(this.#bins / 2)
  }

  finish(): Traffic {
    const column = (field: number) => {
      const out = new Float64Array(this.#bins * this.#places)
      for (let at = 0; at < out.length; at++) out[at] = this.#data[at * FIELDS + field]
      return out
    }
    return {
      binNs: this.#binNs,
      bins: this.#bins,
      messagesOut: column(MESSAGES_OUT),
      messagesIn: column(MESSAGES_IN),
      bytesOut: column(BYTES_OUT),
      bytesIn: column(BYTES_IN),
      requests: column(REQUESTS),
      asked: this.#asked.slice(0, this.#bins * this.#shards),
      busyNs: column(BUSY_NS),
      byKind: this.#kinds
        .map(({ kind, label }, index) => ({
          kind,
          label,
          messages: this.#kindMessages[index],
          bytes: this.#kindBytes[index],
        }))
        .filter(({ messages }) => messages > 0),
      dropped: { ...this.#dropped },
      duplicated: this.#duplicated,
    }
  }
}

/** Adds every second bin to the one before it and moves the sums together; `width`: numbers in a bin. */
function mergeNeighbours(data: Float64Array, width: number): void {
  for (let bin = 0; bin < BINS_MAX / 2; bin++) {
    for (let at = 0; at < width; at++) {
      data[bin * width + at] = data[2 * bin * width + at] + data[(2 * bin + 1) * width + at]
    }
  }
  data.fill(0, (BINS_MAX / 2) * width)
}

/** The smallest of 1, 2, 5 × 10^k milliseconds that is at least `ns`. */
export function niceBinNs(ns: Ns): Ns {
  for (let decade = BIN_NS_SMALLEST; ; decade *= 10) {
    for (const step of [1, 2, 5]) if (decade * step >= ns) return decade * step
  }
}

/** Of a record that counted no messages. */
export const NO_TRAFFIC: Traffic = {
  binNs: 1_000_000,
  bins: 0,
  messagesOut: new Float64Array(),
  messagesIn: new Float64Array(),
  bytesOut: new Float64Array(),
  bytesIn: new Float64Array(),
  requests: new Float64Array(),
  asked: new Float64Array(),
  busyNs: new Float64Array(),
  byKind: [],
  dropped: { loss: 0, partition: 0, down: 0, overflow: 0 },
  duplicated: 0,
}
