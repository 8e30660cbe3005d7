import { expect, test } from 'vitest'
import type { MessageBody } from '../../shared/protocols/contract.ts'
import { decode, Encoder } from './codec.ts'
import { Area } from './rings.ts'

const body = (kind: string, text = ''): MessageBody => ({ kind, text }) as MessageBody

/** What a message says to its reader, wherever in memory it stands. */
function told(message: Encoder, at = 3): unknown[] {
  const area = new Area(Buffer.alloc(at + message.bytesMax))
  const length = message.writeTo(area, at)
  expect(length).toBeLessThanOrEqual(area.bytes.length - at)
  let heard: unknown[] = []
  decode(area, at, at + length, (...each) => (heard = each))
  return heard
}

test('a message comes out as it went in', () => {
  const encoder = new Encoder()
  const message = { kind: 'a', list: [1, null, { x: 0.1 }], text: 'ü → 🙂 "\\' } as MessageBody
  expect(told(encoder.encode(1.5e15, 2047, -7, 40, message))).toEqual([1.5e15, 2047, -7, 40, message])
})

test('one body to several receivers, each with its own head', () => {
  const encoder = new Encoder()
  const shared = body('shared', 'x'.repeat(100))
  expect(told(encoder.encode(1, 10, 100, 1000, shared))).toEqual([1, 10, 100, 1000, shared])
  expect(told(encoder.encode(2, 20, 200, 2000, shared))).toEqual([2, 20, 200, 2000, shared])
  const other = body('other')
  expect(told(encoder.encode(3, 30, 300, 3000, other))).toEqual([3, 30, 300, 3000, other])
  expect(told(encoder.encode(4, 40, 400, 4000, shared))).toEqual([4, 40, 400, 4000, shared])
})

test('text of any width, to several receivers', () => {
  const encoder = new Encoder()
  for (const text of ['plain', 'Zürich', '→', '🙂', '\ud800', 'plain again']) {
    const shared = body('text', text)
    expect(told(encoder.encode(0, 0, 0, 0, shared))[4]).toEqual(shared)
    expect(told(encoder.encode(0, 0, 0, 0, shared))[4]).toEqual(shared)
  }
})

test('bodies that are equal and not the same are told apart', () => {
  const encoder = new Encoder()
  const first = { kind: 'k', n: 1 }
  encoder.encode(0, 0, 0, 0, first)
  expect(told(encoder.encode(0, 0, 0, 0, { kind: 'k', n: 2 } as MessageBody))[4]).toEqual({ kind: 'k', n: 2 })
})

test('a body larger than any before', () => {
  const encoder = new Encoder()
  const small = body('small')
  encoder.encode(0, 0, 0, 0, small)
  const large = body('large', 'é'.repeat(200_000))
  expect(told(encoder.encode(1, 2, 3, 4, large))).toEqual([1, 2, 3, 4, large])
  expect(told(encoder.encode(5, 6, 7, 8, small))).toEqual([5, 6, 7, 8, small])
})
