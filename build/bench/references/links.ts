import { receiveMessageOnPort } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { decode, Encoder } from '../../../main/threads/codec.ts'
import { Control } from '../../../main/threads/control.ts'
import type { ControlMemory } from '../../../main/threads/control.ts'
import { Rings } from '../../../main/threads/rings.ts'
import type { Area, OnFrame, Payload, RingMemory } from '../../../main/threads/rings.ts'
import { TOY_KINDS } from './toy-parties.ts'
import type { Party, Send, ToyBody } from './toy-parties.ts'

/**
 * The transports that are compared, each as little as carries a party's messages: rings in shared memory, a frame for
 * each message, with bodies as JSON or as packed numbers; the same rings with a frame for all that a turn has for one
 * reader; and a mesh of message ports, read by the event loop or by polling.
 */
export type LinkKind = 'rings' | 'packed rings' | 'gathered rings' | 'ports' | 'polled ports'

export interface LinkSpec {
  kind: LinkKind
  /** Messages per post or frame, at most, where they are gathered. */
  batch: number
  /** A reader that finds nothing sleeps until it is woken, as in live runs; or looks again at once. */
  waits: 'sleeping' | 'spinning'
}

export interface LinkEnds {
  thread: number
  threads: number
  rings: RingMemory
  control: ControlMemory
  /** By thread; null for this one. */
  ports: readonly (MessagePort | null)[]
}

const NOT_BEFORE_WOKEN = Infinity
const SLEEP_MS = 20
const RETRY_MS = 0.2
const PACKED_BYTES = 128

/** Plays a party's part over a link until the run is stopped. */
export function play(party: Party, spec: LinkSpec, ends: LinkEnds): void {
  if (spec.kind === 'ports') playByEvents(party, spec, ends)
  else if (spec.kind === 'polled ports') playByPolling(party, spec, ends)
  else if (spec.kind === 'gathered rings') playOverGatheredRings(party, spec, ends)
  else playOverRings(party, spec, ends)
}

/** Bodies as bytes. They carry their sender, whom the toys need to know to answer it. */
interface Codec {
  /** For `Rings.send`; good until the next call. */
  encode(from: number, body: ToyBody): Payload
  decode(area: Area, from: number, to: number, receive: (from: number, body: ToyBody) => void): void
}

/** The codec of live runs, with the sender where they put the receiver. */
function jsonCodec(): Codec {
  const encoder = new Encoder()
  return {
    encode: (from, body) => encoder.encode(0, from, 0, body.bytes, body),
    decode: (area, at, to, receive) =>
      decode(area, at, to, (_at, from, _route, _bytes, body) => receive(from, body as unknown as ToyBody)),
  }
}

/** Six numbers in a record of a fixed size. */
class PackedRecord implements Payload {
  readonly bytesMax = PACKED_BYTES
  from = 0
  body: ToyBody = { kind: 'toy.ping', opId: 0, key: 0, value: 0, bytes: 0 }

  writeTo({ view }: Area, at: number): number {
    const { kind, opId, key, value, bytes } = this.body
    view.setInt32(at, TOY_KINDS.indexOf(kind), true)
    view.setInt32(at + 4, opId, true)
    view.setInt32(at + 8, key, true)
    view.setInt32(at + 12, value, true)
    view.setInt32(at + 16, bytes, true)
    view.setInt32(at + 20, this.from, true)
    return PACKED_BYTES
  }
}

function packedCodec(): Codec {
  const record = new PackedRecord()
  return {
    encode: (from, body) => {
      record.from = from
      record.body = body
      return record
    },
    decode: ({ view }, at, _to, receive) => {
      receive(view.getInt32(at + 20, true), {
        kind: TOY_KINDS[view.getInt32(at, true)],
        opId: view.getInt32(at + 4, true),
        key: view.getInt32(at + 8, true),
        value: view.getInt32(at + 12, true),
        bytes: view.getInt32(at + 16, true),
      })
    },
  }
}

function playOverRings(party: Party, { kind, waits }: LinkSpec, ends: LinkEnds): void {
  const { thread } = ends
  const rings = new Rings(ends.rings, thread)
  const control = new Control(ends.control)
  const codec = kind === 'rings' ? jsonCodec() : packedCodec()
  const send: Send = (to, body) => {
    rings.send(to, codec.encode(thread, body))
    if (waits === 'sleeping') control.wakeBefore(to, 0)
  }
  const receive = (from: number, body: ToyBody) => party.receive(from, body, send)
  control.awaitGo()
  party.start(send)
  while (!control.stopped) {
    rings.drain((area, at, to) => codec.decode(area, at, to, receive))
    const flushed = rings.flush()
    if (waits === 'sleeping') rest(control, thread, flushed, () => rings.hasArrivals)
  }
}

