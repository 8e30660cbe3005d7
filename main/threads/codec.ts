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
  /** With room for one body, whose text is there. Nobody changes a body that has been sent. */
  #frame = this.#scratch.subarray(0, HEAD)
  #body: MessageBody | null = null

  /** A frame for `Rings.send`; good until the next call. Of one body to several receivers the text is made once. */
  encode(atNs: Ns, to: PlaceId, route: number, bytes: number, body: MessageBody): Buffer {
    if (body !== this.#body) this.#write(body)
    const frame = this.#frame
    frame.writeDoubleLE(atNs, FRAME_PREFIX_BYTES)
    frame.writeUInt32LE(to, FRAME_PREFIX_BYTES + 8)
    frame.writeInt32LE(route, FRAME_PREFIX_BYTES + 12)
    frame.writeInt32LE(bytes, FRAME_PREFIX_BYTES + 16)
    return frame
  }

  #write(body: MessageBody): void {
    const text = JSON.stringify(body)
    // UTF-8 takes at most three bytes for each UTF-16 unit.
    const needed = HEAD + text.length * 3
    if (this.#scratch.length < needed) this.#scratch = Buffer.allocUnsafe(needed * 2)
    const length = this.#scratch.write(text, HEAD, 'utf8')
    this.#frame = this.#scratch.subarray(0, HEAD + length)
    this.#body = body
  }
}

export type OnMessage = (atNs: Ns, to: PlaceId, route: number, bytes: number, body: MessageBody) => void

/** Reads the payload of a frame: `bytes` from `from` up to `to`. */
export function decode(bytes: Buffer, from: number, to: number, message: OnMessage): void {
  const body = JSON.parse(bytes.toString('utf8', from + HEAD - FRAME_PREFIX_BYTES, to)) as MessageBody
  message(
    bytes.readDoubleLE(from),
    bytes.readUInt32LE(from + 8),
    bytes.readInt32LE(from + 12),
    bytes.readInt32LE(from + 16),
    body,
  )
}
