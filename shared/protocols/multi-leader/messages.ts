import type { Vector } from '../../clocks/version-vectors.ts'
import type { MessageBody } from '../contract.ts'
import type { Cell, Update } from './events.ts'

/** Everything that leaders say to one another. Bodies are immutable. Vectors are by the leaders' positions. */

export interface Updates extends MessageBody {
  readonly kind: 'multi-leader.updates'
  readonly updates: readonly Update[]
}

/** What the sender has on disk. */
export interface Ack extends MessageBody {
  readonly kind: 'multi-leader.ack'
  readonly have: Vector
}

/** I am here; and as far as I know, these are the others' last heartbeats, and this is what they have. */
export interface Heartbeat extends MessageBody {
  readonly kind: 'multi-leader.heartbeat'
  readonly beats: Vector
  readonly rows: readonly (readonly [number, Vector])[]
  /** Asks for an acknowledgement at once: the sender has just started. */
  readonly asks: boolean
}

/** A part of the sender's whole state, which is everything that `have` says. */
export interface StateChunk extends MessageBody {
  readonly kind: 'multi-leader.state'
  readonly transfer: number
  readonly chunk: number
  /** Cells in all chunks together. */
  readonly total: number
  readonly cells: readonly (readonly [number, Cell])[]
  readonly have: Vector
  readonly stamp: number
  /** Bytes of the values. */
  readonly bytes: number
}

export interface StateAck extends MessageBody {
  readonly kind: 'multi-leader.stateAck'
  readonly transfer: number
  readonly chunk: number
}

export type Message = Updates | Ack | Heartbeat | StateChunk | StateAck

export const KINDS: readonly { kind: Message['kind']; label: string }[] = [
  { kind: 'multi-leader.updates', label: 'Updates' },
  { kind: 'multi-leader.ack', label: 'Acknowledgement' },
  { kind: 'multi-leader.heartbeat', label: 'Heartbeat' },
  { kind: 'multi-leader.state', label: 'State transfer' },
  { kind: 'multi-leader.stateAck', label: 'State acknowledgement' },
]

const HEADER_BYTES = 40
const NUMBER_BYTES = 8

const vectorBytes = (vector: Vector): number => NUMBER_BYTES * vector.length

/** An update without its vector: key, dot, and what it says of values. */
function deltaBytes({ delta }: Update): number {
  if ('stamp' in delta) return 3 * NUMBER_BYTES + delta.bytes
  if ('superseded' in delta)
    return NUMBER_BYTES * (3 + 2 * delta.superseded.length) + (delta.added?.bytes ?? 0)
  return 3 * NUMBER_BYTES
}

export function bytesOf(body: Message): number {
  switch (body.kind) {
    case 'multi-leader.updates': {
      let bytes = HEADER_BYTES
      for (const update of body.updates) bytes += vectorBytes(update.past) + deltaBytes(update)
      return bytes
    }
    case 'multi-leader.ack':
      return HEADER_BYTES + vectorBytes(body.have)
    case 'multi-leader.heartbeat': {
      let bytes = HEADER_BYTES + vectorBytes(body.beats)
      for (const [, row] of body.rows) bytes += NUMBER_BYTES + vectorBytes(row)
      return bytes
    }
    case 'multi-leader.state':
      return HEADER_BYTES + vectorBytes(body.have) + body.bytes
    case 'multi-leader.stateAck':
      return HEADER_BYTES
  }
}
