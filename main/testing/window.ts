import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { Channel, EventName, Events, InputOf, OutputOf } from '../../shared/ipc/contract.ts'

interface Waiting {
  resolve: (output: never) => void
  reject: (error: Error) => void
}

/** A window's side of the loopback server, for tests: in by the token, then requests and events over the socket. */
export class TestWindow {
  readonly origin: string
  readonly cookie: string
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, Waiting>()
  readonly #listeners = new Set<(event: string, payload: unknown) => void>()
  #nextId = 1

  private constructor(origin: string, cookie: string, socket: WebSocket) {
    this.origin = origin
    this.cookie = cookie
    this.#socket = socket
    socket.on('message', (data: Buffer) => this.#receive(data.toString()))
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the connection is closed'))
    })
  }

  /** `url` as the server prints it, with its token. */
  static async open(url: string): Promise<TestWindow> {
    const { origin } = new URL(url)
    const welcome = await fetch(url, { redirect: 'manual' })
    const cookie = (welcome.headers.get('set-cookie') ?? '').split(';')[0]
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/socket`, { headers: { cookie, origin } })
    const window = new TestWindow(origin, cookie, socket)
    await once(socket, 'open')
    return window
  }

  request<C extends Channel>(channel: C, input: InputOf<C>): Promise<OutputOf<C>> {
    const id = this.#nextId++
    this.#socket.send(JSON.stringify({ id, channel, input }))
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
  }

  /** The first event of this name that is wanted. */
  next<E extends EventName>(
    name: E,
    wanted: (payload: Events[E]) => boolean = () => true,
  ): Promise<Events[E]> {
    return new Promise((resolve) => {
      const listener = (event: string, payload: unknown) => {
        if (event !== name || !wanted(payload as Events[E])) return
        this.#listeners.delete(listener)
        resolve(payload as Events[E])
      }
      this.#listeners.add(listener)
    })
  }

  close(): void {
    this.#socket.terminate()
  }

  #receive(text: string): void {
    const message = JSON.parse(text) as { id: number; output: never; error?: string } & {
      event?: string
      payload: unknown
    }
    if (message.event !== undefined) {
      for (const listener of [...this.#listeners]) listener(message.event, message.payload)
      return
    }
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    if (message.error === undefined) waiting?.resolve(message.output)
    else waiting?.reject(new Error(message.error))
  }
}
