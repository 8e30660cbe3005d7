import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { socketApi } from './socket.ts'

/** A server's end that does what a test says. */
class FakeSocket extends EventTarget {
  static all: FakeSocket[] = []
  readonly sent: string[] = []

  constructor() {
    super()
    FakeSocket.all.push(this)
  }

  static get latest(): FakeSocket {
    return FakeSocket.all[FakeSocket.all.length - 1]
  }

  send(text: string): void {
    this.sent.push(text)
  }

  open(): void {
    this.dispatchEvent(new Event('open'))
  }

  close(): void {
    this.dispatchEvent(new Event('close'))
  }

  say(answer: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(answer) }))
  }
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', FakeSocket)
  FakeSocket.all = []
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('attempts follow each other ever more slowly, up to a bound, and from the start after success', () => {
  const api = socketApi()
  const waits: number[] = []
  let isBack = 0
  api.onDisconnect((retryInMs) => waits.push(retryInMs))
  api.onReconnect(() => isBack++)
  FakeSocket.latest.open()
  expect(isBack).toBe(0)
  for (let i = 0; i < 6; i++) {
    FakeSocket.latest.close()
    vi.advanceTimersByTime(waits[i] - 1)
    expect(FakeSocket.all).toHaveLength(1 + i)
    vi.advanceTimersByTime(1)
    expect(FakeSocket.all).toHaveLength(2 + i)
  }
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 8000])
  FakeSocket.latest.open()
  expect(isBack).toBe(1)
  FakeSocket.latest.close()
  expect(waits[6]).toBe(500)
})

test('whoever does not want to wait gets an attempt at once, and one only', () => {
  const api = socketApi()
  FakeSocket.latest.open()
  api.reconnect()
  expect(FakeSocket.all).toHaveLength(1)
  FakeSocket.latest.close()
  api.reconnect()
  api.reconnect()
  expect(FakeSocket.all).toHaveLength(2)
  vi.advanceTimersByTime(60_000)
  expect(FakeSocket.all).toHaveLength(2)
})

test('requests under way fail with the connection; later ones wait for the next, up to a bound', async () => {
  const api = socketApi()
  FakeSocket.latest.open()
  const lost = api.request('runs.list', null)
  FakeSocket.latest.close()
  await expect(lost).rejects.toThrow('does not answer')
  const kept = Array.from({ length: 40 }, () => api.request('runs.list', null))
  await expect(api.request('runs.list', null)).rejects.toThrow('does not answer')
  // An attempt in vain takes none of them along.
  vi.advanceTimersByTime(500)
  FakeSocket.latest.close()
  vi.advanceTimersByTime(1000)
  const socket = FakeSocket.latest
  socket.open()
  expect(socket.sent).toHaveLength(40)
  for (const text of socket.sent) socket.say({ id: (JSON.parse(text) as { id: number }).id, output: [] })
  expect(await Promise.all(kept)).toHaveLength(40)
})
