import type { EventName } from '../../shared/ipc/contract.ts'
import { CHANNELS, isChannel, parseInput } from '../../shared/ipc/parsers.ts'
import { isObject } from '../../shared/topology/problems.ts'
import type { WebSocket } from 'ws'
import type { Desk } from '../host/desk/types.ts'

/** Requests under way on one socket; a window never has more than a few. */
const UNDER_WAY_MAX = 64
/** Requests a second, on the average over ten of them: typing, dragging and streaming stay far below. */
const REQUESTS_PER_S = 200
const BURST = 2_000
/** A socket with so much unsent is too slow for a picture ten times a second; it gets the rest all the same. */
const UNSENT_BYTES_MAX = 1 << 20
/** A socket that does not even take that has gone away without saying so. */
const UNSENT_BYTES_LOST = 256 * (1 << 20)

/** What a slow window can do without: the next one brings it up to date. */
const DROPPABLE: readonly EventName[] = ['run.statistics']

/** Codes of RFC 6455, section 7.4.1. */
const CLOSE = { unsupported: 1003, policy: 1008, tryLater: 1013 } as const

/** One window's connection: answers its requests in whatever order they are done, and passes events on. */
export class DeskSocket {
  readonly #socket: WebSocket
  readonly #desk: Desk
  #underWay = 0
  #allowance = BURST
  #countedMs = performance.now()
  /** Whether it has answered since the last ping. */
  isAlive = true

  constructor(socket: WebSocket, desk: Desk) {
    this.#socket = socket
    this.#desk = desk
    socket.on('message', (data, isBinary) => {
      if (isBinary) socket.close(CLOSE.unsupported, 'text only')
      else this.#receive((data as Buffer).toString('utf8'))
    })
    socket.on('pong', () => (this.isAlive = true))
    // What goes wrong ends in a close, which the server hears of.
    socket.on('error', () => undefined)
  }

  ping(): void {
    this.isAlive = false
    this.#socket.ping()
  }

  /** `text` is the event as JSON. */
  tell(event: EventName, text: string): void {
    const { bufferedAmount } = this.#socket
    if (bufferedAmount > UNSENT_BYTES_MAX && DROPPABLE.includes(event)) return
    if (bufferedAmount > UNSENT_BYTES_LOST) this.#socket.terminate()
    else this.#send(text)
  }

  close(): void {
    this.#socket.close(CLOSE.tryLater, 'the lab is closing')
  }

  terminate(): void {
    this.#socket.terminate()
  }

  #receive(text: string): void {
    if (!this.#isAllowed()) {
      this.#socket.close(CLOSE.policy, 'too many requests')
      return
    }
    const request = requestOf(text)
    if (request === null) {
      this.#socket.close(CLOSE.policy, 'not a request')
      return
    }
    const { id, channel, input } = request
    if (!isChannel(channel)) {
      this.#answer(id, { error: `There is no channel of this name. Known: ${CHANNELS.join(', ')}.` })
      return
    }
    if (this.#underWay >= UNDER_WAY_MAX) {
      this.#answer(id, { error: 'Too many requests are under way. Try again when some are answered.' })
      return
    }
    const parsed = parseInput(channel, input)
    if (!parsed.ok) {
      this.#answer(id, { error: parsed.error })
      return
    }
    this.#underWay++
    const handler = this.#desk.handlers[channel] as (input: unknown) => Promise<unknown>
    void handler(parsed.value)
      .then(
        (output) => this.#answer(id, { output: output ?? null }),
        (error: unknown) =>
          this.#answer(id, { error: error instanceof Error ? error.message : String(error) }),
      )
      .finally(() => this.#underWay--)
  }

  /** A leaky bucket. */
  #isAllowed(): boolean {
    const nowMs = performance.now()
    this.#allowance = Math.min(BURST, this.#allowance + ((nowMs - this.#countedMs) / 1000) * REQUESTS_PER_S)
    this.#countedMs = nowMs
    return --this.#allowance >= 0
  }

  #answer(id: number, answer: { output: unknown } | { error: string }): void {
    this.#send(JSON.stringify({ id, ...answer }))
  }

  #send(text: string): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(text)
  }
}

function requestOf(text: string): { id: number; channel: string; input: unknown } | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (!isObject(value)) return null
  const { id, channel, input } = value
  if (!Number.isSafeInteger(id) || typeof channel !== 'string') return null
  return { id: id as number, channel, input: input ?? null }
}
