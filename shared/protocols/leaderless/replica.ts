import type { PlaceId } from '../../plan/types.ts'
import type { LocalInstant, Outbox } from '../contract.ts'
import { apply } from './apply.ts'
import { confirmsAfter } from './durable.ts'
import { hintedCell, storeHint } from './hints.ts'
import type { HintedWrite, Message, Read, Repair, Scan, Write } from './messages.ts'
import type { State } from './state.ts'
import { lookUp, scan } from './store.ts'

/** What a member answers to coordinators. */

export function onWrite(
  state: State,
  from: PlaceId,
  body: Write,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  apply(state, body.cell, at, out)
  out.send(
    from,
    { kind: 'leaderless.writeAck', opId: body.opId, epoch: body.epoch, owner: -1 },
    confirmsAfter(state),
  )
}

export function onHintedWrite(
  state: State,
  from: PlaceId,
  body: HintedWrite,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  if (!storeHint(state, body.owner, body.cell, at, out)) return
  const { opId, epoch, owner } = body
  out.send(from, { kind: 'leaderless.writeAck', opId, epoch, owner }, confirmsAfter(state))
}

export function onRead(state: State, from: PlaceId, body: Read, out: Outbox<Message>): void {
  const { opId, epoch, key, bytes, owner } = body
  const cell = owner < 0 ? lookUp(state.store, key, bytes) : hintedCell(state, owner, key)
  // A linearizable read counts copies that would survive a crash.
  const after = state.access.isAtomic ? confirmsAfter(state) : undefined
  out.send(from, { kind: 'leaderless.readAck', opId, epoch, cell, owner }, after)
}

export function onRepair(
  state: State,
  from: PlaceId,
  body: Repair,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  const { opId, epoch, cell } = body
  if (state.ring.ownPosition < 0) return
  apply(state, cell, at, out)
  if (opId >= 0) out.send(from, { kind: 'leaderless.repairAck', opId, epoch }, confirmsAfter(state))
}

export function onScan(state: State, from: PlaceId, body: Scan, out: Outbox<Message>): void {
  const cells = scan(state.store, body.key, body.count, body.bytes)
  out.send(from, { kind: 'leaderless.scanAck', opId: body.opId, epoch: body.epoch, cells })
}
