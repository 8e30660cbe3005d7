import type { Ns } from '../../shared/base/time.ts'
import type { PlaceId } from '../../shared/plan/types.ts'
import type { MessageBody } from '../../shared/protocols/contract.ts'
import { FRAME_PREFIX_BYTES } from './rings.ts'

/**
 * Messages as bytes: when to deliver, to whom, by which route, how large the model says they are, and the body as
 * JSON. Bodies are plain data by contract, and V8's JSON is the fastest general codec there is in JavaScript.
 */

const HEAD = FRAME_PREFIX_BYTES + 8 + 4 + 4 + 4

export class Encoder {
  #scratch = Buffer.allocUnsafe(64 * 1024)

  /** A frame for `Rings.send`; good until the next call. */
  encode(atNs: Ns, to: PlaceId, route: number, bytes: number, body: MessageBody): Buffer {
    const text = JSON.stringify(body)
    // UTF-8 takes at most three bytes for each UTF-16 unit.
    const needed = HEAD + text.length * 3
    if (this.#scratch.length < needed) this.#scratch = Buffer.allocUnsafe(needed * 2)
    const frame = this.#scratch
    frame.writeDoubleLE(atNs, FRAME_PREFIX_BYTES)
    frame.writeUInt32LE(to, FRAME_PREFIX_BYTES + 8)
    frame.writeInt32LE(route, FRAME_PREFIX_BYTES + 12)
    frame.writeInt32LE(bytes, FRAME_PREFIX_BYTES + 16)
    const length = frame.write(text, HEAD, 'utf8')
    return frame.subarray(0, HEAD + length)
  }
}

export type OnMessage = (atNs: Ns, to: PlaceId, route: number, bytes: number, body: MessageBody) => void

/** Reads the payload of a frame. */
export function decode(payload: Buffer, message: OnMessage): void {
  const body = JSON.parse(payload.toString('utf8', 20)) as MessageBody
  message(
    payload.readDoubleLE(0),
    payload.readUInt32LE(8),
    payload.readInt32LE(12),
    payload.readInt32LE(16),
    body,
  )
}
