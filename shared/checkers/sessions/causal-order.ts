import { WORDS_MAX, WordArena } from '../causal/arena.ts'
import { ordinalAt } from '../causal/chains.ts'
import { READS_NOTHING } from '../causal/reads-from.ts'
import { isOlder, sourcesOf } from './guarantee.ts'
import type { CausalRecord, Debt, SessionGuarantee } from './guarantee.ts'

/** Looks at the reads of every session in turn and returns the first that owes a newer write, or null. */
export type DebtFinder = (record: CausalRecord) => Debt | 'too-large' | null

/** What a session remembers of each key, forgotten when the next session begins. */
class PerKey {
  private readonly rows: Int32Array
  private readonly session: Int32Array

  constructor(keyCount: number) {
    this.rows = new Int32Array(keyCount)
    this.session = new Int32Array(keyCount).fill(-1)
  }

  get(session: number, key: number): number {
    return this.session[key] === session ? this.rows[key] : -1
  }

  set(session: number, key: number, row: number): void {
    this.session[key] = session
    this.rows[key] = row
  }
}

const isRead = ({ rf }: CausalRecord, row: number): boolean => rf.writer[row] !== READS_NOTHING

/** The session's last own write of the key is owed: earlier ones are older than it. */
const ownWrites: DebtFinder = (record) => {
  const { ops, rf, chains } = record
  const own = new PerKey(ops.keyCount)
  for (const row of chains.rows) {
    const key = ops.key[row]
    const owed = own.get(ops.process[row], key)
    if (isRead(record, row) && owed !== -1 && isOlder(record, row, owed))
      return { read: row, owed, because: [owed], late: false }
    if (rf.writes[row] === 1) own.set(ops.process[row], key, row)
  }
  return null
}

/**
 * What writes that somebody read had in their pasts, joined: a set of writes of one key as ordinals per chain. A value
 * is older than one of those reads if its write is in the set.
 */
class OlderThanRead {
  readonly ordinals: Uint32Array
  private readonly record: CausalRecord
  private readonly key: number

  constructor(record: CausalRecord, key: number) {
    this.record = record
    this.key = key
    this.ordinals = new Uint32Array(record.chains.ofKey[key + 1] - record.chains.ofKey[key])
  }

  /** Whether anything was new. */
  add(write: number): boolean {
    const { pasts, chains } = this.record
    let grew = false
    for (let i = 0; i < this.ordinals.length; i++) {
      const ordinal = pasts.ordinal(write, chains.ofKey[this.key] + i)
      if (ordinal <= this.ordinals[i]) continue
      this.ordinals[i] = ordinal
      grew = true
    }
    return grew
  }

  has(write: number): boolean {
    const { chains } = this.record
    return this.ordinals[chains.chain[write] - chains.ofKey[this.key]] >= chains.ordinal[write]
  }
}

/** Everything that the session read of the key is owed. */
const ownReads: DebtFinder = (record) => {
  const { ops, chains } = record
  for (let process = 0; process < ops.processCount; process++) {
    const older = new Map<number, OlderThanRead>()
    for (let at = chains.from[process]; at < chains.from[process + 1]; at++) {
      const row = chains.rows[at]
      if (!isRead(record, row)) continue
      const key = ops.key[row]
      const sources = sourcesOf(record, row)
      const known = older.get(key)
      if (known !== undefined && sources.every((write) => known.has(write))) {
        const earlier = readBefore(record, process, at, row)
        return { read: row, owed: earlier.write, because: [earlier.read], late: false }
      }
      if (sources.length === 0) continue
      const set = known ?? new OlderThanRead(record, key)
      for (const write of sources) set.add(write)
      older.set(key, set)
    }
  }
  return null
}

