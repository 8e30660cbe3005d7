/**
 * The transport of live runs: one byte ring in shared memory per ordered pair of threads, each with a single writer
 * and a single reader, so that no lock is needed. Frames carry their length; one that does not fit goes piece by
 * piece. What a ring cannot take yet waits, in order, in a bounded queue of its writer: nothing is ever dropped.
 */

const HEADER_BYTES = 64
const WRITTEN = 0
/** On another cache line than what the writer changes. */
const READ = 8
const FRAME_HEAD_BYTES = 4
/** All rings of a run share this much memory; each gets a power of two between the bounds. */
const TOTAL_BYTES = 128 * 2 ** 20
const RING_BYTES_MIN = 4 * 2 ** 10
const RING_BYTES_MAX = 2 ** 20
/** What may wait for one reader; more means that it is far too slow for what it is sent. */
const WAITING_BYTES_MAX = 256 * 2 ** 20

export interface RingMemory {
  buffer: SharedArrayBuffer
  threads: number
  ringBytes: number
}

export function ringMemory(threads: number): RingMemory {
  const share = TOTAL_BYTES / Math.max(1, threads * threads)
  const ringBytes = 2 ** Math.floor(Math.log2(Math.min(RING_BYTES_MAX, Math.max(RING_BYTES_MIN, share))))
  const bytes = threads * threads * (HEADER_BYTES + ringBytes)
  try {
    return { buffer: new SharedArrayBuffer(bytes), threads, ringBytes }
  } catch (error) {
    const message = `a live run of ${threads} threads needs ${Math.ceil(bytes / 2 ** 20)} MiB of memory for their links alone`
    throw new Error(message, { cause: error })
  }
}

/** A reader too slow for what it is sent: the run cannot go on faithfully. */
export class BacklogError extends Error {
  override name = 'BacklogError'
}

/** Hears of a frame whose payload is `bytes` from `from` up to `to`, good for the call only. */
export type OnFrame = (bytes: Buffer, from: number, to: number) => void

/** The writing end of one ring. */
class Writer {
  readonly #positions: Int32Array
  readonly #bytes: Buffer
  readonly #mask: number
  readonly #waiting: Buffer[] = []
  waitingBytes = 0
  #written: number

  constructor(memory: RingMemory, offset: number) {
    this.#positions = new Int32Array(memory.buffer, offset, HEADER_BYTES / 4)
    this.#bytes = Buffer.from(memory.buffer, offset + HEADER_BYTES, memory.ringBytes)
    this.#mask = memory.ringBytes - 1
    this.#written = Atomics.load(this.#positions, WRITTEN)
  }

  /**
   * Writes a frame, or puts what does not fit behind what waits already; true where nothing has to wait. The buffer may
   * be reused afterwards.
   */
  push(frame: Buffer): boolean {
    const done = this.#waiting.length > 0 ? 0 : this.#put(frame)
    if (done === frame.length) return true
    if (this.waitingBytes > WAITING_BYTES_MAX) {
      throw new BacklogError('a thread is sent messages far faster than it can take them')
    }
    const rest = Buffer.from(frame.subarray(done))
    this.#waiting.push(rest)
    this.waitingBytes += rest.length
    return false
  }

  /** Writes as much of what waits as fits by now; true when nothing waits any more. */
  flush(): boolean {
    while (this.#waiting.length > 0) {
      const first = this.#waiting[0]
      const done = this.#put(first)
      this.waitingBytes -= done
      if (done < first.length) {
        this.#waiting[0] = first.subarray(done)
        return false
      }
      this.#waiting.shift()
    }
    return true
  }

