import type { Timestamp } from '../../clocks/timestamp.ts'
import type { Span } from '../../plan/ranges.ts'
import type { Outbox, RangeCommand, RangeSize } from '../contract.ts'
import { remember } from '../sessions.ts'
import type { SessionRecord } from '../sessions.ts'
import { configurationAt } from './configurations.ts'
import { entryAt, lastIndex } from './log.ts'
import type { Entry } from './log.ts'
import { hashOf, put } from './machine.ts'
import type { Cell, Machine } from './machine.ts'
import type { Message } from './messages.ts'
import { flush } from './replication.ts'
import { snapshotOf } from './snapshot.ts'
import type { Snapshot } from './snapshot.ts'
import { hasOwnTermCommit, NOBODY } from './state.ts'
import type { State } from './state.ts'
import { startTransfer } from './transfer.ts'
import { versionsOf } from './timestamps/versions.ts'

/**
 * Groups whose keys split and merge (CockroachDB's split and merge triggers, TiKV's Split, PrepareMerge and CommitMerge).
 * What becomes of the range is an entry of its log, so that every replica does it between the same two commands:
 *
 * split: the keys from a border on leave for a group of their own on the same replicas, which begins with what was applied
 * of them, the table of sessions included, and whose log goes on from this entry's index. Versions so keep growing.
 *
 * freeze, in the right one, and absorb, in the left one: nothing is read or written between both. What the right one held
 * stands in the left one's entry, so that no replica has to wait for another group at its place to catch up.
 */

export interface RangeState {
  from: number
  to: number
  /** The left neighbour is to take everything: nothing is served any more. */
  isFrozen: boolean
  /** What is added to an entry's index to make a version: absorbed keys may have later ones than the log has entries. */
  versionsFrom: number
}

export type RangeEntry =
  | { readonly type: 'split'; readonly at: number; readonly shard: number }
  | { readonly type: 'freeze' }
  | { readonly type: 'absorb'; readonly shard: number; readonly remains: Remains }

/** What a frozen group leaves. */
export interface Remains {
  readonly from: number
  readonly to: number
  readonly cells: readonly Cell[]
  readonly sessions: readonly SessionRecord[]
  /** No version is later. */
  readonly newestVersion: number
}

/** What a replica of a new group is born with; nothing but the snapshot has to survive a crash. */
export interface Origin {
  readonly snapshot: Snapshot
  /** Born beside the leader of the group that split, it is the first to campaign: clients know the way. */
  readonly isHeir: boolean
  readonly clock: Timestamp
  readonly closed: Timestamp
  readonly safe: Timestamp
}

/** A leader puts what an operator wants into the log, unless it is too late, or something else is on its way. */
export function onRangeCommand(state: State, command: RangeCommand, out: Outbox<Message>): void {
  const { lead, machine } = state
  const { range } = machine
  if (lead === null || lead.transferTo !== NOBODY || !hasOwnTermCommit(state)) return
  if (command.type === 'lead') {
    startTransfer(state, command.to, out)
    return
  }
  if (range.isFrozen || hasRangeEntryUnderWay(state)) return
  if (command.type === 'split' && !isWithin(range, command.at)) return
  state.log.entries.push({
    term: state.term,
    op: null,
    process: 0,
    sequence: 0,
    configuration: null,
    stamp: null,
    // What stands at this place beside the leader is of the same strategy.
    range: command as RangeEntry,
  })
  flush(state, out)
}

function hasRangeEntryUnderWay({ log, commitIndex }: State): boolean {
  for (let index = lastIndex(log); index > commitIndex; index--) {
    if (entryAt(log, index).range !== undefined) return true
  }
  return false
}

function isWithin({ from, to }: RangeState, border: number): boolean {
  return from < border && border < to
}

