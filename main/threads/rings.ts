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

const NOTHING = Buffer.alloc(0)

/** A reader too slow for what it is sent: the run cannot go on faithfully. */
export class BacklogError extends Error {
  override name = 'BacklogError'
}

/** Memory as bytes, and as numbers of any width. */
export class Area {
  readonly bytes: Buffer
  readonly view: DataView

  constructor(bytes: Buffer) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }
}

/** What a frame carries. It is written into the ring itself where that has room in one piece. */
export interface Payload {
  /** It takes no more than this. */
  readonly bytesMax: number
  /** Writes it from `at` on; returns how many bytes it took. */
  writeTo(area: Area, at: number): number
}

/** Hears of a frame whose payload is the bytes of `area` from `from` up to `to`, good for the call only. */
export type OnFrame = (area: Area, from: number, to: number) => void

/** One ring of the memory. What it needs to be used is made at its first use: in a large run most never are. */
class Ring {
  /** Of all rings; this one's are at `written` and `read`. */
  readonly positions: Int32Array
  readonly written: number
  readonly read: number
  readonly mask: number
  readonly #memory: RingMemory
  readonly #offset: number
  #area: Area | null = null

  constructor(memory: RingMemory, positions: Int32Array, from: number, to: number) {
    const { threads, ringBytes } = memory
    this.#memory = memory
    this.#offset = (from * threads + to) * (HEADER_BYTES + ringBytes)
    this.positions = positions
    this.written = this.#offset / 4 + WRITTEN
    this.read = this.#offset / 4 + READ
    this.mask = ringBytes - 1
  }

  get area(): Area {
    return (this.#area ??= this.#open())
  }

  #open(): Area {
    const { buffer, ringBytes } = this.#memory
    return new Area(Buffer.from(buffer, this.#offset + HEADER_BYTES, ringBytes))
  }
}

/** The writing end of a ring. */
class Writer {
  readonly #ring: Ring
  readonly #waiting: Buffer[] = []
  waitingBytes = 0
  #written: number

  constructor(ring: Ring) {
    this.#ring = ring
    this.#written = Atomics.load(ring.positions, ring.written)
  }

  /** Writes a frame, or puts what does not fit behind what waits already; true where nothing has to wait. */
  push(payload: Payload): boolean {
    const { positions, read, mask, area } = this.#ring
    const used = (this.#written - Atomics.load(positions, read)) >>> 0
    const at = this.#written & mask
    const room = Math.min(mask + 1 - used, mask + 1 - at)
    if (this.#waiting.length > 0 || FRAME_HEAD_BYTES + payload.bytesMax > room) {
      return this.#pushCopy(frameOf(payload))
    }
    const length = payload.writeTo(area, at + FRAME_HEAD_BYTES)
    area.view.setUint32(at, length, true)
    this.#publish(FRAME_HEAD_BYTES + length)
    return true
  }

  #pushCopy(frame: Buffer): boolean {
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
    const { positions, read, mask, area } = this.#ring
    const used = (this.#written - Atomics.load(positions, read)) >>> 0
    const length = Math.min(data.length, mask + 1 - used)
    if (length === 0) return 0
    const at = this.#written & mask
    const first = Math.min(length, mask + 1 - at)
    const { bytes } = area
    data.copy(bytes, at, 0, first)
    if (first < length) data.copy(bytes, 0, first, length)
    this.#publish(length)
    return length
  }

  #publish(length: number): void {
    this.#written = (this.#written + length) | 0
    Atomics.store(this.#ring.positions, this.#ring.written, this.#written)
  }
}

function frameOf(payload: Payload): Buffer {
  const area = new Area(Buffer.allocUnsafe(FRAME_HEAD_BYTES + payload.bytesMax))
  const length = payload.writeTo(area, FRAME_HEAD_BYTES)
  area.view.setUint32(0, length, true)
  return area.bytes.subarray(0, FRAME_HEAD_BYTES + length)
}

/** The reading end of a ring. */
class Reader {
  readonly #ring: Ring
  #read: number
  /** The beginning of a frame whose rest is still to come. */
  #partial: Buffer = NOTHING

  constructor(ring: Ring) {
    this.#ring = ring
    this.#read = Atomics.load(ring.positions, ring.read)
  }

  get isMidFrame(): boolean {
    return this.#partial.length > 0
  }

  get isEmpty(): boolean {
    return Atomics.load(this.#ring.positions, this.#ring.written) === this.#read
  }

  drain(frame: OnFrame): void {
    const { positions, written, read } = this.#ring
    const length = (Atomics.load(positions, written) - this.#read) >>> 0
    if (length === 0) return
    const left = this.#partial.length === 0 ? this.#drainInPlace(length, frame) : length
    if (left > 0) this.#drainCopy(left, frame)
    Atomics.store(positions, read, this.#read)
  }

  /** Frames that stand in one piece are read where they are. Returns how many of the bytes that have come are left. */
  #drainInPlace(length: number, frame: OnFrame): number {
    const { area, mask } = this.#ring
    let at = this.#read & mask
    const end = at + Math.min(length, mask + 1 - at)
    const began = at
    while (end - at >= FRAME_HEAD_BYTES) {
      const to = at + FRAME_HEAD_BYTES + area.view.getUint32(at, true)
      if (to > end) break
      frame(area, at + FRAME_HEAD_BYTES, to)
      at = to
    }
    this.#read = (this.#read + at - began) | 0
    return length - (at - began)
  }

  /** What goes over the end of the ring, or comes piece by piece. */
  #drainCopy(length: number, frame: OnFrame): void {
    const data = Buffer.allocUnsafe(this.#partial.length + length)
    this.#partial.copy(data)
    const { mask } = this.#ring
    const { bytes } = this.#ring.area
    const at = this.#read & mask
    const first = Math.min(length, mask + 1 - at)
    bytes.copy(data, this.#partial.length, at, at + first)
    if (first < length) bytes.copy(data, this.#partial.length + first, 0, length - first)
    this.#read = (this.#read + length) | 0
    const area = new Area(data)
    let from = 0
    while (data.length - from >= FRAME_HEAD_BYTES) {
      const to = from + FRAME_HEAD_BYTES + area.view.getUint32(from, true)
      if (to > data.length) break
      frame(area, from + FRAME_HEAD_BYTES, to)
      from = to
    }
    this.#partial = data.subarray(from)
  }
}

/** One thread's ends of all its rings. */
export class Rings {
  readonly #thread: number
  readonly #ringTo: (to: number) => Ring
  /** By thread; null for those that nothing has been sent to. */
  readonly #writers: (Writer | null)[] = []
  readonly #readers: Reader[] = []

  constructor(memory: RingMemory, thread: number) {
    const positions = new Int32Array(memory.buffer)
    this.#thread = thread
    this.#ringTo = (to) => new Ring(memory, positions, thread, to)
    for (let other = 0; other < memory.threads; other++) {
      this.#writers.push(null)
      if (other !== thread) this.#readers.push(new Reader(new Ring(memory, positions, other, thread)))
    }
  }

  /** Sends a frame; false where some of it must wait until the reader has made room. */
  send(to: number, payload: Payload): boolean {
    return (this.#writers[to] ??= this.#writer(to)).push(payload)
  }

  #writer(to: number): Writer {
    if (to === this.#thread) throw new Error(`thread ${to} has no ring to itself`)
    return new Writer(this.#ringTo(to))
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