function playOverGatheredRings(party: Party, { batch, waits }: LinkSpec, ends: LinkEnds): void {
  const { thread } = ends
  const rings = new Rings(ends.rings, thread)
  const control = new Control(ends.control)
  const out = new Gatherer(ends.threads, batch, (to, bodies) => {
    const text = JSON.stringify([thread, bodies])
    rings.send(to, { bytesMax: text.length, writeTo: ({ bytes }, at) => bytes.write(text, at, 'latin1') })
    if (waits === 'sleeping') control.wakeBefore(to, 0)
  })
  const receive: OnFrame = ({ bytes }, at, to) => {
    const [from, bodies] = JSON.parse(bytes.toString('utf8', at, to)) as [number, ToyBody[]]
    for (const body of bodies) party.receive(from, body, out.send)
  }
  control.awaitGo()
  party.start(out.send)
  out.flush()
  while (!control.stopped) {
    rings.drain(receive)
    out.flush()
    const flushed = rings.flush()
    if (waits === 'sleeping') rest(control, thread, flushed, () => rings.hasArrivals)
  }
}

function rest(control: Control, thread: number, flushed: boolean, hasWork: () => boolean): void {
  control.sleep(thread, flushed ? SLEEP_MS : RETRY_MS, NOT_BEFORE_WOKEN, hasWork)
}

/** What waits to leave, by thread. It does when its batch is full or the turn ends. */
class Gatherer {
  readonly #batch: number
  readonly #leave: (to: number, bodies: ToyBody[]) => void
  readonly #gathered: ToyBody[][]

  constructor(threads: number, batch: number, leave: (to: number, bodies: ToyBody[]) => void) {
    this.#batch = batch
    this.#leave = leave
    this.#gathered = Array.from({ length: threads }, () => [])
  }

  readonly send: Send = (to, body) => {
    const bodies = this.#gathered[to]
    bodies.push(body)
    if (bodies.length >= this.#batch) this.#empty(to)
  }

  flush(): void {
    for (let to = 0; to < this.#gathered.length; to++) if (this.#gathered[to].length > 0) this.#empty(to)
  }

  #empty(to: number): void {
    const bodies = this.#gathered[to]
    this.#gathered[to] = []
    this.#leave(to, bodies)
  }
}

function post(port: MessagePort | null, bodies: ToyBody[]): void {
  port?.postMessage(bodies.length === 1 ? bodies[0] : bodies)
}

const bodiesOf = (message: unknown): readonly ToyBody[] =>
  Array.isArray(message) ? (message as ToyBody[]) : [message as ToyBody]

function playByEvents(party: Party, { batch }: LinkSpec, { ports, threads, control }: LinkEnds): void {
  const out = new Gatherer(threads, batch, (to, bodies) => post(ports[to], bodies))
  ports.forEach((port, from) =>
    port?.on('message', (message: unknown) => {
      for (const body of bodiesOf(message)) party.receive(from, body, out.send)
      out.flush()
    }),
  )
  new Control(control).awaitGo()
  party.start(out.send)
  out.flush()
}

function playByPolling(party: Party, { batch, waits }: LinkSpec, ends: LinkEnds): void {
  const { ports, thread, threads } = ends
  const control = new Control(ends.control)
  const out = new Gatherer(threads, batch, (to, bodies) => {
    post(ports[to], bodies)
    if (waits === 'sleeping') control.wakeBefore(to, 0)
  })
  const takeAll = (): boolean => {
    let taken = false
    ports.forEach((port, from) => {
      if (port === null) return
      for (let got = receiveMessageOnPort(port); got !== undefined; got = receiveMessageOnPort(port)) {
        taken = true
        for (const body of bodiesOf(got.message)) party.receive(from, body, out.send)
      }
    })
    out.flush()
    return taken
  }
  control.awaitGo()
  party.start(out.send)
  out.flush()
  while (!control.stopped) {
    takeAll()
    if (waits === 'sleeping') rest(control, thread, true, takeAll)
  }
}
