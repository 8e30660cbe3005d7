import { mix32 } from '../../base/hash.ts'
import type { Operation } from '../contract.ts'
import { PRELOADED } from '../contract.ts'
import { isOutdated, recall, remember } from '../sessions.ts'
import type { SessionRecord } from '../sessions.ts'
import type { Entry } from './log.ts'

/** A key's newest version. Value 0 is a deletion, whose version reads still report. */
export interface Cell {
  readonly key: number
  readonly value: number
  readonly index: number
  readonly timeline: number
  readonly bytes: number
}

/** What a replica has made of the entries up to `applied`. */
export interface Machine {
  readonly cells: Map<number, Cell>
  readonly sessions: Map<number, SessionRecord>
  applied: number
  /** Greatest key that was ever written or loaded: where scans end. */
  lastKey: number
  digest: number
}

export function emptyMachine(preloaded: number): Machine {
  return { cells: new Map(), sessions: new Map(), applied: 0, lastKey: preloaded - 1, digest: 0 }
}

/** Cells and records are never changed, so the maps alone are copied. */
export function copyOf(machine: Machine): Machine {
  return { ...machine, cells: new Map(machine.cells), sessions: new Map(machine.sessions) }
}

/**
 * Applies the next entry. Returns what its session is told, which for a repeated write is what it was told the first
 * time; null where nobody waits for it.
 */
export function apply(
  machine: Machine,
  index: number,
  entry: Entry,
  preloaded: number,
  sessionsMax: number,
): SessionRecord | null {
  machine.applied = index
  const { op, process, sequence, timeline } = entry
  if (op === null) return null
  const known = recall(machine.sessions, process, sequence)
  if (known !== null) return known
  if (isOutdated(machine.sessions, process, sequence)) return null
  const isDone = op.f !== 'cas' || valueOf(machine, op.key, preloaded) === op.expected
  if (isDone) {
    const value = op.f === 'delete' ? 0 : op.value
    put(machine, { key: op.key, value, index, timeline, bytes: op.bytes })
  }
  const record = {
    process,
    sequence,
    value: op.f === 'cas' && isDone ? 1 : 0,
    version: isDone ? index : 0,
    at: index,
  }
  remember(machine.sessions, record, sessionsMax)
  return record
}

export function put(machine: Machine, cell: Cell): void {
  const old = machine.cells.get(cell.key)
  machine.digest ^= hashOf(cell) ^ (old === undefined ? 0 : hashOf(old))
  machine.cells.set(cell.key, cell)
  if (cell.key > machine.lastKey) machine.lastKey = cell.key
}

export function valueOf(machine: Machine, key: number, preloaded: number): number {
  const cell = machine.cells.get(key)
  return cell !== undefined ? cell.value : key < preloaded ? PRELOADED : 0
}

/** Rows of a scan: existing keys from `op.key` upwards, `op.count` at most. */
export function rowsOf(machine: Machine, op: Operation, preloaded: number): number {
  let rows = 0
  for (let key = op.key; key <= machine.lastKey && rows < op.count; key++)
    if (valueOf(machine, key, preloaded) > 0) rows++
  return rows
}

/** Xor of these makes a digest that does not depend on the order of arrival. */
export function hashOf({ key, value, index, timeline }: Cell): number {
  return mix32(mix32(mix32(key ^ 0x9e3779b9) ^ index) ^ mix32(value ^ mix32(timeline)))
}
