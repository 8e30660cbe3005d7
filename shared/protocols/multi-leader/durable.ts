import type { Vector } from '../../clocks/version-vectors.ts'
import type { WriteId } from '../contract.ts'
import type { Cell, Update } from './events.ts'
import type { State, Turn } from './state.ts'

/** What goes to disk: everything that a step changed, as it then was. */
export interface DurableRecord {
  readonly have: Vector
  readonly forgotten: Vector
  readonly logFrom: number
  readonly ownStamp: number
  readonly seenStamp: number
  /** Appended to the log. */
  readonly updates: readonly Update[]
  /** Keys that changed; null for those that hold nothing. */
  readonly cells: readonly (readonly [number, Cell | null])[]
}

/** What a restart is given: everything whose record had reached the disk. */
export interface DurableImage {
  have: Vector
  forgotten: Vector
  logFrom: number
  ownStamp: number
  seenStamp: number
  /** From `logFrom` on; before that, `dropped` ones that are no longer kept and not yet taken away. */
  log: Update[]
  dropped: number
  readonly cells: Map<number, Cell>
}

export function absorb(durable: DurableImage | null, record: unknown): DurableImage {
  const { have, forgotten, logFrom, ownStamp, seenStamp, updates, cells } = record as DurableRecord
  const image: DurableImage = durable ?? {
    have,
    forgotten,
    logFrom: 0,
    ownStamp,
    seenStamp,
    log: [],
    dropped: 0,
    cells: new Map(),
  }
  for (const update of updates) image.log.push(update)
  image.dropped += logFrom - image.logFrom
  image.logFrom = logFrom
  if (2 * image.dropped > image.log.length) {
    image.log = image.log.slice(image.dropped)
    image.dropped = 0
  }
  Object.assign(image, { have, forgotten, ownStamp, seenStamp })
  for (const [key, cell] of cells) {
    if (cell === null) image.cells.delete(key)
    else image.cells.set(key, cell)
  }
  return image
}

/**
 * Writes down what changed: these updates and these keys. `ownKey` is that of the leader's own update, if it is one.
 * Returns the write after which it would survive a crash.
 */
export function commit(
  { state, out }: Turn,
  updates: readonly Update[],
  keys: Iterable<number>,
  ownKey = -1,
): WriteId {
  const { have, forgotten, logFrom, ownStamp, seenStamp, store } = state
  const writeId = state.nextWriteId++
  const seen = have.slice()
  const sorted = [...keys].sort((a, b) => a - b)
  const record: DurableRecord = {
    have: seen,
    forgotten: forgotten.slice(),
    logFrom,
    ownStamp,
    seenStamp,
    updates,
    cells: sorted.map((key) => [key, store.cells.get(key) ?? null] as const),
  }
  state.writing.push({ writeId, have: seen, ownKey })
  if (ownKey >= 0) {
    state.unflushed.set(ownKey, { writeId, at: have[state.position] })
    state.lastOwnWrite = writeId
  }
  out.persist(writeId, record)
  return writeId
}

/** The disk caught up. */
export function onPersisted(state: State, upTo: WriteId): void {
  state.durableUpTo = upTo
  const { writing, unflushed, durableHave, known, position } = state
  for (let record = writing.peek(); record !== undefined && record.writeId <= upTo; record = writing.peek()) {
    writing.shift()
    for (let leader = 0; leader < durableHave.length; leader++) {
      durableHave[leader] = record.have[leader]
      known[position][leader] = record.have[leader]
    }
    const pending = unflushed.get(record.ownKey)
    if (pending !== undefined && pending.writeId <= upTo) unflushed.delete(record.ownKey)
  }
}
