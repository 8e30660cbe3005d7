import type { Channel, EventName, Events, InputOf, LabApi, OutputOf } from '../../shared/ipc/contract.ts'

type Listener = (payload: never) => void
/** What the server says: an answer to the request of that number, or an event. */
type Answer =
  { id: number; output: unknown } | { id: number; error: string } | { event: EventName; payload: unknown }

interface Waiting {
  resolve: (output: never) => void
  reject: (error: Error) => void
}

/** A connection that may break, and mends itself. */
export interface Connection {
  /** Tells that the connection broke or could not be made again, and in how many ms the next attempt follows. */
  onDisconnect(listener: (retryInMs: number) => void): () => void
  /** Tells that it is there again. */
  onReconnect(listener: () => void): () => void
  /** Tries now instead of waiting for the next attempt. */
  reconnect(): void
}

const RETRY_MS_MIN = 500
const RETRY_MS_MAX = 8_000
/** Requests that wait for a connection: more than these nobody will miss when it comes back. */
const UNSENT_MAX = 40
const NO_ANSWER = 'The lab does not answer any more. Is it still running?'

/**
 * Requests and events over one WebSocket to the loopback server. Requests made while the connection is down wait for
 * it; those that were under way when it broke fail, since nobody knows whether they were carried out.
 */
export function socketApi(): LabApi & Connection {
  const listeners = new Map<EventName, Set<Listener>>()
  const reconnected = new Set<() => void>()
  const disconnected = new Set<(retryInMs: number) => void>()
  const waiting = new Map<number, Waiting>()
  const unsent = new Map<number, string>()
  let socket: WebSocket | null = null
  let isConnecting = false
  let nextId = 1
  let retryMs = RETRY_MS_MIN
  let retryTimer: ReturnType<typeof setTimeout> | undefined
  let hasConnected = false
  let isLost = false

  function connect(): void {
    if (isConnecting || socket !== null) return
    isConnecting = true
    clearTimeout(retryTimer)
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    const next = new WebSocket(`${scheme}://${location.host}/socket`)
    next.addEventListener('open', () => opened(next))
    next.addEventListener('message', ({ data }) => receive(JSON.parse(String(data)) as Answer))
    next.addEventListener('close', () => closed(next))
  }

  function opened(next: WebSocket): void {
    socket = next
    isConnecting = false
    retryMs = RETRY_MS_MIN
    for (const text of unsent.values()) next.send(text)
    unsent.clear()
    const isAgain = hasConnected || isLost
    hasConnected = true
    isLost = false
    if (isAgain) for (const listener of [...reconnected]) listener()
  }

  function closed(last: WebSocket): void {
    isConnecting = false
    if (socket === last) {
      socket = null
      failSent()
    }
    isLost = true
    retryTimer = setTimeout(connect, retryMs)
    for (const listener of [...disconnected]) listener(retryMs)
    retryMs = Math.min(RETRY_MS_MAX, retryMs * 2)
  }

  function receive(answer: Answer): void {
    if ('event' in answer) {
      for (const listener of [...(listeners.get(answer.event) ?? [])]) listener(answer.payload as never)
      return
    }
    const asked = waiting.get(answer.id)
    waiting.delete(answer.id)
    if (asked === undefined) return
    if ('error' in answer) asked.reject(new Error(answer.error))
    else asked.resolve(answer.output as never)
  }

  function failSent(): void {
    for (const [id, { reject }] of [...waiting]) {
      if (unsent.has(id)) continue
      waiting.delete(id)
      reject(new Error(NO_ANSWER))
    }
  }

  function listenTo<L>(all: Set<L>, listener: L): () => void {
    all.add(listener)
    return () => void all.delete(listener)
  }

  connect()
  return {
    request<C extends Channel>(channel: C, input: InputOf<C>): Promise<OutputOf<C>> {
      const id = nextId++
      const text = JSON.stringify({ id, channel, input })
      if (socket !== null) socket.send(text)
      else if (unsent.size < UNSENT_MAX) unsent.set(id, text)
      else return Promise.reject(new Error(NO_ANSWER))
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))
    },
    on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): () => void {
      const all: Set<Listener> = listeners.get(event) ?? new Set()
      listeners.set(event, all)
      return listenTo<Listener>(all, listener)
    },
    onDisconnect: (listener) => listenTo(disconnected, listener),
    onReconnect: (listener) => listenTo(reconnected, listener),
    reconnect: connect,
  }
}
