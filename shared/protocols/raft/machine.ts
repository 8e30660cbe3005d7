import { mix32 } from '../../base/hash.ts'
import type { Ns } from '../../base/time.ts'
import type { Timestamp } from '../../clocks/timestamp.ts'
import type { Operation } from '../contract.ts'
import { PRELOADED } from '../contract.ts'
import type { RangeSetup } from '../contract.ts'
import { EVERYTHING } from '../../plan/ranges.ts'
import type { Span } from '../../plan/ranges.ts'
import type { Entry } from './log.ts'
import { isOutdated, recall, remember } from '../sessions.ts'
import type { SessionRecord } from '../sessions.ts'
import type { RangeState } from './range.ts'
import { keepOlder } from './timestamps/versions.ts'

const NOTHING: Span = { from: 0, to: 0 }

/** A key's newest version. Value 0 is a deletion, whose version reads still report. */
export interface Cell {
  readonly key: number
  readonly value: number
  /** Its version: the index of the entry that wrote it, or more where ranges have merged. */
  readonly at: number
  readonly bytes: number
  /** In groups that give timestamps. */
  readonly stamp: Timestamp | null
}

/** The replicated key-value store: what a replica has made of the entries up to `applied`. */
export interface Machine {
  readonly cells: Map<number, Cell>
  readonly sessions: Map<number, SessionRecord>
  readonly preloaded: number
  readonly sessionsMax: number
  applied: number
  /** Greatest key that was ever written or loaded: where scans end. */
  lastKey: number
  digest: number
  /** Versions before the newest, each key's oldest first, for so long after they were replaced. */
  readonly older: Map<number, Cell[]>
  readonly retentionNs: Ns
  /** The latest timestamp of any version. */
  newestNs: Ns
  /** Up to where oracles may have given timestamps; null where there are none. */
  windowNs: Ns | null
  /** The keys that are this group's, and whether that may change. */
  readonly range: RangeState
  readonly isRanged: boolean
  /** What a key takes that was there from the beginning. */
  readonly preloadedBytes: number
}

export function emptyMachine(
  preloaded: number,
  sessionsMax: number,
  retentionNs: Ns = 0,
  ranges?: RangeSetup,
): Machine {
  // A group that is born later knows of no key until it is told of all.
  const { from, to } = ranges === undefined ? EVERYTHING : (ranges.span ?? NOTHING)
  return {
    cells: new Map(),
    sessions: new Map(),
    preloaded,
    sessionsMax,
    applied: 0,
    lastKey: preloaded - 1,
    digest: 0,
    older: new Map(),
    retentionNs,
    newestNs: 0,
    windowNs: null,
    range: { from, to, isFrozen: false, versionsFrom: 0 },
    isRanged: ranges !== undefined,
    preloadedBytes: ranges?.valueBytes ?? 0,
  }
}

/** Whether a key is another group's, as far as has been applied here. */
export function isElsewhere({ range }: Machine, key: number): boolean {
  return key >= range.to || key < range.from || range.isFrozen
}

/**
 * Applies the next entry. Returns what its session is told, which for a repeated command is what it was told the first
 * time (§8); null where there is nothing to tell.
 */
export function apply(machine: Machine, index: number, entry: Entry): SessionRecord | null {
  machine.applied = index
  const { op, process, sequence, stamp } = entry
  if (op === null && stamp !== null) machine.windowNs = Math.max(machine.windowNs ?? 0, stamp.ns)
  if (op === null || op.f === 'read' || op.f === 'scan') return null
  const known = recall(machine.sessions, process, sequence)
  if (known !== null) return known
  if (isOutdated(machine.sessions, process, sequence)) return null
  if (isElsewhere(machine, op.key)) return null
  const version = index + machine.range.versionsFrom
  const swaps = op.f !== 'cas' || valueOf(machine, op.key) === op.expected
  if (swaps)
    put(machine, {
      key: op.key,
      value: op.f === 'delete' ? 0 : op.value,
      at: version,
      bytes: op.bytes,
      stamp,
    })
  const value = op.f === 'cas' && swaps ? 1 : 0
  const record = { process, sequence, value, version: swaps ? version : 0, at: index }
  remember(machine.sessions, record, machine.sessionsMax)
  return record
}

export function put(machine: Machine, cell: Cell): void {
  const old = machine.cells.get(cell.key)
  machine.digest ^= hashOf(cell) ^ (old === undefined ? 0 : hashOf(old))
  keepOlder(machine, old, cell)
  machine.cells.set(cell.key, cell)
  if (cell.key > machine.lastKey) machine.lastKey = cell.key
}

export function valueOf(machine: Machine, key: number): number {
  const cell = machine.cells.get(key)
  return cell !== undefined ? cell.value : key < machine.preloaded ? PRELOADED : 0
}

/** Where scans end. */
export function lastKeyOf({ lastKey, range }: Machine): number {
  return Math.min(lastKey, range.to - 1)
}

/** Rows of a scan: existing keys from `op.key` upwards, `op.count` at most. */
export function rowsOf(machine: Machine, op: Operation): number {
  let rows = 0
  const last = lastKeyOf(machine)
  for (let key = op.key; key <= last && rows < op.count; key++) if (valueOf(machine, key) > 0) rows++
  return rows
}

/** Xor of these makes a digest that does not depend on the order of arrival. */
export function hashOf({ key, value, at }: Cell): number {
  return mix32(mix32(mix32(key ^ 0x9e3779b9) ^ (at | 0)) ^ value)
}
