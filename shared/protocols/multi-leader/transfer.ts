import type { Link, Outgoing } from './links.ts'
import type { StateAck, StateChunk } from './messages.ts'
import type { Turn } from './state.ts'

/**
 * The whole state for a leader that has missed more than the log holds: chunk by chunk, merged in one step when the
 * last one is there (see `incoming.ts`). The vector that comes with it says which updates it contains; a part of a state has no such vector.
 */

const STATE_SENT = { kind: 'state-sent' } as const

export function startTransfer(turn: Turn, link: Link): void {
  const { state, out, nowNs } = turn
  const cells = [...state.store.cells].sort((a, b) => a[0] - b[0])
  const id = state.nextTransfer++
  link.transfer = {
    id,
    cells,
    have: state.have.slice(),
    stamp: state.seenStamp,
    chunk: 0,
    sentNs: nowNs,
    attempts: 0,
  }
  out.note(STATE_SENT)
  sendChunk(turn, link, link.transfer)
}

export function sendChunk({ state, out, nowNs, model }: Turn, { to }: Link, transfer: Outgoing): void {
  const { cellsPerMessage } = state.params
  const { id, cells, have, stamp, chunk } = transfer
  const part = cells.slice(chunk * cellsPerMessage, (chunk + 1) * cellsPerMessage)
  transfer.sentNs = nowNs
  transfer.attempts++
  const body: StateChunk = {
    kind: 'multi-leader.state',
    transfer: id,
    chunk,
    total: cells.length,
    cells: part,
    have,
    stamp,
    bytes: part.reduce((sum, [, cell]) => sum + model.bytesOf(cell), 0),
  }
  out.send(state.members[to], body, state.nextWriteId - 1)
}

export function onStateAck(turn: Turn, position: number, { transfer: id, chunk }: StateAck): void {
  const link = turn.state.links.find(({ to }) => to === position)
  const transfer = link?.transfer
  if (link === undefined || !transfer || transfer.id !== id || transfer.chunk !== chunk) return
  transfer.chunk++
  transfer.attempts = 0
  sendChunk(turn, link, transfer)
}
