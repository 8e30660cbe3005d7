import type { Agenda } from '../../shared/base/agenda.ts'
import { assert } from '../../shared/base/assert.ts'
import type { Rng } from '../../shared/base/rng.ts'
import type { Ns } from '../../shared/base/time.ts'
import type { PlaceId } from '../../shared/plan/types.ts'
import type { AnyProtocol } from '../../shared/protocols/contract.ts'
import { EVENT } from '../../shared/simulator/events.ts'
import { FORGOTTEN } from '../../shared/simulator/disk.ts'
import type { Disk, Write } from '../../shared/simulator/disk.ts'
import { compileDistribution } from '../../shared/topology/distributions.ts'
import type { Distribution } from '../../shared/topology/distributions.ts'
import { decodeRecords, encodeRecords } from './append-file.ts'
import type { DiskWords } from './disk-words.ts'

/** What real disks need of `node:fs`; tests give them one that fails. */
export interface DiskFs {
  writeSync(fd: number, bytes: Buffer): number
  readSync(fd: number, bytes: Buffer, offset: number, length: number, position: number): number
  ftruncateSync(fd: number, bytes: number): void
  fstatSync(fd: number): { size: number }
  fdatasyncSync(fd: number): void
}

/** Writes that may wait for one disk, as in the simulator. */
const QUEUE_MAX = 1_000_000
/** A sync that takes longer than this when a replica restarts is given up waiting for: the disk has died. */
const SYNC_MS_MAX = 30_000

/** A disk that could not do what it was asked: the run ends with this sentence. */
export class DiskError extends Error {
  override name = 'DiskError'

  constructor(name: string, cause: unknown) {
    super(`the disk of ${name} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

/** A replica's file, and who is concerned with it. */
export interface ReplicaFile {
  place: PlaceId
  name: string
  fd: number
  words: DiskWords
  fs: DiskFs
  rng: Rng
  /** Wakes the thread that syncs this file. */
  onRequest: () => void
}

/**
 * A replica's disk as a file. The modelled fsync time does not apply, that of a slow-disk fault is a lower bound; the
 * rest is as in the model: one flush at a time, and what is written meanwhile goes with the next.
 *
 * The replica's thread appends (3 µs: the page cache takes it), a thread beside it calls fdatasync and tells when it
 * returned, which costs 5 µs more than the call itself. Calling it here would hold up every message for as long as the
 * disk takes (0.15 ms here, many on a busy one), and libuv's pool costs 40 µs and an event loop that turns. Each
 * replica's file has a thread of its own up to `DISK_THREADS_MAX`: 25 files in one thread take 3.7 ms a round, in 25
 * threads 0.2 ms, because the file system commits together what is waiting.
 */
export class RealDisk implements Disk {
  readonly #agenda: Agenda
  readonly #options: ReplicaFile
  /** Of a slow-disk fault; else no time at all. */
  #fsync: Distribution = compileDistribution(0)
  #waiting: Write[] = []
  #flushing: Write[] = []
  #isSyncing = false
  #startedNs: Ns = 0
  #epoch = 0
  /** Bytes of the file that would survive. */
  #durableBytes: number
  #writtenBytes: number

  constructor(agenda: Agenda, options: ReplicaFile) {
    this.#agenda = agenda
    this.#options = options
    this.#durableBytes = this.#writtenBytes = this.#trying(() => options.fs.fstatSync(options.fd).size)
  }

  get instant(): boolean {
    return false
  }

  get fsync(): Distribution {
    return this.#fsync
  }

  setFsync(fsync: Distribution): void {
    this.#fsync = fsync
  }

  write(write: Write, epoch: number): void {
    assert(
      this.#waiting.length < QUEUE_MAX,
      () => `${QUEUE_MAX} writes wait for the disk of ${this.#options.name}`,
    )
    this.#waiting.push(write)
    this.#epoch = epoch
  }

  /** To be called once in every turn of the thread's loop: begins a flush, or finds that one has ended. */
  turn(): void {
    if (this.#isSyncing && this.hasEnded) this.#land()
    if (this.#flushing.length === 0 && this.#waiting.length > 0) this.#flush()
  }

  /** Whether a sync has ended that nobody was told of. */
  get hasEnded(): boolean {
    return this.#isSyncing && !this.#options.words.isSyncing(this.#options.place)
  }

  #flush(): void {
    const { fs, fd, words, place, onRequest } = this.#options
    this.#flushing = this.#waiting
    this.#waiting = []
    const bytes = encodeRecords(this.#flushing)
    this.#trying(() => {
      for (let done = 0; done < bytes.length;) done += fs.writeSync(fd, bytes.subarray(done))
    })
    this.#writtenBytes += bytes.length
    this.#startedNs = this.#agenda.nowNs
    this.#isSyncing = true
    words.request(place)
    onRequest()
  }

  /** In a world slowed down, the disk must take as long by the world's clock as it took by ours. */
  #land(): void {
    const { words, place, rng } = this.#options
    this.#isSyncing = false
    this.#durableBytes = this.#writtenBytes
    const tookNs = Math.max(Math.round(words.tookNs(place)), this.#fsync.sampleNs(rng))
    const atNs = Math.max(this.#agenda.nowNs, this.#startedNs + tookNs)
    this.#agenda.schedule(atNs, EVENT.flushed, place, 0, this.#epoch, null)
  }

  flushed(): readonly Write[] {
    const done = this.#flushing
    this.#flushing = []
    return done
  }

  /** What no sync has covered is cut off, as it would be lost with the machine's memory. */
  crash(): void {
    const { fs, fd } = this.#options
    this.#waiting = []
    this.#flushing = []
    if (this.hasEnded) this.#durableBytes = this.#writtenBytes
    this.#isSyncing = false
    this.#trying(() => fs.ftruncateSync(fd, this.#durableBytes))
  }

  #trying<T>(act: () => T): T {
    return trying(this.#options.name, act)
  }
}

/** What a restart finds: an image per shard. A record that is not whole, and all after it, are cut off. */
export function recover(
  { fs, fd, words, place, name }: ReplicaFile,
  protocol: Pick<AnyProtocol, 'absorb'>,
): [PlaceId, number, unknown][] {
  words.awaitDone(place, SYNC_MS_MAX)
  const images = new Map<number, unknown>()
  const bytes = trying(name, () => {
    const whole = Buffer.alloc(fs.fstatSync(fd).size)
    let done = 0
    for (let read = -1; done < whole.length && read !== 0; done += read) {
      read = fs.readSync(fd, whole, done, whole.length - done, done)
    }
    return whole.subarray(0, done)
  })
  const { records, wholeBytes } = decodeRecords(bytes)
  if (wholeBytes < bytes.length) trying(name, () => fs.ftruncateSync(fd, wholeBytes))
  for (const { shard, record } of records) {
    if (record === FORGOTTEN) images.delete(shard)
    else images.set(shard, protocol.absorb(images.get(shard) ?? null, record))
  }
  return [...images].map(([shard, image]) => [place, shard, image])
}

function trying<T>(name: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw new DiskError(name, error)
  }
}