/** A read of the same key among the process's rows before `end` that returned something newer than `read` did. */
function readBefore(
  record: CausalRecord,
  process: number,
  end: number,
  read: number,
): { read: number; write: number } {
  const { ops, chains } = record
  for (let at = end - 1; at >= chains.from[process]; at--) {
    const row = chains.rows[at]
    if (ops.key[row] !== ops.key[read] || !isRead(record, row)) continue
    for (const write of sourcesOf(record, row)) if (isOlder(record, read, write)) return { read: row, write }
  }
  return { read, write: read }
}

/** A write that a session has read, and the read. */
interface Sight {
  readonly write: number
  readonly read: number
}

/** What a session has read so far: of each process, and of each process's writes of a key, the last one. */
class Seen {
  /** By process: place of the last of its writes that the session has read; 0 for none. */
  readonly place: Uint32Array
  private readonly read: Uint32Array
  private readonly touched: number[] = []
  private readonly ofChain = new Map<number, Sight>()
  private readonly writes = new Set<number>()
  private readonly record: CausalRecord

  constructor(record: CausalRecord) {
    this.record = record
    this.place = new Uint32Array(record.ops.processCount)
    this.read = new Uint32Array(record.ops.processCount)
  }

  clear(): void {
    for (let p = this.touched.pop(); p !== undefined; p = this.touched.pop()) this.place[p] = 0
    this.ofChain.clear()
    this.writes.clear()
  }

  note(row: number): void {
    const { ops, chains } = this.record
    for (const write of sourcesOf(this.record, row)) {
      const process = ops.process[write]
      if (chains.position[write] <= this.place[process]) continue
      if (this.place[process] === 0) this.touched.push(process)
      this.place[process] = chains.position[write]
      this.read[process] = row
    }
  }

  /** To be called when the read has been looked at. */
  remember(row: number): void {
    const { chains } = this.record
    for (const write of sourcesOf(this.record, row)) {
      this.writes.add(write)
      const known = this.ofChain.get(chains.chain[write])
      if (known === undefined || chains.ordinal[known.write] < chains.ordinal[write])
        this.ofChain.set(chains.chain[write], { write, read: row })
    }
  }

  hasSeen(write: number): boolean {
    return this.writes.has(write)
  }

  /** The last write of a chain that an earlier read returned. */
  lastOf(chain: number): Sight | undefined {
    return this.ofChain.get(chain)
  }

  /** The write seen last of a process. */
  last(process: number): Sight {
    const { chains } = this.record
    return { write: chains.rows[chains.from[process] + this.place[process] - 1], read: this.read[process] }
  }
}

/** Calls `look` with every read and what its session has seen by then, the read's own value included in `place`. */
function walk(record: CausalRecord, look: (row: number, seen: Seen) => Debt | null): Debt | null {
  const { ops, chains } = record
  const seen = new Seen(record)
  for (let process = 0; process < ops.processCount; process++) {
    seen.clear()
    for (let at = chains.from[process]; at < chains.from[process + 1]; at++) {
      const row = chains.rows[at]
      if (!isRead(record, row)) continue
      seen.note(row)
      const debt = look(row, seen)
      if (debt !== null) return debt
      seen.remember(row)
    }
  }
  return null
}

/** Whoever has seen a write owes all that its author wrote before it, and sees such a write of the same key first. */
const authorsWrites: DebtFinder = (record) => {
  const { ops, chains } = record
  return walk(record, (row, seen) => {
    for (const write of sourcesOf(record, row)) {
      const later = seen.lastOf(chains.chain[write])
      if (later === undefined || seen.hasSeen(write)) continue
      if (chains.ordinal[later.write] > chains.ordinal[write])
        return { read: row, owed: write, because: [write, later.write, later.read], late: true }
    }
    for (let chain = chains.ofKey[ops.key[row]]; chain < chains.ofKey[ops.key[row] + 1]; chain++) {
      const author = chains.process[chain]
      if (seen.place[author] < 2) continue
      const ordinal = ordinalAt(chains, chain, seen.place[author] - 1)
      if (ordinal === 0) continue
      const owed = chains.writes[chains.writesFrom[chain] + ordinal - 1]
      if (!isOlder(record, row, owed)) continue
      const { write, read } = seen.last(author)
      return { read: row, owed, because: [owed, write, read], late: false }
    }
    return null
  })
}

