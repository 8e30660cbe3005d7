import type { PlaceId } from '../../plan/types.ts'
import type { OpId, Operation, Outcome, SessionToken, WriteId } from '../contract.ts'
import { PRELOADED } from '../contract.ts'
import { isOutdated, recall, remember } from '../sessions.ts'
import type { SessionRecord } from '../sessions.ts'
import type { DurableRecord } from './durable.ts'
import { NEVER } from './messages.ts'
import type { Ask, Copy } from './messages.ts'
import { failure, positionOf, readOutcome, scanOutcome, writeOutcome } from './outcomes.ts'
import { hashOf } from './state.ts'
import type { Cell, Origin, State, Turn } from './state.ts'

/** The origin's end: one order of all commands, on disk before anybody hears of them. */

/** A client's request; `via` is the cache that passed it on, or null. */
export interface Command {
  readonly opId: OpId
  readonly op: Operation
  readonly process: number
  readonly sequence: number
  readonly token: SessionToken
  readonly via: PlaceId | null
}

const IN_FORCE = -1

export function onCommand(turn: Turn, origin: Origin, command: Command): void {
  const { op, token } = command
  const { state } = turn
  const { reading } = state
  if (op.f === 'read') {
    const { copy, writeId } = lookUp(state, origin, op.key)
    answer(turn, command, readOutcome(reading, copy, positionOf(token)), writeId)
  } else if (op.f === 'scan') {
    const rows = rowsOf(state, origin, op)
    answer(turn, command, scanOutcome(reading, rows, origin.position), lastWrite(origin))
  } else change(turn, origin, command)
}

/** A cache asks. Of what is not on disk yet the answer knows the key's own version alone, and waits for it. */
export function onAsk(
  { state, out, rules }: Turn,
  origin: Origin,
  from: PlaceId,
  { id, attempt, key, have }: Ask,
): void {
  const { copy, writeId } = lookUp(state, origin, key)
  const fill = {
    kind: 'ttl-cache.fill' as const,
    id,
    attempt,
    key,
    copy: have === copy.version ? null : copy,
    asOf: Math.max(origin.durablePosition, copy.version),
    ageNs: 0,
    isStale: false,
  }
  if (writeId === IN_FORCE) out.send(from, fill)
  else out.send(from, fill, rules.waitsFor(writeId))
}

/** The disk caught up. */
export function onPersisted(origin: Origin, upTo: WriteId): void {
  const { writing } = origin
  for (let record = writing.peek(); record !== undefined && record.writeId <= upTo; record = writing.peek()) {
    origin.durablePosition = record.position
    writing.shift()
  }
}

function lookUp({ preloaded }: State, { cells }: Origin, key: number): Cell {
  const cell = cells.get(key)
  if (cell !== undefined) return cell
  // Keys that the workload loaded before the run exist without having been written.
  const copy: Copy =
    key < preloaded ? { version: 0, value: PRELOADED, bytes: 0 } : { version: NEVER, value: 0, bytes: 0 }
  return { copy, writeId: IN_FORCE }
}

/** How many of the keys from a scan's first on exist. */
function rowsOf(state: State, origin: Origin, { key, count }: Operation): number {
  let rows = 0
  for (let one = key; one < key + count; one++) if (lookUp(state, origin, one).copy.value !== 0) rows++
  return rows
}

function change(turn: Turn, origin: Origin, command: Command): void {
  const { state, out } = turn
  const { op, process, sequence } = command
  const { params, reading } = state
  const known = recall(origin.sessions, process, sequence)
  if (known !== null) {
    // It may have been told before, or be on its way to the disk: either way it is told the same.
    answer(turn, command, writeOutcome(reading, known), lastWrite(origin))
    return
  }
  // The session has gone on: nobody waits for this any more.
  if (isOutdated(origin.sessions, process, sequence)) return
  if (origin.writing.length >= params.pendingMax) {
    answer(turn, command, failure('overloaded'), IN_FORCE)
    return
  }
  const position = ++origin.position
  const isDone = op.f !== 'cas' || lookUp(state, origin, op.key).copy.value === op.expected
  const session: SessionRecord = {
    process,
    sequence,
    value: op.f === 'cas' && isDone ? 1 : 0,
    version: isDone ? position : 0,
    at: position,
  }
  const copy: Copy | null = !isDone
    ? null
    : op.f === 'delete'
      ? { version: position, value: 0, bytes: 0 }
      : { version: position, value: op.value, bytes: op.bytes }
  remember(origin.sessions, session, params.sessionsMax)
  const writeId = origin.nextWriteId++
  origin.writing.push({ writeId, position })
  if (copy !== null) put(origin, op.key, copy, writeId)
  const record: DurableRecord = {
    position,
    session,
    sessionsMax: params.sessionsMax,
    change: copy === null ? null : { key: op.key, copy },
  }
  out.persist(writeId, record)
  answer(turn, command, writeOutcome(reading, session), writeId)
  if (copy !== null && params.purge === 'invalidate') {
    for (const cache of state.caches)
      out.send(cache, { kind: 'ttl-cache.purge', key: op.key, version: position }, writeId)
  }
}

function put(origin: Origin, key: number, copy: Copy, writeId: WriteId): void {
  const old = origin.cells.get(key)
  origin.digest ^= hashOf(key, copy) ^ (old === undefined ? 0 : hashOf(key, old.copy))
  origin.cells.set(key, { copy, writeId })
}

/** The last command on its way to the disk; IN_FORCE before the first. */
function lastWrite({ nextWriteId }: Origin): WriteId {
  return nextWriteId - 1
}

function answer({ out, rules }: Turn, { opId, via }: Command, outcome: Outcome, writeId: WriteId): void {
  const after = writeId === IN_FORCE ? undefined : rules.waitsFor(writeId)
  if (via === null) out.reply(opId, outcome, after)
  else out.send(via, { kind: 'ttl-cache.forwardReply', opId, outcome }, after)
}
