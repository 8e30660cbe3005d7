import type { PlaceId } from '../../plan/types.ts'
import type { LocalInstant, OpId, Operation, Outbox } from '../contract.ts'
import { expectAnswer } from './liveness.ts'
import type { Message, Scan, ScanAck } from './messages.ts'
import { failure, scanOutcome } from './outcomes.ts'
import { readerAt } from './ring.ts'
import { addPosition } from './state.ts'
import type { PendingScan, State } from './state.ts'
import { addLimit } from './time-limits.ts'
import { isLive, scan } from './store.ts'
import { merge } from './versions.ts'
import type { Cell } from './versions.ts'

/**
 * The coordinator's side of scans: rows of r members, merged by key. A row that one member still has and another knows
 * to be deleted is left out, and nobody is asked for a further one in its place.
 */

const DOWNGRADED = { kind: 'downgraded' } as const

export function startScan(
  state: State,
  at: LocalInstant,
  opId: OpId,
  op: Operation,
  out: Outbox<Message>,
): void {
  const { ring, params } = state
  const { members, ownPosition, readers } = ring
  if (readers.length < ring.readsNeeded) {
    out.reply(opId, failure('unavailable'))
    return
  }
  const pending: PendingScan = {
    opId,
    op,
    count: op.count,
    needed: ring.readsNeeded,
    replied: { word: 0, more: null },
    replies: 0,
    rows: new Map(),
  }
  state.scans.set(opId, pending)
  addLimit(state, state.deadlines, opId, state.params.requestTimeoutNs, at.monotonicNs, out)
  const { key, count, bytes } = op
  const body: Scan = { kind: 'leaderless.scan', opId, epoch: ring.epoch, key, count, bytes }
  const asked = params.readFanout === 'all' ? readers.length : pending.needed
  const turn = state.turn++ & 0xffff
  for (let i = 0; i < asked; i++) {
    const position = readerAt(ring, i, turn)
    if (position === ownPosition) {
      take(state, pending, position, scan(state.store, key, count, bytes), out)
      continue
    }
    expectAnswer(state, members[position], at.monotonicNs)
    out.send(members[position], body)
  }
}

/** The view has changed: what is under way begins anew. */
export function restartScans(state: State, at: LocalInstant, out: Outbox<Message>): void {
  const pending = [...state.scans.values()]
  state.scans.clear()
  for (const { opId, op } of pending) startScan(state, at, opId, op, out)
}

export function onScanAck(state: State, from: PlaceId, body: ScanAck, out: Outbox<Message>): void {
  const pending = state.scans.get(body.opId)
  if (pending !== undefined) take(state, pending, state.ring.positionOf[from], body.cells, out)
}

function take(
  state: State,
  pending: PendingScan,
  position: number,
  cells: readonly Cell[],
  out: Outbox<Message>,
): void {
  if (!addPosition(pending.replied, position)) return
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i]
    const known = pending.rows.get(cell.key)
    pending.rows.set(cell.key, known === undefined ? cell : merge(known, cell))
  }
  if (++pending.replies === pending.needed) answer(state, pending, out)
}

function answer(state: State, pending: PendingScan, out: Outbox<Message>): void {
  state.scans.delete(pending.opId)
  let live = 0
  for (const cell of pending.rows.values()) if (isLive(cell)) live++
  out.reply(pending.opId, scanOutcome(Math.min(live, pending.count)))
}

export function expireScan(state: State, pending: PendingScan, out: Outbox<Message>): void {
  if (state.isAvailable && pending.replies > 0) {
    out.note(DOWNGRADED)
    answer(state, pending, out)
    return
  }
  state.scans.delete(pending.opId)
  out.reply(pending.opId, failure('read-timeout'))
}