/** Per key and author, after each of the author's reads of the key that told something new: what is older than them. */
interface AuthorReads {
  readonly author: number
  /** The author's place from which on `sets` holds; the first is its first read of a written value. */
  readonly places: number[]
  /** Address in the arena. */
  readonly sets: number[]
}

/** Whoever has seen a write owes all that its author had read before, and sees what it read of the same key first. */
const authorsReads: DebtFinder = (record) => {
  const { ops, chains } = record
  const arena = new WordArena()
  /** By write and reader: the place of the reader's first read of it. */
  const firstRead = new Map<number, number>()
  const reads: AuthorReads[][] = Array.from({ length: ops.keyCount }, () => [])
  for (let author = 0; author < ops.processCount; author++) {
    const older = new Map<number, { set: OlderThanRead; history: AuthorReads }>()
    for (let at = chains.from[author]; at < chains.from[author + 1]; at++) {
      const row = chains.rows[at]
      const sources = isRead(record, row) ? sourcesOf(record, row) : []
      if (sources.length === 0) continue
      const key = ops.key[row]
      let entry = older.get(key)
      const isFirst = entry === undefined
      if (entry === undefined) {
        entry = { set: new OlderThanRead(record, key), history: { author, places: [], sets: [] } }
        older.set(key, entry)
        reads[key].push(entry.history)
      }
      for (const write of sources) {
        const at = write * ops.processCount + author
        if (!firstRead.has(at)) firstRead.set(at, chains.position[row])
      }
      let grew = isFirst
      for (const write of sources) grew = entry.set.add(write) || grew
      if (!grew) continue
      entry.history.places.push(chains.position[row])
      entry.history.sets.push(arena.put(entry.set.ordinals, entry.set.ordinals.length))
      if (arena.words > WORDS_MAX) return 'too-large'
    }
  }
  return walk(record, (row, seen) => {
    const key = ops.key[row]
    const sources = sourcesOf(record, row)
    for (const write of sources) {
      if (seen.hasSeen(write)) continue
      for (let chain = chains.ofKey[key]; chain < chains.ofKey[key + 1]; chain++) {
        const later = seen.lastOf(chain)
        const author = chains.process[chain]
        const place = later === undefined ? undefined : firstRead.get(write * ops.processCount + author)
        if (later === undefined || place === undefined || place >= chains.position[later.write]) continue
        const read = chains.rows[chains.from[author] + place - 1]
        return { read: row, owed: write, because: [write, read, later.write, later.read], late: true }
      }
    }
    for (const { author, places, sets } of reads[key]) {
      const before = lastBelow(places, seen.place[author])
      if (before === -1) continue
      const isOwed = sources.every(
        (write) => arena.get(sets[before], chains.chain[write] - chains.ofKey[key]) >= chains.ordinal[write],
      )
      if (!isOwed) continue
      const { write, read } = seen.last(author)
      const end = chains.from[author] + seen.place[author] - 1
      const source = readBefore(record, author, end, row)
      return { read: row, owed: source.write, because: [source.write, source.read, write, read], late: false }
    }
    return null
  })
}

/** Index of the last entry of an ascending list that is below `bound`, or −1. */
function lastBelow(ascending: readonly number[], bound: number): number {
  let low = -1
  for (let high = ascending.length; high - low > 1;) {
    const middle = (low + high) >> 1
    if (ascending[middle] < bound) low = middle
    else high = middle
  }
  return low
}

export const DEBT_FINDERS: Readonly<Record<SessionGuarantee, DebtFinder>> = {
  'read-your-writes': ownWrites,
  'monotonic-reads': ownReads,
  'monotonic-writes': authorsWrites,
  'writes-follow-reads': authorsReads,
}
