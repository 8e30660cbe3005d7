import type { Channel, EventName, Events, InputOf, LabApi, OutputOf } from '../../shared/ipc/contract.ts'

type Listener = (payload: never) => void
/** What the server says: an answer to the request of that number, or an event. */
type Answer =
  { id: number; output: unknown } | { id: number; error: string } | { event: EventName; payload: unknown }

interface Waiting {
  resolve: (output: never) => void
  reject: (error: Error) => void
}

const RETRY_MS_MIN = 250
const RETRY_MS_MAX = 4_000

/**
 * Requests and events over one WebSocket to the loopback server. Requests made while the connection is down wait for
 * it; those that were under way when it broke fail, since nobody knows whether they were carried out.
 */
export function socketApi(): LabApi & { onReconnect(listener: () => void): () => void } {
  const listeners = new Map<EventName, Set<Listener>>()
  const reconnected = new Set<() => void>()
  const waiting = new Map<number, Waiting>()
  const unsent: string[] = []
  let socket: WebSocket | null = null
  let nextId = 1
  let retryMs = RETRY_MS_MIN
  let hasConnected = false

  function connect(): void {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    const next = new WebSocket(`${scheme}://${location.host}/socket`)
    next.addEventListener('open', () => {
      socket = next
      retryMs = RETRY_MS_MIN
      for (const text of unsent.splice(0)) next.send(text)
      if (hasConnected) for (const listener of [...reconnected]) listener()
      hasConnected = true
    })
    next.addEventListener('message', ({ data }) => receive(JSON.parse(String(data)) as Answer))
    next.addEventListener('close', () => {
      const wasOpen = socket === next
      socket = null
      if (wasOpen) failAll('The lab does not answer any more. Is it still running?')
      setTimeout(connect, retryMs)
      retryMs = Math.min(RETRY_MS_MAX, retryMs * 2)
    })
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

  function failAll(sentence: string): void {
    const unsentIds = new Set(unsent.map((text) => (JSON.parse(text) as { id: number }).id))
    for (const [id, { reject }] of [...waiting]) {
      if (unsentIds.has(id)) continue
      waiting.delete(id)
      reject(new Error(sentence))
    }
  }

  connect()
  return {
    request<C extends Channel>(channel: C, input: InputOf<C>): Promise<OutputOf<C>> {
      const id = nextId++
      const text = JSON.stringify({ id, channel, input })
      if (socket === null) unsent.push(text)
      else socket.send(text)
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))
    },
    on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): () => void {
      const all = listeners.get(event) ?? new Set()
      listeners.set(event, all.add(listener))
      return () => void all.delete(listener)
    },
    onReconnect(listener: () => void): () => void {
      reconnected.add(listener)
      return () => void reconnected.delete(listener)
    },
  }
}
