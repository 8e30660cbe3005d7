import type { Ns } from '../../shared/base/time.ts'
import type { PlaceId } from '../../shared/plan/types.ts'
import type { MessageBody } from '../../shared/protocols/contract.ts'
import type { Area, Payload } from './rings.ts'

/**
 * Messages as bytes: when to deliver, to whom, by which route, how large the model says they are, and the body as
 * JSON. Bodies are plain data by contract, and V8's JSON is the fastest general codec there is in JavaScript.
 */

const AT = 0
const TO = 8
const ROUTE = 12
const BYTES = 16
const HEAD_BYTES = 20
/** Of UTF-8, for each UTF-16 unit at most. */
const UNIT_BYTES_MAX = 3

/** One message at a time, as a frame carries it. */
export class Encoder implements Payload {
  #atNs: Ns = 0
  #to: PlaceId = 0
  #route = 0
  #bytes = 0
  /** Of one body to several receivers the text is made once. Nobody changes a body that has been sent. */
  #body: MessageBody | null = null
  #text = ''
  #textBytesMax = 0
  /** Known once it has been written: every character took one byte. */
  #isAscii = false

  /** What to write next. The same object, for `Rings.send`; good until the next call. */
  encode(atNs: Ns, to: PlaceId, route: number, bytes: number, body: MessageBody): this {
    this.#atNs = atNs
    this.#to = to
    this.#route = route
    this.#bytes = bytes
    if (body !== this.#body) {
      this.#body = body
      this.#text = JSON.stringify(body)
      this.#textBytesMax = this.#text.length * UNIT_BYTES_MAX
      this.#isAscii = false
    }
    return this
  }

  get bytesMax(): number {
    return HEAD_BYTES + this.#textBytesMax
  }

  writeTo({ bytes, view }: Area, at: number): number {
    view.setFloat64(at + AT, this.#atNs, true)
    view.setUint32(at + TO, this.#to, true)
    view.setInt32(at + ROUTE, this.#route, true)
    view.setInt32(at + BYTES, this.#bytes, true)
    const text = this.#text
    if (this.#isAscii) return HEAD_BYTES + bytes.write(text, at + HEAD_BYTES, 'latin1')
    const length = bytes.write(text, at + HEAD_BYTES, 'utf8')
    this.#textBytesMax = length
    this.#isAscii = length === text.length
    return HEAD_BYTES + length
  }
}

export type OnMessage = (atNs: Ns, to: PlaceId, route: number, bytes: number, body: MessageBody) => void

/** Reads the payload of a frame: the bytes of `area` from `from` up to `to`. */
export function decode({ bytes, view }: Area, from: number, to: number, message: OnMessage): void {
  const body = JSON.parse(bytes.toString('utf8', from + HEAD_BYTES, to)) as MessageBody
  message(
    view.getFloat64(from + AT, true),
    view.getUint32(from + TO, true),
    view.getInt32(from + ROUTE, true),
    view.getInt32(from + BYTES, true),
    body,
  )
}