/** An entry about the range is applied, as by every replica that applies it at all. */
export function applyRange(state: State, index: number, entry: Entry, out: Outbox<Message>): void {
  const { range } = entry
  if (range === undefined || state.machine.range.isFrozen) return
  switch (range.type) {
    case 'split':
      if (isWithin(state.machine.range, range.at)) split(state, index, entry, range, out)
      break
    case 'freeze':
      state.machine.range.isFrozen = true
      break
    case 'absorb':
      if (range.remains.from !== state.machine.range.to) return
      absorb(state.machine, index, range.remains)
      out.range({ type: 'absorbed', shard: range.shard })
      break
  }
}

function split(
  state: State,
  index: number,
  entry: Entry,
  { at, shard }: Extract<RangeEntry, { type: 'split' }>,
  out: Outbox<Message>,
): void {
  const { machine, stamping, params } = state
  const { range } = machine
  const whole = snapshotOf(machine, entry.term, configurationAt(state.configurations, index))
  const origin: Origin = {
    snapshot: {
      ...whole,
      cells: whole.cells.filter(({ key }) => key >= at),
      sessions: params.rangeRules.sessionsOf(whole.sessions, whole.index),
      range: { ...range, from: at },
    },
    isHeir: state.role === 'leader',
    clock: stamping.clock,
    closed: stamping.closed,
    safe: stamping.safe,
  }
  range.to = params.rangeRules.borderOf(at, range.to)
  dropFrom(machine, range.to)
  out.range({ type: 'split', at, shard, origin })
}

/** Keys from `border` on are somebody else's. */
function dropFrom(machine: Machine, border: number): void {
  const { cells, older } = machine
  for (const [key, cell] of cells) {
    if (key < border) continue
    machine.digest ^= hashOf(cell)
    cells.delete(key)
    older.delete(key)
  }
}

function absorb(machine: Machine, index: number, { to, cells, sessions, newestVersion }: Remains): void {
  const { range } = machine
  range.to = to
  range.versionsFrom = Math.max(range.versionsFrom, newestVersion - index)
  for (const cell of cells) put(machine, cell)
  for (const record of sessions) {
    const known = machine.sessions.get(record.process)
    // A session does one thing after the other: whichever is later is its last.
    if (known !== undefined && known.sequence >= record.sequence) continue
    remember(machine.sessions, { ...record, at: index }, machine.sessionsMax)
  }
}

/** What a frozen group has at this place, complete: nothing is applied after a freeze. Null where it is not frozen. */
export function remains({ machine }: State): Remains | null {
  const { from, to, isFrozen, versionsFrom } = machine.range
  if (!isFrozen) return null
  return {
    from,
    to,
    cells: versionsOf(machine),
    sessions: [...machine.sessions.values()],
    newestVersion: machine.applied + versionsFrom,
  }
}

export function spanOf({ machine }: State): Span {
  const { from, to } = machine.range
  return { from, to }
}

export function sizeOf({ machine }: State): RangeSize {
  return sizeBelow(machine, machine.range.to)
}

/** The key at which the second half of a range begins, by keys or by bytes; null where no key can part it. */
export function middleOf({ machine }: State, by: keyof RangeSize): number | null {
  const { from, to } = machine.range
  const half = sizeBelow(machine, to)[by] / 2
  let [low, high] = [from + 1, Math.min(to - 1, machine.lastKey)]
  if (low > high) return null
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (sizeBelow(machine, middle)[by] >= half) high = middle
    else low = middle + 1
  }
  return low
}

/** How many keys below `border` exist here, and what their values take. */
function sizeBelow(machine: Machine, border: number): RangeSize {
  const { range, preloaded, preloadedBytes, cells } = machine
  let untouched = Math.max(0, Math.min(border, preloaded) - range.from)
  let [keys, bytes] = [0, 0]
  for (const { key, value, bytes: size } of cells.values()) {
    if (key >= border) continue
    if (key < preloaded) untouched--
    if (value === 0) continue
    keys++
    bytes += size
  }
  return { keys: keys + untouched, bytes: bytes + untouched * preloadedBytes }
}