  #put(data: Buffer): number {
    const used = (this.#written - Atomics.load(this.#positions, READ)) >>> 0
    const length = Math.min(data.length, this.#mask + 1 - used)
    if (length === 0) return 0
    const at = this.#written & this.#mask
    const first = Math.min(length, this.#mask + 1 - at)
    data.copy(this.#bytes, at, 0, first)
    if (first < length) data.copy(this.#bytes, 0, first, length)
    this.#written = (this.#written + length) | 0
    Atomics.store(this.#positions, WRITTEN, this.#written)
    return length
  }
}

/** The reading end of one ring. */
class Reader {
  readonly #positions: Int32Array
  readonly #bytes: Buffer
  readonly #mask: number
  #read: number
  /** The beginning of a frame whose rest is still to come. */
  #partial: Buffer = Buffer.alloc(0)

  constructor(memory: RingMemory, offset: number) {
    this.#positions = new Int32Array(memory.buffer, offset, HEADER_BYTES / 4)
    this.#bytes = Buffer.from(memory.buffer, offset + HEADER_BYTES, memory.ringBytes)
    this.#mask = memory.ringBytes - 1
    this.#read = Atomics.load(this.#positions, READ)
  }

  get isMidFrame(): boolean {
    return this.#partial.length > 0
  }

  get isEmpty(): boolean {
    return Atomics.load(this.#positions, WRITTEN) === this.#read
  }

  drain(frame: OnFrame): void {
    const length = (Atomics.load(this.#positions, WRITTEN) - this.#read) >>> 0
    if (length === 0) return
    const left = this.#partial.length === 0 ? this.#drainInPlace(length, frame) : length
    if (left > 0) this.#drainCopy(left, frame)
    Atomics.store(this.#positions, READ, this.#read)
  }

  /** Frames that stand in one piece are read where they are. Returns how many of the bytes that have come are left. */
  #drainInPlace(length: number, frame: OnFrame): number {
    const bytes = this.#bytes
    let at = this.#read & this.#mask
    const end = at + Math.min(length, this.#mask + 1 - at)
    const began = at
    while (end - at >= FRAME_HEAD_BYTES) {
      const to = at + FRAME_HEAD_BYTES + bytes.readUInt32LE(at)
      if (to > end) break
      frame(bytes, at + FRAME_HEAD_BYTES, to)
      at = to
    }
    this.#read = (this.#read + at - began) | 0
    return length - (at - began)
  }

  /** What goes over the end of the ring, or comes piece by piece. */
  #drainCopy(length: number, frame: OnFrame): void {
    const data = Buffer.allocUnsafe(this.#partial.length + length)
    this.#partial.copy(data)
    const at = this.#read & this.#mask
    const first = Math.min(length, this.#mask + 1 - at)
    this.#bytes.copy(data, this.#partial.length, at, at + first)
    if (first < length) this.#bytes.copy(data, this.#partial.length + first, 0, length - first)
    this.#read = (this.#read + length) | 0
    let from = 0
    while (data.length - from >= FRAME_HEAD_BYTES) {
      const to = from + FRAME_HEAD_BYTES + data.readUInt32LE(from)
      if (to > data.length) break
      frame(data, from + FRAME_HEAD_BYTES, to)
      from = to
    }
    this.#partial = data.subarray(from)
  }
}

/** One thread's ends of all its rings. */
export class Rings {
  readonly #writers: (Writer | null)[] = []
  readonly #readers: Reader[] = []

  constructor(memory: RingMemory, thread: number) {
    const { threads, ringBytes } = memory
    const offset = (from: number, to: number) => (from * threads + to) * (HEADER_BYTES + ringBytes)
    for (let other = 0; other < threads; other++) {
      this.#writers.push(other === thread ? null : new Writer(memory, offset(thread, other)))
      if (other !== thread) this.#readers.push(new Reader(memory, offset(other, thread)))
    }
  }

  /**
   * `frame` holds four bytes for its length, written here, and then the payload. False where some of it must wait until
   * the reader has made room.
   */
  send(to: number, frame: Buffer): boolean {
    const writer = this.#writers[to]
    if (writer === null) throw new Error(`thread ${to} has no ring to itself`)
    frame.writeUInt32LE(frame.length - FRAME_HEAD_BYTES, 0)
    return writer.push(frame)
  }

  /** Hands over every whole frame that has come. */
  drain(frame: OnFrame): void {
    for (const reader of this.#readers) reader.drain(frame)
  }

  /** Moves what had to wait, and says for whom something has moved; true when nothing waits any more. */
  flush(moved?: (to: number) => void): boolean {
    let done = true
    for (let to = 0; to < this.#writers.length; to++) {
      const writer = this.#writers[to]
      if (writer === null || writer.waitingBytes === 0) continue
      const before = writer.waitingBytes
      done = writer.flush() && done
      if (writer.waitingBytes < before) moved?.(to)
    }
    return done
  }

  get hasArrivals(): boolean {
    return this.#readers.some((reader) => !reader.isEmpty)
  }

  get isMidFrame(): boolean {
    return this.#readers.some((reader) => reader.isMidFrame)
  }
}

/** Room for the length that `Rings.send` writes. */
export const FRAME_PREFIX_BYTES = FRAME_HEAD_BYTES
